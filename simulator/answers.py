"""Requests and answers as routes, faults and the server pass them on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from json import dumps
from typing import Any, NamedTuple
from urllib.parse import parse_qs

JSON = "application/json"
HTML = "text/html; charset=utf-8"
BLOCK = 65536
"""Padding is sent in blocks of so many bytes."""


class Request(NamedTuple):
    """What a client asked: path without the query, header names in lower case."""

    method: str
    path: str
    query: str = ""
    headers: Mapping[str, str] = {}
    body: bytes = b""

    def arguments(self) -> dict[str, list[str]]:
        """The query's arguments, each with all its values; empty values count."""
        return parse_qs(self.query, keep_blank_values=True, encoding="utf-8", errors="replace")

    def argument(self, name: str) -> str | None:
        """The first value of an argument, None if it was not sent."""
        return next(iter(self.arguments().get(name, ())), None)

    def number(self, name: str, default: int) -> int:
        """An argument as a number. ValueError for one that is none, the empty text too."""
        value = self.argument(name)
        return default if value is None else int(value)


@dataclass
class Answer:
    """What is sent back: a payload that is still to become JSON, or bytes.

    `delay` is in seconds before the first byte, `pause` between one piece of the body and the next. `padding`
    blanks follow the body, None = without end. `cut` closes the connection after half of the body.
    """

    payload: Any = None
    status: int = 200
    content_type: str = JSON
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0.0
    padding: int | None = 0
    pause: float = 0.0
    cut: bool = False

    def body(self) -> bytes:
        """The bytes of the answer; JSON is escaped to ASCII, as the source does."""
        return self.payload if isinstance(self.payload, bytes) else dumps(self.payload).encode()
