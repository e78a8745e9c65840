"""A seeded portal whose source is the simulator over HTTP, and whoever empties the harvest queues."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest
from ckan.lib.redis import connect_to_redis
from ckanext.harvest import queue

from ckanext.patiodigital.admin import harvests
from ckanext.patiodigital.admin.seed import seed
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


def work_off():
    """Do what gather and fetch consumers would, until their queues are empty."""
    gather, fetch = queue.get_gather_consumer(), queue.get_fetch_consumer()
    for consumer, callback in ((gather, queue.gather_callback), (fetch, queue.fetch_callback)):
        while consumer.redis.llen(consumer.routing_key):
            method, header, body = next(consumer.consume(""))
            callback(consumer, method, header, body)


@pytest.fixture
def harvested(portal):
    """The portal after its first harvest."""
    run_seed(portal.url)
    work_off()
    [source] = harvests.our_sources()
    return source
