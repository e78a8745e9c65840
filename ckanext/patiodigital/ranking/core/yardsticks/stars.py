"""The five stars of open data: each needs those before it. The best distribution counts.

Whether data are "linked" can't be told from a catalogue. What is tested: a file in RDF, or in a Table Schema published
on this portal, has URIs for its things (four); where codes of that schema match lists of others, it is linked (five).
"""

from __future__ import annotations

from rdflib.namespace import DCTERMS
from rdflib.term import Node

from ckanext.patiodigital.dcat.core.values import bare
from ckanext.patiodigital.dcat.core.writing import DCAT
from ckanext.patiodigital.ranking.core import lists, yardstick
from ckanext.patiodigital.ranking.core.evidence import Evidence, View
from ckanext.patiodigital.ranking.core.scores import Measured, Score
from ckanext.patiodigital.ranking.core.yardsticks import mqa

NAME = "stars"


def score(evidence: Evidence) -> Score:
    """The dataset's stars, 0 to 5."""
    view = evidence.view("dcat_ap")
    best: list[bool | None] = [False] * 5
    of: str | None = None
    for part in view.distributions():
        told = _steps(view, part, evidence)
        if _count(told) > _count(best) or of is None:
            best, of = told, str(part)
    reached = _count(best)
    known = yardstick.load(NAME)
    measured = [
        Measured(metric.id, float(step < reached), 1.0, of, pending=step == reached and best[step] is None)
        for step, metric in enumerate(known.metrics.values())
    ]
    return Score(NAME, float(reached), known.most, None, measured)


def _steps(view: View, part: Node, evidence: Evidence) -> list[bool | None]:
    licence = view.first(part, DCTERMS.license)
    is_open = licence is not None and bare(licence) in lists.load("licences")
    alive = evidence.alive(view.first(part, DCAT.downloadURL) or view.first(part, DCAT.accessURL))
    form = lists.authority_code(view.first(part, DCTERMS.format), "file-type") or ""
    schemas = {standard.partition("/table-schema/")[2] for standard in view.all(part, DCTERMS.conformsTo)} - {""}
    return [
        alive if is_open else False,
        mqa.listed(view, part, "machine_readable"),
        mqa.listed(view, part, "non_proprietary"),
        form.startswith(("RDF", "JSON_LD")) or bool(schemas),
        form.startswith(("RDF", "JSON_LD")) or bool(schemas & evidence.linked_schemas),
    ]


def _count(steps: list[bool | None]) -> int:
    """Stars in a row."""
    return next((number for number, step in enumerate(steps) if not step), len(steps))
