"""Fixtures that all rooms share.

CKAN's own fixtures do much again for each test; where a test asks for nothing special, these do it once.
"""

from __future__ import annotations

import functools
import inspect
import os
from datetime import datetime, timezone
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import yaml
from ckan import model
from ckan.plugins import core as plugin_core
from ckanext.datastore.backend.postgres import get_write_engine

from ckanext.patiodigital import clock


def _own_services() -> None:
    """Give the second half of a run in two (pytest-xdist) databases, a Redis database and a site id of its own.

    Before CKAN reads its settings: it takes these from the environment. `./portal test` makes the databases. The
    second of Redis is another CKAN's (tests/dcat).
    """
    if os.environ.get("PYTEST_XDIST_WORKER") != "gw1" or "CKAN_SITE_ID" in os.environ:
        return
    for name in ("SQLALCHEMY", "DATASTORE_WRITE", "DATASTORE_READ"):
        url = urlsplit(os.environ[f"CKAN_{name}_URL"])
        os.environ[f"CKAN_{name}_URL"] = url._replace(path=f"{url.path}_gw1").geturl()
    redis = urlsplit(os.environ["CKAN_REDIS_URL"])
    os.environ["CKAN_REDIS_URL"] = redis._replace(path="/2").geturl()
    storage = Path(f"{os.environ['CKAN_STORAGE_PATH']}_gw1")
    storage.mkdir(exist_ok=True)
    os.environ["CKAN_STORAGE_PATH"] = str(storage)
    os.environ["CKAN_SITE_ID"] = "patiodigital_test_gw1"


_own_services()


@pytest.fixture
def stopped_clock():
    """Stop the portal's clock; the function that it gives sets it."""
    moment = [datetime(2026, 11, 24, 10, 0, tzinfo=timezone.utc)]
    clock.set_source(lambda: moment[0])

    def set_to(instant: datetime) -> None:
        moment[0] = instant

    yield set_to
    clock.set_source(None)


# Each test that asks CKAN for a page has it load all plugins, twice. Three things in that cost more than all others,
# and none of them can come out otherwise the second time.
#
# CKAN looks through the metadata of every package for each plugin.
plugin_core.entry_points = functools.cache(plugin_core.entry_points)
# It reads its own declarations of settings with the slower of PyYAML's two parsers.
yaml.SafeLoader = yaml.CSafeLoader
# It asks for the caller's file at each directory that a plugin adds, and inspect.stack() reads the source lines
# of all callers for it. Without lines of context it is the same answer.
inspect.stack.__defaults__ = (0,)


_migrated = []


@pytest.fixture
def clean_db(with_plugins, reset_db, migrate_db_for):
    """CKAN's database as new, with the tables of every plugin that has some."""
    reset_db()
    if not _migrated:  # the first reset drops all tables, later ones empty them
        for plugin in ("activity", "harvest", "patiodigital"):
            migrate_db_for(plugin)
        _migrated.append(True)


@pytest.fixture
def clean_tables(clean_db, clean_index, with_plugins):
    """CKAN's database, index and the DataStore as new."""
    with get_write_engine().begin() as connection:
        names = connection.exec_driver_sql(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> '_table_stats'"
        ).scalars()
        for name in names.all():
            connection.exec_driver_sql(f'DROP TABLE "{name}" CASCADE')
    yield
    model.Session.remove()
