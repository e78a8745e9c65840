"""The Metadata Quality Assessment of data.europa.eu: 23 metrics, 405 points.

Of several distributions, which are taken to be the same data in other forms, the best counts: each is measured with the
dataset by the better of both for each metric, and the best sum is the score (the rule of the official text as Norway's
fdk-mqa-scoring-service computes it). ``mqa.of_distributions = mean`` counts their mean instead, as ckan-mqa does.
``mqa.format_penalty = yes`` takes five points where format or media type is missing, as the method's text of 2019 says
and no scorer found does.
"""

from __future__ import annotations

from collections.abc import Mapping
from statistics import fmean

from rdflib.namespace import DCTERMS
from rdflib.term import Node

from ckanext.patiodigital.dcat.core.values import bare
from ckanext.patiodigital.dcat.core.writing import DCAT
from ckanext.patiodigital.ranking.core import lists, yardstick
from ckanext.patiodigital.ranking.core.evidence import Evidence, View
from ckanext.patiodigital.ranking.core.scores import Measured, Score

NAME = "mqa"
PENALTY = 5.0
#: Whether a metric is passed; None where that is not known yet.
_Passed = Mapping[str, bool | None]


def score(evidence: Evidence) -> Score:
    """The dataset's points, on the graph that is served under DCAT-AP."""
    view = evidence.view("dcat_ap")
    own = _of_dataset(view, evidence)
    parts = {str(node): _of_distribution(view, node, evidence) for node in view.distributions()}
    merged = [_measured(own, of, part, evidence) for part, of in parts.items()] or [_measured(own, {}, None, evidence)]
    best = max(merged, key=_sum)
    if evidence.settings.get("mqa.of_distributions") == "mean" and len(merged) > 1:
        best = [
            one._replace(points=fmean(points))
            for one, points in zip(best, zip(*(map(_points, each) for each in merged), strict=True), strict=True)
        ]
    known = yardstick.load(NAME)
    total = _sum(best)
    return Score(NAME, total, known.most, known.band(total), best)


def _of_dataset(view: View, evidence: Evidence) -> _Passed:
    node = view.node
    rights = view.first(node, DCTERMS.accessRights)
    violations = evidence.violations.get("dcat_ap")
    return {
        "keywordAvailability": view.has(node, DCAT.keyword),
        "categoryAvailability": view.has(node, DCAT.theme),
        "spatialAvailability": view.has(node, DCTERMS.spatial),
        "temporalAvailability": view.has(node, DCTERMS.temporal),
        "dcatApCompliance": None if violations is None else violations == 0,
        "accessRightsAvailability": rights is not None,
        "accessRightsVocabularyAlignment": lists.authority_code(rights, "access-right") in lists.load("access_rights"),
        "contactPointAvailability": view.has(node, DCAT.contactPoint),
        "publisherAvailability": view.has(node, DCTERMS.publisher),
        "dateIssuedAvailability": view.has(node, DCTERMS.issued),
        "dateModifiedAvailability": view.has(node, DCTERMS.modified),
    }


def _of_distribution(view: View, node: Node, evidence: Evidence) -> _Passed:
    access, download = view.first(node, DCAT.accessURL), view.first(node, DCAT.downloadURL)
    form, media = view.first(node, DCTERMS.format), view.first(node, DCAT.mediaType)
    licence = view.first(node, DCTERMS.license)
    code, kind = lists.authority_code(form, "file-type"), lists.media_type(media)
    return {
        "accessUrlStatusCode": evidence.alive(access),
        "downloadUrlAvailability": download is not None,
        "downloadUrlStatusCode": evidence.alive(download),
        "formatAvailability": form is not None,
        "mediaTypeAvailability": media is not None,
        "formatMediaTypeVocabularyAlignment": code in lists.load("file_types") and kind is not None,
        "formatMediaTypeNonProprietary": listed(view, node, "non_proprietary"),
        "formatMediaTypeMachineInterpretable": listed(view, node, "machine_readable"),
        "licenceAvailability": licence is not None,
        "knownLicence": licence is not None and bare(licence) in lists.load("licences"),
        "rightsAvailability": view.has(node, DCTERMS.rights),
        "byteSizeAvailability": view.has(node, DCAT.byteSize),
        "dateIssuedAvailability": view.has(node, DCTERMS.issued),
        "dateModifiedAvailability": view.has(node, DCTERMS.modified),
    }


#: Media types of the file types on the lists, as IANA registers them.
_SAME = {
    "text/csv": "CSV",
    "application/geo+json": "GEOJSON",
    "text/calendar": "ICS",
    "application/json": "JSON",
    "application/ld+json": "JSON_LD",
    "application/vnd.google-earth.kml+xml": "KML",
    "application/vnd.google-earth.kmz": "KMZ",
    "application/vnd.oasis.opendocument.spreadsheet": "ODS",
    "application/n-quads": "RDF_N_QUADS",
    "application/n-triples": "RDF_N_TRIPLES",
    "application/trig": "RDF_TRIG",
    "text/turtle": "RDF_TURTLE",
    "application/rdf+xml": "RDF_XML",
    "application/vnd.ms-excel": "XLS",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "XLSX",
    "application/xml": "XML",
    "text/xml": "XML",
    "text/html": "HTML",
    "text/plain": "TXT",
    "text/tab-separated-values": "TSV",
    "image/png": "PNG",
    "image/tiff": "TIFF",
    "application/zip": "ZIP",
    "application/gzip": "GZIP",
    "application/rtf": "RTF",
}


def listed(view: View, node: Node, name: str) -> bool:
    """At least one of a distribution's format and media type is on a list; neither is where both are missing."""
    code = lists.authority_code(view.first(node, DCTERMS.format), "file-type")
    kind = lists.media_type(view.first(node, DCAT.mediaType))
    return bool({code, _SAME.get(kind or "")} & lists.load(name))


def _measured(own: _Passed, of: _Passed, part: str | None, evidence: Evidence) -> list[Measured]:
    """All metrics, for the dataset with one of its distributions."""
    penal = evidence.settings.get("mqa.format_penalty") == "yes"
    found = []
    for metric in yardstick.load(NAME).metrics.values():
        told = [passed[metric.id] for passed in (own, of) if metric.id in passed]
        points = metric.points if True in told else 0.0
        if (
            penal
            and False in told
            and True not in told
            and metric.id in ("formatAvailability", "mediaTypeAvailability")
        ):
            points = -PENALTY
        pending = True not in told and None in told
        found.append(Measured(metric.id, points, metric.points, None if metric.id in own else part, pending))
    return found


def _sum(measured: list[Measured]) -> float:
    return sum(map(_points, measured))


def _points(measured: Measured) -> float:
    return measured.points
