"""The one door to reports: take one, read how it stands, and what editors do with it."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Collection
from dataclasses import dataclass

from ckan import model
from sqlalchemy.exc import OperationalError

from ckanext.patiodigital import clock
from ckanext.patiodigital.menus.core.rows import SchoolRow
from ckanext.patiodigital.menus.reports import config, mail, rates, store
from ckanext.patiodigital.menus.reports.core import reference
from ckanext.patiodigital.menus.reports.core.report import SETTLED, Draft, State, next_state
from ckanext.patiodigital.menus.reports.model import Report

log = logging.getLogger(__name__)


class AwayError(Exception):
    """Reports can't be taken now: Redis or the database does not answer. Nothing was stored."""


class NoReportError(LookupError):
    """There is no report with that number, or none any more."""


@dataclass(frozen=True, slots=True)
class Edit:
    """What an editor decides on a report. ``publish``: the answer stands on the school's page as well."""

    state: State
    note: str
    answer: str
    publish: bool


def take(draft: Draft, school: SchoolRow, lang: str, sender: str | None) -> Report:
    """Store a report that came from a network address (None: it can't be told), and have the department told.

    :class:`~ckanext.patiodigital.menus.reports.rates.TooManyError` where no more are taken for now. Where they
    can't be counted none is taken, for the same reason: :class:`AwayError`.
    """
    report = Report(
        reference=reference.new(),
        created=clock.now(),
        eol=school.eol,
        school=school.name,
        date=draft.date,
        kind=draft.kind,
        text=draft.text,
        email=draft.email,
        lang=lang,
    )
    try:
        rates.count(sender)
        store.add(report)
    except (rates.UncountedError, OperationalError) as error:
        model.Session.rollback()
        log.warning("A report could not be taken: %s: %s", type(error).__name__, error)
        raise AwayError from error
    mail.queue_notice(report)
    return report


def by_reference(written: str) -> Report:
    """The report with the number that its reporter has."""
    known = reference.normalise(written)
    report = store.by_reference(known) if known else None
    if report is None:
        raise NoReportError(written)
    return report


def get(report_id: int) -> Report:
    """A report by its number in the inbox."""
    report = store.get(report_id)
    if report is None:
        raise NoReportError(report_id)
    return report


def listed(*, settled: bool, limit: int, offset: int) -> tuple[int, list[Report]]:
    """Reports that are settled, or still open, the newest first: how many there are, and some of them."""
    return store.page(settled=settled, limit=limit, offset=offset)


def edit(report_id: int, wanted: Edit, editor: str) -> Report:
    """Save what an editor, by the name of the account, decided.

    An answer that is new or changed is sent to the reporter, and so is one whose sending failed.
    """
    report = store.locked(report_id)
    if report is None:
        raise NoReportError(report_id)
    now = clock.now()
    changed = wanted.answer != report.answer
    report.state = next_state(wanted.state, wanted.answer)
    report.note, report.answer = wanted.note, wanted.answer
    report.settled = (report.settled or now) if report.state in SETTLED else None
    # Anew with each change: readers' copies of the page are told apart by it.
    report.published = (now if changed else report.published or now) if wanted.publish else None
    report.edited, report.editor = now, editor
    to_send = bool(report.answer) and (changed or report.reply_error is not None)
    if to_send:
        report.reply_sent = report.reply_error = None
    model.Session.commit()
    if to_send:
        mail.queue_reply(report)
    return report


def delete(report_ids: Collection[int]) -> int:
    """Delete reports for good; how many of them there were."""
    return store.delete(report_ids)


def purge() -> int:
    """Delete the reports whose time is over; how many there were."""
    return store.delete_settled(clock.now() - dt.timedelta(days=config.keep_days()))
