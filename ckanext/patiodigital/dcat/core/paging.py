"""The page of a catalogue as Hydra tells it, in the terms that ckanext-dcat's own harvester looks for."""

from __future__ import annotations

from collections.abc import Callable

from rdflib import Graph, Literal, URIRef
from rdflib.namespace import RDF

from ckanext.patiodigital.dcat.core.writing import HYDRA, new_graph


def page_graph(page: int, size: int, total: int, address: Callable[[int], str]) -> Graph:
    """Page ``page`` (from 1) of ``total`` datasets, ``size`` on each. ``address`` gives the absolute URI of a page."""
    graph = new_graph()
    last = max(1, -(-total // size))
    here = URIRef(address(page))
    graph.add((here, RDF.type, HYDRA.PagedCollection))
    graph.add((here, HYDRA.totalItems, Literal(total)))
    graph.add((here, HYDRA.itemsPerPage, Literal(size)))
    links = {"first": 1, "last": last}
    if page > 1:
        links["previous"] = min(page - 1, last)
    if page < last:
        links["next"] = page + 1
    for name, number in links.items():
        # ckanext-dcat writes both; Hydra itself has renamed them since.
        for term in (name, f"{name}Page"):
            graph.add((here, HYDRA[term], URIRef(address(number))))
    return graph
