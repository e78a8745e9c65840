"""The yardsticks as data: each metric with its points, what it checks in words, and what a person does about it.

One file of ``yardsticks/`` a yardstick; ``cures.yaml`` has what a lost point's cure is, which several share.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml

_FOLDER = Path(__file__).parent.parent / "yardsticks"
#: In the order in which they are shown.
NAMES = ("mqa", "mqm", "odi", "stars", "currency", "validity")

Words = Mapping[str, str]


class Metric(NamedTuple):
    """A thing that is measured. ``of``: ``dataset``, ``distribution``, or ``either`` that states it."""

    id: str
    dimension: str
    of: str
    points: float
    cure: str
    title: Words
    checks: Words


class Band(NamedTuple):
    """A mark that a score from ``least`` points on has."""

    code: str
    least: float
    label: Words


class Cure(NamedTuple):
    """What a person does. ``of``: whose form it is, ``dataset`` or ``resource``; ``field`` is empty where it is none.
    ``effort`` is 1 (a choice) to 4 (work on the data themselves), 0 where nobody can do anything.
    """

    id: str
    of: str
    field: str
    effort: int
    do: Words


class Yardstick(NamedTuple):
    """A method. ``most`` are all its points; ``bands`` the best first."""

    name: str
    version: str
    source: str
    title: Words
    about: Words
    most: float
    bands: Sequence[Band]
    dimensions: Mapping[str, Words]
    metrics: Mapping[str, Metric]

    def band(self, points: float) -> str | None:
        """The mark of a score."""
        return next((band.code for band in self.bands if points >= band.least), None)


@cache
def load(name: str) -> Yardstick:
    """A yardstick of ``NAMES``."""
    told: dict[str, Any] = _read(name)
    metrics = [
        Metric(
            each["id"],
            each["dimension"],
            each.get("of", "dataset"),
            each["points"],
            each["cure"],
            each["title"],
            each["checks"],
        )
        for each in told["metrics"]
    ]
    return Yardstick(
        name,
        told["version"],
        told["source"],
        told["title"],
        told["about"],
        told["most"],
        [Band(**each) for each in told.get("bands", ())],
        told["dimensions"],
        {metric.id: metric for metric in metrics},
    )


@cache
def cures() -> Mapping[str, Cure]:
    """All cures by id."""
    return {name: Cure(name, **told) for name, told in _read("cures").items()}


def _read(name: str) -> dict[str, Any]:
    document: dict[str, Any] = yaml.safe_load((_FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))
    return document
