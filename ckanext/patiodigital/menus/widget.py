"""A school's menu inside anybody's page: ``/cardapio/{eol}/widget``, without scripts; and where its code is made."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import ckantoolkit as tk
import psycopg2
from flask import Blueprint, Response, redirect, request
from markupsafe import Markup
from sqlalchemy.exc import OperationalError
from werkzeug.wrappers import Response as AnyResponse

from ckanext.patiodigital.menus import pages, views
from ckanext.patiodigital.menus.core.queries import BadQueryError, normalise_eol
from ckanext.patiodigital.menus.core.rows import SchoolRow
from ckanext.patiodigital.menus.core.widget import (
    AGE,
    DAYS,
    MAX_DAYS,
    MEAL,
    PARAMS,
    THEME,
    THEMES,
    WidgetOptions,
    parse_widget_options,
)
from ckanext.patiodigital.menus.labels import LABELS
from ckanext.patiodigital.menus.place import Place, public_place, render
from ckanext.patiodigital.tables.service import NoDataError

#: Framed by anybody; and nothing in it runs, is sent, or comes from elsewhere, whatever a dish is called.
POLICY = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors *"
#: Pixels of the frame that the code makes. One day fits in most of them; what is longer is scrolled.
HEIGHT = 560
_CODE = Markup(
    '<iframe src="{src}" title="{title}" loading="lazy" width="100%" height="{height}" style="border: 0"></iframe>'
)

widgets = Blueprint("patiodigital_widget", __name__)


@dataclass(frozen=True)
class Choice:
    """One field of the form that makes the code: each option is (value, label, chosen)."""

    name: str
    label: str
    options: list[tuple[str, str, bool]]


@widgets.get("/cardapio/<eol>/widget")
def show(eol: str) -> AnyResponse:
    """The menu of today or the next school day, and of as many school days after it as the address asks for."""
    place = public_place()
    school = _school(place, eol)
    if school is None:
        text = tk._("The code in the address of this frame is wrong.")
        link = (tk._("Search for the school"), place.search_url())
        return _frame(404, title=tk._("There is no school with this code"), text=text, link=link)
    if eol != school.eol:
        return redirect(tk.url_for("patiodigital_widget.show", eol=school.eol, **_given()), 301)
    try:
        options = parse_widget_options(request.args.to_dict(flat=False), LABELS)
    except BadQueryError as error:
        title = tk._("This address asks for something that there is not")
        link = (tk._("Make the code of this frame anew"), tk.url_for("patiodigital_menus.embed", eol=school.eol))
        return _frame(400, title=title, text=_wrong(error), link=link)
    return _frame(
        title=school.name,
        days=list(_days(place, school, options)),
        link=(tk._("The whole menu of this school"), place.school_url(school.eol)),
        scheme=THEMES[options.theme],
    )


@widgets.errorhandler(NoDataError)
@widgets.errorhandler(OperationalError)
@widgets.errorhandler(psycopg2.OperationalError)
def away(_error: Exception) -> Response:
    """Nothing can be read now, for whatever reason: a guest in somebody's page says no more than that."""
    link = (tk._("School menus"), tk.url_for("patiodigital_menus.search"))
    return _frame(503, title=tk._("The menus can't be read right now"), text=tk._("Try again in a minute."), link=link)


@views.menus.get("/cardapio/<eol>/incorporar")
def embed(eol: str) -> AnyResponse:
    """The code that puts a school's menu into a page, with choices, and what it will look like."""
    place = public_place()
    school = _school(place, eol)
    if school is None:
        return views.no_school(place)
    if eol != school.eol:
        return redirect(tk.url_for("patiodigital_menus.embed", eol=school.eol, **_given()), 301)
    options, fault = WidgetOptions(), ""
    try:
        options = parse_widget_options(request.args.to_dict(flat=False), LABELS)
    except BadQueryError as error:
        fault = _wrong(error)
    return place.render(
        "menus/embed.html",
        400 if fault else 200,
        school=school,
        school_url=place.school_url(school.eol),
        fault=fault,
        choices=_choices(school, options),
        code=str(_code(school, options, qualified=True)),
        preview=_code(school, options, qualified=False),
    )


def _school(place: Place, eol: str) -> SchoolRow | None:
    code = normalise_eol(eol)
    return place.lookup.schools.get(code) if code else None


def _given() -> dict[str, str]:
    """The parameters of the address that count, as they came: the page that they lead to judges them."""
    return {name: value for name, value in request.args.items() if name in PARAMS}


def _wrong(error: BadQueryError) -> str:
    wrong = ", ".join(sorted({fault.param for fault in error.faults}))
    return str(tk._("Part of the address can't be used: {wrong}.").format(wrong=wrong))


def _frame(status: int = 200, *, scheme: str = THEMES["auto"], **values: Any) -> Response:
    answer = render("menus/widget.html", status, scheme=scheme, **values)
    answer.headers["Content-Security-Policy"] = POLICY
    return answer


def _days(place: Place, school: SchoolRow, options: WidgetOptions) -> Iterator[pages.DayPage]:
    asked = pages.Asked(ages=frozenset(filter(None, [options.age])), meals=frozenset(filter(None, [options.meal])))
    day = place.lookup.opening(school).date
    for number in range(options.days):
        yield pages.day_page(
            place.lookup,
            school,
            day if number else None,
            asked,
            lambda **query: place.school_url(school.eol, **query),
        )
        following = place.lookup.book.calendar.next_school_day(day, school)
        if following is None or school.status != "active":
            return
        day = following


def _code(school: SchoolRow, options: WidgetOptions, *, qualified: bool) -> Markup:
    """The ``<iframe>`` of a widget; ``qualified`` for other sites' pages."""
    src = tk.url_for("patiodigital_widget.show", eol=school.eol, qualified=qualified, **options.query())
    return _CODE.format(src=src, title=tk._("Menu: {school}").format(school=school.name), height=HEIGHT)


def _choices(school: SchoolRow, options: WidgetOptions) -> list[Choice]:
    def labelled(scheme: str, codes: tuple[str, ...], chosen: str, everything: str) -> list[tuple[str, str, bool]]:
        known = [(code, LABELS.label(scheme, code, pages.lang()), code == chosen) for code in codes]
        return [("", everything, not chosen), *known]

    days = [
        (str(count), tk.ungettext("{count} school day", "{count} school days", count).format(count=count))
        for count in range(1, MAX_DAYS + 1)
    ]
    themes = [
        ("auto", tk._("as on the reader's device")),
        ("claro", tk._("light")),
        ("escuro", tk._("dark")),
    ]
    return [
        Choice(AGE, tk._("Age"), labelled("age_bands", school.age_bands, options.age, tk._("All ages"))),
        Choice(MEAL, tk._("Meal"), labelled("meals", school.meals, options.meal, tk._("All meals"))),
        Choice(DAYS, tk._("Days"), [(value, label, value == str(options.days)) for value, label in days]),
        Choice(THEME, tk._("Colours"), [(value, label, value == options.theme) for value, label in themes]),
    ]
