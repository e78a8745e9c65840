"""A school in a list of those that were found."""

from __future__ import annotations

from dataclasses import dataclass

import ckantoolkit as tk
from babel.numbers import format_decimal

from ckanext.patiodigital.menus.core.rows import SchoolRow
from ckanext.patiodigital.menus.labels import LABELS
from ckanext.patiodigital.menus.pages.words import lang, where


@dataclass(frozen=True)
class FoundSchool:
    """A school in a list."""

    name: str
    where: str
    url: str
    distance: str


def found_school(school: SchoolRow, distance_m: int | None, url: str) -> FoundSchool:
    """One line of a result list."""
    kind = LABELS.label("school_types", school.school_type, lang())
    return FoundSchool(school.name, f"{kind} · {where(school)}", url, _distance(distance_m))


def _distance(metres: int | None) -> str:
    if metres is None:
        return ""
    if metres < 1000:
        return str(tk._("{metres} m away").format(metres=metres // 10 * 10))
    kilometres = format_decimal(metres / 1000, format="0.0", locale=lang())
    return str(tk._("{kilometres} km away").format(kilometres=kilometres))
