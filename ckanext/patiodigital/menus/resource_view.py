"""The resource view: the look-up inside CKAN's pages, over the resource that is viewed, with the viewer's rights."""

from __future__ import annotations

from typing import Any

import ckantoolkit as tk

NAME = "patiodigital_menus_view"


def info() -> dict[str, Any]:
    """The view, made by itself on each resource that follows ``menus``."""
    return {
        "name": NAME,
        "title": tk._("Menu look-up"),
        "icon": "utensils",
        "iframed": False,
        "always_available": False,
        "default_title": tk._("Menus by school"),
        "preview_enabled": True,
        "schema": {"school": [tk.get_validator("ignore_empty"), tk.get_validator("patiodigital_eol")]},
    }


def can_view(resource: dict[str, Any]) -> bool:
    """Whether a resource follows a version of the table ``menus``."""
    return str(resource.get("table_schema") or "").startswith("menus/")


def variables(resource: dict[str, Any], resource_view: dict[str, Any]) -> dict[str, Any]:
    """The address of the frame: the search, or the school that the view's editor chose."""
    ids = {"id": resource["package_id"], "resource_id": resource["id"]}
    if resource_view.get("school"):
        return {"frame_url": tk.url_for("patiodigital_menus.resource_school", eol=resource_view["school"], **ids)}
    return {"frame_url": tk.url_for("patiodigital_menus.resource_search", **ids)}
