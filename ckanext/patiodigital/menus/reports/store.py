"""Reports in CKAN's database. Every public answer is read together: there are few, and they are held in memory."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

import sqlalchemy as sa
from ckan import model

from ckanext.patiodigital.menus.reports.core.report import Kind
from ckanext.patiodigital.menus.reports.model import Report


@dataclass(frozen=True, slots=True)
class Answered:
    """A state of all answers that stand on schools' pages: another after each answer published, edited or taken away.

    ``published`` is the sum of the instants of publication in seconds. The latest of them would not do: of two
    answers published at one time the earlier may be committed last.
    """

    count: int
    published: Decimal


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer on a school's page: to a report of which kind, and since when."""

    kind: Kind
    text: str
    published: dt.datetime


def answered() -> Answered:
    """The state of public answers now."""
    return Answered(
        *model.Session.execute(
            sa.select(
                sa.func.count(), sa.func.coalesce(sa.func.sum(sa.extract("epoch", Report.published)), Decimal())
            ).where(Report.published.is_not(None))
        ).one()
    )


# Two states are held: the one that goes and the one that comes.
@lru_cache(maxsize=2)
def answers(_state: Answered) -> dict[tuple[str, dt.date], list[Answer]]:
    """The public answers of a state, or of a newer one, by school (EOL code) and day, the oldest first."""
    found = defaultdict(list)
    rows = model.Session.execute(
        sa.select(Report.eol, Report.date, Report.kind, Report.answer, Report.published)
        .where(Report.published.is_not(None))
        .order_by(Report.published, Report.id)
    )
    for eol, day, *answer in rows:
        found[eol, day].append(Answer(*answer))
    return dict(found)


def add(report: Report) -> None:
    """Store a new report."""
    model.Session.add(report)
    model.Session.commit()


def get(report_id: int) -> Report | None:
    """A report by its number in the inbox."""
    return model.Session.get(Report, report_id)


def locked(report_id: int) -> Report | None:
    """A report that nobody else can change until the session is committed or rolled back."""
    return model.Session.get(Report, report_id, with_for_update=True, populate_existing=True)


def by_reference(reference: str) -> Report | None:
    """A report by its reporter's number."""
    return model.Session.query(Report).filter_by(reference=reference).one_or_none()


def page(*, settled: bool, limit: int, offset: int) -> tuple[int, list[Report]]:
    """Reports that are settled, or still open, the newest first: how many there are, and some of them."""
    query = model.Session.query(Report).filter(Report.settled.is_not(None) if settled else Report.settled.is_(None))
    return query.count(), query.order_by(Report.id.desc()).limit(limit).offset(offset).all()


def delete(report_ids: Collection[int]) -> int:
    """Delete reports for good; how many of them there were."""
    deleted = model.Session.query(Report).filter(Report.id.in_(report_ids)).delete()
    model.Session.commit()
    return deleted


def delete_settled(before: dt.datetime) -> int:
    """Delete the reports that were settled before an instant; how many there were."""
    deleted = model.Session.query(Report).filter(Report.settled < before).delete()
    model.Session.commit()
    return deleted
