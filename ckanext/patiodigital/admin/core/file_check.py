"""What is wrong with a file that is to become a table, row by row."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ckanext.patiodigital.tables.core.read import Table
from ckanext.patiodigital.tables.core.reasons import Fault, Reason
from ckanext.patiodigital.tables.core.schema import TableSchema
from ckanext.patiodigital.tables.core.validate import Row, Validator


class HeaderError(ValueError):
    """The file's columns are not those of the table; the message says which ones are wrong."""


@dataclass(frozen=True, slots=True)
class FaultyRow:
    """``number`` as spreadsheets count: the header is row 1."""

    number: int
    faults: list[Fault]


def check_file(table: Table, schema: TableSchema, validator: Validator) -> Iterator[FaultyRow]:
    """The rows that a load would set aside, apart from what only the portal's other tables can tell.

    Optional columns may be missing. :class:`HeaderError` where the header can't be used.
    """
    _check_header(table.header, schema, validator)
    first_of: dict[Row, int] = {}
    for number, record in enumerate(table.records(), start=2):
        cells = [record.get(name) for name in validator.columns]
        checked = validator.check(cells)
        if isinstance(checked, list):
            yield FaultyRow(number, checked)
            continue
        key = tuple(checked[validator.columns.index(name)] for name in schema.key)
        first = first_of.setdefault(key, number)
        if first != number:
            shown = " / ".join(str(cell) for cell in key)
            fault = Fault(schema.key[-1], shown, Reason.UNIQUE, f"Row {first} has the same key.")
            yield FaultyRow(number, [fault])


def _check_header(header: tuple[str, ...], schema: TableSchema, validator: Validator) -> None:
    required = [name for name in validator.columns if schema.field(name).required]
    missing = [name for name in required if name not in header]
    unknown = [name for name in header if name not in validator.columns]
    if missing:
        raise HeaderError(f"The file has no column {', '.join(missing)}. Its columns are: {', '.join(header)}.")
    if unknown:
        raise HeaderError(
            f"The table has no column {', '.join(unknown)}. Its columns are: {', '.join(validator.columns)}."
        )
