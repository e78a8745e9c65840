"""Why a row is set aside: the reason codes, and the faults that carry them.

A code is stable: readers of the set-aside tables filter by it. Each is described in docs/contracts.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

#: A set-aside table shows at most so many characters of the value at fault.
VALUE_LIMIT = 200


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
    """The value as a set-aside row may show it: bounded, and blank where it is personal data."""
    if value is None or reason is Reason.PERSONAL_DATA:
        return ""
    return str(value)[:VALUE_LIMIT]


@dataclass(frozen=True, slots=True)
class SourceFault:
    """What a mapper could not bring into columns. ``row`` names it; it counts as a row read and set aside."""

    row: str
    faults: list[Fault]
    source_url: str


@dataclass(frozen=True, slots=True)
class Remark:
    """Cells that a mapper left out of a row which is published all the same. It counts as no row."""

    row: str
    faults: list[Fault]
    source_url: str


class Rejected:
    """What one load sets aside. A row with two faults has two lines and counts once.

    ``keys`` are the keys of set-aside rows where they could be told: what is published under them stays,
    for a row that came in wrong has not vanished.
    """

    def __init__(self, run: str) -> None:
        self.run = run
        self.rows = 0
        self.lines: list[SetAside] = []
        self.keys: list[tuple[str | None, ...]] = []

    def add(self, row: str, faults: list[Fault], source_url: str) -> None:
        self.rows += 1
        self.remark(row, faults, source_url)

    def remark(self, row: str, faults: list[Fault], source_url: str) -> None:
        self.lines.extend(SetAside(row, fault, source_url, self.run) for fault in faults)
