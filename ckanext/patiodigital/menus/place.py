"""Where family pages stand: over the public tables, or over one resource inside CKAN's pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

import ckantoolkit as tk
from flask import Response, abort, make_response, request

from ckanext.patiodigital.menus import config, pages, service
from ckanext.patiodigital.menus.alternates import page_addresses
from ckanext.patiodigital.menus.core.rows import SchoolRow
from ckanext.patiodigital.menus.core.wording import readable_dish
from ckanext.patiodigital.menus.labels import LABELS
from ckanext.patiodigital.menus.structured_data import structured_data
from ckanext.patiodigital.tables.service import NoDataError

#: What family pages extend, and what those over one resource do.
_LIGHT, _FRAME = "menus/light.html", "menus/frame.html"


@dataclass(frozen=True)
class Place:
    """Where the pages stand: their look-up, their addresses, the layout around them, and whether only some see them."""

    lookup: service.Lookup
    endpoint: str
    ids: Mapping[str, str]
    layout: str
    private: bool = False

    def search_url(self, **query: str) -> str:
        return str(tk.url_for(f"patiodigital_menus.{self.endpoint}search", **self.ids, **query))

    def school_url(self, eol: str, **query: str) -> str:
        return str(tk.url_for(f"patiodigital_menus.{self.endpoint}school", eol=eol, **self.ids, **query))

    def found(self, school: SchoolRow, distance_m: int | None = None) -> pages.FoundSchool:
        return pages.found_school(school, distance_m, self.school_url(school.eol))

    def render(self, template: str, status: int = 200, **values: Any) -> Response:
        answer = render(template, status, layout=self.layout, search_url=self.search_url(), **values)
        if self.private:
            request.environ["__no_cache__"] = True  # or CKAN may call the answer public
            answer.headers["Cache-Control"] = "no-store"
        elif self.layout == _FRAME:
            del answer.headers["Content-Security-Policy"]  # nothing in it acts, and other sites embed it
        return answer


def public_place() -> Place:
    """The pages over what anonymous readers may read."""
    return Place(service.public(), "", {}, _LIGHT)


def resource_place(package_id: str, resource_id: str) -> Place:
    """The pages over one resource, for whoever may see it."""
    try:
        resource = tk.get_action("resource_show")({}, {"id": resource_id})
        package = tk.get_action("package_show")({}, {"id": package_id})
    except (tk.ObjectNotFound, tk.NotAuthorized):
        _no_table()
    if resource["package_id"] != package["id"]:
        _no_table()
    try:
        lookup = service.of_dataset(resource_id)
    except NoDataError:
        text = tk._("They show once this table, the schools and their menu groups are loaded.")
        abort(render("menus/message.html", 503, title=tk._("There are no menus here yet"), text=text))
    ids = {"id": package_id, "resource_id": resource_id}
    return Place(lookup, "resource_", ids, _FRAME, private=package["private"])


def _no_table() -> NoReturn:
    text = tk._("It is not there, or only some may see it. Log in to the portal if you are one of them.")
    abort(render("menus/message.html", 404, title=tk._("There is no such table here."), text=text))


def render(template: str, status: int = 200, **values: Any) -> Response:
    """A family page. ``layout`` is what the page extends."""
    over_a_resource = "resource_id" in (request.view_args or {})
    known = {
        "readable_dish": readable_dish,
        "portuguese": pages.portuguese,
        "instant_in_words": pages.instant_in_words,
        "allergen_names": pages.allergen_names,
        "allergen_labels": LABELS.all("allergens", pages.lang()),
        "page_addresses": page_addresses,
        "structured_data": structured_data,
        "offline": config.offline(),
        "layout": _FRAME if over_a_resource else _LIGHT,
    }
    answer = make_response(tk.render(template, {**known, **values}), status)
    # Another site that framed a page could lead a reader's clicks to its forms.
    answer.headers["Content-Security-Policy"] = "frame-ancestors 'self'"
    return answer
