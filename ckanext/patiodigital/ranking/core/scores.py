"""What a yardstick says of a dataset: points by metric, and what they add up to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class Measured(NamedTuple):
    """One metric. ``part`` is the URI of the distribution that it speaks of; None where it is of the dataset.

    ``pending``: not known yet, such as a link that nobody has followed; it has no points until it is.
    ``applies``: False where the metric makes no sense for the dataset; then ``most`` is 0.
    """

    metric: str
    points: float
    most: float
    part: str | None = None
    pending: bool = False
    applies: bool = True

    @property
    def lost(self) -> float:
        return self.most - self.points


class Score(NamedTuple):
    """A dataset by one yardstick. ``band`` is a code of the yardstick's bands, None where it has none.

    ``applies``: False where the yardstick has nothing to measure in the dataset.
    """

    yardstick: str
    points: float
    most: float
    band: str | None
    measured: Sequence[Measured]
    applies: bool = True

    @property
    def share(self) -> float:
        """Points of the most that there are, 0 to 100."""
        return 100 * self.points / self.most if self.most else 0.0
