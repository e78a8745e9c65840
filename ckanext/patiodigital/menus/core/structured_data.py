"""A school and its menus as schema.org describes them, in JSON-LD for search engines.

It says what is planned and nothing else. Suitability for a diet (``suitableForDiet``) is never claimed, and allergens
are left out: schema.org has no word for "not informed", and silence could be read as free of them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from ckanext.patiodigital.menus.core.contracts import Day, Menu
from ckanext.patiodigital.menus.core.rows import SchoolRow
from ckanext.patiodigital.menus.core.wording import readable_dish

_DISHES_LANGUAGE = "pt-BR"
"""The department writes dishes in Portuguese; only the words around them are in the reader's language."""
_IN_SCRIPT = str.maketrans({character: f"\\u{ord(character):04x}" for character in "<>&\u2028\u2029"})
"""What could end or comment out a script element, or break a line of it, as JSON may write it too."""

Node = dict[str, Any]


def script_text(school: SchoolRow, days: Iterable[Day], *, url: str, lang: str, city: str) -> str:
    """What :func:`graph` makes, as the content of ``<script type="application/ld+json">``: it needs no escape there."""
    return msgspec.json.encode(graph(school, days, url=url, lang=lang, city=city)).decode().translate(_IN_SCRIPT)


def graph(school: SchoolRow, days: Iterable[Day], *, url: str, lang: str, city: str) -> Node:
    """A ``School``, and a ``Menu`` for each day, age and diet that has one.

    ``url`` is the absolute address of the school's page, ``lang`` the BCP 47 tag of the labels in ``days``.
    """
    school_id = f"{url}#school"
    menus = [_menu(menu, day.date, url, lang) | {"about": {"@id": school_id}} for day in days for menu in day.menus]
    node = {"@type": "School", "@id": school_id, "url": url, **_school(school, city)}
    if menus:
        node["subjectOf"] = [{"@id": menu["@id"]} for menu in menus]
    return {"@context": "https://schema.org", "@graph": [node, *menus]}


def _school(school: SchoolRow, city: str) -> Node:
    place: Node = {"@type": "PostalAddress", "addressLocality": city, "addressCountry": "BR"}
    if school.address:
        place["streetAddress"] = school.address
    codes = {"EOL": school.eol, "INEP": school.inep}
    node: Node = {
        "name": school.name,
        "identifier": [
            {"@type": "PropertyValue", "propertyID": name, "value": code} for name, code in codes.items() if code
        ],
        "address": place,
    }
    if school.lat is not None and school.lon is not None:
        node["geo"] = {"@type": "GeoCoordinates", "latitude": school.lat, "longitude": school.lon}
    if school.phones:
        node["telephone"] = list(school.phones)
    return node


def _menu(menu: Menu, day: dt.date, url: str, lang: str) -> Node:
    whom = [menu.age_label] + ([menu.diet_label] if menu.diet != "common" else [])
    return {
        "@type": "Menu",
        "@id": f"{url}?data={day}#menu-{menu.age_band}-{menu.diet}",
        "name": " · ".join(whom),
        "inLanguage": list(dict.fromkeys((lang, _DISHES_LANGUAGE))),
        "temporalCoverage": day.isoformat(),
        "hasMenuSection": [
            {"@type": "MenuSection", "name": meal.label, "hasMenuItem": _items(dish.name for dish in meal.dishes)}
            for meal in menu.meals
        ],
    }


def _items(dishes: Iterable[str]) -> Sequence[Node]:
    return [{"@type": "MenuItem", "name": readable_dish(dish)} for dish in dishes]
