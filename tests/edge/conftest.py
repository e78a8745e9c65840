"""The edge before a small application, with a clock that stands still and a version that a test can move."""

import pytest
from edge_doubles import SITE, Clock, Data, Inside

from ckanext.patiodigital.edge.core.layer import Edge
from ckanext.patiodigital.edge.core.route import PublicRoute


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def data() -> Data:
    return Data()


@pytest.fixture
def inside() -> Inside:
    return Inside()


@pytest.fixture
def edge(inside: Inside, data: Data, clock: Clock) -> Edge:
    routes = [
        PublicRoute("/cardapio", data.version, params=frozenset({"q", "data"})),
        PublicRoute("/api/menus/v1", data.version, cors=True),
    ]
    return Edge(inside, routes, SITE, clock)
