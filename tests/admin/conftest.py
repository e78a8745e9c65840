"""A seeded portal whose source is the simulator over HTTP, and whoever empties the harvest queues."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest
from ckan.lib.redis import connect_to_redis
from ckan.tests import factories
from ckanext.harvest import queue

from ckanext.patiodigital.admin.seed import seed
from ckanext.patiodigital.harvesters import service as harvests
from simulator import Department, serve

KEY = "segredo-de-teste"
NOW = datetime(2026, 6, 10, 9, 0, tzinfo=timezone.utc)


@pytest.fixture
def department(monkeypatch, stopped_clock):
    """A small department on the tenth of June 2026. Its server is ``department.url``."""
    monkeypatch.setenv("PRATO_ABERTO_KEY", KEY)
    stopped_clock(NOW)
    department = Department(schools=30, seed=1, today=NOW.date(), key=KEY)
    with serve(department) as url:
        department.url = url
        yield department


@pytest.fixture
def dataset(clean_tables):
    """A public dataset without resources."""
    return factories.Dataset(
        owner_org=factories.Organization()["id"],
        subject=["alimentacao"],
        frequency="daily",
        maintainer_email="dados@example.org",
    )


@pytest.fixture
def portal(clean_tables, department):
    """An empty portal with its queues, beside a department that can be harvested."""
    connect_to_redis().flushdb()
    return department


def run_seed(url, **options):
    """Seed without waiting; what it said."""
    said = []
    options = {"key_env": "PRATO_ABERTO_KEY", "from": "2026-06", "months_ahead": 0, **options}
    seed(url, options, until_current_month=False, say=said.append)
    return said


def work_off(parts=None):
    """Do what gather and fetch consumers would: plan the runs that wait, and then all parts or the first few."""
    gather, fetch = queue.get_gather_consumer(), queue.get_fetch_consumer()
    for consumer, callback, limit in ((gather, queue.gather_callback, None), (fetch, queue.fetch_callback, parts)):
        done = 0
        while consumer.redis.llen(consumer.routing_key) and done != limit:
            method, header, body = next(consumer.consume(""))
            callback(consumer, method, header, body)
            done += 1


@pytest.fixture
def seeded(portal):
    """The portal with its source, before its first harvest."""
    run_seed(portal.url)
    [source] = harvests.ours()
    return source
