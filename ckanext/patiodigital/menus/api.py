"""``/api/menus/v1``: schools and their menus for programs."""

from __future__ import annotations

from urllib.parse import urlencode

import ckantoolkit as tk
import psycopg2
from flask import Blueprint, Response, request
from sqlalchemy.exc import OperationalError

from ckanext.patiodigital import clock
from ckanext.patiodigital import config as base_config
from ckanext.patiodigital.menus import service
from ckanext.patiodigital.menus.core import contracts
from ckanext.patiodigital.menus.core.contracts import Problem, SchoolList, SchoolMenus, SchoolName
from ckanext.patiodigital.menus.core.queries import (
    BadQueryError,
    next_cursor,
    normalise_eol,
    parse_menus_query,
    parse_schools_query,
)
from ckanext.patiodigital.menus.core.rows import SchoolRow
from ckanext.patiodigital.menus.labels import LABELS
from ckanext.patiodigital.tables.service import NoDataError

PREFIX = "/api/menus/v1"
#: Seconds after which it is worth asking again where nothing is published yet, or a database is away.
RETRY_AFTER = 60

api = Blueprint("patiodigital_menus_api", __name__, url_prefix=PREFIX)


def _json(answer: contracts.Answer, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    kind = "application/problem+json" if isinstance(answer, Problem) else "application/json"
    return Response(contracts.encode(answer), status, {"Content-Type": kind, **(headers or {})})


def _problem(status: int, title: str, detail: str, headers: dict[str, str] | None = None) -> Response:
    return _json(Problem("about:blank", title, status, detail, request.path[:500], []), status, headers)


@api.errorhandler(BadQueryError)
def _bad_query(error: BadQueryError) -> Response:
    detail = "The request can't be answered as it is; errors says what to change."
    return _json(contracts.bad_request(error.faults, detail=detail, instance=request.path[:500]), 400)


@api.errorhandler(NoDataError)
def _no_data(error: NoDataError) -> Response:
    return _problem(503, "No data", str(error), {"Retry-After": str(RETRY_AFTER)})


@api.errorhandler(OperationalError)
@api.errorhandler(psycopg2.OperationalError)
def _database_away(_error: Exception) -> Response:
    detail = "The database does not answer. Try again in a minute."
    return _problem(503, "Database away", detail, {"Retry-After": str(RETRY_AFTER)})


def _language() -> str:
    return str(tk.h.lang())


def _args() -> dict[str, list[str]]:
    return request.args.to_dict(flat=False)


def _page_url(school: SchoolRow) -> str:
    return str(tk.url_for("patiodigital_menus.school", eol=school.eol, qualified=True))


def _school(lookup: service.Lookup, eol: str) -> SchoolRow | None:
    code = normalise_eol(eol)
    return lookup.schools.get(code) if code else None


def _unknown_school(eol: str) -> Response:
    return _problem(
        404,
        "Unknown school",
        f"There is no school with the EOL code {eol[:20]!r}. It has up to six digits; /schools?q= finds it by name.",
    )


@api.get("/schools")
def schools() -> Response:
    """Search schools by name, place or code, or by distance."""
    query = parse_schools_query(_args(), LABELS)
    lookup = service.public()
    found = lookup.schools.find(query)
    lang = _language()
    following = next_cursor(query, found.total)
    following_url = None
    if following:
        args = {name: values[0] for name, values in _args().items()} | {"cursor": following}
        following_url = f"{tk.url_for('patiodigital_menus_api.schools', qualified=True)}?{urlencode(args)}"
    answer = SchoolList(
        items=[
            contracts.school_answer(item.school, LABELS, lang, url=_page_url(item.school), distance_m=item.distance_m)
            for item in found.items
        ],
        total=found.total,
        next=following_url,
        data_version=lookup.data_version,
    )
    headers = {"X-Total-Count": str(found.total)}
    if following_url:
        headers["Link"] = f'<{following_url}>; rel="next"'
    return _json(answer, headers=headers)


@api.get("/schools/<eol>")
def school(eol: str) -> Response:
    """One school."""
    found = _school(service.public(), eol)
    if found is None:
        return _unknown_school(eol)
    return _json(contracts.school_answer(found, LABELS, _language(), url=_page_url(found)))


@api.get("/schools/<eol>/menus")
def menus(eol: str) -> Response:
    """A school's menus, day by day."""
    query = parse_menus_query(_args(), clock.today(base_config.zone()), LABELS)
    lookup = service.public()
    found = _school(lookup, eol)
    if found is None:
        return _unknown_school(eol)
    return _json(
        SchoolMenus(
            school=SchoolName(found.eol, found.name),
            start=query.start,
            end=query.end,
            data_version=lookup.data_version,
            loaded_at=lookup.loaded_at,
            days=lookup.days(found, query, _language()),
        )
    )


_METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]


@api.route("/", defaults={"rest": ""}, methods=_METHODS)
@api.route("/<path:rest>", methods=_METHODS)
def unknown(rest: str) -> Response:
    """Any other path or method below the prefix, in the API's own form."""
    if request.method not in ("GET", "HEAD"):
        return _problem(405, "Method not allowed", "This API only reads: use GET.", {"Allow": "GET, HEAD, OPTIONS"})
    return _problem(404, "Unknown path", f"{PREFIX}/{rest[:100]} is no path of this API. Try {PREFIX}/schools.")
