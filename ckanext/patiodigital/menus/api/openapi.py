"""The API's description, and its index for those who look around."""

from __future__ import annotations

import ckantoolkit as tk
import msgspec
from ckan import model
from flask import Response

from ckanext.patiodigital.menus import service
from ckanext.patiodigital.menus.api.blueprint import PREFIX, api, json_answer, no_arguments
from ckanext.patiodigital.menus.core import openapi
from ckanext.patiodigital.menus.core.contracts import Index
from ckanext.patiodigital.menus.core.openapi import Portal
from ckanext.patiodigital.menus.labels import LABELS
from ckanext.patiodigital.tables import service as tables
from ckanext.patiodigital.tables.core import schema as schemas


@api.get("")
def index() -> Response:
    """All that this API answers."""
    no_arguments()
    portal = _portal()
    described = f"{portal.url}{PREFIX}/openapi.json"
    answer = Index(openapi.TITLE, described, openapi.links(portal))
    return json_answer(answer, headers={"Link": f'<{described}>; rel="service-desc"'})


@api.get("/openapi.json")
def description() -> Response:
    """OpenAPI 3.1."""
    no_arguments()
    document = openapi.document(_portal(), LABELS)
    return Response(msgspec.json.encode(document), content_type="application/json")


def _portal() -> Portal:
    """Who answers; licence and contact are those of the dataset that holds the menus, where it is published."""
    try:
        package = model.Package.get(tables.primary("menus").package_id)
    except tables.NoDataError:
        package = None
    known = model.Package.get_license_register()
    licence = known.get(package.license_id) if package and package.license_id else None
    return Portal(
        url=tk.config["ckan.site_url"].rstrip("/"),
        prefix=PREFIX,
        version=schemas.load("menus").version,
        tables=(*service.REQUIRED, *service.OPTIONAL),
        licence=(licence.title, licence.url) if licence else None,
        contact=(package.maintainer or "", package.maintainer_email or "") if package else None,
    )
