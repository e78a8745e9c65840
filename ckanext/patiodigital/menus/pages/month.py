"""A school's month: a line for each day, which leads to its page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import ckantoolkit as tk

from ckanext.patiodigital.menus import service
from ckanext.patiodigital.menus.core.contracts import Day, Meal
from ckanext.patiodigital.menus.core.groups import code_prefix
from ckanext.patiodigital.menus.core.periods import Period, containing
from ckanext.patiodigital.menus.core.queries import MenusQuery
from ckanext.patiodigital.menus.core.rows import SchoolRow
from ckanext.patiodigital.menus.core.wording import readable_dish
from ckanext.patiodigital.menus.labels import LABELS
from ckanext.patiodigital.menus.pages.messages import Message, message, source_note
from ckanext.patiodigital.menus.pages.school import Addresses, Asked, SchoolPage, SchoolUrl, school_page
from ckanext.patiodigital.menus.pages.words import (
    day_of_month,
    lang,
    month_in_words,
    portuguese,
    weekdays,
    within_a_sentence,
)

#: What lunch is called, by the beginnings of meals' codes: first come, first told.
_LUNCHES = ("a", "r1", "r")
#: The beginnings of the codes of age bands that are no children's.
_ADULTS = frozenset({"h", "v", "u"})
_SATURDAY = 5


@dataclass(frozen=True)
class MonthDay:
    """A day of the month in a line: its lunch, or first meal; else why it has none."""

    number: int
    title: str
    url: str
    is_today: bool
    meal: str
    text: str
    lessons: bool


@dataclass(frozen=True, kw_only=True)
class MonthPage(SchoolPage):
    """Everything on a school's page for one month; ``weeks`` have seven places each, None outside the month.

    ``told`` is what each day's line tells, and of whom; blank where nothing is planned.
    """

    told: str
    weeks: list[list[MonthDay | None]]
    weekdays: list[str]
    source_note: str


def month_page(lookup: service.Lookup, school: SchoolRow, period: Period, asked: Asked, url: SchoolUrl) -> MonthPage:
    """The page of a month."""
    addresses = Addresses(url, asked)
    query = MenusQuery(start=period.start, end=period.end, version=asked.version)
    days = lookup.days(school, query, lang())
    month = month_in_words(period.start)
    band = _band(days, asked)
    meals = [_telling_meal(day, asked, band) for day in days]
    places: list[MonthDay | None] = [None] * period.start.weekday()
    places += [_day(lookup, school, day, meal, addresses) for day, meal in zip(days, meals, strict=True)]
    places += [None] * (-len(places) % 7)
    page = MonthPage(
        **school_page(lookup, school, period, month[:1].upper() + month[1:], days, addresses),  # type: ignore[arg-type]
        told=_told(meals, band) if band else "",
        weeks=[places[start : start + 7] for start in range(0, len(places), 7)],
        weekdays=weekdays(),
        source_note=next(filter(None, map(source_note, days)), ""),
    )
    return replace(page, ages=page.ages.of_one(LABELS.label("age_bands", band, lang()))) if page.ages and band else page


def _band(days: Sequence[Day], asked: Asked) -> str | None:
    """Whom the month tells of, among those asked for that have menus: the oldest children, else the first adults."""
    bands = {menu.age_band for day in days for menu in asked.of_menus(day.menus)}
    ranks = {(LABELS.order("age_bands", band), band) for band in bands}
    children = {(order, band) for order, band in ranks if code_prefix(band) not in _ADULTS}
    chosen = max(children) if children else min(ranks, default=None)
    return chosen[1] if chosen else None


def _told(meals: Sequence[Meal | None], band: str) -> str:
    """``O almoço de cada dia, para 2 a 3 anos.``"""
    age = within_a_sentence(LABELS.label("age_bands", band, lang()))
    if any(meal and code_prefix(meal.meal) in _LUNCHES for meal in meals):
        return str(tk._("The lunch of each day, for {age}.").format(age=age))
    return str(tk._("One meal of each day, for {age}.").format(age=age))


def _day(lookup: service.Lookup, school: SchoolRow, day: Day, meal: Meal | None, addresses: Addresses) -> MonthDay:
    reason = message(day, school, lookup) if day.status != "weekend" else None  # its column says it
    return MonthDay(
        number=day.date.day,
        title=day_of_month(day.date),
        url=addresses.of(containing("day", day.date)),
        is_today=day.date == service.local_now().date(),
        meal=meal.label if meal else "",
        text=_text(day, meal, reason),
        lessons=day.status == "menu" or day.date.weekday() < _SATURDAY,
    )


def _text(day: Day, meal: Meal | None, reason: Message | None) -> str:
    """The meal's dishes; else why there are none, or that the day has menus for others only."""
    if meal:
        return portuguese(", ".join(readable_dish(dish.name) for dish in meal.dishes))
    if reason:
        return reason.title
    return str(tk._("Nothing here for this choice")) if day.menus else ""


def _telling_meal(day: Day, asked: Asked, band: str | None) -> Meal | None:
    """The band's lunch, where there is one: the meal that most readers of a month look for."""
    meals = [meal for menu in asked.of_menus(day.menus) if menu.age_band == band for meal in menu.meals]
    by_prefix = {code_prefix(meal.meal): meal for meal in reversed(meals)}
    return next((by_prefix[prefix] for prefix in _LUNCHES if prefix in by_prefix), meals[0] if meals else None)
