"""The pages on which editors read what families reported, and answer."""

from __future__ import annotations

from typing import Any

import ckantoolkit as tk
from flask import Blueprint, make_response, redirect, request
from sqlalchemy.exc import OperationalError
from werkzeug.wrappers import Response as AnyResponse

from ckanext.patiodigital.forms import own_form
from ckanext.patiodigital.menus import pages
from ckanext.patiodigital.menus.reports import config, mail, service, wording
from ckanext.patiodigital.menus.reports.core.report import LONGEST_ANSWER
from ckanext.patiodigital.menus.reports.model import Report

inbox = Blueprint("patiodigital_report_inbox", __name__, url_prefix="/avisos-do-cardapio")

#: Reports on one page of the list; as many can be deleted at once.
_LISTED = 50
_GREATEST_NUMBER = 2**31 - 1


@inbox.before_request
def editors_only() -> AnyResponse | None:
    """Send strangers to the log-in, and other users away."""
    try:
        tk.check_access("patiodigital_report_edit", {}, {})
    except tk.NotAuthorized as error:
        if tk.current_user.is_anonymous and request.method == "GET":
            here = tk.url_for(request.endpoint, **(request.view_args or {}))
            return redirect(tk.url_for("user.login", next=here))
        return tk.abort(403, str(error))
    return None


@inbox.errorhandler(tk.ObjectNotFound)
@inbox.errorhandler(service.NoReportError)
def not_there(error: Exception) -> tuple[str, int]:
    """There is no report with that number, or it was deleted."""
    text = tk._("There is no report with this number, or it was deleted.")
    return tk.render("error_document_template.html", {"code": 404, "content": text}), 404


@inbox.errorhandler(OperationalError)
def database_away(_error: Exception) -> tuple[str, int]:
    """Nothing was changed."""
    text = tk._("The portal's database does not answer, so nothing was changed. Try again in a minute.")
    return tk.render("error_document_template.html", {"code": 503, "content": text}), 503


@inbox.get("")
def listed() -> str:
    """Open reports, or with ``?resolvidos=1`` settled ones; ``?a_partir=`` skips some."""
    settled = request.args.get("resolvidos") == "1"
    offset = request.args.get("a_partir", 0, type=int)
    offset = offset if 0 <= offset <= _GREATEST_NUMBER else 0
    total, reports = service.listed(settled=settled, limit=_LISTED, offset=offset)
    following = offset + _LISTED
    values: dict[str, Any] = {
        "settled": settled,
        "total": total,
        "reports": reports,
        "newer": _list_url(settled=settled, offset=max(offset - _LISTED, 0)) if offset else None,
        "older": _list_url(settled=settled, offset=following) if following < total else None,
        "open_url": _list_url(settled=False),
        "settled_url": _list_url(settled=True),
    }
    return _render("inbox.html", **values)


@inbox.get("/<int(min=1, max=9223372036854775807):report_id>")
def show(report_id: int) -> str:
    """One report, and the form by which it is answered."""
    return _report_page(service.get(report_id), {}, {})


@inbox.post("/<int(min=1, max=9223372036854775807):report_id>")
@own_form
def save(report_id: int) -> AnyResponse:
    """Save what the form says, or show it again with what is wrong."""
    form = {name: request.form.get(name, "") for name in ("state", "note", "answer")}
    form["publish"] = "true" if request.form.get("publish") else "false"
    try:
        tk.get_action("patiodigital_report_update")({}, {"id": report_id, **form})
    except tk.ValidationError as error:
        return make_response(_report_page(service.get(report_id), form, error.error_dict), 400)
    tk.h.flash_success(tk._("Saved."))
    return redirect(tk.url_for("patiodigital_report_inbox.show", report_id=report_id), 303)


@inbox.post("/excluir")
@own_form
def delete() -> AnyResponse:
    """Delete the reports that were chosen."""
    try:
        done = tk.get_action("patiodigital_report_delete")({}, {"id": request.form.getlist("id")})
    except tk.ValidationError:
        tk.h.flash_error(tk._("Nothing was deleted: choose the reports first."))
    else:
        count = done["deleted"]
        deleted = tk.ungettext("{count} report was deleted.", "{count} reports were deleted.", count)
        tk.h.flash_success(deleted.format(count=count))
    return redirect(tk.url_for("patiodigital_report_inbox.listed"), 303)


def _report_page(report: Report, form: dict[str, str], errors: dict[str, list[str]]) -> str:
    stored = {
        "state": report.state,
        "note": report.note,
        "answer": report.answer,
        "publish": "true" if report.published else "false",
    }
    school_url = tk.url_for("patiodigital_menus.school", eol=report.eol, data=report.date.isoformat())
    return _render(
        "edit.html", report=report, form=stored | form, errors=errors, school_url=school_url, longest=LONGEST_ANSWER
    )


def _list_url(*, settled: bool, offset: int = 0) -> str:
    query = {"resolvidos": "1"} if settled else {}
    return str(tk.url_for("patiodigital_report_inbox.listed", **query, **({"a_partir": offset} if offset else {})))


def _render(template: str, **values: Any) -> str:
    known = {"wording": wording, "when": pages.instant_in_words, "mail_is_set_up": mail.is_set_up()}
    return tk.render(f"menus/reports/{template}", {**known, "keep_days": config.keep_days(), **values})
