"""What a run reads: the partitions of the tables, in the order in which they are needed."""

from __future__ import annotations

import json
import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from ckanext.patiodigital.tables.core.load import WHOLE, Partition

#: Tables that are read as a whole, in this order.
WHOLE_TABLES = ("schools", "school_menu_groups", "school_meals")
#: Menus are published a week or two ahead; further months are empty and cost a request.
MONTHS_AHEAD = 2
MONTHS_AHEAD_LIMIT = 12
#: The service began in 2017.
FIRST_YEAR = 2017

_ENVIRONMENT_NAME = re.compile(r"[A-Z][A-Z0-9_]{0,99}")
_MONTH = re.compile(r"(20[0-9]{2})-(0[1-9]|1[0-2])")
_OPTIONS = {
    "key_env": "the name of the environment variable that holds the key of the /editor routes",
    "from": "the first month to read, as YYYY-MM; default: January of last year",
    "months_ahead": f"months to read after this one, 0 to {MONTHS_AHEAD_LIMIT}; default: {MONTHS_AHEAD}",
}


class ConfigError(ValueError):
    """A harvest source's configuration can't be used; the message says which option, and what it takes."""


@dataclass(frozen=True, slots=True)
class Config:
    """A source's options. ``first`` is the first month, as its first day; None: January of last year."""

    key_env: str | None = None
    first: date | None = None
    months_ahead: int = MONTHS_AHEAD


def parse_config(text: str | None) -> Config:
    """The options in a harvest source's configuration, which is public: it never holds a key itself."""
    if not (text or "").strip():
        return Config()
    try:
        raw = json.loads(text or "")
    except ValueError as error:
        raise ConfigError(f"The configuration is not JSON: {error}.") from error
    if not isinstance(raw, dict):
        raise ConfigError('The configuration must be a JSON object, such as {"key_env": "PRATO_ABERTO_KEY"}.')
    unknown = sorted(raw.keys() - _OPTIONS.keys())
    if unknown:
        known = "; ".join(f"{name} ({meaning})" for name, meaning in _OPTIONS.items())
        raise ConfigError(f"Unknown option {', '.join(unknown)}. There are: {known}.")
    return Config(_key_env(raw.get("key_env")), _first(raw.get("from")), _months_ahead(raw.get("months_ahead")))


def _key_env(value: Any) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str) or not _ENVIRONMENT_NAME.fullmatch(value):
        raise ConfigError(
            "key_env must be the name of an environment variable, such as PRATO_ABERTO_KEY, never the key itself: "
            "this page is public."
        )
    return value


def _first(value: Any) -> date | None:
    if value is None:
        return None
    match = _MONTH.fullmatch(value) if isinstance(value, str) else None
    if match is None or int(match[1]) < FIRST_YEAR:
        raise ConfigError(f"from must be a month as YYYY-MM, {FIRST_YEAR}-01 or later.")
    return date(int(match[1]), int(match[2]), 1)


def _months_ahead(value: Any) -> int:
    if value is None:
        return MONTHS_AHEAD
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MONTHS_AHEAD_LIMIT:
        raise ConfigError(f"months_ahead must be a whole number from 0 to {MONTHS_AHEAD_LIMIT}.")
    return value


@dataclass(frozen=True, slots=True)
class Part:
    """One harvest object: a partition of a table. ``name`` is its identity: ``menus/2026-02``."""

    table: str
    partition: Partition

    @property
    def name(self) -> str:
        return self.table if self.partition == WHOLE else f"{self.table}/{self.partition.name}"


def month(first: date) -> Partition:
    """The partition of a month by its first day."""
    return Partition(f"{first:%Y-%m}", "date", first, first.replace(day=monthrange(first.year, first.month)[1]))


def _shifted(first: date, months: int) -> date:
    index = first.year * 12 + first.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


def first_day(config: Config, today: date) -> date:
    """The first day of which menus are read."""
    return config.first or date(today.year - 1, 1, 1)


def parts(config: Config, today: date) -> Iterator[Part]:
    """Schools first, for the rest refers to them; then this month, the next ones, and the past backwards."""
    for table in WHOLE_TABLES:
        yield Part(table, WHOLE)
    this = today.replace(day=1)
    first = first_day(config, today)
    for ahead in range(config.months_ahead + 1):
        yield Part("menus", month(_shifted(this, ahead)))
    back = _shifted(this, -1)
    while back >= first:
        yield Part("menus", month(back))
        back = _shifted(back, -1)


def part_of(name: str | None) -> Part:
    """The part that a name of :attr:`Part.name` stands for; :class:`ConfigError` where it is none."""
    name = name or ""
    table, _, partition = name.partition("/")
    match = _MONTH.fullmatch(partition)
    if table == "menus" and match:
        return Part(table, month(date(int(match[1]), int(match[2]), 1)))
    if name in WHOLE_TABLES:
        return Part(name, WHOLE)
    raise ConfigError(f"{name[:60]!r} is no part of a harvest. There are: {', '.join(WHOLE_TABLES)}, menus/YYYY-MM.")
