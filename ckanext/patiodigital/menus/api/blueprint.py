"""What all answers of ``/api/menus/v1`` share: the blueprint, problems, languages, and whose school is meant."""

from __future__ import annotations

import ckantoolkit as tk
import psycopg2
from flask import Blueprint, Response, request
from sqlalchemy.exc import OperationalError

from ckanext.patiodigital.menus import service
from ckanext.patiodigital.menus.core import contracts
from ckanext.patiodigital.menus.core.contracts import Problem
from ckanext.patiodigital.menus.core.queries import BadQueryError, normalise_eol, parse_no_query
from ckanext.patiodigital.menus.core.rows import SchoolRow
from ckanext.patiodigital.problems import LONGEST_INSTANCE, problem
from ckanext.patiodigital.tables.service import NoDataError

PREFIX = "/api/menus/v1"
#: Seconds after which it is worth asking again where nothing is published yet, or a database is away.
RETRY_AFTER = 60

api = Blueprint("patiodigital_menus_api", __name__, url_prefix=PREFIX)


class UnknownSchoolError(LookupError):
    """There is no school with the code asked for."""


def json_answer(answer: contracts.Answer, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """An answer's bytes, as JSON or as problem+json."""
    kind = "application/problem+json" if isinstance(answer, Problem) else "application/json"
    return Response(contracts.encode(answer), status, {"Content-Type": kind, **(headers or {})})


def language() -> str:
    """The language of the address."""
    return str(tk.h.lang())


def arguments() -> dict[str, list[str]]:
    """The query string, as the core's parsers take it."""
    return request.args.to_dict(flat=False)


def no_arguments() -> None:
    """Refuse any parameter, in a route that takes none."""
    parse_no_query(arguments())


def page_url(school: SchoolRow) -> str:
    """The address of a school's family page."""
    return str(tk.url_for("patiodigital_menus.school", eol=school.eol, qualified=True))


def school_of(lookup: service.Lookup, eol: str) -> SchoolRow:
    """The school of an EOL code of 1 to 6 digits; :class:`UnknownSchoolError` where there is none."""
    code = normalise_eol(eol)
    found = lookup.schools.get(code) if code else None
    if found is None:
        raise UnknownSchoolError(eol)
    return found


@api.errorhandler(BadQueryError)
def _bad_query(error: BadQueryError) -> Response:
    detail = "The request can't be answered as it is; errors says what to change."
    instance = request.path[:LONGEST_INSTANCE]
    return json_answer(contracts.bad_request(error.faults, detail=detail, instance=instance), 400)


@api.errorhandler(UnknownSchoolError)
def _unknown_school(error: UnknownSchoolError) -> Response:
    eol = str(error)[:20]
    return problem(
        404,
        "Unknown school",
        f"There is no school with the EOL code {eol!r}. It has up to six digits; /schools?q= finds it by name.",
    )


@api.errorhandler(NoDataError)
def _no_data(error: NoDataError) -> Response:
    return problem(503, "No data", str(error), {"Retry-After": str(RETRY_AFTER)})


@api.errorhandler(OperationalError)
@api.errorhandler(psycopg2.OperationalError)
def _database_away(_error: Exception) -> Response:
    detail = "The database does not answer. Try again in a minute."
    return problem(503, "Database away", detail, {"Retry-After": str(RETRY_AFTER)})


_METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]


@api.route("/", defaults={"rest": ""}, methods=_METHODS)
@api.route("/<path:rest>", methods=_METHODS)
def unknown(rest: str) -> Response:
    """Any other path or method below the prefix, in the API's own form."""
    if request.method not in ("GET", "HEAD"):
        return problem(405, "Method not allowed", "This API only reads: use GET.", {"Allow": "GET, HEAD, OPTIONS"})
    return problem(404, "Unknown path", f"{PREFIX}/{rest[:100]} is no path of this API. {PREFIX} lists them.")
