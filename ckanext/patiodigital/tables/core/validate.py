"""Validate rows against a Table Schema: one converter a column, each remembering what it has seen.

A cell comes in as what a source holds (text, number, boolean, date, list) and goes out as *canonical
text*, or ``None`` where it is missing. Canonical text is what the CSV download shows and what PostgreSQL
reads: ISO dates, UTC instants with ``Z``, a decimal point, ``true``/``false``, codes joined by ``;``. It holds no
control character.

Converters remember cells because real tables repeat themselves: of 800,000 dish rows few cells are new.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from datetime import date, datetime, timezone
from typing import Any

from ckanext.patiodigital.tables.core.personal_data import holds_cpf
from ckanext.patiodigital.tables.core.reasons import Fault, Reason, shown
from ckanext.patiodigital.tables.core.schema import Field, TableSchema

#: ``codes(scheme)`` gives the function from a source's spelling to the code, or None where it is unknown.
Codes = Callable[[str], Callable[[str], "str | None"]]
Converter = Callable[[Any], "str | None"]

#: Cells remembered per column. Beyond it, memory is worth more than time: the memory is emptied.
MEMO_LIMIT = 50_000
#: Text columns without a ``maxLength`` of their own.
TEXT_LIMIT = 10_000
#: Codes in one cell.
LIST_LIMIT = 100
LIST_SEPARATOR = ";"

_INT4 = 2**31
_INTEGER = re.compile(r"[+-]?[0-9]{1,10}")
_NUMBER = re.compile(r"[+-]?([0-9]{1,30}(\.[0-9]{0,30})?|\.[0-9]{1,30})([eE][+-]?[0-9]{1,3})?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_BOOLEANS = {"true": "true", "1": "true", "false": "false", "0": "false"}
_CONTROL_OR_SPACE = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u200b\ufeff]+")
#: Surrogates cannot be written as UTF-8; JSON can smuggle them in.
_SURROGATE = re.compile(r"[\ud800-\udfff]")


class CellError(Exception):
    """One cell can't be used."""

    def __init__(self, reason: Reason, message: str) -> None:
        super().__init__(message)
        self.reason = reason
        self.message = message


def clean_text(value: str) -> str:
    """``value`` in Unicode NFC, without control characters, each run of blanks one space."""
    text = _CONTROL_OR_SPACE.sub(" ", _SURROGATE.sub("\ufffd", value)).strip()
    return unicodedata.normalize("NFC", text)


def _as_text(value: Any) -> str:
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    raise CellError(Reason.TYPE, f"Expected text, found {type(value).__name__}.")


def _string(field: Field, code_of: Callable[[str], str | None] | None) -> Converter:
    limit = field.max_length or TEXT_LIMIT
    pattern = re.compile(field.pattern) if field.pattern else None

    def convert(value: Any) -> str | None:
        text = _as_text(value)
        if not text:
            return None
        if code_of is not None:
            code = code_of(text)
            if code is None:
                raise CellError(
                    Reason.UNKNOWN_CODE,
                    f"Not a code or known spelling of vocabulary {field.vocabulary}. "
                    "Correct it at the source, or add it to the vocabulary's aliases.",
                )
            return code
        if len(text) > limit:
            raise CellError(Reason.TOO_LONG, f"{len(text)} characters; at most {limit} fit.")
        if pattern and not pattern.fullmatch(text):
            raise CellError(Reason.FORMAT, f"Does not have the form {field.pattern}.")
        if holds_cpf(text):
            raise CellError(Reason.PERSONAL_DATA, "Holds a CPF. Remove it at the source.")
        return text

    return convert


def _list(field: Field, item: Converter) -> Converter:
    def convert(value: Any) -> str | None:
        items = value.split(LIST_SEPARATOR) if isinstance(value, str) else value
        if not isinstance(items, tuple | list):
            raise CellError(Reason.TYPE, f"Expected a list, found {type(value).__name__}.")
        if len(items) > LIST_LIMIT:
            raise CellError(Reason.TOO_LONG, f"{len(items)} entries; at most {LIST_LIMIT} fit.")
        # A dict keeps the source's order and drops what it says twice.
        texts = (item(cell) for cell in items if cell is not None)
        return LIST_SEPARATOR.join(dict.fromkeys(filter(None, texts))) or None

    return convert


def _integer(value: Any) -> str | None:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = _as_text(value)
    if not text:
        return None
    if not _INTEGER.fullmatch(text):
        raise CellError(Reason.TYPE, "Not a whole number.")
    number = int(text)
    if not -_INT4 <= number < _INT4:
        raise CellError(Reason.RANGE, "Too large for a whole number of 32 bits.")
    return str(number)


def _number(value: Any) -> str | None:
    if isinstance(value, float):
        if not math.isfinite(value):
            raise CellError(Reason.TYPE, "Not a finite number.")
        return repr(value)
    text = _as_text(value)
    if not text:
        return None
    if not _NUMBER.fullmatch(text):
        raise CellError(Reason.TYPE, "Not a number with a decimal point.")
    if not math.isfinite(float(text)):
        raise CellError(Reason.RANGE, "Too large for a number.")
    return repr(float(text))


def _boolean(value: Any) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    text = _as_text(value)
    if not text:
        return None
    try:
        return _BOOLEANS[text.lower()]
    except KeyError:
        raise CellError(Reason.TYPE, "Neither true nor false.") from None


def _date(value: Any) -> str | None:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    text = _as_text(value)
    if not text:
        return None
    if not _DATE.fullmatch(text):
        raise CellError(Reason.FORMAT, "Not a date of the form YYYY-MM-DD.")
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise CellError(Reason.FORMAT, "There is no such day in the calendar.") from None


def _datetime(value: Any) -> str | None:
    if isinstance(value, datetime):
        moment = value
    else:
        text = _as_text(value)
        if not text:
            return None
        try:
            moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
        except ValueError:
            raise CellError(Reason.FORMAT, "Not an instant of the form YYYY-MM-DDThh:mm:ssZ.") from None
    if moment.tzinfo is None:
        raise CellError(Reason.FORMAT, "An instant needs a time zone: end it in Z for UTC.")
    try:
        return moment.astimezone(timezone.utc).replace(tzinfo=None).isoformat() + "Z"
    except OverflowError:
        raise CellError(Reason.RANGE, "Outside the years 1 to 9999.") from None


_CONVERTERS: dict[str, Converter] = {
    "integer": _integer,
    "number": _number,
    "boolean": _boolean,
    "date": _date,
    "datetime": _datetime,
}


def _within(field: Field, inner: Converter) -> Converter:
    """``inner``, then the field's ``enum`` and range."""
    allowed = frozenset(str(value) for value in field.enum)

    def convert(value: Any) -> str | None:
        text = inner(value)
        if text is None:
            return None
        if allowed and text not in allowed:
            raise CellError(Reason.ENUM, f"Not one of: {', '.join(sorted(allowed))}.")
        if field.minimum is not None and float(text) < field.minimum:
            raise CellError(Reason.RANGE, f"Below the least value, {field.minimum}.")
        if field.maximum is not None and float(text) > field.maximum:
            raise CellError(Reason.RANGE, f"Above the greatest value, {field.maximum}.")
        return text

    return convert


class Column:
    """Converts the cells of one column, and remembers those that it has converted."""

    __slots__ = ("_convert", "_memo", "_required", "name")

    def __init__(self, field: Field, codes: Codes) -> None:
        self.name = field.name
        self._required = field.required
        self._memo: dict[Hashable, str | None] = {}
        if field.type == "string":
            code_of = codes(field.vocabulary) if field.vocabulary else None
            convert = _string(field, code_of)
        else:
            convert = _CONVERTERS[field.type]
        if field.is_list:
            convert = _list(field, convert)
        self._convert = _within(field, convert)

    def __call__(self, value: Any) -> str | None:
        """Canonical text of ``value``; :class:`CellError` where it can't be used."""
        # 1 == True == 1.0 as keys, but not as cells: the type is part of what was seen.
        seen = (value, type(value)) if not isinstance(value, str) else value
        try:
            return self._memo[seen]
        except KeyError:
            hashable = True
        except TypeError:  # a list
            hashable = False
        text = None if value is None else self._convert(value)
        if text is None and self._required:
            raise CellError(Reason.REQUIRED, "Missing.")
        if hashable:
            if len(self._memo) >= MEMO_LIMIT:
                self._memo.clear()
            self._memo[seen] = text
        return text


Row = tuple["str | None", ...]


class Validator:
    """Rows of one table, in the order of ``columns``, to canonical rows or faults."""

    def __init__(self, schema: TableSchema, codes: Codes) -> None:
        #: ``run`` is no cell of a source: the load itself writes it.
        self.columns = tuple(name for name in schema.columns if name != "run")
        self._columns = tuple(Column(schema.field(name), codes) for name in self.columns)
        self._key = tuple(self.columns.index(name) for name in schema.key)

    def check(self, cells: Sequence[Any]) -> Row | list[Fault]:
        """The canonical row, or every fault of it."""
        try:
            return tuple([column(cell) for column, cell in zip(self._columns, cells, strict=True)])
        except CellError:
            return list(self._faults(cells))

    def _faults(self, cells: Sequence[Any]) -> Iterator[Fault]:
        for column, cell in zip(self._columns, cells, strict=True):
            try:
                column(cell)
            except CellError as error:  # noqa: PERF203 (only faulty rows come here)
                yield Fault(column.name, shown(cell, error.reason), error.reason, error.message)

    def key_of(self, cells: Mapping[str, Any]) -> Row:
        """The key in canonical text of a row, told by column; None for each part that is missing or can't be used."""
        return tuple(self._key_part(self._columns[index], cells) for index in self._key)

    @staticmethod
    def _key_part(column: Column, cells: Mapping[str, Any]) -> str | None:
        try:
            return column(cells.get(column.name))
        except CellError:
            return None

    def row_name(self, cells: Sequence[Any]) -> str:
        """How a set-aside row is told from others: its key as the source has it."""
        return " / ".join(shown(cells[index], Reason.REQUIRED) or "-" for index in self._key)[:500]
