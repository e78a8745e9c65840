"""What an address that leads nowhere may have meant."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from rapidfuzz import fuzz

from ckanext.patiodigital.schemas.vocabularies import slug

MOST = 5
_LONGEST = 200  # characters; nothing that is asked for has as many
_ALIKE = 65  # of 100: two slips in a word of eight letters, or another ending


def nearest(asked: str, spellings: Mapping[str, Iterable[str]]) -> list[str]:
    """The at most :data:`MOST` keys of ``spellings`` one of whose texts is much like ``asked``, the likest first."""
    wanted = slug(asked[:_LONGEST])
    scores = {key: max(fuzz.ratio(wanted, slug(text)) for text in texts) for key, texts in spellings.items()}
    return sorted((key for key in scores if scores[key] >= _ALIKE), key=lambda key: -scores[key])[:MOST]
