"""The recess of a demonstration: a plausible one, for portals whose department has not told its own."""

from __future__ import annotations

from datetime import date, timedelta

from ckanext.patiodigital.school_calendar.core.calendar import NETWORK, Entry

#: Data, so in the language of the data. The same each time: the recess of two years is one across New Year.
NAME = "Recesso escolar"
_ONE_DAY = timedelta(days=1)
_ONE_WEEK = timedelta(weeks=1)
_JULY_DAYS = timedelta(days=12)
"""Two weeks, from a Monday to a Friday."""


def _first_monday(year: int, month: int) -> date:
    start = date(year, month, 1)
    return start + -start.weekday() % 7 * _ONE_DAY


def recess(year: int) -> tuple[Entry, Entry, Entry]:
    """January until the first Monday of February, two weeks from the second Monday of July, and from 20 December."""
    july = _first_monday(year, 7) + _ONE_WEEK
    periods = (
        (date(year, 1, 1), _first_monday(year, 2) - _ONE_DAY),
        (july, july + _JULY_DAYS - _ONE_DAY),
        (date(year, 12, 20), date(year, 12, 31)),
    )
    january, winter, december = (Entry(first, last, NETWORK, "recess", NAME) for first, last in periods)
    return january, winter, december
