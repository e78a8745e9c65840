"""What editors read of an entry, in their language."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

import ckantoolkit as tk
from babel.dates import format_date, format_datetime

from ckanext.patiodigital import config
from ckanext.patiodigital.schemas import vocabularies
from ckanext.patiodigital.school_calendar.core.calendar import DRE, NETWORK, SCHOOL
from ckanext.patiodigital.school_calendar.core.schools import School
from ckanext.patiodigital.school_calendar.model import CalendarEntry

#: Schools that an error names where several are meant.
_MOST_NAMED = 8


def kinds() -> dict[str, str]:
    """The kinds of days, the most urgent first."""
    return {
        "closed": tk._("Closed"),
        "recess": tk._("Recess"),
        "holiday": tk._("Holiday"),
        "school_day": tk._("Extra school day"),
    }


def dres() -> list[tuple[str, str]]:
    """Code and name of each DRE."""
    vocabulary = vocabularies.load("dres")
    return [(concept.code, vocabulary.label(concept.code, tk.h.lang())) for concept in vocabulary.concepts]


def choices(schools: Iterable[School]) -> str:
    """Some schools with their codes, for an editor who must choose: ``EMEF A (000001), EMEF B (000002)``."""
    named = [_with_code(school) for school in schools]
    more = len(named) - _MOST_NAMED
    if more <= 0:
        return ", ".join(named)
    return tk._("{schools} and {count} more").format(schools=", ".join(named[:_MOST_NAMED]), count=more)


@dataclass(frozen=True)
class ShownEntry:
    """An entry in words; ``undone`` is None while it counts."""

    id: int
    days: str
    scope: str
    kind: str
    name: str
    author: str
    created: str
    undone: str | None
    undone_by: str | None


def shown(entry: CalendarEntry, schools: Iterable[School]) -> ShownEntry:
    """The entry in words; ``schools`` are those that it may be about."""
    return ShownEntry(
        id=entry.id,
        days=_days(entry.first, entry.last),
        scope=_scope(entry.scope, schools),
        kind=kinds()[entry.kind],
        name=entry.name,
        author=entry.author,
        created=_instant(entry.created),
        undone=_instant(entry.undone) if entry.undone else None,
        undone_by=entry.undone_by,
    )


def _days(first: date, last: date) -> str:
    in_words = [format_date(day, "long", locale=tk.h.lang()) for day in (first, last)]
    if first == last:
        return in_words[0]
    return tk._("{first} to {last}").format(first=in_words[0], last=in_words[1])


def _instant(instant: datetime) -> str:
    return format_datetime(instant.astimezone(config.zone()), "short", locale=tk.h.lang())


def _scope(scope: str, schools: Iterable[School]) -> str:
    if scope == NETWORK:
        return tk._("the whole network")
    if scope.startswith(DRE):
        return vocabularies.load("dres").label(scope.removeprefix(DRE), tk.h.lang())
    eol = scope.removeprefix(SCHOOL)
    school = next((school for school in schools if school.eol == eol), None)
    return _with_code(school) if school else tk._("school {eol}").format(eol=eol)


def _with_code(school: School) -> str:
    return f"{school.name} ({school.eol})"
