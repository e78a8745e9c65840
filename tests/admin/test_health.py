"""``/patiodigital/health``, with services that are there, that are gone, and that hang."""

import socket
import time

import pytest
import sqlalchemy as sa
from ckan import model
from ckan.lib import redis as ckan_redis
from ckan.plugins import unload
from redis import ConnectionPool

from ckanext.patiodigital.admin import health, services
from ckanext.patiodigital.menus.service import REQUIRED
from ckanext.patiodigital.tables import service as tables


@pytest.fixture
def nobody():
    """A port that takes connections and never says a word."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(8)
        yield listener.getsockname()[1]


@pytest.fixture
def closed_port():
    """A port where nobody listens."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def look(app, **kwargs):
    return app.get(health.PATH, **kwargs)


@pytest.fixture
def app(with_plugins, make_app):
    return make_app()


@pytest.fixture
def published(clean_tables, dataset):
    """The tables that readers need, empty but there."""
    for name in REQUIRED:
        tables.load(tables.ensure_table(dataset["id"], name, "test"), [], accept=True)


@pytest.mark.usefixtures("clean_tables")
def test_a_portal_without_data_is_live_and_not_ready(app):
    answer = look(app, status=503)
    assert answer.json == {
        "live": True,
        "ready": False,
        "reasons": ["Not published: schools, school_menu_groups, menus."],
    }
    assert int(answer.headers["Retry-After"]) > 0


@pytest.mark.usefixtures("published")
def test_a_portal_with_its_tables_is_ready(app):
    answer = look(app, status=200)
    assert answer.json == {"live": True, "ready": True, "reasons": []}
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers
    assert "Retry-After" not in answer.headers


def test_without_the_look_up_no_table_is_needed(app):
    unload("patiodigital_menus")
    assert look(app, status=200).json["ready"] is True


def test_only_reading_is_answered(app):
    unload("patiodigital_menus")
    assert app.post(health.PATH, status=405).headers["Allow"] == "GET, HEAD"
    head = app.flask_app.test_client().head(health.PATH)
    assert (head.status_code, head.data) == (200, b"")


def test_a_redis_that_is_gone_is_named(app, closed_port, monkeypatch):
    address = f"redis://:geheim@127.0.0.1:{closed_port}/0"
    monkeypatch.setattr(ckan_redis, "_connection_pool", ConnectionPool.from_url(address))
    answer = look(app, status=503)
    assert answer.json["reasons"] == ["Redis does not answer."]
    assert "geheim" not in answer.body


def test_a_solr_that_is_gone_is_named(app, closed_port, ckan_config, monkeypatch):
    monkeypatch.setitem(ckan_config, "solr_url", f"http://solr:geheim@127.0.0.1:{closed_port}/solr/ckan")
    answer = look(app, status=503)
    assert answer.json["reasons"] == ["Solr does not answer."]
    assert "geheim" not in answer.body


def test_a_datastore_that_is_gone_is_named(app, closed_port, ckan_config, monkeypatch):
    url = f"postgresql://reader:geheim@127.0.0.1:{closed_port}/datastore"
    monkeypatch.setitem(ckan_config, "ckan.datastore.read_url", url)
    answer = look(app, status=503)
    assert answer.json["reasons"] == ["PostgreSQL, the DataStore does not answer."]
    assert "geheim" not in answer.body


def test_a_database_that_is_gone_is_named_though_no_view_could_answer(app, closed_port, monkeypatch):
    gone = sa.create_engine(f"postgresql://ckan:geheim@127.0.0.1:{closed_port}/ckan")
    monkeypatch.setattr(model.meta, "engine", gone)
    model.Session.remove()
    model.Session.configure(bind=gone)
    try:
        answer = look(app, status=503)
    finally:
        monkeypatch.undo()
        model.Session.remove()
        model.Session.configure(bind=model.meta.engine)
    assert answer.json["reasons"] == ["PostgreSQL, CKAN's database does not answer."]


def test_a_service_that_hangs_is_waited_for_only_so_long(app, nobody, ckan_config, monkeypatch):
    monkeypatch.setitem(ckan_config, "solr_timeout", 600)
    monkeypatch.setitem(ckan_config, "solr_url", f"http://127.0.0.1:{nobody}/solr/ckan")
    for _ in range(3):  # the test's own timeout would end a wait for Solr's
        assert look(app, status=503).json["reasons"] == ["Solr does not answer."]


def test_services_are_asked_at_most_once_a_second(app, monkeypatch):
    asked = []
    monkeypatch.setattr(services, "QUESTIONS", {"A service": lambda: asked.append(1)})
    readiness = health.Readiness()
    stopped = time.monotonic()
    monkeypatch.setattr(health.time, "monotonic", lambda: stopped)
    for _ in range(5):
        readiness.reasons()
    assert len(asked) == 1
