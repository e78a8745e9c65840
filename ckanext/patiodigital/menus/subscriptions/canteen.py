"""A school as a canteen of OpenMensa."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from ckanext.patiodigital.menus import service
from ckanext.patiodigital.menus.core.contracts import Day
from ckanext.patiodigital.menus.core.openmensa import Canteen, CanteenDay, CanteenMeal, Category
from ckanext.patiodigital.menus.core.queries import MenusQuery
from ckanext.patiodigital.menus.core.rows import SchoolRow
from ckanext.patiodigital.menus.core.wording import readable_dish
from ckanext.patiodigital.menus.subscriptions import addresses, words
from ckanext.patiodigital.menus.subscriptions.followed import DAYS_AHEAD

#: The city that the network is of, as are its holidays (``school_calendar/core/city_holidays.py``).
CITY = "São Paulo"
#: Days of which OpenMensa is told nothing: there may be a menu yet.
_UNKNOWN = ("unpublished", "unavailable")


def canteen(lookup: service.Lookup, school: SchoolRow, lang: str) -> Canteen:
    """The school, and its days from today on: OpenMensa passes over days that are past."""
    today = service.local_now().date()
    days = lookup.days(school, MenusQuery(start=today, end=today + dt.timedelta(days=DAYS_AHEAD)), lang)
    return Canteen(
        name=school.name,
        city=CITY,
        url=addresses.page(school),
        source=addresses.own(school),
        address=school.address,
        phone=next(iter(school.phones), None),
        location=(school.lat, school.lon) if school.lat is not None and school.lon is not None else None,
        days=[CanteenDay(day.date, list(_categories(day))) for day in days if day.status not in _UNKNOWN],
    )


def _categories(day: Day) -> Iterator[Category]:
    tell_age = len({menu.age_band for menu in day.menus}) > 1
    for menu in day.menus:
        whom = [menu.age_label] if tell_age else []
        whom += [menu.diet_label] if menu.diet != "common" else []
        for meal in menu.meals:
            dishes = [CanteenMeal(readable_dish(dish.name), words.dish_notes(dish)) for dish in meal.dishes]
            yield Category(" · ".join([meal.label, *whom]), dishes)
