"""A school's week on paper: one A4 page for each age band and diet, with the way back to the screen."""

from __future__ import annotations

import ckantoolkit as tk
import segno
from flask import request
from markupsafe import Markup
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from ckanext.patiodigital.menus import pages, views
from ckanext.patiodigital.menus.core.periods import containing
from ckanext.patiodigital.menus.core.queries import BadQueryError, normalise_eol
from ckanext.patiodigital.menus.pages.week import WeekTable
from ckanext.patiodigital.menus.place import public_place

#: A table whose rows have together more letters than this, each counted by its fullest cell, takes smaller ones to stay
#: on its sheet.
_MANY_LETTERS = 600
#: ``letra=grande`` is for those who read small letters badly.
PARAM, LARGE = "letra", "grande"


@views.menus.get("/cardapio/<eol>/imprimir")
def printed(eol: str) -> Response:
    """The week that the address names, or that of the day on which the school's page opens."""
    place = public_place()
    code = normalise_eol(eol)
    school = place.lookup.schools.get(code) if code else None
    if school is None:
        return views.no_school(place)
    letters = {PARAM: LARGE} if request.args.get(PARAM) == LARGE else {}
    if eol != school.eol:
        address = tk.url_for("patiodigital_menus.printed", eol=school.eol, **views.known_params(), **letters)
        return redirect(address, 301)
    try:
        period, asked = views.family_query()
    except BadQueryError as error:
        return views.bad_address(place, school, error)
    week = containing("week", period.start if period else place.lookup.opening(school).date)
    page = pages.week_page(place.lookup, school, week, asked, lambda **query: place.school_url(school.eol, **query), "")
    address = tk.url_for(
        "patiodigital_menus.school", eol=school.eol, semana=week.code, qualified=True, **asked.params()
    )
    other = {} if letters else {PARAM: LARGE}
    return place.render(
        "menus/print.html",
        page=page,
        address=address,
        code=_qr_code(address),
        large=bool(letters),
        is_full=_is_full,
        other_letters=tk.url_for(
            "patiodigital_menus.printed", eol=school.eol, semana=week.code, **asked.params(), **other
        ),
    )


def _is_full(table: WeekTable) -> bool:
    """Whether a table would not fit its sheet in letters of the usual size."""
    fullest = (
        max(sum(len(dish.name) + 2 for dish in meal.dishes) if meal else 0 for meal in cells) for _, cells in table.rows
    )
    return sum(fullest) > _MANY_LETTERS


def _qr_code(address: str) -> Markup:
    """An address as a QR code, SVG. It holds nothing but squares."""
    return Markup(segno.make(address, error="m", micro=False).svg_inline(border=0, omitsize=True))  # noqa: S704  # nosec B704
