"""Schools and their menus as JSON."""

from __future__ import annotations

from urllib.parse import urlencode

import ckantoolkit as tk
from flask import Response

from ckanext.patiodigital import clock
from ckanext.patiodigital import config as base_config
from ckanext.patiodigital.menus import service
from ckanext.patiodigital.menus.api.blueprint import (
    api,
    arguments,
    json_answer,
    language,
    no_arguments,
    page_url,
    school_of,
)
from ckanext.patiodigital.menus.core import contracts
from ckanext.patiodigital.menus.core.contracts import SchoolList, SchoolMenus, SchoolName
from ckanext.patiodigital.menus.core.queries import next_cursor, parse_menus_query, parse_schools_query
from ckanext.patiodigital.menus.labels import LABELS


@api.get("/schools")
def schools() -> Response:
    """Search schools by name, place or code, or by distance."""
    query = parse_schools_query(arguments(), LABELS)
    lookup = service.public()
    found = lookup.schools.find(query)
    lang = language()
    following = next_cursor(query, found.total)
    following_url = None
    if following:
        args = {name: values[0] for name, values in arguments().items()} | {"cursor": following}
        following_url = f"{tk.url_for('patiodigital_menus_api.schools', qualified=True)}?{urlencode(args)}"
    pages = tk.url_for("patiodigital_menus.search", qualified=True)  # once: CKAN takes its time to make an address
    answer = SchoolList(
        items=[
            contracts.school_answer(
                item.school, LABELS, lang, url=f"{pages}/{item.school.eol}", distance_m=item.distance_m
            )
            for item in found.items
        ],
        total=found.total,
        next=following_url,
        data_version=lookup.data_version,
    )
    headers = {"X-Total-Count": str(found.total)}
    if following_url:
        headers["Link"] = f'<{following_url}>; rel="next"'
    return json_answer(answer, headers=headers)


@api.get("/schools/<eol>")
def school(eol: str) -> Response:
    """One school."""
    no_arguments()
    found = school_of(service.public(), eol)
    return json_answer(contracts.school_answer(found, LABELS, language(), url=page_url(found)))


@api.get("/schools/<eol>/menus")
def menus(eol: str) -> Response:
    """A school's menus, day by day."""
    query = parse_menus_query(arguments(), clock.today(base_config.zone()), LABELS)
    lookup = service.public()
    found = school_of(lookup, eol)
    return json_answer(
        SchoolMenus(
            school=SchoolName(found.eol, found.name),
            start=query.start,
            end=query.end,
            data_version=lookup.data_version,
            loaded_at=lookup.loaded_at,
            days=lookup.days(found, query, language()),
        )
    )
