"""Evidence of a dataset that lacks nothing, and of one that lacks one thing."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

from dcat.packages import FULL, SITE
from rdflib import Graph, URIRef
from rdflib.term import Node

from ckanext.patiodigital.dcat.core import crosswalk, reading, writing
from ckanext.patiodigital.ranking.core.evidence import Evidence, LinkState, TableState

TODAY = dt.date(2026, 11, 28)
#: Long enough for MQM, with a version, and data of two years.
PERFECT: dict[str, Any] = {**FULL, "notes": "O cardápio planejado de cada dia. " * 8, "version": "2026.11"}


def graphs_of(package: dict[str, Any]) -> dict[str, Graph]:
    dataset = reading.read(package, SITE).dataset
    return {name: writing.dataset_graph(dataset, SITE, crosswalk.load(name)) for name in crosswalk.PROFILES}


def evidence(package: dict[str, Any] = PERFECT, **changes: Any) -> Evidence:
    """Of a package whose addresses all answer."""
    graphs = graphs_of(package)
    told = Evidence(
        uri=f"{SITE.base}/dataset/{package['id']}",
        graphs=graphs,
        violations=dict.fromkeys(graphs, 0),
        links={each["url"]: LinkState(alive=True, status=200) for each in package["resources"]},
        today=TODAY,
        data_day=TODAY,
        period=1,
        tables=[TableState("r1", "menus/1", rows=990, set_aside=10)],
        dictionary=True,
        smallest=True,
        geolocated=True,
        series=True,
        linked_schemas=frozenset({"menus/1"}),
    )
    return replace(told, **changes)


def without(told: Evidence, predicate: URIRef, *, of: str = "dataset") -> Evidence:
    """The same, where the dataset or its distributions do not state a property."""
    graphs = {}
    for name, graph in told.graphs.items():
        graphs[name] = graph - Graph()  # a copy
        for node in _nodes(graph, told.uri, of):
            graphs[name].remove((node, predicate, None))
    return replace(told, graphs=graphs)


def with_value(told: Evidence, predicate: URIRef, value: Node, *, of: str = "dataset") -> Evidence:
    """The same, where a property has another value."""
    changed = without(told, predicate, of=of)
    for graph in changed.graphs.values():
        for node in _nodes(graph, told.uri, of):
            graph.add((node, predicate, value))
    return changed


def _nodes(graph: Graph, uri: str, of: str) -> list[Node]:
    return [URIRef(uri)] if of == "dataset" else list(graph.objects(URIRef(uri), writing.DCAT.distribution))
