"""Single values as RDF may hold them: what people and other portals type in is anything but."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator
from tokenize import TokenError
from typing import Any, NamedTuple
from urllib.parse import quote, urlsplit, urlunsplit

from geomet import InvalidGeoJSONException, wkt

#: Characters that XML 1.0 has no way to write (section 2.2), and halves of surrogate pairs.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_BLANKS = re.compile(r"\s+")
#: DCAT-BR (shapes.ttl) refuses a text of one character, four times or more.
_ONE_CHARACTER = re.compile(r"(.)\1{3,}", re.DOTALL)
_EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")
_LONGEST_IRI = 2_000
_LONGEST_GEOMETRY = 1_000_000
_YEAR, _MONTH, _DAY = re.compile(r"\d{4}"), re.compile(r"\d{4}-(0[1-9]|1[0-2])"), re.compile(r"\d{4}-\d\d-\d\d")


def text(value: object, *, least: int = 1) -> str | None:
    """A text without what can't be written, on one or more lines; None where fewer than ``least`` characters are left,
    or all are the same one.
    """
    if not isinstance(value, str):
        return None
    clean = _UNWRITABLE.sub("", value).strip()
    if len(clean) < least or _ONE_CHARACTER.fullmatch(clean):
        return None
    return clean


def line(value: object, *, least: int = 1) -> str | None:
    """``text``, on one line."""
    clean = text(value, least=least)
    return _BLANKS.sub(" ", clean) if clean else None


def iri(value: object) -> str | None:
    """A web address as an absolute URI in ASCII, percent-encoded where it has to be; None where it is none.

    Only http, https and ftp: ``javascript:``, ``data:`` and ``file:`` are no place that a reader should be led to.
    """
    if not isinstance(value, str) or len(value) > _LONGEST_IRI:
        return None
    clean = _UNWRITABLE.sub("", value).strip()
    try:
        parts = urlsplit(clean)
        host, port = parts.hostname, parts.port
        if parts.scheme.lower() not in {"http", "https", "ftp"} or not host:
            return None
        name = host if host.isascii() else host.encode("idna").decode("ascii")
    except (ValueError, UnicodeError):
        return None
    if not re.fullmatch(r"[A-Za-z0-9._:-]+", name):
        return None
    at = f"[{name}]" if ":" in name else name
    # A name and password in an address are a secret that somebody pasted: they are not published.
    address = f"{at}:{port}" if port else at
    return urlunsplit((
        parts.scheme.lower(),
        address,
        quote(parts.path, safe="/%:@!$&'*+,;=~-._"),
        quote(parts.query, safe="/%:@!$&'*+,;=~-._?"),
        quote(parts.fragment, safe="/%:@!$&'*+,;=~-._?"),
    ))  # fmt: skip


def email(value: object) -> str | None:
    """An address of electronic mail, without ``mailto:``; None where it is none."""
    if not isinstance(value, str):
        return None
    clean = value.strip().removeprefix("mailto:")
    return clean if _EMAIL.fullmatch(clean) else None


class Moment(NamedTuple):
    """A point in time as XML Schema writes it: ``datatype`` is gYear, gYearMonth, date or dateTime."""

    lexical: str
    datatype: str


def moment(value: object) -> Moment | None:
    """A year, month, day or instant; None where it is none. An instant without a zone is UTC, as CKAN's are."""
    if not isinstance(value, str):
        return None
    clean = value.strip()
    if _YEAR.fullmatch(clean):
        return Moment(clean, "gYear") if clean != "0000" else None
    if _MONTH.fullmatch(clean):
        return Moment(clean, "gYearMonth") if not clean.startswith("0000") else None
    try:
        if _DAY.fullmatch(clean):
            return Moment(dt.date.fromisoformat(clean).isoformat(), "date")
        instant = dt.datetime.fromisoformat(clean)
        utc = instant.replace(tzinfo=instant.tzinfo or dt.timezone.utc).astimezone(dt.timezone.utc)
    except (ValueError, OverflowError):
        return None
    return Moment(utc.replace(microsecond=0, tzinfo=None).isoformat() + "Z", "dateTime")


def count(value: object) -> int | None:
    """A size in bytes or a number of things; None where it is none, or below zero."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    try:
        number = int(value)
    except ValueError:
        return None
    return number if number >= 0 else None


class Area(NamedTuple):
    """The rectangle around a geometry, and its middle, as well-known text in degrees, longitude first."""

    box: str
    centre: str


def bbox(value: object) -> Area | None:
    """The rectangle around a GeoJSON geometry (object or text) or well-known text; None where it is neither."""
    try:
        points = list(_points(_geometry(value)["coordinates"]))
    except (*_NO_GEOMETRY, InvalidGeoJSONException):
        return None
    west, south = (min(point[axis] for point in points) for axis in (0, 1))
    east, north = (max(point[axis] for point in points) for axis in (0, 1))
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        return None
    corners = ((west, south), (east, south), (east, north), (west, north), (west, south))
    ring = ",".join(f"{x:.6g} {y:.6g}" for x, y in corners)
    return Area(f"POLYGON(({ring}))", f"POINT({(west + east) / 2:.6g} {(south + north) / 2:.6g})")


#: What wrong text, wrong types and nesting without end raise in the two parsers and here.
_NO_GEOMETRY = (ValueError, TypeError, KeyError, IndexError, AttributeError, StopIteration, RecursionError, TokenError)


def _geometry(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if len(value) > _LONGEST_GEOMETRY:
        raise ValueError("too long")
    return json.loads(value) if value.lstrip().startswith("{") else wkt.loads(value)  # type: ignore[no-untyped-call]


def _points(coordinates: Any) -> Iterator[tuple[float, float]]:
    """Every position in nested lists, of which there is one at least."""
    if isinstance(coordinates[0], list | tuple):
        for each in coordinates:
            yield from _points(each)
    else:
        yield float(coordinates[0]), float(coordinates[1])


def bare(uri: str) -> str:
    """A URI without what two spellings of one differ in: its scheme, and a slash at its end."""
    return uri.strip().partition("://")[2].rstrip("/")
