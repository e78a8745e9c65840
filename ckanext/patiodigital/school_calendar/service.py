"""The one door to the school calendar: what editors entered, published together with the city's holidays."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import date
from typing import Any

import sqlalchemy as sa
from ckan import model

from ckanext.patiodigital import clock, config
from ckanext.patiodigital.school_calendar import store
from ckanext.patiodigital.school_calendar.core import calendar
from ckanext.patiodigital.school_calendar.core.calendar import Entry
from ckanext.patiodigital.school_calendar.core.recess import recess
from ckanext.patiodigital.school_calendar.core.schools import School
from ckanext.patiodigital.school_calendar.model import CalendarEntry
from ckanext.patiodigital.tables import service as tables
from ckanext.patiodigital.tables.core.load import Partition
from ckanext.patiodigital.tables.service import NoDataError

TABLE = "school_calendar"
#: Who loads the table, as the registry names it.
SOURCE = "school_calendar"

_NO_CALENDAR = "This portal has no school calendar yet: it is made with the first harvest of menus."


class NoEntryError(LookupError):
    """There is no calendar entry with that number."""


# -- the tables


def ensure_calendar(package_id: str, years: Iterable[int]) -> str:
    """The calendar of a dataset, with the holidays of ``years`` and all entries; made where it is missing.

    Returns the id of its resource.
    """
    resource_id = tables.ensure_table(package_id, TABLE, SOURCE)
    shown = sorted(years)
    first, last = date(shown[0], 1, 1), date(shown[-1], 12, 31)
    entered = model.Session.execute(
        sa.select(sa.func.min(CalendarEntry.first), sa.func.max(CalendarEntry.last)).where(
            CalendarEntry.undone.is_(None)
        )
    ).one()
    _publish(resource_id, min(first, entered[0] or first), max(last, entered[1] or last))
    return resource_id


def publish(first: date, last: date) -> None:
    """Bring the days ``first`` to ``last`` of every calendar of the portal up to date."""
    for resource_id in _resource_ids():
        _publish(resource_id, first, last)


def _publish(resource_id: str, first: date, last: date) -> None:
    tables.load(
        resource_id,
        _rows(first, last),
        Partition(f"{first}/{last}", "date", first, last),
        # The source is the portal itself. That an editor undoes a long recess is no sign that it broke.
        accept=True,
    )


def _rows(first: date, last: date) -> Iterator[tables.Mapped]:
    """Rows in the order of the table's columns.

    A generator for a reason: a load asks for its first row when it already holds the table's lock. So entries
    are read when no other edit stands between its own reading and publishing, and the last load has them all.
    """
    columns = (CalendarEntry.first, CalendarEntry.last, CalendarEntry.scope, CalendarEntry.kind, CalendarEntry.name)
    in_force = model.Session.execute(
        sa.select(*columns)
        .where(CalendarEntry.undone.is_(None), CalendarEntry.first <= last, CalendarEntry.last >= first)
        .order_by(CalendarEntry.id)
    )
    for row in calendar.rows(first, last, (Entry(*cells) for cells in in_force)):
        yield (*row, None)


def _resource_ids() -> list[str]:
    """The calendars of the portal; :class:`NoDataError` where there is none."""
    held = [row.resource_id for row in tables.registered() if row.table == TABLE]
    active = model.Session.scalars(
        sa.select(model.Resource.id).where(model.Resource.id.in_(held), model.Resource.state == model.State.ACTIVE)
    ).all()
    if not active:
        raise NoDataError(_NO_CALENDAR)
    return list(active)


def _primary_resource_id() -> str:
    for row in tables.registered():
        if row.table == TABLE and row.primary:
            return row.resource_id
    raise NoDataError(_NO_CALENDAR)


def package_id() -> str:
    """The dataset that holds the calendar which readers use; :class:`NoDataError` where there is none."""
    resource = model.Session.get(model.Resource, _primary_resource_id())
    if resource is None:
        raise NoDataError(_NO_CALENDAR)
    return str(resource.package_id)


def schools() -> list[School]:
    """The active schools beside that calendar; none where they were never loaded."""
    table = tables.dataset_tables(_primary_resource_id()).get("schools")
    if table is None:
        return []
    with tables.reading() as connection:
        return store.active_schools(connection, table.resource_id)


# -- entries


def add(entries: Sequence[Entry], author: str) -> list[CalendarEntry]:
    """Enter ``entries``, already validated and in this order, and publish them: all, or none at all."""
    _resource_ids()
    created = clock.now()
    added = [
        CalendarEntry(
            first=entry.first,
            last=entry.last,
            scope=entry.scope,
            kind=entry.kind,
            name=entry.name,
            author=author,
            created=created,
        )
        for entry in entries
    ]
    model.Session.add_all(added)

    def take_back() -> None:
        for row in added:
            model.Session.delete(row)

    _commit_and_publish([row.entry for row in added], take_back)
    return added


def undo(entry_id: int, by: str) -> CalendarEntry:
    """Let an entry count no more, and publish what is in force without it. One undone before stays as it is.

    :class:`NoEntryError` where there is none with that number.
    """
    entry = get(entry_id)
    if entry is None:
        raise NoEntryError(f"There is no calendar entry {entry_id}.")
    if entry.undone is not None:
        return entry
    entry.undone, entry.undone_by = clock.now(), by

    def take_back() -> None:
        entry.undone = entry.undone_by = None

    _commit_and_publish([entry.entry], take_back)
    return entry


def _commit_and_publish(touched: Sequence[Entry], take_back: Callable[[], None]) -> None:
    """Commit the session, so that every load sees the change, and publish the days that it touches."""
    model.Session.commit()
    if not touched:
        return
    first, last = min(entry.first for entry in touched), max(entry.last for entry in touched)
    try:
        publish(first, last)
    except Exception:
        # Who entered it reads that it failed: it must not come into force later, with the next publication.
        model.Session.rollback()
        take_back()
        model.Session.commit()
        # A load that failed after its commit, for example because Redis is away, is taken back as well.
        with suppress(Exception):
            publish(first, last)
        raise


def generate(years: Iterable[int], author: str) -> list[CalendarEntry]:
    """Enter the demonstration's recess of ``years``; what was entered once is left alone, also if it was undone."""
    wanted = [entry for year in years for entry in recess(year)]
    known = {row.entry for row in model.Session.query(CalendarEntry).filter_by(kind="recess")}
    return add([entry for entry in wanted if entry not in known], author)


def get(entry_id: int) -> CalendarEntry | None:
    """An entry by its number."""
    return model.Session.get(CalendarEntry, entry_id)


def current(limit: int, offset: int = 0) -> tuple[int, list[CalendarEntry]]:
    """The entries in force for today or later, the soonest first: how many there are, and some of them."""
    return _page(_is_current(), (CalendarEntry.first, CalendarEntry.id), limit, offset)


def past(limit: int, offset: int = 0) -> tuple[int, list[CalendarEntry]]:
    """The entries whose days are over or which were undone, the newest first: how many there are, and some of them."""
    return _page(sa.not_(_is_current()), (CalendarEntry.id.desc(),), limit, offset)


def _is_current() -> sa.ColumnElement[bool]:
    return sa.and_(CalendarEntry.undone.is_(None), CalendarEntry.last >= clock.today(config.zone()))


def _page(
    condition: sa.ColumnElement[bool], order: Sequence[sa.ColumnExpressionArgument[Any]], limit: int, offset: int
) -> tuple[int, list[CalendarEntry]]:
    query = model.Session.query(CalendarEntry).filter(condition)
    return query.count(), query.order_by(*order).limit(limit).offset(offset).all()
