"""A school's week: its days one under the other, and as tables of days by meals."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import ckantoolkit as tk

from ckanext.patiodigital.menus import service
from ckanext.patiodigital.menus.core.contracts import Day, Meal, Menu
from ckanext.patiodigital.menus.core.periods import Period, containing
from ckanext.patiodigital.menus.core.queries import MenusQuery
from ckanext.patiodigital.menus.core.rows import SchoolRow
from ckanext.patiodigital.menus.labels import LABELS
from ckanext.patiodigital.menus.pages.messages import Message, message, source_note
from ckanext.patiodigital.menus.pages.school import Addresses, Asked, SchoolPage, SchoolUrl, day_title, school_page
from ckanext.patiodigital.menus.pages.words import days_in_words, lang, weekday_and_day

_FRIDAY = 4


@dataclass(frozen=True)
class WeekDay:
    """A day of the week; ``open`` is the one that a reader came for."""

    date: dt.date
    title: str
    head: str
    url: str
    is_today: bool
    open: bool
    message: Message | None
    menus: list[Menu]


@dataclass(frozen=True)
class WeekTable:
    """What one age band eats on one diet: a row a meal, each with a cell a day, None where the day lacks that meal."""

    caption: str
    days: list[WeekDay]
    rows: list[tuple[str, list[Meal | None]]]


@dataclass(frozen=True, kw_only=True)
class WeekPage(SchoolPage):
    """Everything on a school's page for one week."""

    days: list[WeekDay]
    tables: list[WeekTable]
    source_note: str
    print_url: str


def week_page(
    lookup: service.Lookup, school: SchoolRow, period: Period, asked: Asked, url: SchoolUrl, print_url: str
) -> WeekPage:
    """The page of a week. A Saturday or Sunday shows only where something is planned for it."""
    addresses = Addresses(url, asked)
    query = MenusQuery(start=period.start, end=period.end, version=asked.version)
    all_days = lookup.days(school, query, lang())
    shown = [day for day in all_days if day.date.weekday() <= _FRIDAY or day.status == "menu"]
    title = str(tk._("Week of {days}").format(days=days_in_words(shown[0].date, shown[-1].date)))
    days = _days(lookup, school, shown, addresses)
    return WeekPage(
        **school_page(lookup, school, period, title, all_days, addresses),  # type: ignore[arg-type]
        days=days,
        tables=_tables(days),
        source_note=next(filter(None, map(source_note, shown)), ""),
        print_url=print_url,
    )


def _days(lookup: service.Lookup, school: SchoolRow, shown: Sequence[Day], addresses: Addresses) -> list[WeekDay]:
    today = service.local_now().date()
    opening = lookup.opening(school).date
    opened = opening if any(day.date == opening for day in shown) else None
    return [
        WeekDay(
            date=day.date,
            title=day_title(day.date, today),
            head=weekday_and_day(day.date),
            url=addresses.of(containing("day", day.date)),
            is_today=day.date == today,
            open=opened is None or day.date == opened,
            message=message(day, school, lookup),
            menus=addresses.asked.of_menus(day.menus),
        )
        for day in shown
    ]


def _tables(days: list[WeekDay]) -> list[WeekTable]:
    menus = {(menu.age_band, menu.diet): menu for day in days for menu in day.menus}
    order = LABELS.order
    keys = sorted(menus, key=lambda key: (order("age_bands", key[0]), order("diets", key[1]), key))
    return [_table(menus[key], days) for key in keys]


def _table(menu: Menu, days: list[WeekDay]) -> WeekTable:
    by_day = [_meals(day, menu) for day in days]
    meals = {meal.meal: meal.label for of_day in by_day for meal in of_day.values()}
    codes = sorted(meals, key=lambda code: (LABELS.order("meals", code), code))
    caption = menu.age_label if menu.diet == "common" else f"{menu.age_label} · {menu.diet_label}"
    return WeekTable(caption, days, [(meals[code], [of_day.get(code) for of_day in by_day]) for code in codes])


def _meals(day: WeekDay, menu: Menu) -> dict[str, Meal]:
    return {
        meal.meal: meal
        for other in day.menus
        if (other.age_band, other.diet) == (menu.age_band, menu.diet)
        for meal in other.meals
    }
