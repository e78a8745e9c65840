"""Rows for the tests of the look-up's core: invented schools whose names look like the department's."""

from __future__ import annotations

import datetime as dt

from ckanext.patiodigital.menus.core.rows import (
    CalendarRow,
    MenuChange,
    MenuGroupRow,
    MenuRow,
    SchoolRow,
)

GROUP = "direta/emei/1"
OTHER_GROUP = "unit/7"
MONDAY = dt.date(2026, 3, 2)
SATURDAY = dt.date(2026, 3, 7)

LABELS = {
    ("dres", "108100"): "Butantã",
    ("dres", "108600"): "Ipiranga",
    ("districts", "raposo-tavares"): "Raposo Tavares",
    ("age_bands", "g-4-a-6-anos"): "4 a 6 anos",
    ("meals", "a-almoco"): "Almoço",
    ("diets", "common"): "Comum",
    ("school_types", "emei"): "EMEI",
}
ORDER = {
    "age_bands": ["f-2-a-3-anos", "g-4-a-6-anos", "z-unidades-sem-faixa"],
    "meals": ["d-desjejum", "a-almoco", "l5-lanche-5-horas", "l5-lanche-5-ou-6-horas", "j-jantar"],
    "diets": ["common", "no-milk"],
    "dres": ["108100", "108600"],
    "districts": ["raposo-tavares"],
    "school_types": ["cei-conveniado", "emef", "emei"],
}


class ExampleVocabularies:
    """Labels and codes of a few concepts."""

    def label(self, scheme: str, code: str, lang: str) -> str:
        return LABELS.get((scheme, code), code) + ("" if lang == "pt" else f" ({lang})")

    def order(self, scheme: str, code: str) -> int:
        codes = ORDER[scheme]
        return codes.index(code) if code in codes else len(codes)

    def codes(self, scheme: str) -> list[str]:
        return ORDER[scheme]


def school(eol: str = "000086", name: str = "EMEI Sol", school_type: str = "emei", **columns) -> SchoolRow:
    return SchoolRow(eol=eol, name=name, school_type=school_type, **columns)


def group_row(
    valid_from: str = "2026-01-01", valid_to: str | None = None, priority: int = 0, menu_group: str = GROUP
) -> MenuGroupRow:
    end = dt.date.fromisoformat(valid_to) if valid_to else None
    return MenuGroupRow("000086", dt.date.fromisoformat(valid_from), end, priority, menu_group)


def dish(name: str, position: int = 1, **columns) -> MenuRow:
    given = {
        "date": MONDAY,
        "menu_group": GROUP,
        "age_band": "g-4-a-6-anos",
        "diet": "common",
        "meal": "a-almoco",
    } | columns
    return MenuRow(dish=name, position=position, **given)


def change(at: dt.datetime, position: int, old: MenuRow | None, **columns) -> MenuChange:
    like = old or dish("", position, **columns)
    return MenuChange(
        date=like.date,
        menu_group=like.menu_group,
        age_band=like.age_band,
        diet=like.diet,
        meal=like.meal,
        position=position,
        at=at,
        old=old,
    )


def calendar_row(date: dt.date, kind: str, name: str | None = None, scope: str = "network") -> CalendarRow:
    return CalendarRow(date, scope, kind, name)


def instant(day: int, hour: int = 12) -> dt.datetime:
    return dt.datetime(2026, 2, day, hour, tzinfo=dt.timezone.utc)
