"""Code lists of the portal, and the one place where a raw spelling becomes a code.

A vocabulary is one file of this folder, ``{scheme}.yaml``::

    scheme: meals
    title: {pt: Refeições, en: Meals, es: Comidas}
    concepts:
      - code: a-almoco                  # the ASCII slug of the source's code; never changed, never reused
        label: {pt: Almoço, en: Lunch, es: Almuerzo}    # en and es may be left out where they equal pt
        order: 4                        # the place in a list shown to people
        aliases: [A - ALMOCO]           # raw spellings; a code is a spelling of itself
        broader: other-code             # optional: the wider concept in the same scheme
        uri: https://…                  # optional: default {site_url}/vocabulary/{scheme}/{code}
        match: {eu: https://…}          # optional: equal concepts elsewhere: inep, eu, iana, dcat_br, dcat_us
        school: false                   # optional, school types only: a unit that is not a school
    ambiguous:                          # optional: spellings that stand for several codes
      Refeição: [r1-refeicao-1, r-refeicao]

Forms, facets, pages and loads take their codes from here and nowhere else.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import yaml

LANGUAGES = ("pt", "en", "es")
FALLBACK_LANGUAGE = "pt"
"""Every label is written in this language; one that is the same in the others is written only once."""

_FOLDER = Path(__file__).parent
_MATCHES = frozenset({"inep", "eu", "iana", "dcat_br", "dcat_us"})
_VOCABULARY_KEYS = frozenset({"scheme", "title", "concepts", "ambiguous"})
_CONCEPT_KEYS = frozenset({"code", "label", "order", "aliases", "broader", "uri", "match", "school"})
# Accents, and the invisible characters that word processors leave inside words.
_DROPPED = re.compile("[\u0300-\u036f\u00ad\u200b-\u200d\u2060\ufeff]")
_SEPARATORS = re.compile("[^a-z0-9]+")
# Longer than any spelling of a code: a hostile cell is neither folded nor kept in the cache.
_LONGEST_RAW = 200


class VocabularyError(ValueError):
    """A vocabulary file is wrong, or there is none of that name; says which file, which concept and why."""


def slug(raw: str) -> str:
    """Fold case, accents, blanks, line breaks, dashes and other signs: ``A -\\nALMOÇO`` → ``a-almoco``.

    Left are ``a-z``, ``0-9`` and single inner hyphens; a text without any letter or digit gives ``""``.
    """
    return _SEPARATORS.sub("-", _DROPPED.sub("", unicodedata.normalize("NFKD", raw)).lower()).strip("-")


# A load asks for the same few spellings millions of times.
_folded = lru_cache(maxsize=16_384)(slug)


@dataclass(frozen=True, slots=True)
class Concept:
    """One code of a vocabulary. ``label`` has every language; ``match`` is keyed by foreign scheme."""

    code: str
    label: Mapping[str, str]
    order: int
    aliases: tuple[str, ...] = ()
    broader: str | None = None
    uri: str | None = None
    match: Mapping[str, str] = field(default_factory=dict)
    school: bool = True


class Vocabulary:
    """A checked code list. Cheap to ask: a load asks it once for every coded cell."""

    def __init__(
        self,
        scheme: str,
        title: Mapping[str, str],
        concepts: Iterable[Concept],
        ambiguous: Mapping[str, tuple[str, ...]] | None = None,
    ) -> None:
        """Check the concepts against each other.

        Raises VocabularyError for a code or order given twice, a spelling claimed by two concepts, an unknown
        broader concept, and an ambiguous spelling that is a known one or names an unknown code.
        """
        self.scheme = scheme
        self.title = title
        self.concepts = tuple(sorted(concepts, key=lambda concept: concept.order))
        self._by_code: dict[str, Concept] = {}
        self._by_spelling: dict[str, str] = {}
        self._ambiguous: dict[str, tuple[str, ...]] = {}
        orders: dict[int, str] = {}
        for concept in self.concepts:
            if concept.code in self._by_code:
                raise self._error(concept.code, "the code is given twice")
            other = orders.setdefault(concept.order, concept.code)
            if other != concept.code:
                raise self._error(concept.code, f"has the same order as {other!r}")
            self._by_code[concept.code] = concept
        for concept in self.concepts:
            self._add_spellings(concept)
            if concept.broader is not None and concept.broader not in self._by_code:
                raise self._error(concept.code, f"broader concept {concept.broader!r} is not listed")
        for raw, codes in (ambiguous or {}).items():
            self._add_ambiguous(raw, codes)

    def _add_spellings(self, concept: Concept) -> None:
        for raw in (concept.code, *concept.aliases):
            spelling = slug(raw)
            if not spelling:
                raise self._error(concept.code, f"alias {raw!r} holds no letter or digit")
            owner = self._by_spelling.setdefault(spelling, concept.code)
            if owner != concept.code:
                raise self._error(concept.code, f"spelling {raw!r} already belongs to {owner!r}")

    def _add_ambiguous(self, raw: str, codes: tuple[str, ...]) -> None:
        owner = self._by_spelling.get(slug(raw))
        if owner is not None:
            raise self._error(owner, f"spelling {raw!r} is listed as ambiguous too")
        for code in codes:
            if code not in self._by_code:
                raise VocabularyError(f"{self.scheme}: ambiguous {raw!r} names the unknown code {code!r}")
        self._ambiguous[slug(raw)] = codes

    def _error(self, code: str, problem: str) -> VocabularyError:
        return VocabularyError(f"{self.scheme}: concept {code!r}: {problem}")

    def __contains__(self, code: object) -> bool:
        """Whether this is a code, spelled exactly as stored."""
        return code in self._by_code

    def __getitem__(self, code: str) -> Concept:
        """Give the concept of a code; KeyError when there is none."""
        return self._by_code[code]

    def code(self, raw: str) -> str | None:
        """Give the code that a raw spelling stands for; None when it is unknown or ambiguous."""
        return self._by_spelling.get(_folded(raw)) if len(raw) <= _LONGEST_RAW else None

    def candidates(self, raw: str) -> tuple[str, ...]:
        """Give all codes that a raw spelling may stand for: none, one, or several to be told apart."""
        known = self.code(raw)
        if known is not None:
            return (known,)
        return self._ambiguous.get(_folded(raw), ()) if len(raw) <= _LONGEST_RAW else ()

    def label(self, code: str, language: str = FALLBACK_LANGUAGE) -> str:
        """Give the name of a code; ``pt_BR`` and ``pt`` are one language. An unknown code names itself."""
        concept = self._by_code.get(code)
        return code if concept is None else localised(concept.label, language)

    def order(self, code: str) -> int:
        """Give the place of a code in lists; an unknown code comes after all others."""
        concept = self._by_code.get(code)
        return self.concepts[-1].order + 1 if concept is None else concept.order


def localised(text: Mapping[str, str], language: str) -> str:
    """Pick a language out of ``{pt, en, es}``: Portuguese for any other."""
    return text.get(re.split("[-_]", language)[0], text[FALLBACK_LANGUAGE])


@cache
def schemes() -> tuple[str, ...]:
    """Name all vocabularies, in alphabetical order."""
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.yaml")))


@cache
def load(scheme: str) -> Vocabulary:
    """Give a vocabulary by name, read once a process. Raises VocabularyError, also for an unknown name."""
    if scheme not in schemes():
        raise VocabularyError(f"there is no vocabulary {scheme!r}; known are {', '.join(schemes())}")
    path = _FOLDER / f"{scheme}.yaml"
    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise VocabularyError(f"{path.name} is not valid YAML: {error}") from error
    return parse(document, scheme)


def parse(document: object, scheme: str) -> Vocabulary:
    """Check a vocabulary file's content and build the vocabulary. Raises VocabularyError."""
    entries = _mapping(document, scheme, _VOCABULARY_KEYS)
    if entries.get("scheme") != scheme:
        raise VocabularyError(f"{scheme}: 'scheme' must be {scheme!r}, as the file is named")
    concepts = entries.get("concepts")
    if not isinstance(concepts, list) or not concepts:
        raise VocabularyError(f"{scheme}: 'concepts' must be a list of at least one concept")
    ambiguous = _mapping(entries.get("ambiguous", {}), f"{scheme}: 'ambiguous'")
    return Vocabulary(
        scheme,
        _label(entries.get("title"), f"{scheme}: 'title'"),
        [_concept(entry, f"{scheme}: concept {number}") for number, entry in enumerate(concepts, start=1)],
        {raw: _texts(codes, f"{scheme}: ambiguous {raw!r}") for raw, codes in ambiguous.items()},
    )


def _concept(document: object, place: str) -> Concept:
    entries = _mapping(document, place, _CONCEPT_KEYS)
    code, order, school = entries.get("code"), entries.get("order"), entries.get("school", True)
    if not isinstance(code, str) or not code or slug(code) != code:
        raise VocabularyError(f"{place}: code {code!r} must be text of a-z, 0-9 and single hyphens")
    place = f"{place} ({code})"
    if type(order) is not int:
        raise VocabularyError(f"{place}: 'order' must be a whole number")
    if not isinstance(school, bool):
        raise VocabularyError(f"{place}: 'school' must be true or false")
    for key in ("broader", "uri"):
        if not isinstance(entries.get(key), str | None):
            raise VocabularyError(f"{place}: {key!r} must be text")
    return Concept(
        code=code,
        label=_label(entries.get("label"), f"{place}: 'label'"),
        order=order,
        aliases=_texts(entries.get("aliases", []), f"{place}: 'aliases'"),
        broader=entries.get("broader"),
        uri=entries.get("uri"),
        match=_text_values(entries.get("match", {}), f"{place}: 'match'", _MATCHES),
        school=school,
    )


def _mapping(document: object, place: str, known: frozenset[str] | None = None) -> dict[str, Any]:
    if not isinstance(document, dict) or not all(isinstance(key, str) for key in document):
        raise VocabularyError(f"{place} must be a mapping of names to values")
    unknown = sorted(set(document) - known) if known is not None else []
    if unknown:
        raise VocabularyError(f"{place}: unknown key {', '.join(unknown)}")
    return document


def _text_values(document: object, place: str, known: frozenset[str]) -> Mapping[str, str]:
    entries = _mapping(document, place, known)
    if not all(isinstance(value, str) and value.strip() for value in entries.values()):
        raise VocabularyError(f"{place}: each value must be text, in quotes if it is a number")
    return entries


def _label(document: object, place: str) -> Mapping[str, str]:
    label = _text_values({} if document is None else document, place, frozenset(LANGUAGES))
    if FALLBACK_LANGUAGE not in label:
        raise VocabularyError(f"{place} has no text in {FALLBACK_LANGUAGE!r}")
    return {language: label.get(language, label[FALLBACK_LANGUAGE]) for language in LANGUAGES}


def _texts(document: object, place: str) -> tuple[str, ...]:
    if not isinstance(document, list) or not all(isinstance(value, str) for value in document):
        raise VocabularyError(f"{place} must be a list of texts, in quotes if they are numbers")
    return tuple(document)
