"""What happens to the look-up when the data change: shown at once, told as a change, gone when private."""

import re

import pytest
from ckan.tests import factories
from ckan.tests.helpers import call_action
from menus.conftest import JUNE, MENUS, dish, load_network, make_dataset

from ckanext.patiodigital.menus import service as lookup
from ckanext.patiodigital.menus.core.queries import MenusQuery
from ckanext.patiodigital.tables import service, sources


@pytest.fixture
def fresh(clean_tables, morning, app):
    package = make_dataset()
    return package, load_network(package["id"])


def test_nothing_published_is_503_with_retry(clean_tables, morning, app):
    for path in ("/api/menus/v1/schools", "/cardapio", "/cardapio/094617"):
        lookup.forget()
        answer = app.get(path, status=503)
        assert "Traceback" not in answer.body
    assert app.get("/api/menus/v1/schools", status=503).headers["Retry-After"]


def test_a_change_after_publication_is_shown_and_told(fresh):
    _, resources = fresh
    school = lookup.public().schools.get("094617")
    query = MenusQuery(start=JUNE.first.replace(day=2), end=JUNE.first.replace(day=2))
    before = service.version_of(resources["menus"]).data_version
    changed = [dish("2026-06-02", 1, "Lasanha"), *MENUS[1:]]
    assert service.load(resources["menus"], changed, JUNE).changed == 1
    lookup.forget()
    (now,) = lookup.public().days(school, query, "pt")
    lunch = next(meal for menu in now.menus for meal in menu.meals if meal.meal == "a-almoco")
    assert [item.name for item in lunch.dishes] == ["Lasanha", "Banana"]
    assert [item.name for item in lunch.previous[0].dishes] == ["ARROZ, FEIJÃO E FRANGO", "Banana"]
    assert lunch.changed_at == lunch.previous[0].until
    (then,) = lookup.public().days(school, MenusQuery(start=query.start, end=query.end, version=before), "pt")
    lunch = next(meal for menu in then.menus for meal in menu.meals if meal.meal == "a-almoco")
    assert [item.name for item in lunch.dishes] == ["ARROZ, FEIJÃO E FRANGO", "Banana"]
    assert lunch.previous == []


def test_the_day_tells_what_changed_and_leads_to_what_was_published_before(fresh, app):
    _, resources = fresh
    for name in ("Lasanha", "Nhoque"):
        service.load(resources["menus"], [dish("2026-06-02", 1, name), *MENUS[1:]], JUNE)
    lookup.forget()
    html = app.get("/en/cardapio/094617?data=2026-06-02&refeicao=a-almoco", status=200).body
    newest, oldest = (address.replace("&amp;", "&") for address in re.findall(r'href="([^"]*versao=[^"]*)"', html)[-2:])
    for address, name, others in ((newest, "Lasanha", {"Nhoque"}), (oldest, "Arroz", {"Nhoque", "Lasanha"})):
        then = app.get(address, status=200).body
        main = then.partition("<main")[2].partition("page-actions")[0]
        assert name in main
        assert not others & set(re.findall(r"\w+", main))
        assert "This is what was published" in main
        assert '?refeicao=a-almoco&amp;data=2026-06-02">Show what is published now' in main


def test_a_dish_added_later_is_a_change_too(fresh):
    _, resources = fresh
    service.load(resources["menus"], [*MENUS, dish("2026-06-03", 2, "Salada")], JUNE)
    lookup.forget()
    school = lookup.public().schools.get("094617")
    third = JUNE.first.replace(day=3)
    (day,) = lookup.public().days(school, MenusQuery(start=third, end=third), "pt")
    (meal,) = day.menus[0].meals
    assert [item.name for item in meal.dishes] == ["Macarrão", "Salada"]
    assert [item.name for item in meal.previous[0].dishes] == ["Macarrão"]


def test_a_private_dataset_is_nowhere(fresh, app):
    package, _ = fresh
    call_action("package_patch", context={"user": factories.Sysadmin()["name"]}, id=package["id"], private=True)
    lookup.forget()
    app.get("/api/menus/v1/schools", status=503)
    assert "Pacheco" not in app.get("/cardapio?q=pacheco", status=503).body
    assert "Pacheco" not in app.get("/cardapio/094617", status=503).body


def test_a_source_that_is_down_keeps_the_menu_and_says_since_when(fresh):
    sources.note_answer("test", "menus/2026-06")
    sources.note_failure("test", "menus/2026-06", "HTTP 500")
    lookup.forget()
    school = lookup.public().schools.get("094617")
    second = JUNE.first.replace(day=2)
    (day,) = lookup.public().days(school, MenusQuery(start=second, end=second), "pt")
    assert day.status == "menu"
    assert day.source_last_seen is not None
    sources.note_answer("test", "menus/2026-06")
    lookup.forget()
    (day,) = lookup.public().days(school, MenusQuery(start=second, end=second), "pt")
    assert day.source_last_seen is None
