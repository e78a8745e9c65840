"""What each profile says in place of the portal's neutral codes: data, one file of ``crosswalks/`` a profile.

::

    match: eu                   # which match of a vocabulary's concept is this profile's term
    publisher: organization     # or unit: who stands as dct:publisher; with unit the organisation is dct:creator
    licence_on_dataset: false   # whether the dataset names its licence, too
    dictionary: true            # whether the data dictionary is named, which is a distribution of its own
    most_standards: null        # how many dct:conformsTo a thing may have; the others are dct:relation
    known_formats_only: false   # whether files in formats that it has no term for are left out beside others
    series: true                # whether dcat:inSeries is told; DCAT-BR takes a series for a dataset
    themes: {EU theme: term}    # empty: the EU data themes themselves
    place: {uri, classes, schemes}      # stands beside what a dataset covers
    terms:
      frequency: {classes, schemes, match?, unknown?}   # what the feed itself states of a term
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from rdflib import URIRef
from rdflib.namespace import DCTERMS, SKOS

from ckanext.patiodigital.schemas import vocabularies
from ckanext.patiodigital.schemas.vocabularies import Concept

_FOLDER = Path(__file__).parent.parent / "crosswalks"
_NAMESPACES = {"dct": DCTERMS, "skos": SKOS}
#: Which vocabulary a term's codes are of.
SCHEMES = {
    "access_rights": "access_rights",
    "frequency": "frequencies",
    "language": "languages",
    "format": "formats",
    "licence": "licences",
}
PROFILES = ("dcat_ap", "dcat_br", "dcat_us")


class Term(NamedTuple):
    """A URI, and what is stated of it. ``labels`` by language tag; empty where none are known."""

    uri: URIRef
    classes: tuple[URIRef, ...]
    schemes: tuple[URIRef, ...]
    labels: Mapping[str, str]


class _Kind(NamedTuple):
    match: str
    classes: tuple[URIRef, ...]
    schemes: tuple[URIRef, ...]
    unknown: URIRef | None


class Crosswalk:
    """One profile's terms."""

    def __init__(self, name: str, document: Mapping[str, Any]) -> None:
        self.name = name
        self.publisher_is_unit: bool = document["publisher"] == "unit"
        self.licence_on_dataset: bool = document["licence_on_dataset"]
        self.dictionary: bool = document["dictionary"]
        self.most_standards: int | None = document["most_standards"]
        self.known_formats_only: bool = document["known_formats_only"]
        self.series: bool = document["series"]
        self.place = _term(document["place"])
        self._themes: Mapping[str, str] = document["themes"]
        self._kinds = {
            kind: _Kind(
                said.get("match", document["match"]),
                _classes(said),
                _uris(said.get("schemes")),
                URIRef(said["unknown"]) if "unknown" in said else None,
            )
            for kind, said in document["terms"].items()
        }

    def term(self, kind: str, code: str | None) -> Term | None:
        """The term of a code; that for what is unknown where the code has none, if the profile has such a term."""
        own = self._kinds[kind]
        concept: Concept | None = vocabularies.load(SCHEMES[kind])[code] if code else None
        uri = concept.match.get(own.match) if concept else None
        if concept is None or uri is None:
            return Term(own.unknown, own.classes, own.schemes, {}) if own.unknown else None
        return Term(URIRef(uri), own.classes, own.schemes, concept.label)

    def licence(self, *named: tuple[str | None, str | None]) -> Term | None:
        """The term of the first that names a licence, by its code or else by its page."""
        for code, page in named:
            if code:
                return self.term("licence", code)
            if page:
                return self.stated("licence", page)
        return None

    def stated(self, kind: str, uri: str) -> Term:
        """A URI that no code stands for, with the kind's classes and no scheme: nothing is claimed of it."""
        classes = tuple(each for each in self._kinds[kind].classes if each != SKOS.Concept)
        return Term(URIRef(uri), classes, (), {})

    def theme(self, eu_theme: str) -> Term | None:
        """The profile's theme for an EU data theme; None where it has none."""
        own = self._kinds["theme"]
        uri = self._themes.get(eu_theme) if self._themes else eu_theme
        return Term(URIRef(uri), own.classes, own.schemes, _theme_labels().get(eu_theme, {})) if uri else None

    def scheme_title(self, scheme: URIRef) -> str:
        """A name for a scheme, which the shapes want: the last part of its URI."""
        return str(scheme).rstrip("/").rpartition("/")[2]


@cache
def load(name: str) -> Crosswalk:
    """The crosswalk of a profile: one of ``PROFILES``."""
    return Crosswalk(name, yaml.safe_load((_FOLDER / f"{name}.yaml").read_text(encoding="utf-8")))


@cache
def media_type(code: str) -> URIRef | None:
    """The media type of a format as IANA registers it."""
    uri = vocabularies.load("formats")[code].match.get("iana")
    return URIRef(uri) if uri else None


def eu_themes() -> frozenset[str]:
    """URIs of the EU data themes."""
    return frozenset(_theme_labels())


@cache
def _theme_labels() -> Mapping[str, Mapping[str, str]]:
    labels: Mapping[str, Mapping[str, str]] = yaml.safe_load((_FOLDER / "eu_themes.yaml").read_text(encoding="utf-8"))
    return labels


def _term(document: Mapping[str, Any]) -> Term:
    return Term(URIRef(document["uri"]), _classes(document), _uris(document.get("schemes")), document.get("label", {}))


def _classes(document: Mapping[str, Any]) -> tuple[URIRef, ...]:
    parts = (name.partition(":") for name in document["classes"])
    return tuple(_NAMESPACES[prefix][name] for prefix, _, name in parts)


def _uris(listed: list[str] | None) -> tuple[URIRef, ...]:
    return tuple(map(URIRef, listed or ()))
