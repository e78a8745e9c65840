"""One question to each service that the portal rests on; it returns where the service works, and raises where not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import sqlalchemy as sa
from ckan import model
from ckan.lib.redis import connect_to_redis
from ckan.lib.search.common import make_connection

from ckanext.patiodigital.tables import service as tables


def _database() -> None:
    with model.ensure_engine().connect() as connection:
        connection.execute(sa.text("SELECT 1"))


def _datastore() -> None:
    with tables.reading() as connection, connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _redis() -> None:
    connect_to_redis().ping()


def _solr() -> None:
    make_connection(decode_dates=False).search("*:*", rows=0)


#: By the names under which admins know them.
QUESTIONS: Mapping[str, Callable[[], None]] = MappingProxyType(
    {
        "PostgreSQL, CKAN's database": _database,
        "PostgreSQL, the DataStore": _datastore,
        "Redis": _redis,
        "Solr": _solr,
    }
)
