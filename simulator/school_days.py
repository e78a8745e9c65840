"""Which days the simulated schools serve meals: a calendar that the department itself publishes nowhere.

Monday to Friday, without the holidays of São Paulo city and without recess: January until the first Monday of
February, two weeks from the second Monday of July, and everything from 20 December.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

import holidays

DAY = timedelta(days=1)


def first_monday(year: int, month: int) -> date:
    """The first Monday of a month."""
    start = date(year, month, 1)
    return start + timedelta(days=-start.weekday() % 7)


def july_recess(year: int) -> tuple[date, date]:
    """First and last day, both inclusive."""
    start = first_monday(year, 7) + 7 * DAY
    return start, start + 11 * DAY


def january_recess(year: int) -> tuple[date, date]:
    """First and last day, both inclusive."""
    return date(year, 1, 1), first_monday(year, 2) - DAY


@lru_cache(maxsize=64)
def working_days(year: int) -> tuple[date, ...]:
    """Monday to Friday without the city's holidays, ascending: school days, and days of recess."""
    closed = holidays.country_holidays("BR", subdiv="São Paulo Capital", language="pt_BR", years=year)
    days = (date(year, 1, 1) + n * DAY for n in range(366))
    return tuple(day for day in days if day.year == year and day.weekday() < 5 and day not in closed)


@lru_cache(maxsize=64)
def school_days(year: int) -> tuple[date, ...]:
    """The days of a year on which schools serve meals, ascending (about 205)."""
    year_start, year_end = first_monday(year, 2), date(year, 12, 19)
    recess_start, recess_end = july_recess(year)
    return tuple(
        day for day in working_days(year) if year_start <= day <= year_end and not recess_start <= day <= recess_end
    )
