"""Why a row is set aside: the reason codes, and the faults that carry them.

A code is stable: readers of the set-aside tables filter by it. Each is described in docs/contracts.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from ckanext.patiodigital.tables.core.personal_data import holds_cpf

#: A set-aside table shows at most so many characters of the value at fault.
VALUE_LIMIT = 200
#: Lines kept of one load. The rows beyond are counted, and not listed: a source may be all wrong.
LINES_LIMIT = 10_000
#: Keys with unclear parts kept of one load; more are taken as one of which nothing is clear.
UNCLEAR_LIMIT = 100


class Reason(str, Enum):
    """The documented reason codes."""

    REQUIRED = "required"
    TYPE = "type"
    FORMAT = "format"
    ENUM = "enum"
    UNKNOWN_CODE = "unknown_code"
    RANGE = "range"
    UNIQUE = "unique"
    FOREIGN_KEY = "foreign_key"
    TOO_LONG = "too_long"
    PERSONAL_DATA = "personal_data"


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one cell, in words that say how to put it right."""

    field: str
    value: str
    reason: Reason
    message: str


@dataclass(frozen=True, slots=True)
class SetAside:
    """One row kept out of a table: a line of the table's ``-set-aside`` resource."""

    row: str
    fault: Fault
    source_url: str
    run: str

    COLUMNS = ("row", "field", "value", "reason", "message", "source_url", "run")

    def cells(self) -> tuple[str, ...]:
        fault = self.fault
        return (self.row, fault.field, fault.value, fault.reason.value, fault.message, self.source_url, self.run)


def shown(value: object, reason: Reason) -> str:
    """The value as a set-aside row may show it: bounded, and blank where it is or holds personal data."""
    text = "" if value is None else str(value)
    # A cell that is wrong in another way is never searched for a CPF before, and may hold one all the same.
    return "" if reason is Reason.PERSONAL_DATA or holds_cpf(text) else text[:VALUE_LIMIT]


@dataclass(frozen=True, slots=True)
class SourceFault:
    """What a mapper could not bring into columns. ``row`` names it; it counts as a row read and set aside.

    ``key`` is what can be told, by column, of the key of the row that it should have been; None says that it is
    no row of the table at all.
    """

    row: str
    faults: list[Fault]
    source_url: str
    key: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Remark:
    """Cells that a mapper left out of a row which is published all the same. It counts as no row."""

    row: str
    faults: list[Fault]
    source_url: str


class Rejected:
    """What one load sets aside. A row with two faults has two lines and counts once.

    A row that came in wrong has not vanished, so what is published under its key stays: ``keys`` are those that
    are clear, ``unclear`` those with None for each part that is not.
    """

    def __init__(self, run: str) -> None:
        self.run = run
        self.rows = 0
        self.lines: list[SetAside] = []
        self.keys: list[tuple[str | None, ...]] = []
        self.unclear: set[tuple[str | None, ...]] = set()

    def add(self, row: str, faults: list[Fault], source_url: str) -> None:
        self.rows += 1
        self.remark(row, faults, source_url)

    def remark(self, row: str, faults: list[Fault], source_url: str) -> None:
        if len(self.lines) < LINES_LIMIT:
            self.lines.extend(SetAside(row, fault, source_url, self.run) for fault in faults)

    def keep(self, key: tuple[str | None, ...]) -> None:
        """Let what is published under the key of a set-aside row stay."""
        if None not in key:
            self.keys.append(key)
            return
        self.unclear.add(key)
        if len(self.unclear) > UNCLEAR_LIMIT:
            self.unclear = {(None,) * len(key)}
