"""Where family pages stand: over the public tables, or over one resource inside CKAN's pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import ckantoolkit as tk
from flask import Response, make_response

from ckanext.patiodigital.menus import pages, service
from ckanext.patiodigital.menus.core.rows import SchoolRow
from ckanext.patiodigital.menus.core.wording import readable_dish


@dataclass(frozen=True)
class Place:
    """Where the pages stand: their look-up, their addresses, and the layout around them."""

    lookup: service.Lookup
    endpoint: str
    ids: Mapping[str, str]
    layout: str

    def search_url(self, **query: str) -> str:
        return str(tk.url_for(f"patiodigital_menus.{self.endpoint}search", **self.ids, **query))

    def school_url(self, eol: str, **query: str) -> str:
        return str(tk.url_for(f"patiodigital_menus.{self.endpoint}school", eol=eol, **self.ids, **query))

    def found(self, school: SchoolRow, distance_m: int | None = None) -> pages.FoundSchool:
        return pages.found_school(school, distance_m, self.school_url(school.eol))

    def render(self, template: str, status: int = 200, **values: Any) -> Response:
        return render(template, status, layout=self.layout, search_url=self.search_url(), **values)


def public_place() -> Place:
    """The pages over what anonymous readers may read."""
    return Place(service.public(), "", {}, "menus/light.html")


def resource_place(package_id: str, resource_id: str) -> Place:
    """The pages over one resource, for whoever may see it."""
    try:
        resource = tk.get_action("resource_show")({}, {"id": resource_id})
        package = tk.get_action("package_show")({}, {"id": package_id})
    except (tk.ObjectNotFound, tk.NotAuthorized):
        return tk.abort(404, tk._("There is no such table here."))
    if resource["package_id"] != package["id"]:
        return tk.abort(404, tk._("There is no such table here."))
    ids = {"id": package_id, "resource_id": resource_id}
    return Place(service.of_dataset(resource_id), "resource_", ids, "menus/frame.html")


def render(template: str, status: int = 200, **values: Any) -> Response:
    """A family page. ``layout`` is what the page extends."""
    known = {
        "readable_dish": readable_dish,
        "instant_in_words": pages.instant_in_words,
        "allergen_names": pages.allergen_names,
        "layout": "menus/light.html",
    }
    return make_response(tk.render(template, {**known, **values}), status)
