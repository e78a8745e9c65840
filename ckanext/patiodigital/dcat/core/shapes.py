"""Judges a graph by the published SHACL shapes of a profile, in words that an editor can act on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from pyshacl import validate
from rdflib import Graph
from rdflib.namespace import SH
from rdflib.term import Node

_FOLDER = Path(__file__).parent.parent / "shapes"


class _Pass(NamedTuple):
    """Shapes that are judged together. ``vocabulary``: what is merged into the data for it.

    The code lists are judged apart: merged with their vocabulary, the other shapes would find fault with its terms.
    """

    shapes: Sequence[str]
    vocabulary: str | None = None


#: Which files make a yardstick. DCAT-US 3.0 is published by two working groups, whose shapes differ.
YARDSTICKS = {
    "dcat_ap": (
        _Pass(("dcat_ap/shapes.ttl", "dcat_ap/range.ttl")),
        _Pass(("dcat_ap/mdr-vocabularies.shape.ttl",), "dcat_ap/authority.ttl"),
    ),
    "dcat_br": (
        _Pass(
            tuple(f"dcat_br/{name}.ttl" for name in ("shapes", "range", "shapes_recommended", "mdr-vocabularies.shape"))
        ),
    ),
    "dcat_us": (_Pass(("dcat_us/gsa.ttl",)), _Pass(("dcat_us/doi-do.ttl",))),
}


class Finding(NamedTuple):
    """What a shape found fault with. ``severity`` is Violation, Warning or Info. ``node``, ``path`` and ``value`` are
    URIs or texts; the last two may be empty.
    """

    severity: str
    node: str
    path: str
    value: str
    message: str


def findings(graph: Graph, profile: str) -> list[Finding]:
    """Everything that the shapes of a profile (``dcat_ap``, ``dcat_br``, ``dcat_us``) find, violations first."""
    found = {each for part in YARDSTICKS[profile] for each in _findings(graph, part)}
    return sorted(found, key=lambda each: (_RANKS.get(each.severity, 9), each))


_RANKS = {"Violation": 0, "Warning": 1, "Info": 2}


def _findings(graph: Graph, part: _Pass) -> Iterator[Finding]:
    data = graph if part.vocabulary is None else graph + _graph(part.vocabulary)
    # Neither inference nor meta-SHACL: both change results and cost seconds.
    _, report, _ = validate(data, shacl_graph=_graph(*part.shapes), inference="none", allow_warnings=True)
    # Only what a report lists as its results: a sh:detail is a sh:ValidationResult, too, and would count twice.
    for result in report.objects(None, SH.result):
        yield Finding(
            severity=_name(report.value(result, SH.resultSeverity)),
            node=_text(report.value(result, SH.focusNode)),
            path=_text(report.value(result, SH.resultPath)),
            value=_text(report.value(result, SH.value)),
            message=_text(report.value(result, SH.resultMessage)),
        )


@cache
def _graph(*files: str) -> Graph:
    graph = Graph()
    for file in files:
        graph.parse(_FOLDER / file)
    return graph


def _text(node: Node | None) -> str:
    return "" if node is None else str(node)


def _name(node: Node | None) -> str:
    return _text(node).rpartition("#")[2]
