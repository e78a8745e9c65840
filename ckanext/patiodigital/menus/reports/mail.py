"""E-mails about reports: to the department when one comes in, to the reporter when it is answered.

They are sent by background jobs. What became of them is written to the report, so that editors see it: a report
stands whatever the mail server does.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

import ckantoolkit as tk
from babel.dates import format_date
from ckan import model
from redis.exceptions import RedisError

from ckanext.patiodigital import clock
from ckanext.patiodigital.catalogues import translation
from ckanext.patiodigital.menus.core.plain_text import one_line
from ckanext.patiodigital.menus.reports import config, dataset, store, wording
from ckanext.patiodigital.menus.reports.core import reference
from ckanext.patiodigital.menus.reports.model import Report

log = logging.getLogger(__name__)

#: Seconds that a mail server may take; CKAN's mailer sets no limit of its own.
_TIMEOUT = 60
_LONGEST_ERROR = 500


def is_set_up() -> bool:
    """Whether this portal sends mail at all. CKAN takes a server on its own machine for granted, but no sender."""
    return bool(tk.config["smtp.server"] and tk.config["smtp.mail_from"])


def queue_notice(report: Report) -> None:
    """Have the department told of a new report, where mail is set up."""
    if is_set_up() and (error := _queue(send_notice, report.id)):
        report.notice_error = error
        model.Session.commit()


def queue_reply(report: Report) -> None:
    """Have the answer sent to the reporter, where they gave an address and mail is set up."""
    if is_set_up() and report.email and (error := _queue(send_reply, report.id)):
        report.reply_error = error
        model.Session.commit()


def _queue(send: Callable[[int], None], report_id: int) -> str | None:
    """Queue a job for a stored report; what went wrong, if something did."""
    try:
        tk.enqueue_job(send, [report_id], title=f"Mail about report {report_id}", rq_kwargs={"timeout": _TIMEOUT})
    except RedisError as error:
        return _noted(report_id, error)
    return None


def send_notice(report_id: int) -> None:
    """The job that tells the department of a report."""
    report = store.get(report_id)
    if report is None:  # deleted meanwhile
        return
    report.notice_error = _sent(report, dataset.contact_email, *_notice(report))
    report.notice_sent = None if report.notice_error else clock.now()
    model.Session.commit()


def send_reply(report_id: int) -> None:
    """The job that sends a report's answer to the reporter."""
    report = store.get(report_id)
    if report is None or not report.email or not report.answer:  # deleted, or taken back, meanwhile
        return
    email = report.email
    report.reply_error = _sent(report, lambda: email, *_reply(report))
    report.reply_sent = None if report.reply_error else clock.now()
    model.Session.commit()


def _sent(report: Report, receiver: Callable[[], str], subject: str, body: str) -> str | None:
    """Send a mail; what went wrong, if something did."""
    try:
        email = receiver()
        if not email:
            return "The dataset of the menus has no contact e-mail."
        tk.mail_recipient("", email, subject, body)
    except Exception as error:  # noqa: BLE001  a mail server fails in any way, also by taking too long
        return _noted(report.id, error)
    return None


def _noted(report_id: int, error: Exception) -> str:
    log.error("No mail was sent about report %d: %s: %s", report_id, type(error).__name__, error)
    return f"{type(error).__name__}: {error}"[:_LONGEST_ERROR]


# -- what they say


def _address(lang: str, endpoint: str, **values: str | int) -> str:
    locale = "default" if lang == tk.config["ckan.locale_default"] else lang
    return str(tk.url_for(endpoint, locale=locale, qualified=True, **values))


def _notice(report: Report) -> tuple[str, str]:
    """Subject and body for the department. The reporter's address stays in the portal, where it is deleted in time."""
    lang = tk.config["ckan.locale_default"]
    _ = translation(lang)
    kind = wording.kinds(_)[report.kind]
    subject = one_line(_("Menus: {kind}: {school}").format(kind=kind, school=report.school))
    lines = [
        _("On the page of {school} (EOL code {eol}) for {day} somebody reported:").format(
            school=report.school, eol=report.eol, day=format_date(report.date, "long", locale=lang)
        ),
        kind,
        "\n".join(f"> {line}" for line in report.text.split("\n")),
        _("Read and answer it here: {address}").format(
            address=_address(lang, "patiodigital_report_inbox.show", report_id=report.id)
        ),
    ]
    return subject, "\n\n".join(lines) + "\n"


def _reply(report: Report) -> tuple[str, str]:
    """Subject and body for the reporter, in the language in which they wrote."""
    _ = translation(report.lang)
    number = reference.shown(report.reference)
    subject = _("Answer to your report {number}").format(number=number)
    lines = [
        _("You reported something on the page of {school} for {day}. This is the answer:").format(
            school=report.school, day=format_date(report.date, "long", locale=report.lang)
        ),
        report.answer,
        _("It also stands here: {address}").format(
            address=_address(report.lang, "patiodigital_reports.show", written=number)
        ),
        _("Your e-mail is deleted {days} days after the answer.").format(days=config.keep_days()),
    ]
    return subject, "\n\n".join(lines) + "\n"
