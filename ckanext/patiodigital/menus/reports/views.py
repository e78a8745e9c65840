"""What families see: the form below a school's page, and the page on which a reporter sees what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import ckantoolkit as tk
import psycopg2
from flask import Blueprint, Response, redirect, request
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response as AnyResponse

from ckanext.patiodigital import config as base_config
from ckanext.patiodigital.edge.core.quota import sender_of
from ckanext.patiodigital.forms import public_form
from ckanext.patiodigital.menus import pages, views
from ckanext.patiodigital.menus import service as lookup
from ckanext.patiodigital.menus.core.queries import FIRST_YEAR, normalise_eol, parse_day
from ckanext.patiodigital.menus.core.rows import SchoolRow
from ckanext.patiodigital.menus.place import Place, public_place, render
from ckanext.patiodigital.menus.reports import config, service, wording
from ckanext.patiodigital.menus.reports.core import reference
from ckanext.patiodigital.menus.reports.core.report import LONGEST_EMAIL, LONGEST_TEXT, Draft, Faults, Field, check
from ckanext.patiodigital.menus.reports.rates import TooManyError
from ckanext.patiodigital.tables.service import NoDataError

reports = Blueprint("patiodigital_reports", __name__)
reports.register_error_handler(NoDataError, views.no_data)
reports.register_error_handler(OperationalError, views.database_away)
reports.register_error_handler(psycopg2.OperationalError, views.database_away)

#: Bytes of a form: the longest text, of letters that take twelve bytes each in an address's encoding, twice over.
MOST_BYTES = 32 * 1024
#: Seconds after which it is worth trying again when Redis or the database was away.
_TRY_AGAIN = 60

#: The form's fields in the reader's language, and the names that the core gives them.
_FIELDS: dict[str, Field] = {"tipo": "kind", "data": "date", "texto": "text", "email": "email", "site": "trap"}


@reports.get("/cardapio/<eol>/aviso")
def form(eol: str) -> AnyResponse:
    """The form, for the day that the reader comes from."""
    place = public_place()
    school = _school(place, eol)
    if not isinstance(school, SchoolRow):
        return school
    given = request.args.get("data", "").strip()
    if eol != school.eol:
        return redirect(_form_url(school, data=given or None), 301)
    today = lookup.local_now().date()
    fields = _fields({"data": given or today.isoformat()})
    try:
        parse_day(fields["date"], today)
    except ValueError:
        return _Form(place, school, fields).answer(400, {"date": "day"})
    return _Form(place, school, fields).answer(200)


@reports.post("/cardapio/<eol>/aviso")
@public_form
def send(eol: str) -> AnyResponse:
    """Take a report, and lead to the page on which its reporter sees what becomes of it."""
    request.max_content_length = MOST_BYTES
    fields = _fields(request.form)
    place = public_place()
    school = _school(place, eol)
    if not isinstance(school, SchoolRow):
        return school
    filled = _Form(place, school, fields)
    found = check(fields, lookup.local_now().date())
    if not isinstance(found, Draft):
        return filled.answer(400, found)
    try:
        report = service.take(found, school, pages.lang(), _sender())
    except TooManyError as error:
        minutes = -(-error.retry_after // 60)
        notice = tk.ungettext(
            "Too many reports came in within an hour, so this one was not taken. Send it again in {count} minute.",
            "Too many reports came in within an hour, so this one was not taken. Send it again in {count} minutes.",
            minutes,
        )
        return filled.answer(429, notice=notice.format(count=minutes), retry_after=error.retry_after)
    except service.AwayError:
        notice = tk._("Reports can't be taken right now, so this one was not. Send it again in a minute.")
        return filled.answer(503, notice=notice, retry_after=_TRY_AGAIN)
    return redirect(tk.url_for("patiodigital_reports.show", written=reference.shown(report.reference)), 303)


@reports.get("/aviso/<written>")
def show(written: str) -> Response:
    """How a report stands, for whoever knows its number. It repeats nothing that the reporter wrote.

    It is not below ``/cardapio``: what lies there is kept by caches until a table changes.
    """
    try:
        report = service.by_reference(written)
    except service.NoReportError:
        title = tk._("There is no report with this number")
        text = tk._("Check the number. A report is deleted {days} days after it was answered or closed.")
        return _private(render("menus/message.html", 404, title=title, text=text.format(days=config.keep_days())))
    return _private(
        render(
            "menus/reports/report.html",
            report=report,
            number=reference.shown(report.reference),
            school_url=tk.url_for("patiodigital_menus.school", eol=report.eol, data=report.date.isoformat()),
            wording=wording,
            keep_days=config.keep_days(),
        )
    )


@reports.errorhandler(RequestEntityTooLarge)
def too_large(_error: RequestEntityTooLarge) -> Response:
    """More than any report that the form can make. It was not read, so it can't be shown again."""
    return _private(
        render(
            "menus/message.html",
            413,
            title=tk._("This report is too long"),
            text=tk._("Write at most {limit} characters. Go back to shorten it.").format(limit=LONGEST_TEXT),
        )
    )


def _school(place: Place, eol: str) -> SchoolRow | Response:
    """The school of an address, or the page that says that there is none."""
    code = normalise_eol(eol)
    found = place.lookup.schools.get(code) if code else None
    return found or views.no_school(place)


def _fields(given: Mapping[str, str]) -> dict[Field, str]:
    return {core: given.get(name, "") for name, core in _FIELDS.items()}


def _form_url(school: SchoolRow, **query: str | None) -> str:
    return str(tk.url_for("patiodigital_reports.form", eol=school.eol, **query))


def _sender() -> str | None:
    forwarded = request.headers.get("X-Forwarded-For", "")
    return sender_of(forwarded, request.remote_addr or "", base_config.trusted_proxies())


@dataclass(frozen=True)
class _Form:
    """The form of a school with what was filled in."""

    place: Place
    school: SchoolRow
    fields: dict[Field, str]

    def answer(
        self, status: int, faults: Faults | None = None, notice: str = "", retry_after: int | None = None
    ) -> Response:
        """The page, with what is wrong; ``retry_after`` in seconds."""
        today = lookup.local_now().date()
        faults = faults or {}
        day = {} if "date" in faults else {"data": self.fields["date"]}
        answer = self.place.render(
            "menus/reports/form.html",
            status,
            school=self.school,
            fields=self.fields,
            faults={field: wording.fault(code, today) for field, code in faults.items()},
            notice=notice,
            names={core: name for name, core in _FIELDS.items()},
            kinds=wording.kinds(),
            first_day=f"{FIRST_YEAR}-01-01",
            last_day=f"{today.year + 1}-12-31",
            longest_text=LONGEST_TEXT,
            longest_email=LONGEST_EMAIL,
            keep_days=config.keep_days(),
            action=_form_url(self.school),
            back=self.place.school_url(self.school.eol, **day),
        )
        if retry_after is not None:
            answer.headers["Retry-After"] = str(retry_after)
        return answer


def _private(answer: Response) -> Response:
    """Keep a page out of caches and search engines, and its address out of other sites' logs."""
    request.environ["__no_cache__"] = True  # or CKAN calls every answer public
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Robots-Tag"] = "noindex"
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer
