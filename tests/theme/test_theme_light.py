"""The ground of family pages: the same bytes for everybody, and little else than the page itself."""

import re

import pytest
from ckan.lib import base
from ckan.plugins import SingletonPlugin, implements
from ckan.plugins.interfaces import IBlueprint
from flask import Blueprint


class FamilyPage(SingletonPlugin):
    """A page that is nothing but light.html."""

    implements(IBlueprint)

    def get_blueprint(self):
        blueprint = Blueprint("family_page", __name__)
        blueprint.add_url_rule("/family", view_func=self.show)
        return blueprint

    @staticmethod
    def show():
        return base.render("menus/light.html", {"section": "menus"})


@pytest.fixture
def family(provide_plugin, ckan_config, monkeypatch, request):
    provide_plugin("family_page", FamilyPage)
    monkeypatch.setitem(ckan_config, "ckan.plugins", [*ckan_config["ckan.plugins"], "family_page"])
    request.getfixturevalue("with_plugins")
    return request.getfixturevalue("make_app")().get


def test_it_loads_two_style_sheets_and_one_module_that_nothing_waits_for(family):
    body = family("/family").body
    assert re.findall("<script[^>]*>", body) == ['<script type="module" src="/patiodigital/family.js">']
    assert "/webassets/" not in body
    assert re.findall(r'<link rel="stylesheet" href="([^"]+)"', body) == [
        "/patiodigital/tokens.css",
        "/patiodigital/family.css",
    ]


def test_it_knows_no_reader(family):
    page = family("/family")
    assert "Set-Cookie" not in page.headers
    assert "csrf" not in page.body


def test_language_and_landmarks_are_told(family):
    assert '<html lang="pt-BR">' in family("/family").body
    body = family("/en/family").body
    assert '<html lang="en">' in body
    for landmark in ('<a class="skip" href="#content">', "<header", "<nav aria-label=", "<footer"):
        assert landmark in body
    assert '<main class="page" id="content" tabindex="-1">' in body


def test_each_language_is_a_link_that_keeps_the_question(family):
    body = family("/en/family?q=joao").body
    links = dict(re.findall(r'<a href="([^"]+)" lang="([^"]+)" hreflang', body))
    assert links == {"/family?q=joao": "pt-BR", "/en/family?q=joao": "en", "/es/family?q=joao": "es"}
    assert re.search(r'lang="en" hreflang="en" aria-current="true"', body)


def test_the_place_in_the_navigation_is_marked(family):
    assert '<a href="/en/cardapio" aria-current="true">' in family("/en/family").body


def test_a_question_is_text(family):
    assert "<script>" not in family("/family?q=<script>alert(1)</script>").body
