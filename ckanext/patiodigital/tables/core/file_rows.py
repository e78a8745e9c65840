"""The rows of a file that is to become a table."""

from __future__ import annotations

from collections.abc import Iterator

from ckanext.patiodigital.tables.core.read import Table
from ckanext.patiodigital.tables.core.schema import TableSchema


class HeaderError(ValueError):
    """The file's columns are not those of the table; the message says which ones are wrong."""


def file_rows(table: Table, schema: TableSchema) -> Iterator[list[str | None]]:
    """Each row's cells in the order of the schema's columns without ``run``, which each load writes anew.

    Optional columns may be missing. :class:`HeaderError`, before the first row, where the header can't be used.
    """
    columns = [name for name in schema.columns if name != "run"]
    missing = [name for name in columns if schema.field(name).required and name not in table.header]
    unknown = [name for name in table.header if name not in schema.columns]
    if missing:
        raise HeaderError(f"The file has no column {', '.join(missing)}. Its columns are: {', '.join(table.header)}.")
    if unknown:
        raise HeaderError(f"The table has no column {', '.join(unknown)}. Its columns are: {', '.join(columns)}.")
    return ([record.get(name) for name in columns] for record in table.records())
