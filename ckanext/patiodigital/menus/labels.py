"""The vocabularies, as the look-up's core asks for them."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache

from ckanext.patiodigital.schemas import vocabularies


class VocabularyLabels:
    """``Labels`` and ``Codes`` of ``menus/core/rows.py`` from the shipped vocabularies."""

    def label(self, scheme: str, code: str, lang: str) -> str:
        return vocabularies.load(scheme).label(code, lang)

    def order(self, scheme: str, code: str) -> int:
        return vocabularies.load(scheme).order(code)

    def all(self, scheme: str, lang: str) -> dict[str, str]:
        """Every code of a scheme with its words, in the scheme's order."""
        return {concept.code: self.label(scheme, concept.code, lang) for concept in vocabularies.load(scheme).concepts}

    def codes(self, scheme: str) -> Collection[str]:
        return _codes(scheme)


@cache
def _codes(scheme: str) -> frozenset[str]:
    return frozenset(concept.code for concept in vocabularies.load(scheme).concepts)


LABELS = VocabularyLabels()
