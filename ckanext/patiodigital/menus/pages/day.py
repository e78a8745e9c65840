"""A school's day: what is planned, or why nothing is."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import ckantoolkit as tk

from ckanext.patiodigital.menus import service
from ckanext.patiodigital.menus.core.contracts import Day, Menu
from ckanext.patiodigital.menus.core.periods import containing
from ckanext.patiodigital.menus.core.queries import MenusQuery
from ckanext.patiodigital.menus.core.rows import SchoolRow
from ckanext.patiodigital.menus.core.school_days import Opening
from ckanext.patiodigital.menus.pages.messages import Message, message, source_note
from ckanext.patiodigital.menus.pages.school import Addresses, Asked, SchoolPage, SchoolUrl, day_title, school_page
from ckanext.patiodigital.menus.pages.words import day_in_words, lang


@dataclass(frozen=True, kw_only=True)
class DayPage(SchoolPage):
    """Everything on a school's page for one day."""

    day: Day
    opening_note: str
    message: Message | None
    menus: list[Menu]
    next_school_day: tuple[str, str] | None
    source_note: str


def day_page(lookup: service.Lookup, school: SchoolRow, day: dt.date | None, asked: Asked, url: SchoolUrl) -> DayPage:
    """The page of ``day``, or of the day on which the page opens."""
    opening = lookup.opening(school)
    shown = day or opening.date
    period = containing("day", shown)
    addresses = Addresses(url, asked)
    (all_day,) = lookup.days(school, MenusQuery(start=shown, end=shown, version=asked.version), lang())
    today = service.local_now().date()
    return DayPage(
        **school_page(lookup, school, period, day_title(shown, today), [all_day], addresses),  # type: ignore[arg-type]
        day=all_day,
        opening_note="" if day else _opening_note(opening, today),
        message=message(all_day, school, lookup),
        menus=asked.of_menus(all_day.menus),
        next_school_day=_next_school_day(lookup, school, all_day, addresses),
        source_note=source_note(all_day),
    )


def _opening_note(opening: Opening, today: dt.date) -> str:
    """One line on why the page does not open on today."""
    if opening.date == today:
        return ""
    if opening.meals_over:
        return str(tk._("Today's meals are over. This is the next school day."))
    return str(tk._("Today there are no lessons. This is the next school day."))


def _next_school_day(
    lookup: service.Lookup, school: SchoolRow, day: Day, addresses: Addresses
) -> tuple[str, str] | None:
    """Where to go on from a day; nowhere, where the next one would say the same."""
    if school.status != "active" or day.status == "unavailable":
        return None
    after = lookup.book.calendar.next_school_day(day.date, school)
    return (day_in_words(after), addresses.of(containing("day", after))) if after else None
