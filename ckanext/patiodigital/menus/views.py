"""The family pages: ``/cardapio`` and below; and the same pages over one resource, inside CKAN's pages."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress

import ckantoolkit as tk
import psycopg2
from flask import Blueprint, Response, redirect, request
from sqlalchemy.exc import OperationalError
from werkzeug.wrappers import Response as AnyResponse

from ckanext.patiodigital.menus import pages, service
from ckanext.patiodigital.menus.core import queries
from ckanext.patiodigital.menus.core.near_map import near_map
from ckanext.patiodigital.menus.core.periods import Period, parse_period
from ckanext.patiodigital.menus.core.plain_text import one_line, shortened
from ckanext.patiodigital.menus.core.queries import BadQueryError, Fault, SchoolsQuery, normalise_eol
from ckanext.patiodigital.menus.core.rows import SchoolRow
from ckanext.patiodigital.menus.labels import LABELS
from ckanext.patiodigital.menus.pages.school import PERIOD_PARAMS
from ckanext.patiodigital.menus.place import Place, public_place, render, resource_place
from ckanext.patiodigital.tables.service import NoDataError

#: The query parameters that pages depend on, in the reader's language, and the names that the core gives them.
_SCHOOL_PARAMS = {"q": "q", "cursor": "cursor"}
_NEAR_PARAMS = ("lat", "lon")
_CHOICE_PARAMS = {"idade": "age", "refeicao": "meal", "dieta": "diet", "versao": "version"}
SCHOOL_PAGE_PARAMS = (*PERIOD_PARAMS.values(), *_CHOICE_PARAMS)
PARAMS = frozenset((*_SCHOOL_PARAMS, *_NEAR_PARAMS, *SCHOOL_PAGE_PARAMS))
NEAR_RADIUS_M = 5_000
#: Characters of a wrong value that an answer repeats.
_LONGEST_VALUE = 40

menus = Blueprint("patiodigital_menus", __name__)


def _args(names: Mapping[str, str]) -> dict[str, list[str]]:
    """The known parameters of the address by the core's names. Families' links carry all kinds of others."""
    given = request.args.to_dict(flat=False)
    return {names[name]: values[:1] for name, values in given.items() if name in names and values[0].strip()}


@menus.errorhandler(NoDataError)
def no_data(_error: NoDataError) -> Response:
    return render(
        "menus/message.html",
        503,
        title=tk._("There are no menus here yet"),
        text=tk._("They are not public, or are being read from the department just now. Try again in a few minutes."),
    )


@menus.errorhandler(OperationalError)
@menus.errorhandler(psycopg2.OperationalError)
def database_away(_error: Exception) -> Response:
    return render(
        "menus/message.html",
        503,
        title=tk._("The menus can't be read right now"),
        text=tk._("The portal's database does not answer. Try again in a minute."),
    )


@menus.get("/cardapio")
def search() -> Response:
    """Find a school by name, place or code."""
    return _search(public_place())


@menus.get("/cardapio/perto")
def near() -> Response:
    """The schools nearest to a position, nearest first."""
    place = public_place()
    lat, lon = (request.args.get(name, "") for name in _NEAR_PARAMS)
    around = {"near": [f"{lat},{lon}"], "radius": [str(NEAR_RADIUS_M)]}
    try:
        query = queries.parse_schools_query(around, LABELS)
    except BadQueryError:
        fault = tk._("The position is missing or is none. Search by name or neighbourhood instead.")
        return place.render("menus/search.html", 400, q="", result=None, fault=fault)
    with suppress(BadQueryError):  # a cursor that is none: the first page
        query = queries.parse_schools_query(around | _args({"cursor": "cursor"}), LABELS)
    result = place.lookup.schools.find(query)
    following = queries.next_cursor(query, result.total)
    first = query.offset + 1
    return place.render(
        "menus/near.html",
        schools=[place.found(item.school, item.distance_m) for item in result.items],
        total=result.total,
        first=first,
        more=tk.url_for("patiodigital_menus.near", lat=lat, lon=lon, cursor=following) if following else None,
        map=near_map(query.near, [item.school for item in result.items], first) if query.near else None,
    )


@menus.get("/cardapio/<eol>")
def school(eol: str) -> AnyResponse:
    """What is planned at a school on a day, or why nothing is."""
    return _school(public_place(), eol)


@menus.get("/dataset/<id>/resource/<resource_id>/cardapio")
def resource_search(id: str, resource_id: str) -> Response:  # noqa: A002 (CKAN's own name for it)
    """:func:`search` over one resource."""
    return _search(resource_place(id, resource_id))


@menus.get("/dataset/<id>/resource/<resource_id>/cardapio/<eol>")
def resource_school(id: str, resource_id: str, eol: str) -> AnyResponse:  # noqa: A002
    """:func:`school` over one resource."""
    return _school(resource_place(id, resource_id), eol)


def _search(place: Place) -> Response:
    q = request.args.get("q", "").strip()
    if not q:
        return place.render("menus/search.html", q="", result=None)
    if len(q) > queries.MAX_QUERY:
        fault = tk._("Write at most {limit} characters: part of the name is enough.").format(limit=queries.MAX_QUERY)
        return place.render("menus/search.html", 400, q=q[: queries.MAX_QUERY], result=None, fault=fault)
    try:
        query = queries.parse_schools_query(_args(_SCHOOL_PARAMS), LABELS)
    except BadQueryError:
        query = SchoolsQuery(q=q)  # a cursor that is none: the first page
    result = place.lookup.schools.find(query)
    following = queries.next_cursor(query, result.total)
    return place.render(
        "menus/search.html",
        q=q,
        result=result,
        schools=[place.found(item.school) for item in result.items],
        nearest=[place.found(school) for school in result.nearest],
        more=place.search_url(q=q, cursor=following) if following else None,
        first=query.offset + 1,
    )


def _school(place: Place, eol: str) -> AnyResponse:
    code = normalise_eol(eol)
    found = place.lookup.schools.get(code) if code else None
    if found is None:
        return no_school(place)
    if eol != found.eol:
        return redirect(place.school_url(found.eol, **known_params()), 301)
    try:
        period, asked = family_query()
    except BadQueryError as error:
        return bad_address(place, found, error)

    def url(**query: str) -> str:
        return place.school_url(found.eol, **query)

    if period is not None and period.view == "week":
        printed = tk.url_for("patiodigital_menus.printed", eol=found.eol, semana=period.code, **asked.params())
        week = pages.week_page(place.lookup, found, period, asked, url, printed)
        return place.render("menus/week.html", page=week)
    if period is not None and period.view == "month":
        return place.render("menus/month.html", page=pages.month_page(place.lookup, found, period, asked, url))
    day = pages.day_page(place.lookup, found, period.start if period else None, asked, url)
    return place.render("menus/day.html", page=day, answers=place.lookup.answers(found.eol, day.day.date))


def known_params() -> dict[str, str]:
    """What the address of a school's page says that the page looks at."""
    return {name: value for name, value in request.args.items() if name in SCHOOL_PAGE_PARAMS}


def no_school(place: Place) -> Response:
    """The answer where an address names no school."""
    return place.render(
        "menus/message.html",
        404,
        title=tk._("There is no school with this code"),
        text=tk._("The EOL code has up to six digits. Search for the school by its name or neighbourhood:"),
        with_search=True,
    )


def family_query() -> tuple[Period | None, pages.Asked]:
    """The period that the address names, if any, and what else it asks for.

    Of several periods the narrowest counts. :class:`BadQueryError` has the names of the address's own parameters.
    """
    today = service.local_now().date()
    faults: list[Fault] = []
    period = None
    for view, name in PERIOD_PARAMS.items():
        text = request.args.get(name, "").strip()
        if text:
            try:
                period = parse_period(view, text, today)
            except ValueError as error:
                faults.append(Fault(name, str(error)))
            break
    try:
        query = queries.parse_menus_query(_args(_CHOICE_PARAMS), today, LABELS)
    except BadQueryError as error:
        names = {core: name for name, core in _CHOICE_PARAMS.items()}
        raise BadQueryError([*faults, *(Fault(names[fault.param], fault.reason) for fault in error.faults)]) from None
    if faults:
        raise BadQueryError(faults)
    return period, pages.Asked.of(query)


def bad_address(place: Place, found: SchoolRow, error: BadQueryError) -> Response:
    """The answer where an address asks for a period, an age, a meal, a diet or a version that there is not."""
    wrong = {fault.param for fault in error.faults}
    part = tk._("Part of the address can't be used: {wrong}.").format(wrong=", ".join(sorted(wrong)))
    without = {name: value for name, value in known_params().items() if name not in wrong}
    address = tk.url_for(request.endpoint or "", **(request.view_args or {}), **without)
    return place.render(
        "menus/message.html",
        400,
        title=tk._("This address asks for something that there is not"),
        text=" ".join([part, *_explained(wrong)]),
        links=[
            (tk._("Open the address without this part"), address),
            (found.name, place.school_url(found.eol)),
        ],
    )


def _explained(wrong: Collection[str]) -> Iterator[str]:
    """A sentence on each kind of parameter that is wrong."""
    unknown = {
        "idade": tk._("There is no such age: {value}. Choose one on the school's page."),
        "refeicao": tk._("There is no such meal: {value}. Choose one on the school's page."),
        "dieta": tk._("There is no such diet: {value}. Choose one on the school's page."),
    }
    for name, sentence in unknown.items():
        if name in wrong:
            yield sentence.format(value=shortened(one_line(request.args[name]), _LONGEST_VALUE))
    if not unknown.keys() >= set(wrong):
        yield tk._(
            "A day is written like 2026-03-02, a week like 2026-W10, a month like 2026-03, from {first} to {last}."
        ).format(first=queries.FIRST_YEAR, last=service.local_now().year + 1)
