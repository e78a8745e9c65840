"""Subscriptions to a school's menus: as a calendar, as Atom, and as OpenMensa reads canteens."""

from __future__ import annotations

import ckantoolkit as tk
import msgspec
from flask import Response

from ckanext.patiodigital.menus import service
from ckanext.patiodigital.menus.api.blueprint import api, arguments, language, no_arguments, school_of
from ckanext.patiodigital.menus.core import atom_feed, calendar_feed, openmensa
from ckanext.patiodigital.menus.core.queries import parse_subscription_query
from ckanext.patiodigital.menus.labels import LABELS
from ckanext.patiodigital.menus.subscriptions.calendar import calendar
from ckanext.patiodigital.menus.subscriptions.canteen import canteen
from ckanext.patiodigital.menus.subscriptions.followed import follow
from ckanext.patiodigital.menus.subscriptions.news import news


@api.get("/schools/<eol>/menus.ics")
def menus_calendar(eol: str) -> Response:
    """A school's meals and days off as a calendar to subscribe to."""
    query = parse_subscription_query(arguments(), LABELS, grouped=True)
    lookup = service.public()
    school = school_of(lookup, eol)
    body = calendar_feed.encode(calendar(follow(lookup, school, query, language()), query))
    # Shown and not downloaded: a file would be a copy that is never renewed.
    headers = {"Content-Disposition": f'inline; filename="menus-{school.eol}.ics"'}
    return Response(body, headers=headers, content_type="text/calendar; charset=utf-8")


@api.get("/schools/<eol>/menus.atom")
def menus_atom(eol: str) -> Response:
    """What is new in a school's menus."""
    query = parse_subscription_query(arguments(), LABELS)
    lookup = service.public()
    school = school_of(lookup, eol)
    body = atom_feed.encode(news(follow(lookup, school, query, language()), query))
    return Response(body, content_type="application/atom+xml; charset=utf-8")


@api.get("/schools/<eol>/openmensa.xml")
def school_openmensa(eol: str) -> Response:
    """A school's menus as an OpenMensa feed."""
    no_arguments()
    lookup = service.public()
    body = openmensa.encode(canteen(lookup, school_of(lookup, eol), language()))
    return Response(body, content_type="application/xml; charset=utf-8")


@api.get("/openmensa.json")
def openmensa_index() -> Response:
    """The feeds of all schools that are open, by EOL code: what OpenMensa calls a parser's index."""
    no_arguments()
    schools_url = tk.url_for("patiodigital_menus_api.schools", qualified=True)
    codes = sorted(school.eol for school in service.public().schools)
    feeds = {eol: f"{schools_url}/{eol}/openmensa.xml" for eol in codes}
    return Response(msgspec.json.encode(feeds), content_type="application/json")
