"""Keeps passwords out of what is shown: errors of databases and HTTP clients carry whole addresses."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

_HIDDEN = "***"
#: ``//user:password@``. Everything up to the last ``@`` before a blank or slash: passwords may hold ``@``.
_IN_ADDRESS = re.compile(r"(?<=://)([^:/\s]*):([^/\s]*)@")
_NAMED_SECRET = re.compile(r"password|secret|token|_key$", re.IGNORECASE)
#: A shorter value would be cut out of ordinary words.
_SHORTEST = 6


def secrets_in(settings: Mapping[str, Any]) -> set[str]:
    """The values of a portal's settings that nobody may see: of secrets, and the passwords in addresses."""
    found = set()
    for name, value in settings.items():
        if not isinstance(value, str):
            continue
        if _NAMED_SECRET.search(name):
            found.add(value)
        found.update(match[2] for match in _IN_ADDRESS.finditer(value))
    return {value for value in found if len(value) >= _SHORTEST}


def redact(text: str, secrets: Iterable[str]) -> str:
    """``text`` without any of ``secrets``, and without the password of any address in it."""
    for secret in sorted(secrets, key=len, reverse=True):
        text = text.replace(secret, _HIDDEN)
    return _IN_ADDRESS.sub(rf"\1:{_HIDDEN}@", text)
