"""From which plan a school eats on a day, which of its meals, and which age bands."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from ckanext.patiodigital.menus.core.rows import MenuGroupRow, SchoolMealRow, SchoolRow

_ALL_AGES = "z"


def code_prefix(code: str) -> str:
    """The letter code that a slug begins with: ``l5`` of ``l5-lanche-5-horas``.

    The source spells one meal ``L5 - LANCHE 5 HORAS`` and ``L5 - LANCHE 5 OU 6 HORAS``: this part they share.
    """
    return code.partition("-")[0]


class MenuGroups:
    """Interval look-up of ``school_menu_groups``, in memory."""

    def __init__(self, rows: Iterable[MenuGroupRow]) -> None:
        by_school: defaultdict[str, list[MenuGroupRow]] = defaultdict(list)
        for row in rows:
            by_school[row.eol].append(row)
        for of_school in by_school.values():
            of_school.sort(key=lambda row: (row.priority, row.valid_from, row.menu_group), reverse=True)
        self._by_school = dict(by_school)

    def on(self, eol: str, date: dt.date) -> str | None:
        """The menu group of a day: the highest valid priority, then the latest start. None = unavailable."""
        for row in self._by_school.get(eol, ()):
            if is_valid(row, date):
                return row.menu_group
        return None

    def of(self, eol: str) -> Sequence[MenuGroupRow]:
        """A school's rows, whatever the day: those of special units first, the latest start first."""
        return self._by_school.get(eol, ())

    def __iter__(self) -> Iterator[MenuGroupRow]:
        """All rows, school by school."""
        return chain.from_iterable(self._by_school.values())

    def between(self, eol: str, start: dt.date, end: dt.date) -> dict[dt.date, str]:
        """The menu group of each day from start to end, inclusive, that has one."""
        days = (start + dt.timedelta(days=offset) for offset in range((end - start).days + 1))
        return {day: group for day in days if (group := self.on(eol, day)) is not None}


class ServedMeals:
    """Which meals a school has on a day: those valid in ``school_meals``, else ``schools.meals``."""

    def __init__(self, rows: Iterable[SchoolMealRow]) -> None:
        by_school: defaultdict[str, list[SchoolMealRow]] = defaultdict(list)
        for row in rows:
            by_school[row.eol].append(row)
        self._by_school = dict(by_school)

    def on(self, school: SchoolRow, date: dt.date) -> frozenset[str] | None:
        """Prefixes of the meals' codes; None = no list at all: everything of the menu group is served."""
        valid = [row.meal for row in self._by_school.get(school.eol, ()) if is_valid(row, date)]
        return frozenset(map(code_prefix, valid or school.meals)) or None

    def of(self, eol: str) -> Sequence[SchoolMealRow]:
        """A school's rows, whatever the day."""
        return self._by_school.get(eol, ())


def serves_age(school: SchoolRow, age_band: str) -> bool:
    """Whether a menu for an age band is one for this school.

    A school without a list, or that lists "all ages" (``z-…``, as do some whose group plans by age), serves
    every band, and a menu for all ages is for every school.
    """
    listed = school.age_bands
    return (
        not listed
        or age_band in listed
        or code_prefix(age_band) == _ALL_AGES
        or any(code_prefix(band) == _ALL_AGES for band in listed)
    )


def is_valid(row: MenuGroupRow | SchoolMealRow, date: dt.date) -> bool:
    """Whether a row holds on a day; both of its days count."""
    return row.valid_from <= date and (row.valid_to is None or date <= row.valid_to)
