"""A catalogue's entries in neutral terms: what ``reading`` makes of a package, and ``writing`` makes RDF of.

Codes are those of the portal's vocabularies; a crosswalk gives each profile its own terms for them. URIs are absolute.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from ckanext.patiodigital.dcat.core.values import Moment

_NUMBERS = re.compile(r"-?\d+(?:\.\d+)?(?:e[+-]\d+)?")


@dataclass(frozen=True, slots=True)
class Agent:
    """An organisation, or a unit of one."""

    uri: str
    name: str
    email: str | None = None
    homepage: str | None = None


@dataclass(frozen=True, slots=True)
class Contact:
    """Who answers questions."""

    uri: str
    name: str
    email: str | None = None
    page: str | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """An area. ``bbox`` and ``centroid`` are well-known text in WGS 84, longitude first."""

    uri: str
    label: str | None = None
    bbox: str | None = None
    centroid: str | None = None

    def corners(self) -> tuple[str, str, str, str] | None:
        """West, south, east and north of the rectangle, in degrees."""
        numbers = _NUMBERS.findall(self.bbox or "")
        return (numbers[0], numbers[1], numbers[4], numbers[5]) if numbers else None


@dataclass(frozen=True, slots=True)
class Period:
    """The days that the data are of; either end may be open."""

    uri: str
    start: Moment | None
    end: Moment | None


@dataclass(frozen=True, slots=True)
class Named:
    """A page, standard or document elsewhere."""

    uri: str
    title: str


@dataclass(frozen=True, slots=True)
class Service:
    """An API that gives the data."""

    uri: str
    title: str
    description: str
    endpoint: str
    documentation: str
    standard: Named


@dataclass(frozen=True, slots=True)
class Checksum:
    """``algorithm`` is SPDX's name: sha256, sha1 or md5. ``value`` is hexadecimal."""

    uri: str
    algorithm: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Distribution:
    """A resource. ``format`` and ``licence`` are codes of the vocabularies ``formats`` and ``licences``.

    ``licence_page`` is that of a licence without a code. ``lasting``: the portal itself keeps it at its address.
    """

    uri: str
    title: str
    description: str
    access_url: str
    download_url: str | None = None
    format: str | None = None
    licence: str | None = None
    licence_page: str | None = None
    rights: str | None = None
    size: int | None = None
    checksum: Checksum | None = None
    issued: Moment | None = None
    modified: Moment | None = None
    lasting: bool = False
    standards: Sequence[Named] = ()
    services: Sequence[Service] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset:
    """A dataset. ``themes`` are URIs of the EU data themes; ``subjects`` and the other codes are the portal's own.

    ``publisher`` is the organisation, ``unit`` the technical area in it that keeps the data.
    ``dictionary`` is where the columns are explained, else the page that says what there is to know.
    """

    uri: str
    page: Named
    identifier: str
    title: str
    description: str
    publisher: Agent
    unit: Agent
    contact: Contact
    access_rights: str
    frequency: str | None
    dictionary: Named
    keywords: Sequence[str] = ()
    themes: Sequence[str] = ()
    subjects: Sequence[str] = ()
    languages: Sequence[str] = ()
    places: Sequence[Place] = ()
    period: Period | None = None
    licence: str | None = None
    licence_page: str | None = None
    issued: Moment | None = None
    modified: Moment | None = None
    version: str | None = None
    #: Metres, as a decimal.
    resolution: str | None = None
    provenance: str | None = None
    caveats: str | None = None
    other_identifiers: Sequence[str] = ()
    pages: Sequence[Named] = ()
    standards: Sequence[Named] = ()
    related: Sequence[str] = ()
    series: Sequence[Named] = ()
    distributions: Sequence[Distribution] = ()


@dataclass(frozen=True, slots=True)
class Gap:
    """What a description lacks, or had to leave out. ``field`` is the form field that mends it; ``resource`` its
    resource's id, where it is one of a resource. ``kind`` is one of ``KINDS``.
    """

    kind: str
    field: str
    resource: str | None = None
    value: str | None = None


KINDS = ("missing", "unusable", "unknown_code", "too_short")


@dataclass(frozen=True, slots=True)
class Described:
    """A dataset, and what a person should still do about it."""

    dataset: Dataset
    gaps: Sequence[Gap] = field(default=())
