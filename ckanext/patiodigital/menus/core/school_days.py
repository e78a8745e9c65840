"""Which days have lessons, for which school, and on which day its page opens."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Literal, NamedTuple

from ckanext.patiodigital.menus.core.rows import CalendarRow, SchoolRow

SATURDAY = 5
_ONE_DAY = dt.timedelta(days=1)
_LONGEST_BREAK = 120
"""Days that are looked through for the next school day, or for the ends of a recess."""


class DayKind(NamedTuple):
    """What a day is for a school, and the name of the holiday or the reason."""

    kind: Literal["school_day", "weekend", "holiday", "recess", "closed"]
    name: str | None = None


class Opening(NamedTuple):
    """The day on which a school's page opens; ``today`` and ``meals_over`` say why it isn't today."""

    date: dt.date
    today: DayKind
    meals_over: bool


def scopes(school: SchoolRow) -> tuple[str, ...]:
    """The scopes of the calendar that a school lies in, the narrowest first."""
    return f"eol:{school.eol}", f"dre:{school.dre}", "network"


class SchoolCalendar:
    """Look-up of ``school_calendar``. The narrowest scope wins: school, DRE, network, then the weekday."""

    def __init__(self, rows: Iterable[CalendarRow]) -> None:
        self._stated = {(row.scope, row.date): DayKind(row.kind, row.name) for row in rows}

    def day(self, date: dt.date, school: SchoolRow) -> DayKind:
        """What a day is for a school."""
        for scope in scopes(school):
            stated = self._stated.get((scope, date))
            if stated is not None:
                return stated
        return DayKind("weekend" if date.weekday() >= SATURDAY else "school_day")

    def next_school_day(self, after: dt.date, school: SchoolRow) -> dt.date | None:
        """The first school day later than ``after``; None if the calendar has none in the next 120 days."""
        for days in range(1, _LONGEST_BREAK + 1):
            date = after + dt.timedelta(days=days)
            if self.day(date, school).kind == "school_day":
                return date
        return None

    def opening_day(self, now: dt.datetime, day_ends: dt.time, school: SchoolRow) -> Opening:
        """Today, if it has lessons and its meals are not over, else the next school day.

        Args:
            now: local time of the portal's zone.
            day_ends: when the last meal is over.
            school: whose page it is.
        """
        today = self.day(now.date(), school)
        has_lessons = today.kind == "school_day"
        meals_over = has_lessons and now.time() >= day_ends
        if has_lessons and not meals_over:
            return Opening(now.date(), today, meals_over)
        return Opening(self.next_school_day(now.date(), school) or now.date(), today, meals_over)

    def break_around(self, date: dt.date, school: SchoolRow) -> tuple[dt.date, dt.date]:
        """First and last day of the recess, holiday or closing that a day belongs to, across weekends and holidays."""
        return self._end_of_break(date, school, -_ONE_DAY), self._end_of_break(date, school, _ONE_DAY)

    def _end_of_break(self, date: dt.date, school: SchoolRow, step: dt.timedelta) -> dt.date:
        same = self.day(date, school)
        end = date
        for days in range(1, _LONGEST_BREAK + 1):
            candidate = date + days * step
            kind = self.day(candidate, school)
            if kind == same:
                end = candidate
            elif kind.kind not in ("weekend", "holiday"):
                break
        return end
