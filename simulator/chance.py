"""Draws that depend on their arguments alone: the same seed always makes the same department."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from typing import TypeVar

Item = TypeVar("Item")


def digest(*parts: object, size: int = 8) -> bytes:
    """`size` bytes (at most 64) that look random and depend on the text of the parts."""
    return blake2b("\x1f".join(map(str, parts)).encode(), digest_size=size).digest()


def draw(limit: int, *parts: object) -> int:
    """A number from 0 to `limit` - 1."""
    return int.from_bytes(digest(*parts), "big") % limit


def one_in(odds: int, *parts: object) -> bool:
    """True for one of `odds` arguments, in the long run."""
    return draw(odds, *parts) == 0


def pick(choices: Sequence[Item], *parts: object) -> Item:
    """One of the choices, each as likely as the others."""
    return choices[draw(len(choices), *parts)]


def object_id(*parts: object) -> dict[str, str]:
    """A MongoDB ObjectId in extended JSON: `{"$oid": 24 hexadecimal digits}`."""
    return {"$oid": digest(*parts, size=12).hex()}
