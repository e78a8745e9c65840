"""Scores as data: quality measurements in the W3C's Data Quality Vocabulary, with the metric ids of their methods."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from rdflib import Graph, Literal, Namespace, URIRef
from rdflib.namespace import DCTERMS, RDF, XSD

from ckanext.patiodigital.ranking.core.scores import Score

DQV = Namespace("http://www.w3.org/ns/dqv#")
#: Where the MQA's own metrics are.
_PIVEAU = "https://piveau.eu/ns/voc#"


def measurements(uri: str, scores: Iterable[Score], site_url: str, computed: dt.datetime) -> Graph:
    """Of a dataset: a measurement for each yardstick, and for each metric that applies."""
    graph = Graph()
    graph.bind("dqv", DQV)
    for score in scores:
        if not score.applies:
            continue
        _measurement(graph, uri, metric_uri(site_url, score.yardstick, None), score.points, computed)
        for one in score.measured:
            if one.applies:
                _measurement(graph, uri, metric_uri(site_url, score.yardstick, one.metric), one.points, computed)
    return graph


def metric_uri(site_url: str, yardstick: str, metric: str | None) -> str:
    """The method's own URI where it has one, else that of our page about it."""
    if yardstick == "mqa" and metric:
        return _PIVEAU + metric
    page = f"{site_url.rstrip('/')}/quality/{yardstick}"
    return f"{page}/{metric}" if metric else page


def _measurement(graph: Graph, uri: str, metric: str, points: float, computed: dt.datetime) -> None:
    name = metric.rpartition("#")[2] if "#" in metric else metric.partition("/quality/")[2].replace("/", ".")
    node, subject = URIRef(f"{uri}#quality-{name}"), URIRef(uri)
    graph.add((subject, DQV.hasQualityMeasurement, node))
    graph.add((node, RDF.type, DQV.QualityMeasurement))
    graph.add((node, DQV.isMeasurementOf, URIRef(metric)))
    graph.add((node, DQV.computedOn, subject))
    graph.add((node, DQV.value, Literal(points, datatype=XSD.double)))
    graph.add((node, DCTERMS.date, Literal(computed.isoformat(), datatype=XSD.dateTime)))
