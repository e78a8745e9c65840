"""A school's menus as an OpenMensa feed, version 2.1 (openmensa.org/open-mensa-v2.xsd).

OpenMensa takes nothing of a feed that its schema does not allow, so texts are cut to the lengths that it allows.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from xml.etree.ElementTree import Element

import msgspec

from ckanext.patiodigital.menus.core.markup import document, element
from ckanext.patiodigital.menus.core.plain_text import one_line, shortened

_NAMESPACE = "http://openmensa.org/open-mensa-v2"
_SCHEMA = f"{_NAMESPACE} http://openmensa.org/open-mensa-v2.xsd"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_LONGEST = 250
_UNNAMED = "–"
"""Stands for text of which nothing is left, since a name may not be empty."""


class CanteenMeal(msgspec.Struct, frozen=True):
    """A dish, as OpenMensa's "meal"; notes say what it contains."""

    name: str
    notes: Sequence[str] = ()


class Category(msgspec.Struct, frozen=True):
    """What is eaten together: a meal of one age band."""

    name: str
    meals: Sequence[CanteenMeal]


class CanteenDay(msgspec.Struct, frozen=True):
    """A day; without categories, the canteen is closed."""

    date: dt.date
    categories: Sequence[Category] = ()


class Canteen(msgspec.Struct, frozen=True, kw_only=True):
    """A school's canteen. ``url`` is the page for people, ``source`` the feed's own address."""

    name: str
    city: str
    url: str
    source: str
    address: str | None = None
    phone: str | None = None
    location: tuple[float, float] | None = None
    days: Sequence[CanteenDay] = ()


def encode(canteen: Canteen) -> bytes:
    """The feed as XML in UTF-8; days that are not in it are unknown, not closed."""
    known = [element("name", _text(canteen.name))]
    known += [element("address", _text(canteen.address))] if canteen.address else []
    known += [element("city", _text(canteen.city))]
    known += [element("phone", _text(canteen.phone))] if canteen.phone else []
    if canteen.location:
        latitude, longitude = canteen.location
        known += [element("location", latitude=str(latitude), longitude=str(longitude))]
    inside = element(
        "canteen",
        *known,
        element("availability", "restricted"),  # only the school's own pupils eat there
        _feed(canteen),
        *map(_day, canteen.days),
    )
    names = {"xmlns": _NAMESPACE, "xmlns:xsi": _XSI, "xsi:schemaLocation": _SCHEMA}
    return document(element("openmensa", inside, version="2.1", **names))


def _feed(canteen: Canteen) -> Element:
    return element(
        "feed",
        # Before the first meal, and again at noon for what was changed in the morning.
        element("schedule", dayOfMonth="*", dayOfWeek="*", month="*", hour="5,12", minute="30", retry="30 3"),
        element("url", canteen.source),
        element("source", canteen.url),
        name="full",
    )


def _day(day: CanteenDay) -> Element:
    content = [element("category", *map(_meal, each.meals), name=_text(each.name)) for each in day.categories]
    return element("day", *(content or [element("closed")]), date=day.date.isoformat())


def _meal(meal: CanteenMeal) -> Element:
    return element("meal", element("name", _text(meal.name)), *(element("note", _text(note)) for note in meal.notes))


def _text(text: str) -> str:
    return shortened(one_line(text), _LONGEST) or _UNNAMED
