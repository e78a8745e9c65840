"""The resource view: the look-up inside CKAN's pages, over the resource that is viewed, with the viewer's rights."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ckantoolkit as tk
import psycopg2
from ckan import model
from sqlalchemy.exc import OperationalError

from ckanext.patiodigital.catalogues import translation
from ckanext.patiodigital.menus import pages, service
from ckanext.patiodigital.menus.labels import LABELS
from ckanext.patiodigital.tables.service import NoDataError

NAME = "patiodigital_menus_view"
#: What a view may open on in the place of a day: the parameter of a school's page that asks for it, and its form.
RANGES: Mapping[str, tuple[str, str]] = {
    "week": ("semana", "%G-W%V"),
    "month": ("mes", "%Y-%m"),
}
_CANNOT_READ = (NoDataError, OperationalError, psycopg2.OperationalError)

Key = tuple[Any, ...]
Data = dict[Key, Any]
Errors = dict[Key, list[str]]


def info() -> dict[str, Any]:
    """The view, made by itself on each resource that follows ``menus``."""
    given = [tk.get_validator("ignore_empty"), tk.get_validator("unicode_safe")]
    return {
        "name": NAME,
        "title": tk._("Menu look-up"),
        "icon": "utensils",
        "iframed": False,
        "always_available": False,
        "default_title": _default_title(),
        "preview_enabled": True,
        "schema": {
            "school": [*given, tk.get_validator("patiodigital_eol"), _is_in_the_tables],
            "age": [*given, _is_an_age_band, _goes_with_a_school],
            "range": [*given, _is_a_range, _goes_with_a_school],
        },
    }


def _default_title() -> str:
    """In the portal's language: CKAN stores it, whoever makes the view, and in a job there is no reader's language."""
    _ = translation(tk.config["ckan.locale_default"])
    return _("Menus by school")


def can_view(resource: Mapping[str, Any]) -> bool:
    """Whether a resource follows a version of the table ``menus``."""
    return str(resource.get("table_schema") or "").startswith("menus/")


def variables(resource: Mapping[str, Any], resource_view: Mapping[str, Any] | None) -> dict[str, Any]:
    """The address of the frame, and the choices of the form."""
    return {
        "frame_url": _frame_url(resource, resource_view or {}),
        "ages": [{"value": "", "text": tk._("All ages")}, *_options(LABELS.all("age_bands", pages.lang()))],
        "ranges": [
            {"value": "", "text": tk._("Today, or the next school day")},
            {"value": "week", "text": tk._("The week")},
            {"value": "month", "text": tk._("The month")},
        ],
    }


def _options(labels: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"value": code, "text": label} for code, label in labels.items()]


def _frame_url(resource: Mapping[str, Any], view: Mapping[str, Any]) -> str:
    """The search, or the school, age and days that the view's editor chose."""
    ids = {"id": resource["package_id"], "resource_id": resource["id"]}
    if not view.get("school"):
        return str(tk.url_for("patiodigital_menus.resource_search", **ids))
    query = {"idade": view["age"]} if view.get("age") else {}
    query |= _days(resource["id"], view)
    return str(tk.url_for("patiodigital_menus.resource_school", eol=view["school"], **ids, **query))


def _days(resource_id: str, view: Mapping[str, Any]) -> dict[str, str]:
    """The week or month of the day on which the school's page would open."""
    if view.get("range") not in RANGES:
        return {}
    name, form = RANGES[view["range"]]
    try:
        lookup = service.of_dataset(resource_id)
    except _CANNOT_READ:
        return {}  # the frame says what is the matter
    school = lookup.schools.get(view["school"])
    return {name: f"{lookup.opening(school).date:{form}}"} if school else {}


# -- validators of the view's form


def _is_in_the_tables(key: Key, data: Data, errors: Errors, _context: Any) -> None:
    if errors[key]:
        return  # it is no code at all, and that is said already
    try:
        known = service.of_dataset(_resource_id(data)).schools
    except _CANNOT_READ:
        return  # nothing to compare with, as before the first load
    if known.get(data[key]) is None:
        errors[key].append(tk._("These menus are of no school with the code {eol}.").format(eol=data[key]))


def _resource_id(data: Data) -> str:
    """The view's resource; a program that changes a view may leave it out."""
    stored = model.ResourceView.get(data.get(("id",), ""))
    return str(stored.resource_id if stored else data[("resource_id",)])


def _is_an_age_band(value: str) -> str:
    if value not in LABELS.codes("age_bands"):
        raise tk.Invalid(tk._("This is no age band. Choose one of the list."))
    return value


def _is_a_range(value: str) -> str:
    if value not in RANGES:
        raise tk.Invalid(tk._("Write one of: {ranges}.").format(ranges=", ".join(RANGES)))
    return value


def _goes_with_a_school(key: Key, data: Data, errors: Errors, _context: Any) -> None:
    if not data.get(("school",)):
        errors[key].append(tk._("This belongs to a school's page: fill in the school's code, or leave this empty."))
