"""The files that a table is downloaded as: written beside the data's version, never on request.

A file's modification time is the instant of the state that it holds, so that whoever sends it can tell its
version. Beside each text lies the same compressed, ``.gz``.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import IO

from psycopg2.extensions import connection as Connection  # noqa: N812 (psycopg2 names its class in lower case)
from psycopg2.sql import SQL, Composable, Identifier, Literal

from ckanext.patiodigital.tables.core import parquet
from ckanext.patiodigital.tables.core.formats import CSV, JSON_LINES, PARQUET, Format
from ckanext.patiodigital.tables.core.reasons import SetAside
from ckanext.patiodigital.tables.core.schema import TableSchema

#: Seconds after which an unfinished file belongs to nobody.
ABANDONED = 3600
#: Of gzip, 1 to 9. A table repeats itself: 9 takes three times as long and saves a twentieth.
LEVEL = 6

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_CSV = SQL("FORMAT csv, HEADER")
# Quotes and delimiters that JSON never holds unescaped: each line goes out as it is. COPY's own text format would
# double the backslashes.
_LINES = SQL("FORMAT csv, QUOTE E'\\x01', DELIMITER E'\\x02'")


@dataclass(frozen=True, slots=True)
class WrittenFile:
    """``size`` in bytes, ``sha256`` in hexadecimal digits."""

    size: int
    sha256: str


class _Copied:
    """A binary file for COPY: what passes is hashed, counted, and written a second time compressed."""

    def __init__(self, plain: IO[bytes], compressed: gzip.GzipFile) -> None:
        self._plain, self._compressed = plain, compressed
        self.size = 0
        self.sha256 = hashlib.sha256()

    def write(self, chunk: bytes) -> int:
        self.size += len(chunk)
        self.sha256.update(chunk)
        self._compressed.write(chunk)
        return self._plain.write(chunk)


def packed(path: Path) -> Path:
    """Where the compressed form of a text file lies."""
    return path.with_name(path.name + ".gz")


def _cell(schema: TableSchema, name: str) -> Composable:
    """How a column is written: as canonical text (``tables/core/validate.py``)."""
    column = Identifier(name)
    match schema.field(name).type:
        case "datetime":
            return SQL('to_char({0}, \'YYYY-MM-DD"T"HH24:MI:SS.US"Z"\') AS {0}').format(column)
        case "boolean":
            return SQL("{0}::text AS {0}").format(column)
    return column


def _value(schema: TableSchema, name: str) -> Composable:
    """How a column is written in JSON: lists and booleans as such, the rest as in the CSV."""
    field = schema.field(name)
    if field.is_list:
        return SQL("string_to_array({0}, ';') AS {0}").format(Identifier(name))
    return Identifier(name) if field.type == "boolean" else _cell(schema, name)


def table_query(schema: TableSchema, resource_id: str) -> Composable:
    """The whole table in the order of its key."""
    return SQL("SELECT {} FROM {} ORDER BY {}").format(
        SQL(", ").join(_cell(schema, name) for name in schema.columns),
        Identifier(resource_id),
        SQL(", ").join(map(Identifier, schema.key)),
    )


def lines_query(schema: TableSchema, resource_id: str) -> Composable:
    """:func:`table_query` with each row as a JSON object."""
    return SQL("SELECT row_to_json(one) FROM (SELECT {} FROM {}) AS one ORDER BY {}").format(
        SQL(", ").join(_value(schema, name) for name in schema.columns),
        Identifier(resource_id),
        SQL(", ").join(SQL("one.") + Identifier(name) for name in schema.key),
    )


def set_aside_query(resource_id: str) -> Composable:
    """All rows that the last loads of a resource's partitions kept out."""
    columns = SQL(", ").join(map(Identifier, SetAside.COLUMNS))
    return SQL(
        'SELECT {} FROM _patiodigital_set_aside WHERE resource_id = {} ORDER BY partition, "row", field, value'
    ).format(columns, Literal(resource_id))


def write_csv(connection: Connection, query: Composable, path: Path, at: datetime) -> WrittenFile:
    """Write the query's rows to ``path``, which shows the old content until the new one is complete.

    ``at`` is the instant of the state that they belong to.
    """
    with _replacing(path, packed(path), at=at) as (draft, packed_draft):
        return _copy(connection, query, _CSV, draft, packed_draft)


def write_table(
    connection: Connection, schema: TableSchema, resource_id: str, paths: Mapping[Format, Path], at: datetime
) -> dict[Format, WrittenFile]:
    """Write a table in all formats, each to its place in ``paths``: all of one state, or none.

    The transaction of ``connection`` must see one state of the table; ``at`` is that state's instant.
    """
    csv, lines, columns = paths[CSV], paths[JSON_LINES], paths[PARQUET]
    with _replacing(csv, packed(csv), lines, packed(lines), columns, at=at) as drafts:
        written = {
            CSV: _copy(connection, table_query(schema, resource_id), _CSV, *drafts[0:2]),
            JSON_LINES: _copy(connection, lines_query(schema, resource_id), _LINES, *drafts[2:4]),
        }
        parquet.write(schema, lines=drafts[2], path=drafts[4])
        with drafts[4].open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        return written | {PARQUET: WrittenFile(drafts[4].stat().st_size, sha256)}


def _copy(connection: Connection, query: Composable, options: Composable, path: Path, packed_path: Path) -> WrittenFile:
    with (
        path.open("wb") as plain,
        packed_path.open("wb") as target,
        # Without a time stamp or a name: the same rows are the same bytes.
        gzip.GzipFile("", "wb", LEVEL, target, mtime=0) as compressed,
        connection.cursor() as cursor,
    ):
        copied = _Copied(plain, compressed)
        cursor.copy_expert(SQL("COPY ({}) TO STDOUT ({})").format(query, options), copied)
    return WrittenFile(copied.size, copied.sha256.hexdigest())


@contextmanager
def _replacing(*paths: Path, at: datetime) -> Iterator[list[Path]]:
    """Hidden files to write. Once all are written they take the places of ``paths``; on an error they go."""
    folder = paths[0].parent
    folder.mkdir(parents=True, exist_ok=True)
    _sweep(folder)
    drafts = [_draft(path) for path in paths]
    nanoseconds = (at - _EPOCH) // timedelta(microseconds=1) * 1000
    try:
        yield drafts
        for draft in drafts:
            draft.chmod(0o644)
            os.utime(draft, ns=(nanoseconds, nanoseconds))
            with draft.open("rb") as file:
                os.fsync(file.fileno())
        for draft, path in zip(drafts, paths, strict=True):
            draft.replace(path)
    finally:
        for draft in drafts:
            draft.unlink(missing_ok=True)


def _draft(path: Path) -> Path:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=path.suffix)
    os.close(handle)
    return Path(name)


def _sweep(folder: Path) -> None:
    """Remove what a writer that was killed left behind."""
    for left_behind in folder.glob(".*"):
        with suppress(FileNotFoundError):  # its writer was quicker
            # The time of its last change of any kind: its modification time says something else.
            if time.time() - left_behind.stat().st_ctime > ABANDONED:
                left_behind.unlink()
