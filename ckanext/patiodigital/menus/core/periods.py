"""Days, ISO weeks and months as families' addresses have them."""

from __future__ import annotations

import datetime as dt
import re
from typing import Literal, NamedTuple

from ckanext.patiodigital.menus.core.queries import FIRST_YEAR, parse_day

View = Literal["day", "week", "month"]
_ONE_DAY = dt.timedelta(days=1)


class Period(NamedTuple):
    """What a page shows: from day to day, inclusive."""

    view: View
    start: dt.date
    end: dt.date

    @property
    def code(self) -> str:
        """As an address has it: ``2026-03-02``, ``2026-W10`` or ``2026-03``."""
        if self.view == "week":
            year, week, _ = self.start.isocalendar()
            return f"{year}-W{week:02}"
        return self.start.isoformat() if self.view == "day" else f"{self.start:%Y-%m}"


def containing(view: View, day: dt.date) -> Period:
    """The day itself, its week from Monday to Sunday, or its month."""
    if view == "day":
        return Period(view, day, day)
    if view == "week":
        monday = day - dt.timedelta(days=day.weekday())
        return Period(view, monday, monday + dt.timedelta(days=6))
    first = day.replace(day=1)
    return Period(view, first, (first + dt.timedelta(days=31)).replace(day=1) - _ONE_DAY)


def parse_period(view: View, text: str, today: dt.date) -> Period:
    """The period that an address names; ValueError, with what would be right, where it names none."""
    if view == "day":
        return containing(view, parse_day(text, today))
    try:
        if view == "week":
            found = re.fullmatch(r"([0-9]{4})-W([0-9]{2})", text)
            first = dt.date.fromisocalendar(int(found[1]), int(found[2]), 1) if found else None
        else:
            first = dt.date.fromisoformat(f"{text}-01") if re.fullmatch(r"[0-9]{4}-[0-9]{2}", text) else None
    except ValueError:
        first = None
    if first is None:
        raise ValueError(f"must be a {view} of the calendar, as in {'2026-W10' if view == 'week' else '2026-03'}")
    period = containing(view, first)
    if not _is_known(period, today):
        raise ValueError(f"must lie in the years {FIRST_YEAR} to {today.year + 1}")
    return period


def around(period: Period, today: dt.date) -> tuple[Period | None, Period | None]:
    """The periods before and after one; None beyond the years that addresses may name."""
    neighbours = (containing(period.view, day) for day in (period.start - _ONE_DAY, period.end + _ONE_DAY))
    before, after = (neighbour if _is_known(neighbour, today) else None for neighbour in neighbours)
    return before, after


def _is_known(period: Period, today: dt.date) -> bool:
    return period.start.year >= FIRST_YEAR and period.end.year <= today.year + 1
