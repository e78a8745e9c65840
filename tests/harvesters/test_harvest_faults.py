"""Each fault that a service may have: the run ends in the right state and says why, and nothing that was there is lost.

Each test ends with a run without the fault, after which everything must be as it was before.
"""

from datetime import timedelta

import ckantoolkit as tk
import pytest
from ckan import model
from ckan.tests.helpers import call_action
from harvest_source import MENUS, adds_up

from ckanext.patiodigital import clock, config
from ckanext.patiodigital.harvesters import http
from ckanext.patiodigital.harvesters.core.outcome import State, total
from ckanext.patiodigital.tables import sources

GOOD = {State.UNCHANGED, State.CHANGED, State.PARTIAL, State.EMPTY}


@pytest.fixture
def healthy(source, department):
    """What the tables hold; after the test, and a run without faults, they hold the same again."""
    before = source.digest(provenance=False)
    yield source
    department.faults.clear()
    outcomes = source.run()
    assert {outcome.state for outcome in outcomes.values()} <= GOOD
    assert source.digest(provenance=False) == before
    assert [state.partition for state in sources.of_source(source.id) if state.down_since] == []


# -- the whole answer


@pytest.mark.parametrize(
    ("kind", "settings", "words"),
    [
        ("status", {"status": 500}, "asked 4 times. Last: HTTP 500"),
        ("status", {"status": 503}, "Last: HTTP 503"),
        ("status", {"status": 403}, "the key is missing or wrong"),
        ("status", {"status": 429, "retry_after": 100_000}, "asked 1 times. Last: HTTP 429"),
        ("html", {}, "answered no JSON"),
        ("html", {"content_type": "application/json"}, "answered no JSON"),
        ("truncated_json", {}, "answered no JSON"),
        ("wrong_shape", {}, "a list was expected"),
        ("cut", {}, "more expected"),
        ("endless", {"seconds": 0.01}, "was not done answering after"),
        ("slow", {"seconds": 0.2}, "was not done answering after"),
        ("delay", {"seconds": 0.8}, "Last: TimeoutError"),
        ("huge", {}, "sent more than 2000000 bytes"),
        ("redirect", {"location": "http://169.254.169.254/latest/"}, "redirects to another place"),
        ("redirect", {"location": "http://10.0.0.1/escolas"}, "redirects to another place"),
        ("redirect", {"location": "/ajuste-datas-cardapios/"}, "is not a path that this harvester may ask"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_source_that_can_not_be_read(healthy, department, monkeypatch, kind, settings, words):
    before = healthy.digest()
    department.faults.add(kind, **settings)
    with monkeypatch.context() as patch:
        if kind in ("endless", "slow", "delay"):
            patch.setitem(tk.config, "ckanext.patiodigital.harvest.timeout", 0.5)
            patch.setattr(http, "DEADLINE_FACTOR", 2)
            patch.setattr(http, "PATIENCE", 0.7)
        outcomes = healthy.run("schools", MENUS)
    for name, outcome in outcomes.items():
        assert outcome.state is State.FAILED
        assert words in outcome.messages[0]
        state = sources.state(healthy.id, name)
        assert state.down_since
        assert state.error == outcome.messages[0]
        assert healthy.parts[name].report_status == "errored"
        assert [error.message for error in healthy.parts[name].errors] == outcome.messages
    assert total(outcomes.values()).state is State.FAILED
    assert healthy.digest() == before


def test_a_source_that_is_away(healthy, department):
    before = healthy.digest()
    row, url = healthy.row, healthy.row.url
    row.url = "http://127.0.0.1:9"
    row.save()
    outcomes = healthy.run()
    row.url = url
    row.save()
    assert {outcome.state for outcome in outcomes.values()} == {State.FAILED}
    assert "ConnectionRefusedError" in outcomes["schools"].messages[0]
    assert healthy.digest() == before
    assert not department.requests
    assert all(state.down_since for state in sources.of_source(healthy.id))


def test_how_long_a_source_has_been_down_counts_from_the_first_failure(healthy, department):
    department.faults.add("status", status=500)
    healthy.run("schools")
    since = sources.state(healthy.id, "schools").down_since
    clock.set_source(lambda: since + timedelta(hours=5))
    healthy.run("schools")
    assert sources.state(healthy.id, "schools").down_since == since


@pytest.mark.parametrize(
    ("kind", "settings"),
    [
        ("status", {"status": 500, "count": 2}),
        ("status", {"status": 429, "retry_after": 1, "count": 1}),
        ("cut", {"count": 1}),
        ("content_type", {}),
        ("slow", {"seconds": 0.001, "count": 1}),
    ],
    ids=lambda value: str(value)[:40],
)
def test_what_passes_by_itself_is_not_even_noticed(healthy, department, monkeypatch, kind, settings):
    monkeypatch.setattr(http.time, "sleep", lambda _seconds: None)
    before = healthy.digest()
    department.faults.add(kind, **settings)
    assert {outcome.state for outcome in healthy.run().values()} == {State.UNCHANGED}
    assert healthy.digest() == before


def test_a_page_that_fails_in_the_middle_leaves_the_whole_partition_as_it_was(healthy, department):
    before = healthy.digest()
    department.faults.add("html", path="/editor/cardapios", query="page=2")
    assert healthy.run(MENUS)[MENUS].state is State.FAILED
    assert healthy.digest() == before


def test_a_route_that_does_not_turn_pages_is_noticed(healthy, department, monkeypatch):
    find = department.menus.find
    with monkeypatch.context() as patch:
        patch.setattr(department.menus, "find", lambda search, *, skip=0, limit=None: find(search, limit=limit))
        outcome = healthy.run(MENUS)[MENUS]
    assert outcome.state is State.FAILED
    assert "gave the same menus as page 1 and as page 2" in outcome.messages[0]


# -- single documents


@pytest.mark.parametrize(
    ("kind", "field", "reason"),
    [
        ("data_as_number", None, None),
        ("duplicate", None, None),
        ("menu_as_list", "meal", "type"),
        ("bad_date", "date", "format"),
        ("header_row", "date", "format"),
        ("unknown_meal", "meal", "unknown_code"),
        ("unknown_age", "age_band", "unknown_code"),
        ("many_dishes", "dish", "too_long"),
        ("missing_fields", "date", "required"),
    ],
)
def test_a_faulty_menu_is_set_aside_and_what_was_published_stays(healthy, department, kind, field, reason):
    before = healthy.digest(provenance=False)
    department.faults.add(kind, path="/editor/cardapios", query="page=1", documents=3)
    outcome = healthy.run(MENUS)[MENUS]
    assert adds_up(outcome)
    assert healthy.digest(provenance=False) == before
    lines = healthy.set_aside(MENUS)
    assert {(line[1], line[3]) for line in lines} == ({(field, reason)} if reason else set())
    assert bool(outcome.set_aside) is bool(reason)
    assert outcome.state is (State.PARTIAL if reason else State.UNCHANGED)
    assert all(line[4] for line in lines)


def test_html_in_a_dish_is_text(healthy, department):
    department.faults.add("html_in_dish", path="/editor/cardapios", query="page=1")
    outcome = healthy.run(MENUS)[MENUS]
    assert outcome.changed == 1
    assert "<script>alert('cardapio')</script><b>ARROZ</b>" in {row["dish"] for row in healthy.in_force("menus")}


@pytest.mark.parametrize(
    ("kind", "field", "reason", "lost"),
    [
        ("duplicate", "eol", "unique", 0),
        ("no_eol", "eol", "required", 0),
        ("outside_city", "lat", "range", 0),
        ("missing_fields", "name", "required", 0),
        # Whose code the first one now has can't be told from a school that is gone.
        ("duplicate_eol", "eol", "unique", 1),
    ],
)
def test_a_faulty_school_is_set_aside_and_what_was_published_stays(healthy, department, kind, field, reason, lost):
    before = healthy.in_force("schools")
    department.faults.add(kind, path="/v2/editor/escolas")
    outcome = healthy.run("schools")["schools"]
    assert adds_up(outcome)
    assert len(healthy.in_force("schools")) == len(before) - lost
    assert (field, reason) in {(line[1], line[3]) for line in healthy.set_aside("schools")}


def test_a_school_with_a_number_for_a_name_has_a_name_all_the_same(healthy, department):
    department.faults.add("name_as_number", path="/v2/editor/escolas")
    assert healthy.run("schools")["schools"].changed == 1
    assert "42" in {row["name"] for row in healthy.in_force("schools")}


def test_html_in_the_name_of_a_school_is_text(healthy, department):
    department.faults.add("html_in_name", path="/v2/editor/escolas")
    healthy.run("schools")
    assert any("<script>" in row["official_name"] for row in healthy.in_force("schools"))


def test_a_source_that_is_all_wrong_is_refused_and_nothing_is_lost(healthy, department):
    before = healthy.digest()
    department.faults.add("missing_fields", path="/editor/cardapios", documents=500, fields=("idade", "data"))
    outcome = healthy.run(MENUS)[MENUS]
    assert outcome.read == outcome.set_aside
    assert healthy.digest() == before


# -- the key


def test_a_missing_key_is_told_by_the_name_of_its_variable(healthy, monkeypatch):
    before = healthy.digest()
    with monkeypatch.context() as patch:
        patch.delenv("PRATO_ABERTO_KEY")
        outcomes = healthy.run()
    assert {outcome.state for outcome in outcomes.values()} == {State.FAILED}
    assert "environment variable PRATO_ABERTO_KEY" in outcomes["schools"].messages[0]
    assert healthy.digest() == before


@pytest.mark.parametrize("key", ["errada", "com espaço", "linha\nkey: outra"])
def test_a_wrong_key_is_told_and_never_shown(healthy, monkeypatch, key):
    with monkeypatch.context() as patch:
        patch.setenv("PRATO_ABERTO_KEY", key)
        outcome = healthy.run(MENUS)[MENUS]
    assert outcome.state is State.FAILED
    assert "PRATO_ABERTO_KEY" in outcome.messages[0] or "key_env" in outcome.messages[0]
    assert key not in outcome.messages[0]


# -- the portal's own trouble


def test_a_damaged_page_is_fetched_again(healthy, department):
    department.faults.add("etag_on")
    healthy.run("schools")
    folder = config.storage_path() / "patiodigital" / "spool" / healthy.id / "schools"
    for page in folder.glob("[!m]*.json"):
        page.write_bytes(b"[")
    outcome = healthy.run("schools")["schools"]
    assert outcome.state is State.FAILED
    assert "damaged on disk" in outcome.messages[0]
    assert not sources.state(healthy.id, "schools").down_since
    assert healthy.run("schools")["schools"].state is State.UNCHANGED


def test_an_error_of_ours_is_no_fault_of_the_source_and_shows_no_internals(healthy, department, monkeypatch):
    before = healthy.digest()

    def broken(*_):
        raise RuntimeError("postgresql://user:secret@host")

    department.faults.add("html_in_name", path="/v2/editor/escolas")
    with monkeypatch.context() as patch:
        patch.setattr(type(healthy.harvester), "rows", broken)
        outcome = healthy.run("schools")["schools"]
    assert outcome.state is State.FAILED
    assert outcome.messages == [
        "An error of the portal itself (RuntimeError). The log of the harvest consumer has the details."
    ]
    assert not sources.state(healthy.id, "schools").down_since
    assert healthy.digest() == before


def test_a_deleted_dataset_is_not_made_again_behind_an_admins_back(healthy):
    site = {"user": call_action("get_site_user")["name"]}
    call_action("package_delete", context=site.copy(), id=healthy.package_id)
    outcomes = healthy.run()
    call_action("package_patch", context=site.copy(), id=healthy.package_id, state="active")
    assert {outcome.state for outcome in outcomes.values()} == {State.FAILED}
    assert "was deleted. Restore it" in outcomes["schools"].messages[0]


def test_parts_that_are_none_are_errors(healthy):
    job, parts = healthy.gather()
    for content in ("..", "menus/2026-13", "schools/../../x", None):
        parts[0].content = content
        model.Session.commit()
        assert healthy.harvester.fetch_stage(parts[0]) is False
        assert healthy.harvester.import_stage(parts[0]) is False
    job.status = "Finished"
    model.Session.commit()
