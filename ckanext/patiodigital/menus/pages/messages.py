"""A sentence for each reason that a day has no menu."""

from __future__ import annotations

from dataclasses import dataclass

import ckantoolkit as tk
from markupsafe import Markup, escape

from ckanext.patiodigital.menus import service
from ckanext.patiodigital.menus.core.contracts import Day
from ckanext.patiodigital.menus.core.rows import SchoolRow
from ckanext.patiodigital.menus.pages.words import day_in_words, instant_in_words, portuguese


@dataclass(frozen=True)
class Message:
    """Why a day has no menu: a heading, and what it means for the reader."""

    title: str
    text: str


def message(day: Day, school: SchoolRow, lookup: service.Lookup) -> Message | None:
    """The words for a day without a menu; None for one that has one."""
    if day.status == "menu":
        return None
    if day.status in ("weekend", "holiday", "recess"):
        return _no_lessons(day, school, lookup)
    if day.status == "closed":
        return _closed(day, school, lookup)
    if day.status == "unpublished" and day.date < service.local_now().date():
        return Message(
            tk._("No menu was published for this day"), tk._("Ask the school if you need to know what was served.")
        )
    if day.status == "unpublished":
        return Message(tk._("The menu of this day is not published yet"), _expected(day))
    return Message(
        tk._("No menu is planned for this school on this day"),
        tk._("The department's system names no menu plan for it. Ask the school: it knows what is served."),
    )


def _no_lessons(day: Day, school: SchoolRow, lookup: service.Lookup) -> Message:
    if day.status == "weekend":
        return Message(tk._("No lessons: weekend"), _no_meals())
    if day.status == "holiday":
        return Message(_naming(tk._("No lessons: holiday ({name})"), day, ""), _no_meals())
    return Message(_naming(tk._("No lessons: {name}"), day, tk._("school recess")), _duration(day, school, lookup))


def _naming(sentence: str, day: Day, unnamed: str) -> Markup:
    """A sentence with what the calendar calls the day, which is Portuguese, or with words of the page's language."""
    name = portuguese(day.reason) if day.reason else unnamed
    return escape(sentence).format(name=name, reason=name)


def _no_meals() -> str:
    return str(tk._("There are no meals at this school on this day."))


def _duration(day: Day, school: SchoolRow, lookup: service.Lookup) -> str:
    """From when to when there are no lessons; for a single day, that nobody eats then."""
    first, last = lookup.book.calendar.break_around(day.date, school)
    if first == last:
        return _no_meals()
    return str(tk._("From {first} to {last}.").format(first=day_in_words(first), last=day_in_words(last)))


def _closed(day: Day, school: SchoolRow, lookup: service.Lookup) -> Message:
    if school.status != "active":
        return Message(
            tk._("This school is no longer served"),
            tk._("The department's menu system does not list it as open."),
        )
    # Without a verb, so that it is true of a day that is over, and of one that is to come.
    title = _naming(tk._("School closed: {reason}"), day, tk._("not stated"))
    return Message(title, _duration(day, school, lookup))


def _expected(day: Day) -> str:
    if day.expected_on is None:
        return str(tk._("When it will be is not known."))
    if day.expected_on > service.local_now().date():
        return str(tk._("It usually appears on {day}.").format(day=day_in_words(day.expected_on)))
    return str(
        tk._("It usually appears by {day}: it is late, or there are no meals.").format(
            day=day_in_words(day.expected_on)
        )
    )


def source_note(day: Day) -> str:
    """That the department's system does not answer, and since when; blank where it does."""
    if day.source_last_seen is None:
        return ""
    return str(
        tk._("The department's system does not answer. This is what it said last, {when}.").format(
            when=instant_in_words(day.source_last_seen)
        )
    )
