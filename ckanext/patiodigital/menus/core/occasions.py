"""What a school's days are to who follows them: meals, days off, and meals that were called off.

Each occasion says when what it tells came to be, and how often that has changed. Both come from the data, so that
a calendar which is read again without a change is the same calendar.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import TypeVar

import msgspec

from ckanext.patiodigital.menus.core.contracts import Day, DayStatus, Meal, Menu
from ckanext.patiodigital.menus.core.days import MealKey

WHOLE_DAY = "day"
"""Stands where an occasion's meal has its code, if the occasion is all meals of a day."""
_OFF = ("holiday", "recess", "closed")

Stretch = tuple[dt.date, dt.date]
"""First and last day, inclusive."""


class Past(msgspec.Struct, frozen=True):
    """When what is shown came to be. Instants are UTC.

    Attributes:
        published: when each meal of a day was first published.
        turned: when the calendar, or the school's closing, said something new of a day.
        otherwise: the instant that counts where neither is known.
    """

    published: Mapping[dt.date, Mapping[MealKey, dt.datetime]]
    turned: Mapping[dt.date, frozenset[dt.datetime]]
    otherwise: dt.datetime

    def first_published(self, date: dt.date, keys: Iterable[MealKey]) -> list[dt.datetime]:
        known = self.published.get(date, {})
        return [known.get(key, self.otherwise) for key in keys]


class Occasion(msgspec.Struct, frozen=True):
    """A meal, or all meals of a day, of one age band and diet.

    Attributes:
        slot: code of the meal, or `WHOLE_DAY`.
        menu: with the occasion's meals only.
        called_off: planned and published, before it was known that the day has no lessons.
    """

    date: dt.date
    slot: str
    menu: Menu
    modified: dt.datetime
    sequence: int
    called_off: bool = False


class DayOff(msgspec.Struct, frozen=True):
    """A holiday, recess or closing, whole: also the part of it that lies outside of the days asked for."""

    first: dt.date
    last: dt.date
    status: DayStatus
    reason: str | None
    modified: dt.datetime
    sequence: int


def served(days: Iterable[Day], past: Past, *, whole_days: bool) -> Iterator[Occasion]:
    """The meals of days, in their order."""
    for day in days:
        for slot, menu in _slots(day.menus, whole_days=whole_days):
            yield _occasion(day.date, slot, menu, past)


def called_off(planned: Mapping[dt.date, Sequence[Menu]], past: Past, *, whole_days: bool) -> Iterator[Occasion]:
    """Meals of days without lessons, without those that were never announced.

    Plans are made for whole weeks: most meals of a holiday were published when everybody knew of it.
    """
    for date, menus in planned.items():
        for slot, menu in _slots(menus, whole_days=whole_days):
            occasion = _occasion(date, slot, menu, past)
            if _turns_since(date, menu, past):
                yield msgspec.structs.replace(occasion, called_off=True)


def days_off(days: Iterable[Day], around: Callable[[dt.date], Stretch], past: Past) -> Iterator[DayOff]:
    """The holidays, recesses and closings that days belong to, each once.

    Args:
        around: first and last day of what a day belongs to.
    """
    told: set[dt.date] = set()
    for day in days:
        if day.status not in _OFF:
            continue
        first, last = around(day.date)
        if first not in told:
            told.add(first)
            turns = _turns(first, last, past)
            yield DayOff(
                first, last, day.status, day.reason, max(turns, default=past.otherwise), max(len(turns) - 1, 0)
            )


_T = TypeVar("_T")


def nearest(items: Iterable[_T], date_of: Callable[[_T], dt.date], today: dt.date, limit: int) -> list[_T]:
    """Whole days of items, those nearest to today, as many as hold ``limit`` items or fewer; in order of their day."""
    by_day = {date: list(of_day) for date, of_day in groupby(sorted(items, key=date_of), key=date_of)}
    kept: list[dt.date] = []
    for date in sorted(by_day, key=lambda date: abs((date - today).days)):
        limit -= len(by_day[date])
        if limit < 0:
            break
        kept.append(date)
    return [item for date in sorted(kept) for item in by_day[date]]


def _slots(menus: Iterable[Menu], *, whole_days: bool) -> Iterator[tuple[str, Menu]]:
    for menu in menus:
        if whole_days:
            yield WHOLE_DAY, menu
        else:
            for meal in menu.meals:
                yield meal.meal, msgspec.structs.replace(menu, meals=[meal])


def _occasion(date: dt.date, slot: str, menu: Menu, past: Past) -> Occasion:
    turns = _turns_since(date, menu, past)
    changes = [version.until for meal in menu.meals for version in meal.previous]
    return Occasion(
        date=date,
        slot=slot,
        menu=menu,
        modified=max([*past.first_published(date, _keys(menu, menu.meals)), *changes, *turns]),
        sequence=len(changes) + len(turns),
    )


def _keys(menu: Menu, meals: Iterable[Meal]) -> list[MealKey]:
    return [(menu.age_band, menu.diet, meal.meal) for meal in meals]


def _turns_since(date: dt.date, menu: Menu, past: Past) -> list[dt.datetime]:
    """When something new was said of a day, after the first of its meals was published."""
    announced = min(past.first_published(date, _keys(menu, menu.meals)))
    return [instant for instant in past.turned.get(date, ()) if instant > announced]


def _turns(first: dt.date, last: dt.date, past: Past) -> frozenset[dt.datetime]:
    dates = (first + dt.timedelta(days=offset) for offset in range((last - first).days + 1))
    return frozenset().union(*(past.turned.get(date, frozenset()) for date in dates))
