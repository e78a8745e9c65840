"""Parquet of a table, typed by its schema."""

from __future__ import annotations

from pathlib import Path

from arro3.core import DataType, Field, Schema
from arro3.io import read_json, write_parquet

from ckanext.patiodigital.tables.core.schema import Field as Column
from ckanext.patiodigital.tables.core.schema import TableSchema

#: Rows held in memory while they are converted, and rows of a group, which readers can skip by its limits.
BATCH, GROUP = 8192, 100_000

_TYPES = {
    "string": DataType.utf8(),
    "integer": DataType.int32(),
    "number": DataType.float64(),
    "boolean": DataType.bool(),
    "date": DataType.date32(),
    "datetime": DataType.timestamp("us", tz="UTC"),
}


def _type(column: Column) -> DataType:
    if column.is_list:
        return DataType.list(Field("item", DataType.utf8(), nullable=True))
    return _TYPES[column.type]


def write(schema: TableSchema, lines: Path, path: Path) -> None:
    """Convert a table's JSON Lines to Parquet, in batches: memory stays flat."""
    # No column is called required: a table that is older than its schema holds NULL in the newer columns.
    fields = [Field(column.name, _type(column), nullable=True) for column in schema.fields]
    rows = read_json(lines, Schema(fields), batch_size=BATCH)
    write_parquet(rows, path, compression="zstd(3)", max_row_group_size=GROUP)
