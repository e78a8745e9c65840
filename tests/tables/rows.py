"""Rows in the order of a table's columns, from the few cells that a test is about."""

from ckanext.patiodigital.tables.core import schema as schemas

_DEFAULTS = {
    "schools": {"name": "EMEF Teste", "school_type": "emef", "network": "direta", "status": "active"},
    "menus": {
        "menu_group": "direta/emef/1",
        "management": "direta",
        "school_type": "emef",
        "grouping": "1",
        "age_band": "z-unidades-sem-faixa",
        "diet": "common",
        "meal": "a-almoco",
        "position": 1,
        "allergens": "not_informed",
        "status": "published",
    },
    "school_menu_groups": {"priority": 0, "menu_group": "direta/emef/1"},
    "school_meals": {"meal": "a-almoco"},
    "school_calendar": {"scope": "network", "kind": "holiday", "name": "Feriado"},
}


def row(table, **cells):
    schema = schemas.load(table)
    known = dict.fromkeys(name for name in schema.columns if name != "run")
    assert set(cells) <= set(known)
    return tuple({**known, **_DEFAULTS[table], **cells}.values())
