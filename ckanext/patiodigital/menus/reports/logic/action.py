"""The API of reports, for those who may read them. Reports themselves come in by the form only."""

from __future__ import annotations

from typing import Any

import ckantoolkit as tk

from ckanext.patiodigital import clock
from ckanext.patiodigital.menus.reports import service
from ckanext.patiodigital.menus.reports.core import reference
from ckanext.patiodigital.menus.reports.logic import schema
from ckanext.patiodigital.menus.reports.model import Report
from ckanext.patiodigital.menus.reports.service import Edit, NoReportError

__all__ = [
    "patiodigital_report_delete",
    "patiodigital_report_list",
    "patiodigital_report_show",
    "patiodigital_report_update",
]

Context = dict[str, Any]
Data = dict[str, Any]


def _valid(context: Context, data_dict: Data, fields: schema.Schema) -> Data:
    """The validated fields. Not CKAN's decorator, which would tell anybody what is wrong before who may ask."""
    data, errors = tk.navl_validate(data_dict, fields, context)
    if errors:
        raise tk.ValidationError(errors)
    return data


def _report(report_id: int) -> Report:
    try:
        return service.get(report_id)
    except NoReportError as error:
        raise tk.ObjectNotFound(tk._("There is no report with this number, or it was deleted.")) from error


@tk.side_effect_free
def patiodigital_report_list(context: Context, data_dict: Data) -> Data:
    """List what families reported, the newest first.

    :param state: ``open`` (new or in progress) or ``settled`` (answered or closed)
    :param limit: how many, at most 1,000 (100)
    :param offset: how many to skip (0)
    :returns: ``{"total": n, "reports": [report]}``
    """
    tk.check_access("patiodigital_report_edit", context, data_dict)
    asked = _valid(context, data_dict, schema.report_list())
    settled = asked["state"] == "settled"
    total, reports = service.listed(settled=settled, limit=asked["limit"], offset=asked["offset"])
    return {"total": total, "reports": [_shown(report) for report in reports]}


@tk.side_effect_free
def patiodigital_report_show(context: Context, data_dict: Data) -> Data:
    """Show one report.

    :param id: the report's number
    :returns: the report: its fields, with ``publish`` true where the answer stands on the school's page
    """
    tk.check_access("patiodigital_report_edit", context, data_dict)
    return _shown(_report(_valid(context, data_dict, schema.report_id())["id"]))


def patiodigital_report_update(context: Context, data_dict: Data) -> Data:
    """Decide on a report. What is left out stays as it is.

    :param id: the report's number
    :param state: ``new``, ``in_progress``, ``answered`` or ``closed``; one with an answer is at least ``answered``
    :param note: for editors only; at most 2,000 characters
    :param answer: for the reporter; at most 2,000 characters
    :param publish: whether the answer stands on the school's page too
    :returns: the report
    """
    tk.check_access("patiodigital_report_edit", context, data_dict)
    report = _report(_valid(context, data_dict, schema.report_id())["id"])
    kept = {
        "state": report.state,
        "note": report.note,
        "answer": report.answer,
        "publish": report.published is not None,
    }
    given = {name: data_dict[name] for name in kept if name in data_dict}
    valid = _valid(context, kept | given, schema.edit())
    return _shown(service.edit(report.id, Edit(**valid), context["user"]))


def patiodigital_report_delete(context: Context, data_dict: Data) -> Data:
    """Delete reports for good, with their answers.

    :param id: a report's number, or a list of at most 100
    :returns: ``{"deleted": n}``, how many of them there were
    """
    tk.check_access("patiodigital_report_edit", context, data_dict)
    return {"deleted": service.delete(_valid(context, data_dict, schema.report_ids())["id"])}


_INSTANTS = ("created", "published", "settled", "edited", "notice_sent", "reply_sent")
_PLAIN = (
    "id", "eol", "school", "kind", "text", "email", "lang", "state", "note", "answer", "editor", "notice_error",
    "reply_error",
)  # fmt: skip


def _shown(report: Report) -> Data:
    instants = {name: getattr(report, name) for name in _INSTANTS}
    return {
        **{name: getattr(report, name) for name in _PLAIN},
        **{name: clock.rfc3339(instant) if instant else None for name, instant in instants.items()},
        "reference": reference.shown(report.reference),
        "date": report.date.isoformat(),
        "publish": report.published is not None,
    }
