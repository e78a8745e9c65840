"""What a subscription to a school's menus tells, over the days that it covers."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from ckanext.patiodigital import config as base_config
from ckanext.patiodigital.menus import history_store, service
from ckanext.patiodigital.menus.core.contracts import Day, Menu
from ckanext.patiodigital.menus.core.days import MealKey
from ckanext.patiodigital.menus.core.occasions import DayOff, Past, days_off
from ckanext.patiodigital.menus.core.queries import SubscriptionQuery
from ckanext.patiodigital.menus.core.rows import SchoolRow
from ckanext.patiodigital.menus.core.school_days import scopes
from ckanext.patiodigital.menus.service import Lookup
from ckanext.patiodigital.tables import service as tables

DAYS_BACK, DAYS_AHEAD = 30, 60


@dataclass(frozen=True)
class Followed:
    """A school's days around today.

    Attributes:
        today: the portal's day.
        days: those on which the school was, or will be, active.
        called_off: what is planned for days without lessons.
        closed_on: the day from which the school is no longer served, with the instant at which that was known.
    """

    school: SchoolRow
    today: dt.date
    days: list[Day]
    called_off: Mapping[dt.date, list[Menu]]
    past: Past
    days_off: list[DayOff]
    closed_on: tuple[dt.date, dt.datetime] | None


def follow(lookup: Lookup, school: SchoolRow, query: SubscriptionQuery, lang: str) -> Followed:
    """The days that a subscription covers: some back, and all that is published ahead."""
    today = service.local_now().date()
    window = query.between(today - dt.timedelta(days=DAYS_BACK), today + dt.timedelta(days=DAYS_AHEAD))
    # A school that closed had menus until then, and these stay in the calendars of its families.
    active = msgspec.structs.replace(school, status="active")
    days = lookup.days(active, window, lang)
    called_off = lookup.called_off(active, window, lang)
    published = _published(lookup, school, window.start, window.end)
    turned = _turned(lookup, school)
    closed_on = None
    if school.status != "active":
        closed_on = _closing(lookup, school)
        closing_day, known = closed_on
        called_off |= {day.date: day.menus for day in days if day.date >= closing_day and day.menus}
        turned |= {date: turned.get(date, frozenset()) | {known} for date in called_off if date >= closing_day}
        days = [day for day in days if day.date < closing_day]
    past = Past(published, turned, lookup.data_version)
    around = lookup.book.calendar.break_around
    breaks = list(days_off(days, lambda date: around(date, active), past))
    return Followed(school, today, days, called_off, past, breaks, closed_on)


def _published(
    lookup: Lookup, school: SchoolRow, start: dt.date, end: dt.date
) -> dict[dt.date, dict[MealKey, dt.datetime]]:
    groups = lookup.book.groups.between(school.eol, start, end)
    published: defaultdict[dt.date, dict[MealKey, dt.datetime]] = defaultdict(dict)
    with tables.reading() as connection:
        found = history_store.first_published(
            connection, lookup.tables["menus"].resource_id, set(groups.values()), start, end
        )
        for day, group, age_band, diet, meal, instant in found:
            if groups.get(day) == group and instant is not None:
                published[day][age_band, diet, meal] = instant
    return published


def _turned(lookup: Lookup, school: SchoolRow) -> dict[dt.date, frozenset[dt.datetime]]:
    calendar = lookup.tables.get("school_calendar")
    if calendar is None:
        return {}
    instants: defaultdict[dt.date, set[dt.datetime]] = defaultdict(set)
    with tables.reading() as connection:
        for day, instant in history_store.calendar_turns(connection, calendar.resource_id, scopes(school)):
            instants[day].add(instant)
    return {day: frozenset(of_day) for day, of_day in instants.items()}


def _closing(lookup: Lookup, school: SchoolRow) -> tuple[dt.date, dt.datetime]:
    with tables.reading() as connection:
        known = history_store.closed_at(connection, lookup.tables["schools"].resource_id, school.eol)
    instant = known or lookup.data_version
    return instant.astimezone(base_config.zone()).date(), instant
