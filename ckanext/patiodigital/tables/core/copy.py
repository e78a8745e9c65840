"""Canonical rows in the text format of PostgreSQL's COPY.

https://www.postgresql.org/docs/current/sql-copy.html: tab between columns, ``\\N`` for NULL, backslash escaped.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator

from ckanext.patiodigital.tables.core.validate import Row

#: Stands for NULL until backslashes are escaped: canonical text holds no control character.
_NULL = "\x00"


def line(row: Row) -> str:
    """One row as a line of COPY text."""
    text = "\t".join([_NULL if cell is None else cell for cell in row])
    if "\\" in text:
        text = text.replace("\\", "\\\\")
    return text.replace(_NULL, "\\N") + "\n"


class LineReader(io.TextIOBase):
    """A readable file over an iterable of lines, for ``copy_expert``: memory stays flat."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines: Iterator[str] = iter(lines)
        self._rest = ""
        #: What stopped the lines; psycopg2 tells it only as a text.
        self.error: Exception | None = None

    def readable(self) -> bool:
        return True

    def read(self, size: int | None = -1) -> str:
        if size is None or size < 0:
            text, self._rest = self._rest + "".join(self._lines), ""
            return text
        parts, length = [self._rest], len(self._rest)
        while length < size:
            try:
                part = next(self._lines)
            except StopIteration:
                break
            except Exception as error:
                self.error = error
                raise
            parts.append(part)
            length += len(part)
        text = "".join(parts)
        self._rest = text[size:]
        return text[:size]
