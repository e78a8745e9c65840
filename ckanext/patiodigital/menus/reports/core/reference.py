"""The number by which a reporter finds the report again: whoever knows it may read how it stands."""

from __future__ import annotations

import re
import secrets

#: Digits and letters without those that look alike, small for phones' keyboards.
_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
_GROUPS, _GROUP = 4, 4  # 31 ** 16 numbers: 79 bits, which nobody finds by trying
_WRITTEN = re.compile(rf"[{_ALPHABET}]{{{_GROUPS * _GROUP}}}")


def new() -> str:
    """A new number, from the system's source of randomness."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(_GROUPS * _GROUP))


def shown(reference: str) -> str:
    """``abcd-efgh-jkmn-pqrs``, as people read and address it."""
    return "-".join(reference[start : start + _GROUP] for start in range(0, len(reference), _GROUP))


def normalise(written: str) -> str | None:
    """The number that somebody wrote with or without hyphens; None where it is none."""
    reference = written.lower().replace("-", "")
    return reference if _WRITTEN.fullmatch(reference) else None
