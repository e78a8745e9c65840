"""The files that a table is downloaded as: written beside the data's version, never on request."""

from __future__ import annotations

import hashlib
import os
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from psycopg2.extensions import connection as Connection  # noqa: N812 (psycopg2 names its class in lower case)
from psycopg2.sql import SQL, Composable, Identifier, Literal

from ckanext.patiodigital.tables.core.reasons import SetAside
from ckanext.patiodigital.tables.core.schema import TableSchema

#: Seconds after which an unfinished file belongs to nobody.
ABANDONED = 3600


@dataclass(frozen=True, slots=True)
class WrittenFile:
    """``size`` in bytes, ``sha256`` in hexadecimal digits."""

    path: Path
    size: int
    sha256: str


class _Hashing:
    """A binary file for COPY that hashes and counts what passes."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.size = 0
        self.sha256 = hashlib.sha256()

    def write(self, chunk: bytes) -> int:
        self.size += len(chunk)
        self.sha256.update(chunk)
        return self._file.write(chunk)


def _cell(schema: TableSchema, name: str) -> Composable:
    """How a column is written: as canonical text (``tables/core/validate.py``)."""
    column = Identifier(name)
    match schema.field(name).type:
        case "datetime":
            return SQL('to_char({0}, \'YYYY-MM-DD"T"HH24:MI:SS.US"Z"\') AS {0}').format(column)
        case "boolean":
            return SQL("{0}::text AS {0}").format(column)
    return column


def table_query(schema: TableSchema, resource_id: str) -> Composable:
    """The whole table in the order of its key."""
    return SQL("SELECT {} FROM {} ORDER BY {}").format(
        SQL(", ").join(_cell(schema, name) for name in schema.columns),
        Identifier(resource_id),
        SQL(", ").join(map(Identifier, schema.key)),
    )


def set_aside_query(resource_id: str) -> Composable:
    """All rows that the last loads of a resource's partitions kept out."""
    columns = SQL(", ").join(map(Identifier, SetAside.COLUMNS))
    return SQL(
        'SELECT {} FROM _patiodigital_set_aside WHERE resource_id = {} ORDER BY partition, "row", field, value'
    ).format(columns, Literal(resource_id))


def write_csv(connection: Connection, query: Composable, path: Path) -> WrittenFile:
    """Write the query's rows to ``path``, which shows the old content until the new one is complete."""
    path.parent.mkdir(parents=True, exist_ok=True)
    for left_behind in path.parent.glob(".*.csv"):
        if time.time() - left_behind.stat().st_mtime > ABANDONED:  # by a writer that was killed
            left_behind.unlink(missing_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".", suffix=".csv", delete=False) as file:
        unfinished = Path(file.name)
        hashing = _Hashing(file)
        try:
            with connection.cursor() as cursor:
                cursor.copy_expert(SQL("COPY ({}) TO STDOUT (FORMAT csv, HEADER)").format(query), hashing)
            file.flush()
            os.fsync(file.fileno())
            unfinished.chmod(0o644)
            unfinished.replace(path)
        except BaseException:
            unfinished.unlink(missing_ok=True)
            raise
    return WrittenFile(path, hashing.size, hashing.sha256.hexdigest())
