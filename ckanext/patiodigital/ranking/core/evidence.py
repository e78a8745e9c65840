"""What is known of a dataset when it is scored: the RDF that is served of it, and what was found out about its links.

Yardsticks read nothing else, so that a score can be computed again by whoever has the feed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from rdflib import Graph, URIRef
from rdflib.term import Node

from ckanext.patiodigital.dcat.core.writing import DCAT


@dataclass(frozen=True, slots=True)
class LinkState:
    """What following an address came to: the last status, None where there was no answer, and the size in bytes."""

    alive: bool
    status: int | None = None
    size: int | None = None


@dataclass(frozen=True, slots=True)
class TableState:
    """A table that was loaded: rows published, and rows set aside with a reason."""

    resource_id: str
    schema: str
    rows: int
    set_aside: int


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """All that is known of one dataset.

    ``graphs`` are what the feeds serve of it, by profile (``dcat_ap``, ``dcat_br``). ``violations`` counts what the
    shapes of a profile found; a profile that was not judged yet is missing. ``links`` has the addresses that were
    followed. ``data_day`` is the day of the newest data, ``period`` the days between updates that the dataset promises
    (None: it promises none, or none with a term). ``today`` is the day of the judgement.
    """

    uri: str
    graphs: Mapping[str, Graph]
    violations: Mapping[str, int]
    links: Mapping[str, LinkState]
    today: dt.date
    data_day: dt.date | None = None
    period: int | None = None
    tables: Sequence[TableState] = ()
    #: Each column is explained: by a Table Schema, the DataStore's dictionary, or one that is linked to.
    dictionary: bool = False
    #: A row is of the smallest thing that can be published.
    smallest: bool = False
    #: Rows have coordinates; None where a map makes no sense for them.
    geolocated: bool | None = None
    #: There are data of two years or more.
    series: bool = False
    #: Table Schemas (``menus/1``) whose codes match lists of others.
    linked_schemas: frozenset[str] = frozenset()
    #: A yardstick's choices, such as ``mqm.seal``, where they differ from the first ones.
    settings: Mapping[str, str] = field(default_factory=dict)

    def view(self, profile: str) -> View:
        """The dataset as a profile tells of it."""
        return View(self.graphs[profile], URIRef(self.uri))

    def alive(self, address: str | None) -> bool | None:
        """Whether an address answers; None where nobody has followed it yet. No address does not answer."""
        if address is None:
            return False
        state = self.links.get(address)
        return state.alive if state else None


class View:
    """A dataset in a graph."""

    def __init__(self, graph: Graph, node: URIRef) -> None:
        self._graph = graph
        self.node = node

    def distributions(self) -> list[Node]:
        """Its distributions, in a steady order."""
        return sorted(self._graph.objects(self.node, DCAT.distribution), key=str)

    def has(self, node: Node, predicate: URIRef) -> bool:
        """Whether a node states a property."""
        return (node, predicate, None) in self._graph

    def first(self, node: Node, predicate: URIRef) -> str | None:
        """The first value of a property, in a steady order."""
        return min(self.all(node, predicate), default=None)

    def all(self, node: Node, predicate: URIRef) -> list[str]:
        """All values of a property as text."""
        return [str(value) for value in self._graph.objects(node, predicate)]

    def nodes(self, node: Node, predicate: URIRef) -> Iterator[Node]:
        """All values of a property."""
        yield from self._graph.objects(node, predicate)
