"""The one door to the ranking: the order of departments, as it stands now and stood before.

All that is needed of each dataset is held in memory for each version of the scores, so that a page costs no more than
putting it together.
"""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from ckan import model

from ckanext.patiodigital import clock
from ckanext.patiodigital import config as base_config
from ckanext.patiodigital.edge.core.route import Version
from ckanext.patiodigital.ranking import store
from ckanext.patiodigital.ranking.core import advice, yardstick
from ckanext.patiodigital.ranking.core.fairness import Entry, Mark, Verdict, judge
from ckanext.patiodigital.ranking.core.scores import Measured, Score
from ckanext.patiodigital.ranking.core.standing import PLAIN, Department, Place, standing

#: What a reader can order by.
ORDERS = (*yardstick.NAMES, *PLAIN)
#: Seconds for which a look at the state of the scores counts.
FRESH_FOR = 1.0
#: Change is told against the last day that is so many days old, or the oldest after it; the trend goes back a year.
CHANGE, TREND = 7, 365


class Snapshot(NamedTuple):
    """All public datasets with their scores, and the departments."""

    departments: Sequence[Department]
    entries: Sequence[Entry]
    verdicts: dict[str, Verdict]
    has_files: dict[str, bool]

    def of(self, organization: str) -> list[Entry]:
        """A department's datasets, by title."""
        found = (each for each in self.entries if each.organization == organization)
        return sorted(found, key=lambda each: each.title)


class Point(NamedTuple):
    """A department's place on a day. ``method`` names the methods' settings then."""

    day: dt.date
    position: int | None
    value: float | None
    method: str


class Task(NamedTuple):
    """Something to do for one of a department's datasets. ``gain`` is in points of the department's mean."""

    entry: Entry
    step: advice.Step
    gain: float


def snapshot() -> Snapshot:
    """The scores as they stand now."""
    return _snapshot(_state())


def order(by: str, subject: str | None = None) -> list[Place]:
    """All departments by a yardstick or a plain order of ``ORDERS``."""
    return _order(_state(), by, subject)


def history(by: str) -> dict[str, list[Point]]:
    """Places of the last year by department, the oldest first."""
    return _history(_state(), by, _today())


def change(points: Sequence[Point], position: int | None) -> int | None:
    """Places won (or lost, below zero) against a week ago; None where nothing is known of then."""
    before = [point for point in points if point.day < _today()]
    old = [point for point in before if (_today() - point.day).days >= CHANGE]
    known = (old[-1] if old else before[0]).position if before else None
    return known - position if known is not None and position is not None else None


def score(dataset_id: str, name: str) -> Score | None:
    """A public dataset by a yardstick; None until it was scored."""
    record = store.score(dataset_id)
    if record is None or record.measured is None or record.summary is None:
        return None
    return _score(name, record.summary["marks"][name], record.measured[name])


def tasks(organization: str, by: str) -> list[Task]:
    """What a department does next: all steps for all its datasets, the most gain for the least effort first."""
    known = snapshot()
    entries = {each.dataset_id: each for each in known.of(organization)}
    total = max(1, len(entries))
    found = []
    for key, told in store.measured(entries, by).items():
        entry = entries[key]
        mark = entry.marks[by]
        if not mark.applies or not mark.most:
            continue
        made = _score(by, list(mark), told)
        steps = advice.steps(made, has_files=known.has_files[key])
        found += [Task(entry, step, 100 * step.gain / mark.most / total) for step in steps if step.possible]
    return sorted(
        found, key=lambda each: (each.step.pending, -each.step.worth / each.entry.marks[by].most, each.entry.title)
    )


def version() -> Version:
    """What pages of the ranking depend on: scores, departments, and the day."""
    try:
        state = _state()
        return Version(f"ranking {state}", state.scored)
    finally:
        model.Session.remove()


def keep_day(day: dt.date, method: str) -> None:
    """Keep today's places by each order."""
    forget()
    for by in ORDERS:
        store.put_places(day, by, order(by), method)
    store.touch()


def day_is_missing(day: dt.date) -> bool:
    """Whether nothing was kept of a day yet."""
    return not store.places(ORDERS[0], day)


def forget() -> None:
    """Look anew at the next question."""
    _looked.clear()
    for each in (_snapshot, _order, _history):
        each.cache_clear()


# -- the state of the scores, looked at once a second


class _State(NamedTuple):
    datasets: int
    sequence: int
    scored: dt.datetime | None
    departments: int
    day: dt.date


_looked: dict[str, tuple[float, _State]] = {}
_lock = threading.RLock()


def _state() -> _State:
    with _lock:
        known = _looked.get("state")
        if known is None or time.monotonic() - known[0] >= FRESH_FOR:
            now = time.monotonic()
            _looked["state"] = known = now, _State(*store.version(), hash(tuple(store.departments())), _today())
        return known[1]


@lru_cache(maxsize=2)
def _snapshot(_state: _State) -> Snapshot:
    with _lock:
        scored = store.sequences()
        for key in _read.keys() - scored.keys():
            del _read[key]
        for key, summary in store.summaries(
            [key for key, at in scored.items() if key not in _read or _read[key][0] != at]
        ):
            _read[key] = scored[key], _entry(key, summary), bool(summary["has_files"])
        held = dict(_read)
    entries = [entry for _, entry, _ in held.values()]
    return Snapshot(store.departments(), entries, judge(entries), {key: files for key, (_, _, files) in held.items()})


#: Datasets as they were read last, with their scores' sequence: of thousands, an edit changes one.
_read: dict[str, tuple[int, Entry, bool]] = {}


@lru_cache(maxsize=256)
def _order(state: _State, by: str, subject: str | None) -> list[Place]:
    known = _snapshot(state)
    return standing(known.departments, known.entries, known.verdicts, by, subject)


@lru_cache(maxsize=32)
def _history(_state: _State, by: str, today: dt.date) -> dict[str, list[Point]]:
    found: dict[str, list[Point]] = {}
    for row in store.places(by, today - dt.timedelta(days=TREND)):
        found.setdefault(row.organization_id, []).append(Point(row.day, row.position, row.value, row.method))
    return found


def _entry(key: str, summary: dict[str, object]) -> Entry:
    told: dict[str, list[object]] = summary["marks"]  # type: ignore[assignment]  # JSON that we wrote
    marks = {name: Mark(*mark) for name, mark in told.items()}  # type: ignore[arg-type]
    kept = {name: summary[name] for name in ("name", "title", "organization", "created", "empty", "alive", "currency")}
    subjects = frozenset(summary["subjects"])  # type: ignore[call-overload]
    return Entry(dataset_id=key, marks=marks, subjects=subjects, files=summary["files"], **kept)  # type: ignore[arg-type]


def _score(name: str, mark: Sequence[object], told: Sequence[dict[str, object]]) -> Score:
    points, most, band, applies = mark
    measured = [Measured(**one) for one in told]  # type: ignore[arg-type]  # JSON that we wrote
    return Score(name, points, most, band, measured, applies)  # type: ignore[arg-type]


def _today() -> dt.date:
    return clock.today(base_config.zone())
