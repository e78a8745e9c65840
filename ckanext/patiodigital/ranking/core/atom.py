"""A feed of departments that changed their place (RFC 4287)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from xml.etree import ElementTree as ET

_ATOM = "http://www.w3.org/2005/Atom"


def feed(title: str, address: str, entries: Iterable[tuple[str, str, dt.date, str]]) -> bytes:
    """``entries`` are title, address, day and sentence, the newest first."""
    ET.register_namespace("", _ATOM)
    root = ET.Element(f"{{{_ATOM}}}feed")
    listed = list(entries)
    _say(root, "id", address)
    _say(root, "title", title)
    _say(root, "updated", _instant(listed[0][2] if listed else dt.date(1970, 1, 1)))
    ET.SubElement(root, f"{{{_ATOM}}}link", href=address)
    _say(ET.SubElement(root, f"{{{_ATOM}}}author"), "name", title)
    for name, url, day, sentence in listed:
        entry = ET.SubElement(root, f"{{{_ATOM}}}entry")
        _say(entry, "id", f"{url}#{day.isoformat()}")
        _say(entry, "title", f"{name}: {sentence}")
        _say(entry, "updated", _instant(day))
        ET.SubElement(entry, f"{{{_ATOM}}}link", href=url)
    body: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return body


def _say(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, f"{{{_ATOM}}}{name}").text = text


def _instant(day: dt.date) -> str:
    return f"{day.isoformat()}T00:00:00Z"
