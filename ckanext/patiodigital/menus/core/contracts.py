"""Answers of the JSON API, as `docs/contracts.md` has them, and their bytes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Literal

import msgspec

from ckanext.patiodigital.menus.core.queries import Fault
from ckanext.patiodigital.menus.core.rows import Allergens, Labels, SchoolRow

DayStatus = Literal["menu", "weekend", "holiday", "recess", "closed", "unpublished", "unavailable"]


class School(msgspec.Struct, frozen=True):
    """A school as programs read it."""

    eol: str
    inep: str | None
    name: str
    type: str
    type_label: str
    dre: str | None
    dre_label: str | None
    district: str | None
    neighbourhood: str | None
    address: str | None
    phones: tuple[str, ...]
    lat: float | None
    lon: float | None
    age_bands: tuple[str, ...]
    meals: tuple[str, ...]
    distance_m: int | None
    url: str


class SchoolList(msgspec.Struct, frozen=True):
    """A page of schools; ``next`` is the address of the following one."""

    items: list[School]
    total: int
    next: str | None
    data_version: dt.datetime


class Dish(msgspec.Struct, frozen=True):
    """A dish; ``not_informed`` never means free of anything."""

    name: str
    contains: tuple[str, ...]
    may_contain: tuple[str, ...]
    allergens: Allergens
    family_farming: bool | None


class PreviousDishes(msgspec.Struct, frozen=True):
    """What a meal was until an instant."""

    until: dt.datetime
    dishes: list[Dish]


class Meal(msgspec.Struct, frozen=True):
    """A meal of a day; ``previous`` has what was replaced after publication, newest first."""

    meal: str
    label: str
    changed_at: dt.datetime | None
    previous: list[PreviousDishes]
    dishes: list[Dish]


class Menu(msgspec.Struct, frozen=True):
    """What one age band eats on one diet."""

    age_band: str
    age_label: str
    diet: str
    diet_label: str
    meals: list[Meal]


class Day(msgspec.Struct, frozen=True):
    """A day and what is planned for it, or why nothing is."""

    date: dt.date
    status: DayStatus
    reason: str | None
    expected_on: dt.date | None
    source_last_seen: dt.datetime | None
    menus: list[Menu]


class SchoolName(msgspec.Struct, frozen=True):
    """Whose menus these are."""

    eol: str
    name: str


class SchoolMenus(msgspec.Struct, frozen=True):
    """The days of a school."""

    school: SchoolName
    start: dt.date
    end: dt.date
    data_version: dt.datetime
    loaded_at: dt.datetime
    days: list[Day]


class Link(msgspec.Struct, frozen=True):
    """Something to ask for; ``href`` is a URI template, RFC 6570."""

    href: str
    title: str
    media_types: tuple[str, ...]


class Index(msgspec.Struct, frozen=True):
    """All that this API answers."""

    title: str
    openapi: str
    links: list[Link]


class ParamError(msgspec.Struct, frozen=True):
    """One fault of a request."""

    param: str
    reason: str


class Problem(msgspec.Struct, frozen=True):
    """RFC 9457 problem details."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    errors: list[ParamError]


Answer = School | SchoolList | SchoolMenus | Index | Problem


def encode(answer: Answer) -> bytes:
    """UTF-8 JSON; instants must be aware and UTC, and end in ``Z``."""
    return _ENCODER.encode(answer)


_ENCODER = msgspec.json.Encoder()


def school_answer(row: SchoolRow, labels: Labels, lang: str, *, url: str, distance_m: int | None = None) -> School:
    """The public form of a school; ``url`` is the address of its page."""
    return School(
        eol=row.eol,
        inep=row.inep,
        name=row.name,
        type=row.school_type,
        type_label=labels.label("school_types", row.school_type, lang),
        dre=row.dre,
        dre_label=labels.label("dres", row.dre, lang) if row.dre else None,
        district=row.district,
        neighbourhood=row.neighbourhood,
        address=row.address,
        phones=row.phones,
        lat=row.lat,
        lon=row.lon,
        age_bands=row.age_bands,
        meals=row.meals,
        distance_m=distance_m,
        url=url,
    )


def bad_request(faults: Sequence[Fault], *, detail: str, instance: str) -> Problem:
    """Answer 400 with every fault; ``instance`` is the path asked for."""
    return Problem(
        type="about:blank",
        title="Bad Request",
        status=400,
        detail=detail,
        instance=instance,
        errors=[ParamError(fault.param, fault.reason) for fault in faults],
    )
