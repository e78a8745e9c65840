"""MQM, the metadata quality method of DCAT-BR 1.0, by which dados.gov.br gives its seals: completeness 130, FAIR+C 405.

Source: docs/mqm/mqm-config.json v1.0.0 of dcat-br/dcat-br @ 06c6e6f. It is measured on the graph served under DCAT-BR.
Where the text contradicts itself or says nothing (docs/ranking.md tells each):

- findability's weights add up to 120 and its stated maximum is 100: it is capped (``mqm.findability_cap = no``: not);
- a seal is the criterion's total (``mqm.seal = completeness``: its completeness as well, which gold can't reach);
- spatial resolution: a number of metres, as the shapes want it (``mqm.resolution = vocabulary``: a term of VCR-CE);
- of several distributions the best counts, as in the MQA (``mqm.of_distributions = worst``: the worst);
- "failure in one stage stops the evaluation": with a violation of the shapes there is no seal; the points are shown.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import pairwise

from rdflib.namespace import DCTERMS
from rdflib.term import Node

from ckanext.patiodigital.dcat.core.values import bare
from ckanext.patiodigital.dcat.core.writing import DCAT
from ckanext.patiodigital.ranking.core import lists, yardstick
from ckanext.patiodigital.ranking.core.evidence import Evidence, View
from ckanext.patiodigital.ranking.core.scores import Measured, Score

NAME = "mqm"
_VOCABULARIES = "https://dcat-br.github.io/dcat-br/docs/vocabularies/"
_THEMES = f"{_VOCABULARIES}themes/"
_LICENCES = f"{_VOCABULARIES}VCR-LU/"
_RIGHTS = f"{_VOCABULARIES}SEI/"
_AREAS = frozenset(f"{_VOCABULARIES}VCR-CE/{code}" for code in ("FEDERAL", "ESTADUAL", "MUNICIPAL"))
#: What VCR-LU lists: the licences' own pages.
_OPEN = frozenset(
    {
        "creativecommons.org/licenses/by/4.0",
        "creativecommons.org/publicdomain/zero/1.0",
        "opendatacommons.org/licenses/odbl/1-0",
        "opendatacommons.org/licenses/pddl/1-0",
    }
)
#: formatos.csv, non_proprietary_formats.csv and machine_readable_formats.csv, as media types.
_FORMATS = {
    "application/x-7z-compressed": "7z",
    "text/csv": "csv",
    "application/msword": "doc",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/gzip": "gz",
    "text/html": "html",
    "image/jpeg": "jpeg",
    "application/json": "json",
    "application/pdf": "pdf",
    "image/png": "png",
    "application/x-rar-compressed": "rar",
    "application/rdf+xml": "rdf",
    "text/plain": "txt",
    "application/wsdl+xml": "wsdl",
    "application/vnd.ms-excel": "xls",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
    "application/xml": "xml",
    "application/zip": "zip",
}
_NON_PROPRIETARY = frozenset({"csv", "html", "json", "png", "txt", "rdf", "xml", "pdf", "zip"})
_MACHINE_READABLE = frozenset({"csv", "json", "rdf", "xls", "xlsx", "xml"})
_IANA = "www.iana.org/assignments/media-types/"
#: "Repeated characters" as the shapes of DCAT-BR have it: nothing but one character.
_REPEATED = re.compile(r"(.)\1{3,}", re.DOTALL)
_ANSWERS = frozenset({*range(200, 209), 226, *range(300, 309)})
_FINDABILITY = 100.0
_COMPLETENESS = {"bronze": 83.0, "prata": 125.0, "ouro": 130.0}

_Passed = Mapping[str, bool | None]


def score(evidence: Evidence) -> Score:
    """The dataset's points: FAIR+C and completeness."""
    view = evidence.view("dcat_br")
    own = _of_dataset(view, evidence)
    parts = {str(node): _of_distribution(view, node, evidence) for node in view.distributions()}
    merged = [_measured(own, of, part) for part, of in parts.items()] or [_measured(own, {}, None)]
    choose = min if evidence.settings.get("mqm.of_distributions") == "worst" else max
    best = choose(merged, key=lambda each: sum(one.points for one in each))
    if evidence.settings.get("mqm.findability_cap") != "no":
        best = _capped(best)
    total = sum(one.points for one in best)
    return Score(NAME, total, yardstick.load(NAME).most, _seal(total, best, evidence), best)


def _seal(total: float, measured: list[Measured], evidence: Evidence) -> str | None:
    known = yardstick.load(NAME)
    seal = known.band(total) if evidence.violations.get("dcat_br") == 0 else "none"
    if evidence.settings.get("mqm.seal") != "completeness" or seal is None:
        return seal
    complete = sum(one.points for one in measured if known.metrics[one.metric].dimension == "completeness")
    earned = [code for code, least in _COMPLETENESS.items() if complete >= least]
    order = ["none", *_COMPLETENESS]
    return min(seal, earned[-1] if earned else "none", key=order.index)


def _capped(measured: list[Measured]) -> list[Measured]:
    """Findability at its stated maximum: the last of its metrics gives the rest that there is room for."""
    known, room, found = yardstick.load(NAME), _FINDABILITY, []
    for one in measured:
        if known.metrics[one.metric].dimension == "findability":
            points = min(one.points, room)
            room -= points
            most = one.most if one.points < one.most else points
            found.append(one._replace(points=points, most=most))
        else:
            found.append(one)
    return found


def _of_dataset(view: View, evidence: Evidence) -> _Passed:
    node = view.node
    title, notes = view.first(node, DCTERMS.title), view.first(node, DCTERMS.description)
    start, end = _period(view)
    resolution = view.first(node, DCAT.spatialResolutionInMeters)
    places = set(view.all(node, DCTERMS.spatial))
    told = {
        "title": title,
        "description": notes,
        "keyword": view.first(node, DCAT.keyword),
        "creator": view.first(node, DCTERMS.creator),
        "publisher": view.first(node, DCTERMS.publisher),
        "contactPoint": view.first(node, DCAT.contactPoint),
        "accrualPeriodicity": view.first(node, DCTERMS.accrualPeriodicity),
        "version": view.first(node, DCAT.version),
        "license": view.first(node, DCTERMS.license),
        "accessRights": view.first(node, DCTERMS.accessRights),
        "theme": view.first(node, DCAT.theme),
        "spatial": min(places, default=None),
        "startDate": start,
        "endDate": end,
        "spatialResolution": resolution,
    }
    in_words = evidence.settings.get("mqm.resolution") == "vocabulary"
    return {
        **{f"completeness.{name}": value is not None for name, value in told.items()},
        "title_quality": _is_said(title, 5),
        "description_quality": _is_said(notes, 200),
        "theme_vocabulary": any(theme.startswith(_THEMES) for theme in view.all(node, DCAT.theme)),
        "spatial_vocabulary": bool(places & _AREAS),
        "temporal_valid": start is not None and end is not None and _in_order(start, end),
        "license_vocabulary": _is_open(told["license"]),
        "accessRights_vocabulary": (told["accessRights"] or "").startswith(_RIGHTS),
        "contactPoint_present": told["contactPoint"] is not None,
        "publisher_present": told["publisher"] is not None,
        "spatialResolution": resolution in _AREAS if in_words else _is_number(resolution),
    }


def _of_distribution(view: View, node: Node, evidence: Evidence) -> _Passed:
    address = view.first(node, DCAT.accessURL)
    form, media = _format(view.first(node, DCTERMS.format)), lists.media_type(view.first(node, DCAT.mediaType))
    return {
        "completeness.distribution.title": view.has(node, DCTERMS.title),
        "completeness.distribution.description": view.has(node, DCTERMS.description),
        "completeness.distribution.accessURL": address is not None,
        "completeness.distribution.type": view.has(node, DCTERMS.type),
        "completeness.distribution.format": view.has(node, DCTERMS.format),
        "accessURL_valid": _answers(evidence, address),
        "format_vocabulary": form is not None,
        "format_nonproprietary": form in _NON_PROPRIETARY,
        "format_machine_readable": form in _MACHINE_READABLE,
        "mediaType_consistent": form is not None and _FORMATS.get(media or "") == form,
    }


def _measured(own: _Passed, of: _Passed, part: str | None) -> list[Measured]:
    found = []
    for metric in yardstick.load(NAME).metrics.values():
        passed = own[metric.id] if metric.id in own else of.get(metric.id, False)
        points = metric.points if passed else 0.0
        found.append(
            Measured(metric.id, points, metric.points, None if metric.id in own else part, pending=passed is None)
        )
    return found


def _period(view: View) -> tuple[str | None, str | None]:
    for period in view.nodes(view.node, DCTERMS.temporal):
        return view.first(period, DCAT.startDate), view.first(period, DCAT.endDate)
    return None, None


def _in_order(start: str, end: str) -> bool:
    """Both in ISO 8601; ends that are told less closely are as long as they may be."""
    dates = [re.fullmatch(r"\d{4}(-\d{2}(-\d{2}(T[\d:.]+(Z|[+-]\d{2}:\d{2})?)?)?)?", each) for each in (start, end)]
    return all(dates) and all(first[: len(last)] <= last for first, last in pairwise((start, end)))


def _is_said(text: str | None, least: int) -> bool:
    return text is not None and len(text.strip()) >= least and _REPEATED.fullmatch(text.strip()) is None


def _is_open(licence: str | None) -> bool:
    return licence is not None and (licence.startswith(_LICENCES) or bare(licence) in _OPEN)


def _is_number(text: str | None) -> bool:
    return text is not None and re.fullmatch(r"\d+(\.\d+)?", text) is not None


def _format(uri: str | None) -> str | None:
    """The short name of a format that is on the list: a URI of IANA's registry."""
    return _FORMATS.get(bare(uri).removeprefix(_IANA)) if uri else None


def _answers(evidence: Evidence, address: str | None) -> bool | None:
    """http or https, and a status of 2xx or 3xx as the method lists them."""
    if address is None or not address.startswith(("http://", "https://")):
        return False
    state = evidence.links.get(address)
    return None if state is None else state.status in _ANSWERS
