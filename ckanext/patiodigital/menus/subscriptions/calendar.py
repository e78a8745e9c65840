"""A school's days as events of a calendar."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import ckantoolkit as tk

from ckanext.patiodigital import config as base_config
from ckanext.patiodigital.menus.core.calendar_feed import CalendarEvent, CalendarFeed
from ckanext.patiodigital.menus.core.occasions import DayOff, Occasion, called_off, nearest, served
from ckanext.patiodigital.menus.core.queries import SubscriptionQuery
from ckanext.patiodigital.menus.subscriptions import addresses, words
from ckanext.patiodigital.menus.subscriptions.followed import Followed

#: Meals of a calendar. A school with all its age bands has up to fifty a day: then those nearest to today are kept.
MAX_MEALS = 400


def calendar(followed: Followed, query: SubscriptionQuery) -> CalendarFeed:
    """The calendar of a choice of menus."""
    school, whole_days = followed.school, query.group == "day"
    meals = [
        *served(followed.days, followed.past, whole_days=whole_days),
        *called_off(followed.called_off, followed.past, whole_days=whole_days),
    ]
    shown = nearest(meals, lambda meal: meal.date, followed.today, MAX_MEALS)
    about = tk._("What is planned for each meal at {school}.").format(school=school.name)
    if len(shown) < len(meals):
        about += "\n" + tk._("It has the days around today only. Choose an age or a meal to have more of them.")
    return CalendarFeed(
        uid=f"{school.eol}-menus@{addresses.host()}",
        name=tk._("Menu: {school}").format(school=school.name),
        description=about,
        url=addresses.page(school),
        source=addresses.own(school),
        zone=base_config.zone().key,
        modified=followed.past.otherwise,
        events=list(_events(followed, shown)) or [_nothing_yet(followed)],
    )


def _events(followed: Followed, meals: list[Occasion]) -> Iterator[CalendarEvent]:
    tell_age = len({meal.menu.age_band for meal in meals}) > 1
    host, page = addresses.host(), addresses.page(followed.school)
    for meal in meals:
        yield _meal(followed, meal, host=host, page=page, tell_age=tell_age)
    for day in followed.days_off:
        yield _day_off(followed, day, host=host, page=page)
    if followed.closed_on:
        yield _closing(followed, *followed.closed_on)


def _meal(followed: Followed, occasion: Occasion, *, host: str, page: str, tell_age: bool) -> CalendarEvent:
    menu, url = occasion.menu, f"{page}?data={occasion.date}"
    return CalendarEvent(
        uid=f"{followed.school.eol}-{occasion.date}-{occasion.slot}-{menu.age_band}-{menu.diet}@{host}",
        first=occasion.date,
        last=occasion.date,
        summary=words.title(occasion, tell_age=tell_age),
        # Again in the text, since many calendars do not show an event's own address.
        description=f"{words.text(occasion, followed.school)}\n\n{url}",
        url=url,
        modified=occasion.modified,
        sequence=occasion.sequence,
        cancelled=occasion.called_off,
    )


def _day_off(followed: Followed, day: DayOff, *, host: str, page: str) -> CalendarEvent:
    return CalendarEvent(
        uid=f"{followed.school.eol}-{day.first}-no-lessons@{host}",
        first=day.first,
        last=day.last,
        summary=words.day_off_title(day),
        description=words.day_off_text(day),
        url=f"{page}?data={day.first}",
        modified=day.modified,
        sequence=day.sequence,
    )


def _closing(followed: Followed, day: dt.date, known: dt.datetime) -> CalendarEvent:
    return CalendarEvent(
        uid=f"{followed.school.eol}-no-longer-served@{addresses.host()}",
        first=day,
        last=day,
        summary=tk._("This school is no longer served"),
        description=tk._("The department's menu system does not list it as open."),
        url=addresses.page(followed.school),
        modified=known,
    )


def _nothing_yet(followed: Followed) -> CalendarEvent:
    """Says why a calendar is empty, which RFC 5545 does not allow it to be."""
    return CalendarEvent(
        uid=f"{followed.school.eol}-nothing-yet@{addresses.host()}",
        first=followed.today,
        last=followed.today,
        summary=tk._("There are no menus for this choice"),
        description=tk._("They appear in this calendar by themselves once the department publishes them."),
        url=addresses.page(followed.school),
        modified=followed.past.otherwise,
    )
