"""Code lists as JSON, as `docs/contracts.md` has it."""

from __future__ import annotations

import msgspec

from ckanext.patiodigital.definitions.core.uris import concept_uri, scheme_uri
from ckanext.patiodigital.schemas.vocabularies import Concept, Vocabulary


class ConceptAnswer(msgspec.Struct, frozen=True):
    """A code. ``broader`` is a code of the same list, ``match`` is keyed by foreign scheme."""

    code: str
    uri: str
    label: dict[str, str]
    order: int
    aliases: tuple[str, ...]
    broader: str | None
    match: dict[str, str]


class LoneConceptAnswer(ConceptAnswer, frozen=True):
    """A code that is asked for alone, and the list that it is of."""

    scheme: str


class SchemeAnswer(msgspec.Struct, frozen=True):
    """A code list, in its order."""

    scheme: str
    uri: str
    title: dict[str, str]
    concepts: list[ConceptAnswer]


def scheme_json(vocabulary: Vocabulary, site_url: str) -> bytes:
    """A whole list."""
    scheme = vocabulary.scheme
    concepts = [_answer(scheme, concept, site_url) for concept in vocabulary.concepts]
    return msgspec.json.encode(SchemeAnswer(scheme, scheme_uri(site_url, scheme), dict(vocabulary.title), concepts))


def concept_json(vocabulary: Vocabulary, concept: Concept, site_url: str) -> bytes:
    """One code of a list."""
    answer = msgspec.structs.asdict(_answer(vocabulary.scheme, concept, site_url))
    return msgspec.json.encode(LoneConceptAnswer(**answer, scheme=vocabulary.scheme))


def _answer(scheme: str, concept: Concept, site_url: str) -> ConceptAnswer:
    return ConceptAnswer(
        code=concept.code,
        uri=concept_uri(site_url, scheme, concept),
        label=dict(concept.label),
        order=concept.order,
        aliases=concept.aliases,
        broader=concept.broader,
        match=dict(concept.match),
    )
