"""A CSV file of calendar entries, as spreadsheets in Brazil write it.

Columns: ``scope``, ``kind``, ``name``, and either ``date`` (one day) or ``first`` and, where it differs,
``last``. Days are written ``2026-02-05`` or ``05/02/2026``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from ckanext.patiodigital.tables.core.read import UnreadableFileError, read_csv_file

MOST_LINES = 5_000
_REQUIRED = frozenset({"scope", "kind", "name"})
_DAYS = frozenset({"date", "first", "last"})
_BRAZILIAN_DAY = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Line:
    """One entry as it was written, its days in ISO form where they could be told; the header is number 1."""

    number: int
    first: str
    last: str
    scope: str
    kind: str
    name: str

    def fields(self) -> dict[str, str]:
        """The entry's fields by name, still to be validated."""
        return {"first": self.first, "last": self.last, "scope": self.scope, "kind": self.kind, "name": self.name}


def read_file(path: Path) -> list[Line]:
    """The lines of a file; :class:`UnreadableFileError` says what is wrong with the file as a whole."""
    table = read_csv_file(path)
    _check_header(frozenset(table.header))
    if len(table.rows) > MOST_LINES:
        raise UnreadableFileError(f"The file has {len(table.rows)} entries; at most {MOST_LINES} fit. Split it.")
    return [_line(number, record) for number, record in enumerate(table.records(), start=2)]


def _check_header(header: frozenset[str]) -> None:
    missing = sorted(_REQUIRED - header)
    if not header & {"date", "first"}:
        missing.append("first (or date)")
    if missing:
        raise UnreadableFileError(
            f"The header lacks {', '.join(missing)}. It needs scope, kind, name and either date or first and last."
        )
    if "date" in header and header & {"first", "last"}:
        raise UnreadableFileError("The header has date and first or last. Use either date, or first and last.")
    unknown = sorted(header - _REQUIRED - _DAYS)
    if unknown:
        raise UnreadableFileError(f"The header has columns that nothing reads: {', '.join(unknown)}. Take them out.")


def _line(number: int, record: dict[str, str]) -> Line:
    first = _iso_day(record.get("date") or record.get("first") or "")
    return Line(
        number=number,
        first=first,
        last=_iso_day(record.get("last") or ""),
        scope=record["scope"].strip(),
        kind=record["kind"].strip().lower(),
        name=record["name"],
    )


def _iso_day(written: str) -> str:
    match = _BRAZILIAN_DAY.fullmatch(written.strip())
    if match is None:
        return written.strip()
    day, month, year = match.groups()
    return f"{year}-{month:0>2}-{day:0>2}"
