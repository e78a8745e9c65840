"""Events as iCalendar (RFC 5545, for the whole calendar RFC 7986): the same bytes for the same events."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import msgspec
from icalendar import Calendar, Event, vText

from ckanext.patiodigital.menus.core.plain_text import one_line

_PRODUCT = "-//Patio Digital//ckanext-patiodigital//PT"
_REFRESH = dt.timedelta(hours=6)
_ONE_DAY = dt.timedelta(days=1)


class CalendarEvent(msgspec.Struct, frozen=True, kw_only=True):
    """Something that takes one or more whole days.

    Attributes:
        uid: names it for good, in every calendar that shows it.
        last: the last of its days, inclusive.
        description: plain text, of lines.
        modified: the instant (UTC) at which what it says came to be; never that of the request.
        sequence: how often it has changed; it never goes down.
    """

    uid: str
    first: dt.date
    last: dt.date
    summary: str
    description: str
    url: str
    modified: dt.datetime
    sequence: int = 0
    cancelled: bool = False


class CalendarFeed(msgspec.Struct, frozen=True, kw_only=True):
    """A calendar to subscribe to.

    Attributes:
        uid: names it for good.
        url: the page for people.
        source: the address that it is read from.
        zone: IANA name of the zone that its days belong to.
        modified: the instant (UTC) of its data.
    """

    uid: str
    name: str
    description: str
    url: str
    source: str
    zone: str
    modified: dt.datetime
    events: Sequence[CalendarEvent]


def encode(feed: CalendarFeed) -> bytes:
    """The calendar as ``text/calendar`` in UTF-8."""
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", _PRODUCT)
    calendar.add("uid", feed.uid)
    calendar.add("name", one_line(feed.name))
    calendar.add("x-wr-calname", one_line(feed.name))
    calendar.add("description", _lines(feed.description))
    calendar.add("x-wr-caldesc", vText(_lines(feed.description)))  # of a name unknown to the library
    calendar.add("x-wr-timezone", feed.zone)
    calendar.add("url", feed.url)
    # RFC 7986 wants the kind of these two values stated; the library does not.
    calendar.add("source", feed.source, parameters={"VALUE": "URI"})
    calendar.add("refresh-interval", _REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT6H")
    calendar.add("last-modified", feed.modified)
    for event in feed.events:
        calendar.add_component(_event(event))
    return bytes(calendar.to_ical())


def _event(event: CalendarEvent) -> Event:
    component = Event()
    component.add("uid", event.uid)
    component.add("dtstamp", event.modified)
    component.add("last-modified", event.modified)
    component.add("sequence", event.sequence)
    component.add("dtstart", event.first)
    component.add("dtend", event.last + _ONE_DAY)  # the end of an event is the first moment after it
    component.add("summary", one_line(event.summary))
    component.add("description", _lines(event.description))
    component.add("url", event.url)
    component.add("transp", "TRANSPARENT")  # a meal at school makes nobody busy
    component.add("status", "CANCELLED" if event.cancelled else "CONFIRMED")
    return component


def _lines(text: str) -> str:
    return "\n".join(map(one_line, text.split("\n")))
