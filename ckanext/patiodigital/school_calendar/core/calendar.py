"""From holidays and what editors entered to the rows of the table ``school_calendar``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, NamedTuple, get_args

from ckanext.patiodigital.school_calendar.core import city_holidays

Kind = Literal["school_day", "holiday", "recess", "closed"]
KINDS: tuple[Kind, ...] = get_args(Kind)

NETWORK, DRE, SCHOOL = "network", "dre:", "eol:"
"""The scopes: the whole network, and the beginnings of ``dre:{dre}`` and ``eol:{eol}``."""

LONGEST = 366
"""Days that one entry may cover."""
EARLIEST_YEAR = 2010
LONGEST_NAME = 200
"""Characters of a name or reason; ``schemas/tables/school_calendar/1.json`` allows no more."""

SATURDAY = 5
_ONE_DAY = timedelta(days=1)


class Row(NamedTuple):
    """A row of ``school_calendar``."""

    date: date
    scope: str
    kind: Kind
    name: str


@dataclass(frozen=True, slots=True)
class Entry:
    """What an editor says of the days ``first`` to ``last``, both inclusive; ``name`` is the reason."""

    first: date
    last: date
    scope: str
    kind: Kind
    name: str

    @property
    def names_its_day(self) -> bool:
        """Whether the entry was written for one day, and not for a time that happens to take it in."""
        return self.first == self.last

    def days(self) -> Iterator[date]:
        """The days that the entry speaks of, ascending.

        A school day stated over several days means their Mondays to Fridays: to undo two weeks of recess is
        not to call children in on the Sunday between. A school Saturday is an entry of one day.
        """
        weekends = self.kind != "school_day" or self.names_its_day
        for offset in range((self.last - self.first).days + 1):
            day = self.first + offset * _ONE_DAY
            if weekends or day.weekday() < SATURDAY:
                yield day


def latest_year(today: date) -> int:
    """The last year that an entry may reach."""
    return today.year + 2


def rows(first: date, last: date, entries: Iterable[Entry]) -> list[Row]:
    """The rows of the days ``first`` to ``last``, both inclusive, in the order of their key.

    ``entries`` come oldest first. Where two speak of the same day and scope the newer one counts. The network's
    holidays, those of the law and those entered for their day alone, stay holidays in a longer recess or closing
    of any scope: only an entry for that very day takes their place.
    """
    stated = {(day, NETWORK): Row(day, NETWORK, "holiday", name) for day, name in city_holidays.between(first, last)}
    holidays = {day for day, _ in stated}
    # The network's entries first, for they tell which days are holidays to all others.
    for entry in sorted(entries, key=lambda entry: entry.scope != NETWORK):
        for day in entry.days():
            if not first <= day <= last or (day in holidays and not entry.names_its_day):
                continue
            stated[day, entry.scope] = Row(day, entry.scope, entry.kind, entry.name)
            if entry.scope == NETWORK and entry.names_its_day:
                (holidays.add if entry.kind == "holiday" else holidays.discard)(day)
    return [stated[key] for key in sorted(stated)]
