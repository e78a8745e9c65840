"""Dishes in words to read, where the source shouts."""

from __future__ import annotations

import re
from unicodedata import category

_SHOUTED = 0.8
"""The part of the letters that are capitals in a name which is shouted; a few small ones are slips."""
_ACRONYMS = frozenset({"AF", "IQF", "UHT"})
"""Family farming, quick-frozen in pieces, and ultra-high temperature, as the source abbreviates them in dishes."""
_WORD = re.compile(r"[^\W\d_]+")


def readable_dish(dish: str) -> str:
    """``ARROZ, FEIJÃO (2º DIA)`` as ``Arroz, feijão (2º dia)``; a dish that isn't shouted stays as it is."""
    if not _is_shouted(dish):
        return dish
    opening = _WORD.search(dish)
    opens = opening.start() if opening and not any(map(str.isdigit, dish[: opening.start()])) else -1
    return _WORD.sub(lambda word: _lowered(word, opens=word.start() == opens), dish)


def _is_shouted(dish: str) -> bool:
    # By their category, for ª and º are small letters to Python.
    cases = [category(character) for character in dish]
    capitals = cases.count("Lu")
    return capitals > 0 and capitals >= _SHOUTED * (capitals + cases.count("Ll"))


def _lowered(match: re.Match[str], *, opens: bool) -> str:
    word = match[0]
    if word in _ACRONYMS:
        return word
    return word[0] + word[1:].lower() if opens else word.lower()
