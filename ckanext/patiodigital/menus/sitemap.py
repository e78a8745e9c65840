"""``/cardapio/sitemap.xml``: the pages that search engines may list, in every language."""

from __future__ import annotations

import ckantoolkit as tk
from flask import Response, request

from ckanext.patiodigital.menus import service
from ckanext.patiodigital.menus.alternates import alternates
from ckanext.patiodigital.menus.core import sitemap as protocol
from ckanext.patiodigital.menus.unknown_paths import no_page
from ckanext.patiodigital.menus.views import menus

#: Which of several sitemaps is meant, counted from 1.
PARAM = "parte"


@menus.get("/cardapio/sitemap.xml")
def sitemap() -> Response:
    """All pages; where they are more than a sitemap may hold, an index of sitemaps."""
    lookup = service.public()
    search = alternates("patiodigital_menus.search")
    # Below the search page, and not each by its name: CKAN takes its time to make an address.
    schools = [{tag: f"{url}/{school.eol}" for tag, url in search.items()} for school in lookup.schools]
    parts = protocol.parts([search, alternates("patiodigital_menus.neighbourhoods"), *schools])
    numbered = {str(number): part for number, part in enumerate(parts, 1)}
    asked = request.args.get(PARAM, "" if len(parts) > 1 else "1")
    if not asked:
        return _xml(protocol.index([_part_url(number) for number in numbered], lookup.data_version))
    if asked not in numbered:
        return no_page()
    return _xml(protocol.sitemap(numbered[asked], lookup.data_version))


def _part_url(number: str) -> str:
    return str(tk.url_for("patiodigital_menus.sitemap", locale="default", qualified=True, **{PARAM: number}))


def _xml(body: bytes) -> Response:
    return Response(body, content_type="application/xml; charset=utf-8")
