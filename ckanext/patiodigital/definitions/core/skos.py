"""Code lists as SKOS (https://www.w3.org/TR/skos-reference/).

A match is in it where it is a web address; others, such as DCAT-US's ``R/P1D``, are notations of other lists, for which
SKOS has no word. Orders are not in it either: a ``skos:OrderedCollection`` would be a second list.
"""

from __future__ import annotations

import re
from collections import Counter

from rdflib import RDF, SKOS, Graph, Literal, URIRef
from rdflib.namespace import DCTERMS

from ckanext.patiodigital.definitions.core.uris import concept_uri, scheme_uri
from ckanext.patiodigital.schemas.vocabularies import LANGUAGES, Concept, Vocabulary

#: Without what RFC 3987 and Turtle have no place for.
_WEB_ADDRESS = re.compile(r"https?://[^\x00-\x20\x7f-\x9f<>\"{}|\\^`]+")


def is_web_address(match: str) -> bool:
    """Whether a match leads somewhere."""
    return _WEB_ADDRESS.fullmatch(match) is not None


def scheme_graph(vocabulary: Vocabulary, site_url: str) -> Graph:
    """A whole list: the scheme and all its concepts."""
    graph = _graph()
    scheme = URIRef(scheme_uri(site_url, vocabulary.scheme))
    graph.add((scheme, RDF.type, SKOS.ConceptScheme))
    for language in LANGUAGES:
        title = Literal(_line(vocabulary.title[language]), lang=language)
        graph.add((scheme, DCTERMS.title, title))
        graph.add((scheme, SKOS.prefLabel, title))
    for concept in vocabulary.concepts:
        _add(graph, vocabulary, concept, site_url)
        if concept.broader is None:
            graph.add((scheme, SKOS.hasTopConcept, URIRef(concept_uri(site_url, vocabulary.scheme, concept))))
    return graph


def concept_graph(vocabulary: Vocabulary, concept: Concept, site_url: str) -> Graph:
    """One concept: all that the list says of it."""
    graph = _graph()
    _add(graph, vocabulary, concept, site_url)
    return graph


def turtle(graph: Graph) -> bytes:
    """The graph as Turtle: equal graphs are the same bytes, since rdflib sorts subjects, predicates and objects."""
    return graph.serialize(format="turtle", encoding="utf-8")


def _graph() -> Graph:
    graph = Graph(bind_namespaces="none")
    graph.bind("dct", DCTERMS)
    graph.bind("skos", SKOS)
    return graph


def _add(graph: Graph, vocabulary: Vocabulary, concept: Concept, site_url: str) -> None:
    def uri(other: Concept) -> URIRef:
        return URIRef(concept_uri(site_url, vocabulary.scheme, other))

    this, scheme = uri(concept), URIRef(scheme_uri(site_url, vocabulary.scheme))
    graph.add((this, RDF.type, SKOS.Concept))
    graph.add((this, SKOS.inScheme, scheme))
    graph.add((this, SKOS.notation, Literal(concept.code)))
    names = {language: _line(concept.label[language]) for language in LANGUAGES}
    for language, name in names.items():
        graph.add((this, SKOS.prefLabel, Literal(name, lang=language)))
    for alias in {_line(alias) for alias in concept.aliases} - set(names.values()):
        graph.add((this, SKOS.altLabel, Literal(alias)))
    if concept.broader is None:
        graph.add((this, SKOS.topConceptOf, scheme))
    else:
        graph.add((this, SKOS.broader, uri(vocabulary[concept.broader])))
    for other in vocabulary.concepts:
        if other.broader == concept.code:
            graph.add((this, SKOS.narrower, uri(other)))
    for address, exact in _matches(vocabulary, concept).items():
        graph.add((this, SKOS.exactMatch if exact else SKOS.broadMatch, URIRef(address)))


def _matches(vocabulary: Vocabulary, concept: Concept) -> dict[str, bool]:
    """The web addresses that a concept matches, and whether it is alone with each in one of the foreign schemes.

    Where several concepts match one address, each is narrower than that: ``exactMatch`` would make them all equal.
    """
    claims = Counter(pair for each in vocabulary.concepts for pair in each.match.items())
    found: dict[str, bool] = {}
    for foreign, address in concept.match.items():
        if is_web_address(address):
            found[address] = found.get(address, False) or claims[foreign, address] == 1
    return found


def _line(text: str) -> str:
    """The text on one line: a label is no paragraph, and rdflib does not write every longer text as Turtle has it."""
    return " ".join(text.split())
