"""The home page, and that it is there only where the theme is switched on."""

from datetime import datetime, timedelta, timezone

import pytest
from ckan.plugins import SingletonPlugin
from ckan.tests import factories

from ckanext.patiodigital.theme import home

THEME = "patiodigital_theme"
NOW = datetime(2026, 11, 24, 13, 0, tzinfo=timezone.utc)
REQUIRED = {"subject": ["transporte"], "frequency": "daily", "maintainer_email": "dados@example.org"}


class Menus(SingletonPlugin):
    """Stands for the look-up, of which the theme only asks whether it is there."""


@pytest.fixture
def portal(ckan_config, monkeypatch, provide_plugin, request):
    """A test client of the portal with some of its own plugins beside those of others."""
    provide_plugin("patiodigital_menus", Menus)
    # A theme that was switched on before in this process has left its choices in CKAN's settings.
    monkeypatch.setitem(ckan_config, "ckan.site_logo", "/base/images/ckan-logo.png")
    monkeypatch.setitem(ckan_config, "ckan.favicon", "/base/images/ckan.ico")

    def start(*chosen: str):
        others = [name for name in ckan_config["ckan.plugins"] if name not in {THEME, "patiodigital_menus"}]
        monkeypatch.setitem(ckan_config, "ckan.plugins", [*chosen, *others])
        request.getfixturevalue("with_plugins")
        return request.getfixturevalue("make_app")()

    return start


@pytest.fixture
def empty(request):
    """A catalogue without datasets."""

    def clean():
        request.getfixturevalue("clean_db")
        request.getfixturevalue("clean_index")

    return clean


def test_a_stock_page_knows_nothing_of_a_theme_that_is_off(portal):
    app = portal()
    for path in ("/", "/dataset/"):
        body = app.get(path).body
        assert "patiodigital/" not in body
    assert "/base/images/ckan-logo.png" in app.get("/").body


def test_every_page_wears_the_theme(portal):
    app = portal(THEME)
    for path in ("/", "/dataset/", "/about", "/user/login"):
        body = app.get(path).body
        assert body.index("/webassets/base/") < body.index("/patiodigital/tokens.css")
        assert body.index("/patiodigital/tokens.css") < body.index("/patiodigital/portal.css")
        assert "/patiodigital/logo.svg" in body
        assert "/patiodigital/favicon.svg" in body
    assert app.get("/patiodigital/tokens.css").status_code == 200


def test_an_empty_portal_has_a_home(portal, empty):
    app = portal(THEME)
    empty()
    body = app.get("/").body
    assert 'role="search"' in body
    assert "pd-latest" not in body
    assert "pd-figures" not in body


def test_home_shows_subjects_changes_and_figures(portal, empty):
    app = portal(THEME)
    empty()
    organization = factories.Organization()
    for number in range(4):
        factories.Dataset(name=f"d{number}", title=f"Title {number}", owner_org=organization["id"], **REQUIRED)
    factories.Dataset(title="Secret", private=True, owner_org=organization["id"], **REQUIRED)
    body = app.get("/en/").body
    assert "/en/dataset/?vocab_education_subject=transporte" in body
    assert all(f"Title {number}" in body for number in (1, 2, 3))
    assert "Title 0" not in body
    assert "Secret" not in body
    assert "<strong>4</strong> datasets" in " ".join(body.split())
    assert "updated today, at" in body


def test_a_title_is_text(portal, empty):
    app = portal(THEME)
    empty()
    factories.Dataset(title="<script>alert(1)</script>", owner_org=factories.Organization()["id"], **REQUIRED)
    assert "<script>alert(1)" not in app.get("/").body


def test_a_search_index_that_is_down_leaves_parts_out(portal, monkeypatch):
    app = portal(THEME)

    def down(_context, _query):
        raise home.SolrConnectionError("refused")

    with app.flask_app.test_request_context():
        monkeypatch.setattr(home.tk, "get_action", lambda _name: down)
        found = home.gather(has_menus=False)
    assert (found.subjects, found.latest, found.figures) == ([], [], [])


def test_no_link_to_menus_that_are_off(portal):
    body = portal(THEME).get("/").body
    assert "/cardapio" not in body
    assert 'action="/dataset/"' in body


def test_menus_come_first_where_they_are_on(portal):
    body = portal(THEME, "patiodigital_menus").get("/en/").body
    assert 'action="/en/cardapio"' in body
    assert '<a href="/en/cardapio">' in body


@pytest.mark.parametrize(
    ("ago", "expected"),
    [
        (timedelta(hours=4, minutes=58), "updated today, at 5:02"),
        (timedelta(hours=10, minutes=1), "updated yesterday, at 23:59"),
        (timedelta(days=30), "updated on October 25, 2026"),
        (timedelta(seconds=-5), "updated today, at 10:00"),
    ],
)
def test_when_is_said_in_words(portal, ago, expected):
    with portal(THEME).flask_app.test_request_context(environ_base={"CKAN_LANG": "en"}):
        assert home.updated_in_words(NOW - ago, NOW) == expected
