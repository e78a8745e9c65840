"""The one door to the look-up: schools and their days, as they stand now.

What changes seldom (schools, groups, own meals, calendar) is held in memory for each data version; menus are
read by the day. The state of everything is looked at most once a second.
"""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from ckan import model

from ckanext.patiodigital import clock
from ckanext.patiodigital import config as base_config
from ckanext.patiodigital.edge.core.route import Version
from ckanext.patiodigital.menus import config, store
from ckanext.patiodigital.menus.core.contracts import Day, Menu
from ckanext.patiodigital.menus.core.days import (
    LEAD_WINDOW,
    DayPlan,
    MenuBook,
    Plans,
    Published,
    assemble,
    median_lead,
)
from ckanext.patiodigital.menus.core.groups import MenuGroups, ServedMeals
from ckanext.patiodigital.menus.core.history import as_of
from ckanext.patiodigital.menus.core.queries import MenusQuery
from ckanext.patiodigital.menus.core.rows import SchoolRow
from ckanext.patiodigital.menus.core.school_days import Opening, SchoolCalendar
from ckanext.patiodigital.menus.core.search import SchoolIndex
from ckanext.patiodigital.menus.labels import LABELS
from ckanext.patiodigital.menus.reports import config as reports_config
from ckanext.patiodigital.menus.reports.store import Answer, Answered, answered, answers
from ckanext.patiodigital.tables import service as tables
from ckanext.patiodigital.tables import sources
from ckanext.patiodigital.tables.service import NoDataError

#: Without these there is no look-up; without the others it has nothing special to say.
REQUIRED = ("schools", "school_menu_groups", "menus")
OPTIONAL = ("school_meals", "school_calendar")
#: Seconds for which a look at the state of the tables counts.
FRESH_FOR = 1.0


@dataclass(frozen=True, slots=True)
class TableState:
    """One table used: its resource, and the instant of its last change."""

    resource_id: str
    data_version: dt.datetime
    loaded_at: dt.datetime


@dataclass(frozen=True)
class Lookup:
    """The look-up over one state of the tables. ``down`` has the partitions of menus whose source fails."""

    tables: dict[str, TableState]
    down: dict[str, dt.datetime]
    last_seen: dt.datetime | None
    #: The state of the answers to what families reported; None where the pages are not the public ones.
    answered: Answered | None = None

    @property
    def data_version(self) -> dt.datetime:
        """The newest of the versions of the tables used."""
        return max(state.data_version for state in self.tables.values())

    @property
    def loaded_at(self) -> dt.datetime:
        """When menus were last loaded."""
        return self.tables["menus"].loaded_at

    @property
    def schools(self) -> SchoolIndex:
        return _schools(self._key("schools"))

    @property
    def book(self) -> MenuBook:
        return _book(*(self._key(name) for name in ("school_calendar", "school_menu_groups", "school_meals")))

    @property
    def own_meals(self) -> ServedMeals:
        return _meals(self._key("school_meals"))

    def _key(self, table: str) -> _Key:
        state = self.tables.get(table)
        return (state.resource_id, state.data_version) if state else None

    def answers(self, eol: str, day: dt.date) -> list[Answer]:
        """What the department published in answer to reports on a school and day, the oldest first."""
        return answers(self.answered).get((eol, day), []) if self.answered else []

    def opening(self, school: SchoolRow) -> Opening:
        """The day on which the school's page opens now."""
        return self.book.calendar.opening_day(local_now(), config.day_ends(), school)

    def days(self, school: SchoolRow, query: MenusQuery, lang: str) -> list[Day]:
        """The days of a query, each once."""
        groups = set(self.book.groups.between(school.eol, query.start, query.end).values())
        plans = self._plans(groups, query, lang)
        published = Published(plans, {}, self._source_last_seen(query))
        days = self.book.days(school, query, published, lang)
        if any(day.status == "unpublished" for day in days):
            leads = {group: lead for group in groups if (lead := self._lead(group)) is not None}
            days = self.book.days(school, query, Published(plans, leads, published.source_last_seen), lang)
        return days

    def called_off(self, school: SchoolRow, query: MenusQuery, lang: str) -> dict[dt.date, list[Menu]]:
        """What is planned for days of a query on which there are no lessons."""
        groups = set(self.book.groups.between(school.eol, query.start, query.end).values())
        return self.book.called_off(school, query, Published(self._plans(groups, query, lang)), lang)

    def _plans(self, groups: set[str], query: MenusQuery, lang: str) -> Plans:
        menus = self.tables["menus"]
        if query.version is not None:
            with tables.reading() as connection:
                rows, changes = store.menus(
                    connection, menus.resource_id, groups, query.start, query.end, whole_history=True
                )
            return assemble(*as_of(rows, changes, query.version), LABELS, lang)
        first = query.start - dt.timedelta(days=query.start.weekday())
        mondays = [first + dt.timedelta(days=days) for days in range(0, (query.end - first).days + 1, 7)]
        plans: dict[tuple[dt.date, str], DayPlan] = {}
        for group in groups:
            for monday in mondays:
                plans.update(_week(menus.resource_id, menus.data_version, group, monday, lang))
        return plans

    def _source_last_seen(self, query: MenusQuery) -> dict[dt.date, dt.datetime]:
        """Partitions of menus are months: ``menus/2026-02``."""
        days = ((query.start + dt.timedelta(days=offset)) for offset in range((query.end - query.start).days + 1))
        return {day: seen for day in days if (seen := self.down.get(f"menus/{day:%Y-%m}")) is not None}

    def _lead(self, group: str) -> int | None:
        zone = base_config.zone()
        return _median_lead(self._key("menus"), group, clock.today(zone), zone.key)

    def version(self) -> Version:
        """What answers depend on: tables, the source's state to the minute, the day, whether its meals are over.

        When menus were last loaded is shown, so it counts where the load changed nothing, too. Pages also show what
        was answered to reports, the form of a report for how long it is kept, and pages start the service worker.
        """
        now = local_now()
        parts = [f"{name}={state.resource_id}@{state.data_version}" for name, state in sorted(self.tables.items())]
        parts += [f"loaded {self.loaded_at}"]
        parts += [f"{name} down since {seen}" for name, seen in sorted(self.down.items())]
        parts += [f"{self.last_seen:%Y-%m-%dT%H:%M}"] if self.last_seen else []
        parts += [now.date().isoformat(), str(now.time() >= config.day_ends()), f"offline {config.offline()}"]
        parts += [str(self.answered), f"kept {reports_config.keep_days()} days"]
        return Version("|".join(parts), self.data_version)


_Key = tuple[str, dt.datetime] | None


def local_now() -> dt.datetime:
    return clock.now().astimezone(base_config.zone())


# Two versions are held of the public tables, the one that goes and the one that comes, and some of resource views.
@lru_cache(maxsize=8)
def _schools(key: _Key) -> SchoolIndex:
    with tables.reading() as connection:
        return SchoolIndex(store.schools(connection, key[0]) if key else (), LABELS)


@lru_cache(maxsize=8)
def _calendar(key: _Key) -> SchoolCalendar:
    with tables.reading() as connection:
        return SchoolCalendar(store.calendar(connection, key[0]) if key else ())


@lru_cache(maxsize=8)
def _groups(key: _Key) -> MenuGroups:
    with tables.reading() as connection:
        return MenuGroups(store.menu_groups(connection, key[0]) if key else ())


@lru_cache(maxsize=8)
def _meals(key: _Key) -> ServedMeals:
    with tables.reading() as connection:
        return ServedMeals(store.school_meals(connection, key[0]) if key else ())


@lru_cache(maxsize=8)
def _book(calendar: _Key, groups: _Key, meals: _Key) -> MenuBook:
    return MenuBook(_calendar(calendar), _groups(groups), _meals(meals), LABELS)


# A plan is the same for all schools of a group, and there are some sixty groups: this holds a month of each.
@lru_cache(maxsize=256)
def _week(resource_id: str, _version: dt.datetime, group: str, monday: dt.date, lang: str) -> Plans:
    """A group's plans from Monday to Sunday, as they stand in a version of ``menus``."""
    sunday = monday + dt.timedelta(days=6)
    with tables.reading() as connection:
        rows, changes = store.menus(connection, resource_id, [group], monday, sunday, whole_history=False)
    return assemble(rows, changes, LABELS, lang)


@lru_cache(maxsize=4096)
def _median_lead(menus: _Key, group: str, today: dt.date, zone: str) -> int | None:
    if menus is None:
        return None
    with tables.reading() as connection:
        publications = store.publications(connection, menus[0], group, today - LEAD_WINDOW, today, zone)
    return median_lead(publications, today)


def _look(resources: dict[str, tables.LoadedTable], answered: Answered | None = None) -> Lookup:
    missing = [name for name in REQUIRED if name not in resources]
    if missing:
        raise NoDataError(f"Not published yet: {', '.join(missing)}.")
    menus = resources["menus"].resource_id
    return Lookup(
        {
            name: TableState(
                resources[name].resource_id, resources[name].version.data_version, resources[name].version.loaded_at
            )
            for name in (*REQUIRED, *OPTIONAL)
            if name in resources
        },
        sources.down_partitions(menus),
        sources.health(menus).last_seen,
        answered,
    )


class _Fresh:
    """The last look at the public tables, taken anew once a second. A failure is not kept."""

    def __init__(self, look: Callable[[], Lookup]) -> None:
        self._look = look
        self._lock = threading.Lock()
        self._taken: tuple[float, Lookup] | None = None

    def get(self) -> Lookup:
        with self._lock:
            if self._taken is None or time.monotonic() - self._taken[0] >= FRESH_FOR:
                self._taken = None
                # Dated before the look: what is read may be older than its end.
                self._taken = (time.monotonic(), self._look())
            return self._taken[1]

    def forget(self) -> None:
        self._taken = None


_public = _Fresh(lambda: _look(tables.public_tables(), answered()))


def public() -> Lookup:
    """The look-up over what anonymous readers may read; :class:`NoDataError` where nothing is published."""
    return _public.get()


def of_dataset(resource_id: str) -> Lookup:
    """The look-up over one resource that follows ``menus``, with the other tables of its dataset.

    What the dataset lacks (the schools, where somebody publishes only menus) is taken from the public tables. It asks
    nobody's rights: the caller has checked that the reader may see the resource.
    """
    found = tables.public_tables() | tables.dataset_tables(resource_id)
    if "menus" not in found or found["menus"].resource_id != resource_id:
        raise NoDataError(f"Nothing was loaded into resource {resource_id} yet.")
    return _look(found)


def public_version() -> Version:
    """The version of public answers, for the edge, which calls it outside of any request."""
    try:
        return public().version()
    except NoDataError as error:
        return Version(f"no data: {error}")
    finally:
        model.Session.remove()


def forget() -> None:
    """Look at the tables anew at the next question."""
    _public.forget()
