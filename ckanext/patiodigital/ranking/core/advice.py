"""What to do next: each lost point's cure, the most gain for the least effort first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from ckanext.patiodigital.ranking.core import yardstick as yardsticks
from ckanext.patiodigital.ranking.core.scores import Score


class Step(NamedTuple):
    """Something to do for a dataset. ``gain`` are points of the yardstick; ``part`` is the URI of the distribution that
    it is about. ``pending``: nothing to do yet but to wait until the portal has looked.
    """

    yardstick: str
    cure: str
    metrics: Sequence[str]
    gain: float
    part: str | None
    pending: bool

    @property
    def effort(self) -> int:
        return yardsticks.cures()[self.cure].effort

    @property
    def possible(self) -> bool:
        """Whether somebody can do it."""
        return self.effort > 0

    @property
    def worth(self) -> float:
        """Gain for effort."""
        return self.gain / self.effort if self.possible else 0.0


def steps(score: Score, *, has_files: bool) -> list[Step]:
    """For each cure the points of all metrics that it mends. Without a file, those of files are mended by one."""
    known = yardsticks.load(score.yardstick)
    found: dict[str, Step] = {}
    for one in score.measured:
        if one.lost <= 0 or not one.applies:
            continue
        metric = known.metrics[one.metric]
        cure = metric.cure if has_files or metric.of != "distribution" else "file"
        before = found.get(cure, Step(score.yardstick, cure, (), 0.0, one.part, one.pending))
        found[cure] = before._replace(
            metrics=(*before.metrics, one.metric),
            gain=before.gain + one.lost,
            part=before.part or one.part,
            pending=before.pending and one.pending,
        )
    return best_first(found.values())


def best_first(steps: Iterable[Step]) -> list[Step]:
    """By gain for effort; of equal ones the greater gain first."""
    return sorted(steps, key=lambda each: (each.pending, -each.worth, -each.gain, each.cure))
