"""What is wrong with a file that is to become a table, row by row."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ckanext.patiodigital.tables.core.file_rows import file_rows
from ckanext.patiodigital.tables.core.read import Table
from ckanext.patiodigital.tables.core.reasons import Fault, Reason
from ckanext.patiodigital.tables.core.schema import TableSchema
from ckanext.patiodigital.tables.core.validate import Row, Validator


@dataclass(frozen=True, slots=True)
class FaultyRow:
    """``number`` as spreadsheets count: the header is row 1."""

    number: int
    faults: list[Fault]


def check_file(table: Table, schema: TableSchema, validator: Validator) -> Iterator[FaultyRow]:
    """The rows that a load would set aside, apart from what only the portal's other tables can tell.

    Optional columns may be missing. :class:`HeaderError` where the header can't be used.
    """
    first_of: dict[Row, int] = {}
    for number, cells in enumerate(file_rows(table, schema), start=2):
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
