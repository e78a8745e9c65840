"""What all documents have in common: spellings of codes and days, and faults."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ckanext.patiodigital.tables.core.reasons import Fault, Reason, SourceFault, shown

Document = Mapping[str, Any]

_DAY = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")


def eol_code(value: Any) -> str | None:
    """An EOL code as six digits; None where ``value`` is none."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    text = str(value).strip()
    return text.zfill(6) if text.isascii() and text.isdecimal() and len(text) <= 6 else None


def day(value: Any) -> Any:
    """``YYYYMMDD`` as ``YYYY-MM-DD``; anything else as it is, for the validator to judge."""
    match = _DAY.fullmatch(str(value).strip()) if isinstance(value, str | int) else None
    return "-".join(match.groups()) if match else value


def entries(value: Any) -> list[Any]:
    """The entries of a list in a document; none where it holds something else."""
    return value if isinstance(value, list) else []


def fault(field_name: str, value: Any, reason: Reason, message: str) -> Fault:
    """What is wrong with a cell, with as much of it as may be shown."""
    return Fault(field_name, shown(value, reason), reason, message)


def no_object(value: Any, url: str) -> SourceFault:
    """For what stands in a document's place."""
    message = f"Expected an object, found {type(value).__name__}."
    return SourceFault("-", [fault("", value, Reason.TYPE, message)], url, {})


def no_eol(row: str, value: Any, url: str) -> SourceFault:
    """For a document that does not say which school it is of."""
    return SourceFault(row, [fault("eol", value, Reason.REQUIRED, "No EOL code of up to six digits.")], url, {})
