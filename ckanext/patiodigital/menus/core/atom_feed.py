"""News of a school's menus as Atom (RFC 4287): the same bytes for the same entries."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from xml.etree.ElementTree import Element

import msgspec

from ckanext.patiodigital.menus.core.markup import document, element
from ckanext.patiodigital.menus.core.plain_text import one_line

_ATOM = "http://www.w3.org/2005/Atom"
_XHTML = "http://www.w3.org/1999/xhtml"


class Paragraph(msgspec.Struct, frozen=True):
    """A heading and the list below it."""

    heading: str
    lines: Sequence[str]


class AtomEntry(msgspec.Struct, frozen=True, kw_only=True):
    """An entry. ``id`` names it for good, and ``updated`` is when what it says came to be."""

    id: str
    title: str
    url: str
    updated: dt.datetime
    content: Sequence[Paragraph]


class AtomFeed(msgspec.Struct, frozen=True, kw_only=True):
    """A feed. ``url`` is the page for people, ``source`` the feed's own address; ``lang`` is a BCP 47 tag."""

    id: str
    title: str
    author: str
    url: str
    source: str
    lang: str
    updated: dt.datetime
    entries: Sequence[AtomEntry]


def encode(feed: AtomFeed) -> bytes:
    """The feed as ``application/atom+xml`` in UTF-8."""
    return document(
        element(
            "feed",
            element("id", feed.id),
            element("title", one_line(feed.title)),
            element("updated", _instant(feed.updated)),
            element("author", element("name", one_line(feed.author))),
            element("link", rel="self", type="application/atom+xml", href=feed.source),
            element("link", rel="alternate", type="text/html", href=feed.url),
            *map(_entry, feed.entries),
            **{"xmlns": _ATOM, "xml:lang": feed.lang},
        )
    )


def _entry(entry: AtomEntry) -> Element:
    blocks = [
        block
        for paragraph in entry.content
        for block in (
            element("h3", one_line(paragraph.heading)),
            element("ul", *(element("li", one_line(line)) for line in paragraph.lines)),
        )
    ]
    return element(
        "entry",
        element("id", entry.id),
        element("title", one_line(entry.title)),
        element("updated", _instant(entry.updated)),
        element("link", rel="alternate", type="text/html", href=entry.url),
        element("content", element("div", *blocks, xmlns=_XHTML), type="xhtml"),
    )


def _instant(instant: dt.datetime) -> str:
    return instant.astimezone(dt.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
