"""The look-up where something is unusual: addresses, lost databases, editors, dishes that go and come back."""

import re
from datetime import datetime, timezone

import psycopg2
import pytest
import sqlalchemy as sa
from ckan import model
from ckan.tests import factories
from ckan.tests.helpers import call_action
from menus.conftest import GROUPS, JUNE, MENUS, SCHOOLS, dish, load_network, make_dataset
from sqlalchemy.exc import OperationalError
from tables.rows import row

from ckanext.patiodigital.menus import service as lookup
from ckanext.patiodigital.menus.core.queries import MenusQuery
from ckanext.patiodigital.tables import service, sources

SECOND = JUNE.first.replace(day=2)


@pytest.fixture
def fresh(clean_tables, morning, app):
    package = make_dataset()
    return package, load_network(package["id"])


@pytest.fixture
def editor(with_plugins):
    return lambda: {"user": factories.Sysadmin()["name"]}


def words_of(answer):
    main = re.search(r"<main.*?</main>", answer.body, re.DOTALL).group()
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


def lunch(day=SECOND, **query):
    """The lunch of Pacheco's school on a day, as it is looked up now."""
    lookup.forget()
    public = lookup.public()
    (shown,) = public.days(public.schools.get("094617"), MenusQuery(start=day, end=day, **query), "pt")
    return next((meal for menu in shown.menus for meal in menu.meals if meal.meal == "a-almoco"), None)


def names(meal):
    return [item.name for item in meal.dishes] if meal else None


# -- addresses. These only read: they come before those that publish a network of their own.


@pytest.mark.parametrize("query", ["data=", "data=%20", "idade=&data=&refeicao="])
def test_an_empty_day_opens_where_no_day_does(network, app, query):
    assert "terça-feira, 2 de junho" in words_of(app.get(f"/cardapio/094617?{query}"))


@pytest.mark.parametrize(
    "query", ["eol=1", "id=1", "resource_id=1", "locale=en", "qualified=1", "_anchor=x", "_scheme=x"]
)
def test_what_an_address_carries_does_not_meet_the_addresses_we_make(network, app, query):
    package, resources = network
    path = f"/dataset/{package['name']}/resource/{resources['menus']}/cardapio/94617"
    answer = app.get(f"{path}?{query}&data=2026-06-03", follow_redirects=False)
    assert answer.status_code == 301
    assert answer.headers["Location"].endswith("/cardapio/094617?data=2026-06-03")
    assert "/en/" not in answer.headers["Location"]


def test_a_dataset_that_there_is_not_is_told(network, app):
    _, resources = network
    answer = app.get(f"/dataset/no-such/resource/{resources['menus']}/cardapio", status=404)
    assert "Traceback" not in answer.body


def test_a_past_day_without_a_menu_is_not_told_to_be_late(network, app):
    words = words_of(app.get("/en/cardapio/094617?data=2026-05-20"))
    assert "No menu was published" in words
    assert "late" not in words


def test_a_choice_that_leaves_nothing_leads_to_the_whole_day(network, app):
    answer = app.get("/en/cardapio/000086?data=2026-06-02&idade=b-1-a-3-meses")
    assert "Nothing here for this choice" in words_of(answer)
    state = re.search(r'<section class="state">.*?</section>', answer.body, re.DOTALL).group()
    assert "Purê" in app.get(re.search(r'href="([^"]+)"', state).group(1)).body


@pytest.mark.parametrize(("language", "distance"), [("", "2,0 km"), ("/en", "2.0 km")])
def test_distances_are_written_as_the_reader_writes_them(network, app, language, distance):
    assert distance in words_of(app.get(f"{language}/cardapio/perto?lat=-23.571&lon=-46.731"))


# -- who may see what


def test_pages_over_a_private_table_are_for_those_who_may_see_it(fresh, app, editor):
    package, resources = fresh
    call_action("package_patch", context=editor(), id=package["id"], private=True)
    path = f"/dataset/{package['name']}/resource/{resources['menus']}/cardapio"
    user = factories.SysadminWithToken()
    for below in ("", "?q=pacheco", "/094617", "/94617"):
        assert "Pacheco" not in app.get(path + below, status=404).body
    answer = app.get(f"{path}/094617", headers={"Authorization": user["token"]}, status=200)
    assert "Pacheco" in answer.body
    assert "public" not in answer.headers["Cache-Control"]
    assert "Pacheco" not in app.get(f"{path}/094617", status=404).body


def test_a_table_that_was_dropped_is_503(fresh, app, editor):
    _, resources = fresh
    call_action("datastore_delete", context=editor(), resource_id=resources["schools"], force=True)
    lookup.forget()
    app.get("/api/menus/v1/schools", status=503)
    app.get("/cardapio/094617?data=2026-06-03", status=503)


@pytest.mark.parametrize("database", ["get_read_engine", "ckan"])
def test_a_database_that_is_away_is_503_and_back_without_a_restart(fresh, app, monkeypatch, database):
    def away():
        return sa.create_engine("postgresql://nobody@127.0.0.1:1/none")

    def gone(*_conditions):
        raise OperationalError("SELECT", {}, Exception("server closed the connection"))

    lookup.forget()
    with monkeypatch.context() as broken:
        if database == "ckan":
            broken.setattr(service, "_tables_where", gone)
        else:
            broken.setattr(service, database, away)
        for path in ("/api/menus/v1/schools", "/cardapio?q=pacheco", "/cardapio/094617?data=2026-06-09"):
            answer = app.get(path, status=503)
            assert "Traceback" not in answer.body
        assert lookup_fails()
    lookup.forget()
    assert "Pacheco" in app.get("/cardapio?q=pacheco", status=200).body


def lookup_fails():
    try:
        lookup.public_version()
    except (OperationalError, psycopg2.OperationalError):
        return True
    return False


def test_a_connection_that_died_in_the_pool_is_503_at_most_once(fresh, app):
    lookup.forget()
    app.get("/api/menus/v1/schools", status=200)
    with service.reading() as connection, connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (victim,) = cursor.fetchone()
    killer = sa.create_engine(service.get_read_engine().url, poolclass=sa.pool.NullPool)
    with killer.connect() as other:
        other.execute(sa.text("SELECT pg_terminate_backend(:pid)"), {"pid": victim})
    lookup.forget()
    first = app.get("/cardapio?q=pacheco&cursor=x")
    assert first.status_code in (200, 503)
    assert "Traceback" not in first.body
    lookup.forget()
    assert app.get("/cardapio?q=joao").status_code == 200


# -- versions


def test_a_load_that_changed_nothing_is_another_state_of_what_is_shown(fresh):
    _, resources = fresh
    lookup.forget()
    before = lookup.public()
    service.load(resources["menus"], MENUS, JUNE)
    lookup.forget()
    after = lookup.public()
    assert after.loaded_at > before.loaded_at
    assert after.version().token != before.version().token


def test_a_menu_is_read_as_it_was_at_each_instant(fresh):
    _, resources = fresh
    versions = [service.version_of(resources["menus"]).data_version]
    for rows in (
        [row_ for row_ in MENUS if row_ != MENUS[1]],  # the banana goes
        [*MENUS, dish("2026-06-02", 3, "Suco")],  # it comes back, with juice
        [dish("2026-06-02", 1, "Lasanha"), *MENUS[1:]],  # another dish, and the juice goes
    ):
        service.load(resources["menus"], rows, JUNE)
        versions.append(service.version_of(resources["menus"]).data_version)
    rice = "ARROZ, FEIJÃO E FRANGO"
    assert [names(lunch(version=version)) for version in versions] == [
        [rice, "Banana"],
        [rice],
        [rice, "Banana", "Suco"],
        ["Lasanha", "Banana"],
    ]
    assert [item.name for item in lunch().previous[0].dishes] == [rice, "Banana", "Suco"]
    earlier = lunch(version=versions[2])
    assert [[item.name for item in was.dishes] for was in earlier.previous] == [[rice], [rice, "Banana"]]
    assert names(lunch(version=datetime(2020, 1, 1, tzinfo=timezone.utc))) is None


def test_a_menu_that_went_and_came_back_alike_did_not_change(fresh):
    _, resources = fresh
    service.load(resources["menus"], MENUS[2:], JUNE)
    assert lunch() is None
    service.load(resources["menus"], MENUS, JUNE)
    assert names(lunch()) == ["ARROZ, FEIJÃO E FRANGO", "Banana"]
    assert lunch().previous == []
    assert lunch().changed_at is None


def test_what_nobody_reads_any_more_is_no_longer_served(fresh, app, editor):
    _, resources = fresh
    second = load_network(make_dataset()["id"])
    service.load(second["schools"], [row("schools", eol="000077", name="EMEF Outra"), *SCHOOLS[1:]])
    try:
        service.make_primary(second["schools"])
        lookup.forget()
        assert "Outra" in app.get("/cardapio?q=outra").body
    finally:
        service.make_primary(resources["schools"])
    lookup.forget()
    assert lookup.public().schools.get("000077") is None


# -- what a family reads


def test_a_meal_is_the_same_in_either_spelling(fresh, app):
    _, resources = fresh
    service.load(resources["menus"], [*MENUS, dish("2026-06-03", 1, "Iogurte", meal="l5-lanche-5-ou-6-horas")], JUNE)
    lookup.forget()
    words = words_of(app.get("/cardapio/094617?data=2026-06-03&refeicao=l5-lanche-5-horas"))
    assert "Iogurte" in words
    assert "Macarrão" not in words


def test_one_informed_dish_speaks_for_no_other(fresh, app):
    _, resources = fresh
    rows = [dish("2026-06-02", 1, "Arroz", allergens="informed"), *MENUS[1:]]
    service.load(resources["menus"], rows, JUNE)
    lookup.forget()
    assert "allergy" in words_of(app.get("/en/cardapio/094617?data=2026-06-02")).lower()


def test_a_closed_school_has_no_next_school_day(fresh, app):
    _, resources = fresh
    closed = [row("schools", eol="094617", name="EMEF Fechada", status="closed"), SCHOOLS[0], *SCHOOLS[2:]]
    service.load(resources["schools"], closed)
    lookup.forget()
    answer = app.get("/en/cardapio/094617")
    assert "no longer served" in words_of(answer)
    assert "data=2026-06-03" not in re.search(r'<section class="state">.*?</section>', answer.body, re.DOTALL).group()


def test_a_school_that_vanished_is_neither_listed_nor_lost(fresh, app):
    _, resources = fresh
    service.load(resources["schools"], [SCHOOLS[0], *SCHOOLS[2:]])
    lookup.forget()
    assert "Pacheco" not in app.get("/api/menus/v1/schools?q=pacheco").body
    assert "no longer served" in words_of(app.get("/en/cardapio/094617"))


def test_the_source_of_another_month_is_of_no_concern(fresh, app):
    sources.note_answer("test", "menus/2026-07")
    sources.note_failure("test", "menus/2026-07", "HTTP 500")
    lookup.forget()
    assert "does not answer" not in words_of(app.get("/en/cardapio/094617?data=2026-06-02"))
    assert "does not answer" in words_of(app.get("/en/cardapio/094617?data=2026-07-02"))
    model.Session.remove()


def test_groups_overlap_by_priority_then_by_their_start(fresh):
    _, resources = fresh
    unit = "unit/9"
    rows = [
        *GROUPS,
        row("school_menu_groups", eol="094617", valid_from="2026-06-01", valid_to="2026-06-02", menu_group=unit),
        row("school_menu_groups", eol="019283", valid_from="2025-01-01", priority=10, menu_group=unit),
    ]
    assert service.load(resources["school_menu_groups"], rows).set_aside == 0
    lookup.forget()
    groups = lookup.public().book.groups
    assert groups.on("094617", SECOND) == groups.on("019283", SECOND) == unit
    assert groups.on("094617", SECOND.replace(day=3)) == "direta/emef/1"
