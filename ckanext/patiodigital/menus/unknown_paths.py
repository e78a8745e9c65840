"""What is at and below ``/cardapio`` and is no page: a slash too many, or an address that there is not."""

from __future__ import annotations

import ckantoolkit as tk
from flask import Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from ckanext.patiodigital.menus.core.queries import normalise_eol
from ckanext.patiodigital.menus.place import public_place
from ckanext.patiodigital.menus.views import menus


@menus.get("/cardapio/", defaults={"rest": ""})
@menus.get("/cardapio/<path:rest>")
def elsewhere(rest: str) -> AnyResponse:
    """Lead to the address without its last slash; or say that there is no such page, and where to go on."""
    if request.path.endswith("/"):
        kept = rest.rstrip("/")
        address = (
            tk.url_for("patiodigital_menus.elsewhere", rest=kept) if kept else tk.url_for("patiodigital_menus.search")
        )
        query = request.query_string.decode("ascii", "ignore")
        return redirect(f"{address}?{query}" if query else address, 301)
    return no_page(normalise_eol(rest.partition("/")[0]))


def no_page(code: str | None = None) -> Response:
    """The answer where there is no such page; with a school's EOL code, the way to its page."""
    place = public_place()
    school = place.lookup.schools.get(code) if code else None
    return place.render(
        "menus/message.html",
        404,
        title=tk._("There is no such page"),
        text=tk._("The address may be old or mistyped. Search for the school by its name or neighbourhood:"),
        links=[(school.name, place.school_url(school.eol))] if school else [],
        with_search=True,
    )
