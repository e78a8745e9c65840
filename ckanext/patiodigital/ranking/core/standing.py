"""The order of departments by a yardstick, and what a reader wants to know of each.

A department's value is the mean of what its datasets have of the yardstick's points (0 to 100), each weighed by what it
counts (:mod:`fairness`). So that one perfect dataset does not beat fifty good ones, each department is given two more
datasets, with half of the portal's mean. Values are compared in tenths; who has the same shares the position, and the
next one is skipped (1, 2, 2, 4). A department in which nothing can be measured has no position.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from statistics import fmean, median
from typing import NamedTuple

from ckanext.patiodigital.ranking.core.fairness import Entry, Verdict

#: Datasets that each department is given, and what of the portal's mean each of them has.
GIVEN, OF_MEAN = 2, 0.5
#: The plain orders of city portals today, beside the yardsticks: number of datasets, active transparency (ITA).
PLAIN = ("datasets", "transparency")


class Department(NamedTuple):
    """An organisation. ``transparency`` is the indicator that the city's controller gave it, 0 to 10."""

    id: str
    name: str
    title: str
    transparency: float | None = None


class Place(NamedTuple):
    """A department in the ranking. ``value`` orders; ``mean``, ``median`` and ``worst`` are of its datasets' shares."""

    department: Department
    position: int | None
    value: float | None
    mean: float | None
    median: float | None
    worst: float | None
    datasets: int
    late: int
    not_counted: int
    bands: Mapping[str, int]


def standing(
    departments: Iterable[Department],
    entries: Sequence[Entry],
    verdicts: Mapping[str, Verdict],
    yardstick: str,
    subject: str | None = None,
) -> list[Place]:
    """All departments, the first first; those without a position last, by title."""
    chosen = defaultdict(list)
    for entry in entries:
        if subject is None or subject in entry.subjects:
            chosen[entry.organization].append(entry)
    shares = {key: _shares(of, verdicts, yardstick) for key, of in chosen.items()}
    everything = [share for of in shares.values() for share in of]
    middle = fmean(everything) if everything else 0.0
    places = [
        _place(each, chosen[each.id], verdicts, yardstick, shares.get(each.id, []), middle) for each in departments
    ]
    return _in_order(places)


def _shares(entries: Sequence[Entry], verdicts: Mapping[str, Verdict], yardstick: str) -> list[float]:
    """What each dataset, or group of them that counts as one, has of the yardstick's points."""
    groups: dict[str, list[float]] = defaultdict(list)
    for entry in entries:
        mark = entry.marks.get(yardstick)
        if mark and mark.applies:
            verdict = verdicts[entry.dataset_id]
            groups[verdict.group].append(mark.share * verdict.factor)
    return [fmean(members) for members in groups.values()]


def _place(
    department: Department,
    entries: Sequence[Entry],
    verdicts: Mapping[str, Verdict],
    yardstick: str,
    shares: Sequence[float],
    middle: float,
) -> Place:
    value: float | None
    if yardstick == "datasets":
        value = float(len(entries)) if entries else None
    elif yardstick == "transparency":
        value = department.transparency
    else:
        value = round((sum(shares) + GIVEN * OF_MEAN * middle) / (len(shares) + GIVEN), 1) if shares else None
    counted = [each for each in entries if verdicts[each.dataset_id].factor]
    bands = Counter(mark.band for each in counted if (mark := each.marks.get(yardstick)) and mark.band)
    return Place(
        department,
        None,
        value,
        fmean(shares) if shares else None,
        median(shares) if shares else None,
        min(shares) if shares else None,
        len(entries),
        sum(each.currency in ("late", "stale") for each in entries),
        len(entries) - len(counted),
        dict(bands),
    )


def _in_order(places: Sequence[Place]) -> list[Place]:
    placed = sorted(
        (each for each in places if each.value is not None),
        key=lambda each: (-(each.value or 0), each.department.title),
    )
    values = [each.value for each in placed]
    found = [each._replace(position=values.index(each.value) + 1) for each in placed]
    return found + sorted((each for each in places if each.value is None), key=lambda each: each.department.title)
