"""What changed in the catalogue as Atom (RFC 4287), with deletions as tombstones (RFC 6721)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple
from xml.etree.ElementTree import Element, SubElement, tostring

_ATOM = "http://www.w3.org/2005/Atom"
_TOMBSTONES = "http://purl.org/atompub/tombstones/1.0"


class Change(NamedTuple):
    """A dataset that is new, was changed, or is gone. Of one that is gone nothing but this is told."""

    uri: str
    at: dt.datetime
    gone: bool


def atom(changes: Sequence[Change], *, title: str, author: str, address: str, updated: dt.datetime | None) -> bytes:
    """The feed, the newest change first. ``address`` is the feed's own."""
    feed = Element("feed", {"xmlns": _ATOM, "xmlns:at": _TOMBSTONES})
    _add(feed, "id", address)
    _add(feed, "title", title)
    _add(feed, "updated", _instant(updated or dt.datetime(1970, 1, 1, tzinfo=dt.timezone.utc)))
    SubElement(feed, "link", rel="self", type="application/atom+xml", href=address)
    _add(SubElement(feed, "author"), "name", author)
    for change in changes:
        if change.gone:
            SubElement(feed, "at:deleted-entry", ref=change.uri, when=_instant(change.at))
            continue
        entry = SubElement(feed, "entry")
        _add(entry, "id", change.uri)
        _add(entry, "title", change.uri)
        _add(entry, "updated", _instant(change.at))
        SubElement(entry, "link", rel="alternate", type="text/turtle", href=f"{change.uri}.ttl")
        SubElement(entry, "link", rel="alternate", type="text/html", href=change.uri)
    written: bytes = tostring(feed, encoding="utf-8", xml_declaration=True)
    return written


def _add(parent: Element, name: str, text: str) -> None:
    SubElement(parent, name).text = text


def _instant(instant: dt.datetime) -> str:
    return instant.astimezone(dt.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
