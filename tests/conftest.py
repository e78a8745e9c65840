"""Fixtures that all rooms share."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from ckanext.patiodigital import clock


@pytest.fixture
def stopped_clock():
    """Stop the portal's clock; the function that it gives sets it."""
    moment = [datetime(2026, 11, 24, 10, 0, tzinfo=timezone.utc)]
    clock.set_source(lambda: moment[0])

    def set_to(instant: datetime) -> None:
        moment[0] = instant

    yield set_to
    clock.set_source(None)


@pytest.fixture
def clean_db(with_plugins, reset_db, migrate_db_for):
    """CKAN's database as new, with the tables of every plugin that has some."""
    reset_db()
    for plugin in ("activity", "harvest", "patiodigital"):
        migrate_db_for(plugin)
