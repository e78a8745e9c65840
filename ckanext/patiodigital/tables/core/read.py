"""Read a CSV file of any Brazilian dialect: encoding, delimiter and header are found, not asked.

Detectors of encodings take cp1252 for cp1250 in Portuguese text (ã becomes ă), so the rule is plain: a BOM
decides; else strict UTF-8 over the whole file; else cp1252, as spreadsheets here write it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

#: A file larger than this is refused before it is read.
FILE_LIMIT = 50 * 2**20
#: A single cell; the csv module's own default is 131,072 characters.
CELL_LIMIT = 20_000
_DELIMITERS = (",", ";", "\t", "|")
_SAMPLE_LINES = 50


class UnreadableFileError(ValueError):
    """The file is no CSV table; the message says why and what to send."""


@dataclass(frozen=True, slots=True)
class Table:
    """A header and the rows under it, each as wide as the header."""

    header: tuple[str, ...]
    rows: list[tuple[str, ...]]
    encoding: str
    delimiter: str

    def records(self) -> Iterator[dict[str, str]]:
        for row in self.rows:
            yield dict(zip(self.header, row, strict=True))


def decode(content: bytes) -> tuple[str, str]:
    """``(text, encoding)`` of a file's bytes."""
    if content.startswith(b"\xef\xbb\xbf"):
        return content.decode("utf-8-sig", errors="replace"), "utf-8-sig"
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace"), "utf-16"
    try:
        return content.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace"), "cp1252"


def delimiter_of(text: str) -> str:
    """The delimiter that cuts the first lines into rows of the same, largest width."""

    def regularity(delimiter: str) -> tuple[float, int]:
        sample = "\n".join(text.splitlines()[:_SAMPLE_LINES])
        widths = [len(row) for row in csv.reader(io.StringIO(sample), delimiter=delimiter) if row]
        if not widths or widths[0] < 2:
            return (0.0, 0)
        return (sum(width == widths[0] for width in widths) / len(widths), widths[0])

    return max(_DELIMITERS, key=regularity)


def read_csv(content: bytes) -> Table:
    """The table in ``content``; :class:`UnreadableFileError` where there is none."""
    if len(content) > FILE_LIMIT:
        raise UnreadableFileError(f"The file has {len(content)} bytes; at most {FILE_LIMIT} are read. Split it.")
    text, encoding = decode(content)
    if "\x00" in text:
        raise UnreadableFileError("The file holds binary data, not text. Save the table as CSV and send that.")
    csv.field_size_limit(CELL_LIMIT)
    try:
        delimiter = delimiter_of(text)
        reader = csv.reader(io.StringIO(text), delimiter=delimiter)
        rows = [tuple(row) for row in reader if any(cell.strip() for cell in row)]
    except csv.Error as error:
        raise UnreadableFileError(f"The file can't be read as CSV: {error}.") from error
    if not rows:
        raise UnreadableFileError("The file is empty. It needs a header line and rows under it.")
    header = tuple(cell.strip().lower() for cell in rows[0])
    twice = sorted({name for name in header if header.count(name) > 1})
    if twice:
        raise UnreadableFileError(f"The header names {', '.join(twice)} twice. Give each column its own name.")
    for number, row in enumerate(rows[1:], start=2):
        if len(row) != len(header):
            raise UnreadableFileError(
                f"Row {number} has {len(row)} cells and the header {len(header)}. "
                f"Check the delimiter ({delimiter!r} was found) and quotes."
            )
    return Table(header, rows[1:], encoding, delimiter)


def read_csv_file(path: Path) -> Table:
    """The table in the file at ``path``."""
    if path.stat().st_size > FILE_LIMIT:
        raise UnreadableFileError(f"{path.name} is larger than {FILE_LIMIT} bytes. Split it.")
    return read_csv(path.read_bytes())
