"""The page on which editors close schools, and undo it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ckantoolkit as tk
import psycopg2
from flask import Blueprint, Response, make_response, redirect, request
from sqlalchemy.exc import OperationalError
from werkzeug.wrappers import Response as AnyResponse

from ckanext.patiodigital import clock, config
from ckanext.patiodigital.forms import own_form
from ckanext.patiodigital.school_calendar import service, wording
from ckanext.patiodigital.school_calendar.core import calendar
from ckanext.patiodigital.school_calendar.core.calendar import DRE, NETWORK, SCHOOL
from ckanext.patiodigital.school_calendar.core.schools import School, in_scope, meant
from ckanext.patiodigital.school_calendar.model import CalendarEntry
from ckanext.patiodigital.tables.service import NoDataError

school_calendar = Blueprint("patiodigital_school_calendar", __name__)

#: Entries on one page of each list.
_CURRENT_LISTED, _PAST_LISTED = 100, 20
_GREATEST_NUMBER = 2**31 - 1
_FIELDS = ("where", "dre", "school", "first", "last", "kind", "name")

Form = dict[str, str]
Errors = dict[str, list[str]]


@school_calendar.before_request
def editors_only() -> AnyResponse | None:
    """Send strangers to the log-in, and other users away."""
    try:
        tk.check_access("patiodigital_calendar_edit", {}, {})
    except tk.NotAuthorized as error:
        if tk.current_user.is_anonymous and request.method == "GET":
            return redirect(tk.url_for("user.login", next=tk.url_for("patiodigital_school_calendar.show")))
        return tk.abort(403, str(error))
    return None


@school_calendar.errorhandler(NoDataError)
@school_calendar.errorhandler(tk.ObjectNotFound)
def not_there(error: Exception) -> tuple[str, int]:
    """There is no calendar, or no entry with that number."""
    return tk.render("error_document_template.html", {"code": 404, "content": str(error)}), 404


@school_calendar.errorhandler(OperationalError)
@school_calendar.errorhandler(psycopg2.OperationalError)
def database_away(_error: Exception) -> tuple[str, int]:
    """Nothing was changed: ``service.add`` and ``service.undo`` take back what they could not publish."""
    text = tk._("The portal's database does not answer, so nothing was changed. Try again in a minute.")
    return tk.render("error_document_template.html", {"code": 503, "content": text}), 503


@school_calendar.get("/calendario-escolar")
def show() -> Response:
    """The form, and the entries in force and past; ``?entry=`` shows what became of one."""
    today = clock.today(config.zone()).isoformat()
    return _page({"where": "", "dre": "", "school": "", "first": today, "last": "", "kind": "closed", "name": ""})


@school_calendar.post("/calendario-escolar")
@own_form
def enter() -> AnyResponse:
    """Enter what the form says, or show it again with what is wrong."""
    form = {name: request.form.get(name, "").strip() for name in _FIELDS}
    scope, errors = _scope(form, service.schools())
    try:
        entry = tk.get_action("patiodigital_calendar_entry_create")(
            {}, {name: form[name] for name in ("first", "last", "kind", "name")} | {"scope": scope}
        )
    except tk.ValidationError as error:
        found: Errors = dict(error.error_dict)
        # The form has no field of that name; where its own are at fault the scope came out empty.
        fault = found.pop("scope", [])
        if fault and not errors:
            errors = {"where": fault}
        return _page(form, errors | found, 400)
    return redirect(tk.url_for("patiodigital_school_calendar.show", entry=entry["id"]), 303)


@school_calendar.post("/calendario-escolar/<int(min=1, max=9223372036854775807):entry_id>/desfazer")
@own_form
def undo(entry_id: int) -> AnyResponse:
    """Undo an entry."""
    tk.get_action("patiodigital_calendar_entry_undo")({}, {"id": entry_id})
    return redirect(tk.url_for("patiodigital_school_calendar.show", entry=entry_id), 303)


def _scope(form: Form, schools: list[School]) -> tuple[str, Errors]:
    """The scope that the form means; empty, with what is wrong, where it can't be told."""
    filled = [name for name in ("dre", "school") if form[name]]
    where = form["where"] or (filled[0] if len(filled) == 1 else "")
    if any(name != where for name in filled):
        return "", {"where": [tk._("More than one is filled in. Choose the network, one DRE or one school.")]}
    if where == "network":
        return NETWORK, {}
    if where == "dre":
        return (DRE + form["dre"], {}) if form["dre"] else ("", {"dre": [tk._("Choose the DRE.")]})
    if where == "school":
        return _school_scope(form["school"], schools)
    return "", {"where": [tk._("Choose the network, a DRE or a school.")]}


def _school_scope(text: str, schools: list[School]) -> tuple[str, Errors]:
    found = meant(text, schools)
    if len(found) == 1:
        return SCHOOL + found[0].eol, {}
    if found:
        message = tk._("Several schools have this in their name: {choices}. Write the code of the one you mean.")
        return "", {"school": [message.format(choices=wording.choices(found))]}
    message = tk._("No active school has this name or code. Write the EOL code, or fewer words of the name.")
    return "", {"school": [message]}


def _page(form: Form, errors: Errors | None = None, status: int = 200) -> Response:
    schools = service.schools()
    values: dict[str, Any] = {
        "form": form,
        "errors": errors or {},
        "kinds": wording.kinds(),
        "dres": wording.dres(),
        "longest_name": calendar.LONGEST_NAME,
        "package_id": service.package_id(),
        "current": _listed("vigentes", service.current, _CURRENT_LISTED, schools),
        "past": _listed("anteriores", service.past, _PAST_LISTED, schools),
    }
    entry = service.get(_number("entry"))
    if entry is not None:
        values["entry"] = wording.shown(entry, schools)
        values["school_count"] = len(in_scope(entry.scope, schools))
    return make_response(tk.render("school_calendar/calendar.html", values), status)


def _listed(
    parameter: str,
    find: Callable[[int, int], tuple[int, list[CalendarEntry]]],
    limit: int,
    schools: list[School],
) -> dict[str, Any]:
    """One list of entries, from the number that the address gives, and the address of what follows."""
    offset = _number(parameter)
    total, entries = find(limit, offset)
    following = offset + limit
    more = tk.url_for("patiodigital_school_calendar.show", **{parameter: following}) if following < total else None
    return {"total": total, "entries": [wording.shown(entry, schools) for entry in entries], "more": more}


def _number(parameter: str) -> int:
    """A number in the address; 0 where it is none or out of all bounds."""
    number = request.args.get(parameter, 0, type=int)
    return number if 0 <= number <= _GREATEST_NUMBER else 0
