"""Dishes in words to read, where the source shouts."""

from __future__ import annotations


def readable_dish(dish: str) -> str:
    """``ARROZ, FEIJÃO`` as ``Arroz, feijão``; a dish that has lower-case letters stays as it is."""
    return dish if any(character.islower() for character in dish) else dish[:1].upper() + dish[1:].lower()
