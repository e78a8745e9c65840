"""What a dataset counts for in the ranking, so that nobody climbs by metadata alone.

A yardstick measures what is said; here is asked whether there is anything behind it (docs/ranking.md):

- **empty** (no file, or tables without a row), **dead** (no address answers) and **duplicate** (all its files were in
  other datasets before, in any department) count nothing;
- **stale** (two promised periods without new data) counts half;
- **split**: datasets of one department whose titles differ in numbers, months and years alone count as one, with the
  mean of their points.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple

from ckanext.patiodigital.school_names.folding import fold

_MONTHS = re.compile(
    "jan(eiro)?|fev(ereiro)?|mar(co)?|abr(il)?|maio?|jun(ho)?|jul(ho)?|ago(sto)?|set(embro)?|out(ubro)?|nov(embro)?"
    "|dez(embro)?"
)
#: The weight of each reason; what has none counts whole.
FACTORS = {"empty": 0.0, "dead": 0.0, "duplicate": 0.0, "stale": 0.5}


class Mark(NamedTuple):
    """A score without its metrics."""

    points: float
    most: float
    band: str | None
    applies: bool

    @property
    def share(self) -> float:
        return 100 * self.points / self.most if self.most else 0.0


class Entry(NamedTuple):
    """A dataset, as far as the ranking knows it. ``files`` has what names each file, with when it was added to this
    dataset; ``alive``: whether any of its addresses answers, None where that is not known.
    """

    dataset_id: str
    name: str
    title: str
    organization: str
    created: str
    subjects: frozenset[str]
    files: Mapping[str, str]
    empty: bool
    alive: bool | None
    currency: str | None
    marks: Mapping[str, Mark]


class Verdict(NamedTuple):
    """What a dataset counts. ``group`` is shared by datasets that count as one."""

    factor: float
    reason: str | None
    group: str


def judge(entries: Iterable[Entry]) -> dict[str, Verdict]:
    """All datasets of a portal, by id."""
    listed = sorted(entries, key=lambda each: (each.created, each.dataset_id))
    groups, owners = _groups(listed), _owners(listed)
    found = {}
    for entry in listed:
        reason = _reason(entry, owners)
        found[entry.dataset_id] = Verdict(FACTORS.get(reason or "", 1.0), reason, groups[entry.dataset_id])
    return found


def _owners(entries: Iterable[Entry]) -> dict[str, str]:
    """Whose each file is: of the datasets that hold it, the one to which it was added first. What is dead owns nothing,
    so that it takes nothing from the dataset that came in its place.
    """
    first: dict[str, tuple[str, str]] = {}
    for entry in entries:
        if not entry.empty and entry.alive is not False:
            for name, added in entry.files.items():
                first[name] = min(first.get(name, (added, entry.dataset_id)), (added, entry.dataset_id))
    return {name: dataset_id for name, (_, dataset_id) in first.items()}


def _reason(entry: Entry, owners: Mapping[str, str]) -> str | None:
    if entry.empty:
        return "empty"
    if entry.alive is False:
        return "dead"
    if entry.files and all(owners.get(name) != entry.dataset_id for name in entry.files):
        return "duplicate"
    return "stale" if entry.currency == "stale" else None


def _groups(entries: Iterable[Entry]) -> dict[str, str]:
    by_title = defaultdict(list)
    for entry in entries:
        by_title[entry.organization, skeleton(entry.title)].append(entry.dataset_id)
    return {key: keys[0] for keys in by_title.values() for key in keys}


@lru_cache(maxsize=20_000)
def skeleton(title: str) -> str:
    """A title without what tells the parts of a split dataset apart. One that is nothing else stays as it is."""
    words = [word for word in re.findall(r"[a-z]+", fold(title)) if not _MONTHS.fullmatch(word)]
    return " ".join(words) or title
