"""What programs may ask of the JSON API, checked: every fault of a request at once, each with its parameter.

Functions take the query string as a mapping of parameter to its values (as ``werkzeug``'s
``request.args.to_dict(flat=False)`` gives it) and raise `BadQueryError`.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import hashlib
import math
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import NamedTuple, TypeVar

import msgspec
from rapidfuzz import fuzz, process

from ckanext.patiodigital.menus.core.rows import Codes

MAX_QUERY = 200
MAX_LIMIT, DEFAULT_LIMIT = 100, 20
MAX_DAYS = 62
MAX_RADIUS_M = 50_000
FIRST_YEAR = 2010
"""Older than any menu that the department holds; the last year accepted is the next one."""
GROUPS = ("meal", "day")
"""What an event of a calendar is."""
_LONGEST_SHOWN = 40

SCHOOLS_PARAMETERS = ("q", "near", "radius", "dre", "type", "limit", "cursor")
MENUS_PARAMETERS = ("start", "end", "age", "meal", "diet", "version")
SUBSCRIPTION_PARAMETERS = ("age", "meal", "diet")
CALENDAR_PARAMETERS = (*SUBSCRIPTION_PARAMETERS, "group")
"""What each kind of request takes. ``core/openapi.py`` says what they mean."""

Args = Mapping[str, Sequence[str]]
T = TypeVar("T")


class Fault(NamedTuple):
    """One thing wrong with a request: which parameter, and what would be right."""

    param: str
    reason: str


class BadQueryError(ValueError):
    """A request that can't be answered; ``faults`` has all that is wrong with it, never empty."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("; ".join(f"{fault.param}: {fault.reason}" for fault in faults))
        self.faults = faults


class SchoolsQuery(msgspec.Struct, frozen=True, kw_only=True):
    """A search for schools. ``near`` is (latitude, longitude) in degrees WGS 84."""

    q: str = ""
    near: tuple[float, float] | None = None
    radius_m: float | None = None
    dre: str | None = None
    school_type: str | None = None
    limit: int = DEFAULT_LIMIT
    offset: int = 0


class MenusQuery(msgspec.Struct, frozen=True, kw_only=True):
    """A request for a school's menus from ``start`` to ``end``, inclusive. Empty sets of codes mean all.

    ``version`` is an aware instant: menus as they were published then.
    """

    start: dt.date
    end: dt.date
    ages: frozenset[str] = frozenset()
    meals: frozenset[str] = frozenset()
    diets: frozenset[str] = frozenset()
    version: dt.datetime | None = None


class SubscriptionQuery(msgspec.Struct, frozen=True, kw_only=True):
    """What a subscription shows of a school, whenever it is read. Empty sets of codes mean all.

    ``group`` says what an event of a calendar is: a meal, or all meals of a day.
    """

    ages: frozenset[str] = frozenset()
    meals: frozenset[str] = frozenset()
    diets: frozenset[str] = frozenset()
    group: str = "meal"

    def between(self, start: dt.date, end: dt.date) -> MenusQuery:
        """The same choice over some days, inclusive."""
        return MenusQuery(start=start, end=end, ages=self.ages, meals=self.meals, diets=self.diets)


def normalise_eol(raw: str) -> str | None:
    """The six-digit form of an EOL code given in 1 to 6 digits; None for anything else."""
    return raw.zfill(6) if re.fullmatch(r"[0-9]{1,6}", raw) else None


def parse_schools_query(args: Args, known: Codes) -> SchoolsQuery:
    """Query of ``GET /schools``: q, near, radius, dre, type, limit, cursor.

    Raises:
        BadQueryError: with every fault found.
    """
    reader = _Reader(args, SCHOOLS_PARAMETERS)
    near = reader.read("near", _near)
    if "radius" in args and "near" not in args:
        reader.faults.append(Fault("radius", "needs near=latitude,longitude"))
    query = SchoolsQuery(
        q=reader.read("q", _text) or "",
        near=near,
        radius_m=reader.read("radius", _radius),
        dre=reader.read("dre", _one_code("dres", known)),
        school_type=reader.read("type", _one_code("school_types", known)),
        limit=reader.read("limit", _limit) or DEFAULT_LIMIT,
    )
    offset = reader.read("cursor", lambda value: _offset(value, query)) or 0
    reader.finish()
    return msgspec.structs.replace(query, offset=offset)


def next_cursor(query: SchoolsQuery, total: int) -> str | None:
    """Cursor of the page after a query's, None after the last one.

    It carries the place in the list and a digest of the search, so that one made up or taken from another
    search is refused. It needs no secret: all that a forger gains is another page of a public list.
    """
    offset = query.offset + query.limit
    if offset >= total:
        return None
    return base64.urlsafe_b64encode(offset.to_bytes(3, "big") + _digest(offset, query)).decode()


def parse_menus_query(args: Args, today: dt.date, known: Codes) -> MenusQuery:
    """Query of ``GET /schools/{eol}/menus``: start, end, age, meal, diet, version.

    Without ``start`` and ``end``, the ISO week of ``today``; with one of them, its week from or up to it.

    Raises:
        BadQueryError: with every fault found.
    """
    reader = _Reader(args, MENUS_PARAMETERS)
    given_start = reader.read("start", lambda value: parse_day(value, today))
    given_end = reader.read("end", lambda value: parse_day(value, today))
    week_of = given_start or given_end or today
    monday = week_of - dt.timedelta(days=week_of.weekday())
    start, end = given_start or monday, given_end or monday + dt.timedelta(days=6)
    if not reader.faults and end < start:
        reader.faults.append(Fault("end", f"must not be before start ({start.isoformat()})"))
    if not reader.faults and (end - start).days >= MAX_DAYS:
        reader.faults.append(Fault("end", f"at most {MAX_DAYS} days at once: not after {_last_day(start)}"))
    query = MenusQuery(
        start=start,
        end=end,
        ages=reader.read("age", _several_codes("age_bands", known)) or frozenset(),
        meals=reader.read("meal", _several_codes("meals", known)) or frozenset(),
        diets=reader.read("diet", _several_codes("diets", known)) or frozenset(),
        version=reader.read("version", _instant),
    )
    reader.finish()
    return query


def parse_subscription_query(args: Args, known: Codes, *, grouped: bool = False) -> SubscriptionQuery:
    """Query of a school's subscriptions: age, meal, diet; ``grouped``: and group, for calendars.

    Raises:
        BadQueryError: with every fault found.
    """
    reader = _Reader(args, CALENDAR_PARAMETERS if grouped else SUBSCRIPTION_PARAMETERS)
    query = SubscriptionQuery(
        ages=reader.read("age", _several_codes("age_bands", known)) or frozenset(),
        meals=reader.read("meal", _several_codes("meals", known)) or frozenset(),
        diets=reader.read("diet", _several_codes("diets", known)) or frozenset(),
        group=(reader.read("group", _group) if grouped else None) or "meal",
    )
    reader.finish()
    return query


def parse_no_query(args: Args) -> None:
    """Query of what takes no parameters.

    Raises:
        BadQueryError: with every parameter given.
    """
    _Reader(args, ()).finish()


class _Reader:
    """Reads parameters one by one and keeps what is wrong with each."""

    def __init__(self, args: Args, accepted: Sequence[str]) -> None:
        self._args = args
        self.faults = [Fault(_shown(name), _unknown(name, accepted)) for name in args if name not in accepted]

    def read(self, name: str, parse: Callable[[str], T]) -> T | None:
        """The parsed value; None if the parameter is absent, or wrong and noted."""
        values = self._args.get(name, ())
        if len(values) > 1:
            self.faults.append(Fault(name, "given more than once"))
        elif values:
            try:
                return parse(values[0])
            except ValueError as error:
                self.faults.append(Fault(name, str(error)))
        return None

    def finish(self) -> None:
        if self.faults:
            raise BadQueryError(self.faults)


def _shown(value: str) -> str:
    """A value as it may stand in an answer: short, and without characters that can't be seen."""
    visible = "".join(character if character.isprintable() else "�" for character in value[:_LONGEST_SHOWN])
    return visible + "…" if len(value) > _LONGEST_SHOWN else visible


def _unknown(name: str, accepted: Sequence[str]) -> str:
    if not accepted:
        return "unknown parameter; none are known here"
    return f"unknown parameter{_nearest(name, accepted)}; known are {', '.join(accepted)}"


def _text(value: str) -> str:
    if len(value) > MAX_QUERY:
        raise ValueError(f"at most {MAX_QUERY} characters, not {len(value)}")
    return value


def _group(value: str) -> str:
    if value not in GROUPS:
        raise ValueError(f"must be one of {', '.join(GROUPS)}")
    return value


def _near(value: str) -> tuple[float, float]:
    parts = value[:100].split(",")
    try:
        lat, lon = (float(part) for part in parts)
    except ValueError:
        raise ValueError("must be latitude,longitude in degrees, as in -23.55,-46.63") from None
    if not (abs(lat) <= 90 and abs(lon) <= 180):  # not a number fails too
        raise ValueError("latitude must be from -90 to 90, longitude from -180 to 180")
    return lat, lon


def _radius(value: str) -> float:
    try:
        radius = float(value)
    except ValueError:
        radius = math.nan
    if not 0 < radius <= MAX_RADIUS_M:
        raise ValueError(f"must be metres, more than 0 and at most {MAX_RADIUS_M}")
    return radius


def _limit(value: str) -> int:
    if not re.fullmatch(r"[0-9]{1,3}", value) or not 1 <= int(value) <= MAX_LIMIT:
        raise ValueError(f"must be a whole number from 1 to {MAX_LIMIT}")
    return int(value)


def _one_code(scheme: str, known: Codes) -> Callable[[str], str]:
    def parse(value: str) -> str:
        codes = known.codes(scheme)
        if value not in codes:
            raise ValueError(_unknown_code(value, codes))
        return value

    return parse


def _several_codes(scheme: str, known: Codes) -> Callable[[str], frozenset[str]]:
    def parse(value: str) -> frozenset[str]:
        codes = known.codes(scheme)
        wanted = value.split(",", len(codes))  # more than there are can't all be right
        unknown = [code for code in wanted if code not in codes]
        if unknown:
            raise ValueError(_unknown_code(unknown[0], codes))
        return frozenset(wanted)

    return parse


def _unknown_code(value: str, codes: Collection[str]) -> str:
    return f"unknown code {_shown(value)!r}{_nearest(value, sorted(codes))}"


def _nearest(value: str, known: Sequence[str]) -> str:
    nearest = process.extractOne(value[:_LONGEST_SHOWN], known, scorer=fuzz.WRatio, score_cutoff=50)
    return f"; did you mean {nearest[0]}?" if nearest else ""


def parse_day(value: str, today: dt.date) -> dt.date:
    """A day that there may be menus of; ValueError, with what would be right, for anything else."""
    last_year = today.year + 1
    try:
        # The pattern first: later Pythons read other ISO forms as well.
        day = dt.date.fromisoformat(value) if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value) else None
    except ValueError:
        day = None
    if day is None:
        raise ValueError("must be a day of the calendar, as in 2026-03-02")
    if not FIRST_YEAR <= day.year <= last_year:
        raise ValueError(f"must be in the years {FIRST_YEAR} to {last_year}")
    return day


def _last_day(start: dt.date) -> str:
    return (start + dt.timedelta(days=MAX_DAYS - 1)).isoformat()


def _instant(value: str) -> dt.datetime:
    try:
        instant = msgspec.convert(value, dt.datetime)
    except msgspec.ValidationError:
        instant = None
    if instant is None or instant.utcoffset() != dt.timedelta(0):
        raise ValueError("must be an instant in UTC, as in 2026-03-02T08:15:00Z")
    return instant


def _offset(cursor: str, query: SchoolsQuery) -> int:
    wrong = ValueError("not a cursor of this search; take it from the link to the next page")
    try:
        raw = base64.b64decode(cursor[:100].encode("ascii"), altchars=b"-_", validate=True)
    except (UnicodeEncodeError, binascii.Error):
        raise wrong from None
    offset = int.from_bytes(raw[:3], "big")
    if raw[3:] != _digest(offset, query):
        raise wrong
    return offset


def _digest(offset: int, query: SchoolsQuery) -> bytes:
    search = (offset, query.q, query.near, query.radius_m, query.dre, query.school_type, query.limit)
    return hashlib.blake2b(msgspec.json.encode(search), digest_size=9).digest()
