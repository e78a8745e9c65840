"""The holidays of São Paulo city, by the federal, state and municipal laws that the library ``holidays`` knows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from functools import lru_cache

import holidays

_NAMES_SEPARATOR = "; "


@lru_cache(maxsize=64)
def of_year(year: int) -> Mapping[date, str]:
    """The holidays of a year with their names in Portuguese; two on one day share its name."""
    found = holidays.country_holidays("BR", subdiv="São Paulo Capital", language="pt_BR", years=year)
    return {day: _NAMES_SEPARATOR.join(found.get_list(day)) for day in sorted(found)}


def between(first: date, last: date) -> Iterator[tuple[date, str]]:
    """Each holiday from ``first`` to ``last``, both inclusive, ascending, with its name."""
    for year in range(first.year, last.year + 1):
        for day, name in of_year(year).items():
            if first <= day <= last:
                yield day, name
