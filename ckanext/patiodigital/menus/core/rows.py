"""Rows of the published tables, with the columns that the look-up reads; `store.py` fills them.

Days are dates without a zone, instants are aware and UTC, codes are the vocabularies' codes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Literal, Protocol

import msgspec

Allergens = Literal["informed", "not_informed"]


class SchoolRow(msgspec.Struct, frozen=True, kw_only=True):
    """A row of ``schools``; lists are already split."""

    eol: str
    name: str
    official_name: str | None = None
    school_type: str
    status: Literal["active", "closed", "withdrawn"] = "active"
    inep: str | None = None
    dre: str | None = None
    district: str | None = None
    neighbourhood: str | None = None
    address: str | None = None
    phones: tuple[str, ...] = ()
    lat: float | None = None
    lon: float | None = None
    age_bands: tuple[str, ...] = ()
    meals: tuple[str, ...] = ()


class MenuGroupRow(msgspec.Struct, frozen=True):
    """A row of ``school_menu_groups``: from which plan a school eats, from day to day inclusive."""

    eol: str
    valid_from: dt.date
    valid_to: dt.date | None
    priority: int
    menu_group: str


class SchoolMealRow(msgspec.Struct, frozen=True):
    """A row of ``school_meals``: a meal that a school has for a while, in place of its usual list."""

    eol: str
    valid_from: dt.date
    valid_to: dt.date | None
    meal: str


class CalendarRow(msgspec.Struct, frozen=True):
    """A row of ``school_calendar``; scope is ``network``, ``dre:{dre}`` or ``eol:{eol}``."""

    date: dt.date
    scope: str
    kind: Literal["school_day", "holiday", "recess", "closed"]
    name: str | None = None


class MenuRow(msgspec.Struct, frozen=True, kw_only=True):
    """A row of ``menus``: one dish."""

    date: dt.date
    menu_group: str
    age_band: str
    diet: str
    meal: str
    position: int
    dish: str
    contains: tuple[str, ...] = ()
    may_contain: tuple[str, ...] = ()
    allergens: Allergens = "not_informed"
    family_farming: bool | None = None
    status: Literal["published", "withdrawn"] = "published"


class MenuChange(msgspec.Struct, frozen=True, kw_only=True):
    """A row of the change log of ``menus``: what stood under a key until an instant.

    ``old`` is None where the row came to be at that instant.
    """

    date: dt.date
    menu_group: str
    age_band: str
    diet: str
    meal: str
    position: int
    at: dt.datetime
    old: MenuRow | None


class Labels(Protocol):
    """What the look-up asks of the vocabularies age_bands, meals, diets, dres, districts and school_types."""

    def label(self, scheme: str, code: str, lang: str) -> str:
        """The words for a code; the code itself where it is unknown."""

    def order(self, scheme: str, code: str) -> int:
        """Rank of a code in its scheme; unknown codes come last."""


class Codes(Protocol):
    """What query parsing asks of the vocabularies."""

    def codes(self, scheme: str) -> Collection[str]:
        """All codes of a scheme."""
