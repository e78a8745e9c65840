"""A school's month: a line for each day, which leads to its page."""

from __future__ import annotations

from dataclasses import dataclass

from ckanext.patiodigital.menus import service
from ckanext.patiodigital.menus.core.contracts import Day, Meal
from ckanext.patiodigital.menus.core.groups import code_prefix
from ckanext.patiodigital.menus.core.periods import Period, containing
from ckanext.patiodigital.menus.core.queries import MenusQuery
from ckanext.patiodigital.menus.core.rows import SchoolRow
from ckanext.patiodigital.menus.core.wording import readable_dish
from ckanext.patiodigital.menus.pages.messages import message, source_note
from ckanext.patiodigital.menus.pages.school import Addresses, Asked, SchoolPage, SchoolUrl, school_page
from ckanext.patiodigital.menus.pages.words import day_in_words, lang, month_in_words, weekdays

#: What lunch is called, by the beginnings of meals' codes: first come, first told.
_LUNCHES = ("a", "r1", "r")
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
    """Everything on a school's page for one month; ``weeks`` have seven places each, None outside the month."""

    weeks: list[list[MonthDay | None]]
    weekdays: list[str]
    source_note: str


def month_page(lookup: service.Lookup, school: SchoolRow, period: Period, asked: Asked, url: SchoolUrl) -> MonthPage:
    """The page of a month."""
    addresses = Addresses(url, asked)
    query = MenusQuery(start=period.start, end=period.end, version=asked.version)
    days = lookup.days(school, query, lang())
    month = month_in_words(period.start)
    places: list[MonthDay | None] = [None] * period.start.weekday()
    places += [_day(lookup, school, day, addresses) for day in days]
    places += [None] * (-len(places) % 7)
    return MonthPage(
        **school_page(lookup, school, period, month[:1].upper() + month[1:], days, addresses),  # type: ignore[arg-type]
        weeks=[places[start : start + 7] for start in range(0, len(places), 7)],
        weekdays=weekdays(),
        source_note=next(filter(None, map(source_note, days)), ""),
    )


def _day(lookup: service.Lookup, school: SchoolRow, day: Day, addresses: Addresses) -> MonthDay:
    meal = _telling_meal(day, addresses.asked)
    reason = message(day, school, lookup) if day.status != "weekend" else None  # its column says it
    return MonthDay(
        number=day.date.day,
        title=day_in_words(day.date),
        url=addresses.of(containing("day", day.date)),
        is_today=day.date == service.local_now().date(),
        meal=meal.label if meal else "",
        text=", ".join(readable_dish(dish.name) for dish in meal.dishes) if meal else (reason.title if reason else ""),
        lessons=day.status == "menu" or day.date.weekday() < _SATURDAY,
    )


def _telling_meal(day: Day, asked: Asked) -> Meal | None:
    """Lunch, where there is one: the meal that most readers of a month look for."""
    meals = [meal for menu in asked.of_menus(day.menus) for meal in menu.meals]
    by_prefix = {code_prefix(meal.meal): meal for meal in reversed(meals)}
    return next((by_prefix[prefix] for prefix in _LUNCHES if prefix in by_prefix), meals[0] if meals else None)
