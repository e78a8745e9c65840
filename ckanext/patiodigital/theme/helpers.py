"""Template helpers of the theme."""

from __future__ import annotations

from typing import Any

import ckan.plugins as p

from ckanext.patiodigital.theme import home

__all__ = ["patiodigital_theme_filled", "patiodigital_theme_has_menus", "patiodigital_theme_home"]


def patiodigital_theme_has_menus() -> bool:
    """Whether the menu look-up is switched on, so that links to it lead somewhere."""
    return p.plugin_loaded("patiodigital_menus")


def patiodigital_theme_home() -> home.Home:
    """What the home page shows of this portal now."""
    return home.gather(has_menus=patiodigital_theme_has_menus())


def patiodigital_theme_filled(schema: dict[str, Any], dataset: dict[str, Any]) -> dict[str, Any]:
    """A scheming schema with only the dataset fields that this dataset has a value for."""
    fields = [field for field in schema["dataset_fields"] if dataset.get(field["field_name"]) not in (None, "", [])]
    return {**schema, "dataset_fields": fields}
