"""``/cardapio/bairros``: the way to a school without typing and without a position, by plain links.

From a regional board, or from a first letter, to a place, and from there to its schools.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

import ckantoolkit as tk
from flask import Response, request

from ckanext.patiodigital.menus import pages
from ckanext.patiodigital.menus.core.neighbourhoods import NOWHERE, Area, Kind, SchoolPlaces
from ckanext.patiodigital.menus.core.search import SchoolIndex
from ckanext.patiodigital.menus.labels import LABELS
from ckanext.patiodigital.menus.place import Place, public_place
from ckanext.patiodigital.menus.views import menus

T = TypeVar("T")

#: What names a place of each kind in an address.
_AREA_PARAMS: dict[Kind, str] = {"district": "distrito", "neighbourhood": "bairro"}
_PAGE_PARAM = "pagina"
PARAMS = ("dre", "letra", *_AREA_PARAMS.values(), _PAGE_PARAM)
#: Places, or schools, on one page.
PAGE_LENGTH = 200


class _UnknownPlaceError(LookupError):
    """The address names a place that there is not."""


@dataclass(frozen=True)
class _Link:
    """Somewhere to go on to; ``schools`` counts those that are there."""

    name: str
    url: str
    schools: int


@dataclass(frozen=True, kw_only=True)
class _PlacesPage:
    """One step of the way; ``up`` leads back, ``more`` to the rest of a long list."""

    title: str
    up: str = ""
    dres: Sequence[_Link] = ()
    letters: Sequence[_Link] = ()
    areas: Sequence[_Link] = ()
    schools: Sequence[pages.FoundSchool] = ()
    first: int = 1
    more: str = ""


@menus.get("/cardapio/bairros")
def neighbourhoods() -> Response:
    """Regional boards and letters; the places of one of them; or the schools of a place."""
    place = public_place()
    asked = {name: value for name in PARAMS if (value := request.args.get(name, "").strip())}
    try:
        page = _page(place, _places(place.lookup.schools, pages.lang()), asked)
    except _UnknownPlaceError:
        return place.render(
            "menus/message.html",
            404,
            title=tk._("There is no such place in the list"),
            text=tk._("The address may be old or mistyped. Choose from the list of places instead."),
            links=[(tk._("Schools by neighbourhood"), _url())],
        )
    return place.render("menus/neighbourhoods.html", page=page)


# Of two data versions, as the look-up holds them, in three languages.
@lru_cache(maxsize=6)
def _places(schools: SchoolIndex, lang: str) -> SchoolPlaces:
    return SchoolPlaces(schools, LABELS, lang)


def _url(**query: str) -> str:
    return str(tk.url_for("patiodigital_menus.neighbourhoods", **query))


def _page(place: Place, places: SchoolPlaces, asked: Mapping[str, str]) -> _PlacesPage:
    for kind, param in _AREA_PARAMS.items():
        if param in asked:
            area = _area(places.areas(asked.get("dre")), kind, asked[param])
            return _schools_page(place, area, asked)
    if "dre" in asked:
        title = LABELS.label("dres", asked["dre"], pages.lang())
        return _areas_page(title, places.areas(asked["dre"]), asked, {"dre": asked["dre"]})
    if "letra" in asked:
        letter = asked["letra"].lower()
        title = tk._("Places with {letter}").format(letter=letter.upper())
        return _areas_page(title, places.of_letter(letter), asked, {})
    nowhere = [area for area in places.areas() if area.code == NOWHERE]
    return _PlacesPage(
        title=tk._("Schools by neighbourhood"),
        dres=[
            _Link(LABELS.label("dres", dre.code, pages.lang()), _url(dre=dre.code), dre.schools)
            for dre in places.dres()
        ],
        letters=[_Link(letter.code.upper(), _url(letra=letter.code), letter.schools) for letter in places.letters()],
        areas=[_link(area, {}) for area in nowhere],
    )


def _area(areas: Sequence[Area], kind: Kind, code: str) -> Area:
    found = next((area for area in areas if (area.kind, area.code) == (kind, code)), None)
    if found is None:
        raise _UnknownPlaceError(code)
    return found


def _areas_page(title: str, areas: Sequence[Area], asked: Mapping[str, str], kept: Mapping[str, str]) -> _PlacesPage:
    shown, _first, more = _part(areas, asked)
    return _PlacesPage(title=title, up=_url(), areas=[_link(area, kept) for area in shown], more=more)


def _schools_page(place: Place, area: Area, asked: Mapping[str, str]) -> _PlacesPage:
    shown, first, more = _part(area.schools, asked)
    schools = [place.found(school) for school in shown]
    return _PlacesPage(title=_name(area), up=_list_of(area, asked), schools=schools, first=first, more=more)


def _list_of(area: Area, asked: Mapping[str, str]) -> str:
    """The address of the list that the place stands in."""
    if "dre" in asked:
        return _url(dre=asked["dre"])
    return _url() if area.code == NOWHERE else _url(letra=area.letter)


def _part(items: Sequence[T], asked: Mapping[str, str]) -> tuple[Sequence[T], int, str]:
    """The items of the page asked for, the number of the first, and the address of the next page, if any."""
    text = asked.get(_PAGE_PARAM, "1")
    first = (int(text) - 1) * PAGE_LENGTH if re.fullmatch(r"[1-9][0-9]{0,3}", text) else len(items)
    if first >= len(items):
        raise _UnknownPlaceError(text)
    end = first + PAGE_LENGTH
    more = _url(**{**asked, _PAGE_PARAM: str(int(text) + 1)}) if end < len(items) else ""
    return items[first:end], first + 1, more


def _link(area: Area, kept: Mapping[str, str]) -> _Link:
    return _Link(_name(area), _url(**kept, **{_AREA_PARAMS[area.kind]: area.code}), len(area.schools))


def _name(area: Area) -> str:
    return area.name or str(tk._("No neighbourhood known"))
