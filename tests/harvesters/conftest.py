"""A department over HTTP, small and without waits; a portal that harvested it once serves the tests of a module."""

from __future__ import annotations

from datetime import datetime, timezone

import ckan.plugins as p
import ckantoolkit as tk
import pytest
from ckan.lib.redis import connect_to_redis
from harvest_source import EMEF, KEY, TODAY, Source, empty_datastore

from ckanext.patiodigital import clock
from ckanext.patiodigital.harvesters import http
from simulator import Department, plan, serve

NOW = datetime(2026, 1, 28, 9, 0, tzinfo=timezone.utc)
SETTINGS = {"requests_per_second": 100_000, "timeout": 5, "size_limit": 2_000_000}


@pytest.fixture(scope="module")
def department():
    """The department on 28 January 2026; what a module's tests edit stays for the next ones."""
    with pytest.MonkeyPatch.context() as patch:
        # Without the groups that have menus whether or not there is a school for them: they are a hundred times more.
        patch.setattr(plan, "_USUAL", ())
        department = Department(schools=20, seed=1, today=TODAY, key=KEY)
        snack = {"refeicoes": ["L4 - LANCHE 4 HORAS"], "data_inicio": "20260201", "data_fim": None}
        department.meal_periods.append({"escola_id": str(EMEF), **snack})
        department.menus.forget()
        with serve(department) as url:
            department.url = url
            yield department


@pytest.fixture(scope="module")
def portal(reset_db, migrate_db_for, reset_index):
    """An empty portal with its plugins, which a module's tests fill."""
    p.load_all()
    reset_db()
    for plugin in ("activity", "harvest", "patiodigital"):
        migrate_db_for(plugin)
    reset_index()
    empty_datastore()
    connect_to_redis().flushdb()
    yield
    p.unload_all()


@pytest.fixture(autouse=True)
def _surroundings(monkeypatch, request):
    """The key at hand, a stopped clock, no waits; afterwards no faults, and no route was called that writes."""
    monkeypatch.setenv("PRATO_ABERTO_KEY", KEY)
    monkeypatch.setattr(http, "BACKOFF", 0.001)
    for name, value in SETTINGS.items():
        monkeypatch.setitem(tk.config, f"ckanext.patiodigital.harvest.{name}", value)
    clock.set_source(lambda: NOW)
    yield
    clock.set_source(None)
    if "department" in request.fixturenames:
        department = request.getfixturevalue("department")
        department.faults.clear()
        department.requests.clear()
        assert not department.mutations


@pytest.fixture(scope="module")
def _memory():
    return {}


@pytest.fixture
def source(_memory, department, portal):
    """A source that was read once, when the first test of a module asked for it."""
    if not _memory:
        _memory["source"] = Source(department.url)
        _memory["first"] = _memory["source"].run()
        department.requests.clear()
    return _memory["source"]


@pytest.fixture
def first_run(source, _memory):
    """The outcomes of the run that :func:`source` made."""
    return _memory["first"]
