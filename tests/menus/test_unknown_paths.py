"""Addresses at and below ``/cardapio`` that are no page, and a slash too many."""

import pytest


@pytest.fixture
def answers(network, app):
    def ask(path, status):
        answer = app.get(path, status=status, follow_redirects=False)
        assert "Set-Cookie" not in answer.headers
        return answer

    return ask


@pytest.mark.parametrize("lang", ["", "/en", "/es"])
@pytest.mark.parametrize(
    ("asked", "leads_to"),
    [
        ("/cardapio/", "/cardapio"),
        ("/cardapio/?q=pacheco&utm_source=x", "/cardapio?q=pacheco"),
        ("/cardapio/094617/", "/cardapio/094617"),
        ("/cardapio/bairros/?letra=b", "/cardapio/bairros?letra=b"),
        ("/cardapio/a%3Fb%23c/", "/cardapio/a%3Fb%23c"),
    ],
)
def test_a_slash_too_many_is_taken_off(answers, lang, asked, leads_to):
    location = answers(lang + asked, 301).headers["Location"]
    assert location.removeprefix("http://test.ckan.net") == lang + leads_to


@pytest.mark.parametrize("path", ["/cardapio//evil.example/", "/cardapio/%2F%2Fevil.example/", "/cardapio/%0d%0aX:1/"])
def test_no_slash_leads_out_of_the_portal(network, app, path):
    answer = app.get(path, follow_redirects=False)
    location = answer.headers.get("Location", "/cardapio/").removeprefix("http://test.ckan.net")
    assert location.startswith("/cardapio/")
    assert "X" not in answer.headers


@pytest.mark.parametrize(
    "path", ["/cardapio/abc/def", "/cardapio/094617/xyz", "/cardapio/094617/2026-06-02/almoco", "/cardapio/999999/x"]
)
@pytest.mark.parametrize("lang", ["", "/en", "/es"])
def test_an_unknown_page_is_told_in_our_words(answers, lang, path):
    answer = answers(lang + path, 404)
    assert f'action="{lang}/cardapio"' in answer.text
    assert 'class="site-header"' in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert (f'href="{lang}/cardapio/094617"' in answer.text) == ("/094617/" in path)


def test_the_words(answers):
    text = answers("/en/cardapio/094617/xyz", 404).text
    assert "<h1>There is no such page</h1>" in text
    assert 'hreflang="x-default"' not in text


@pytest.mark.parametrize("path", ["/cardapio/%00/x", "/cardapio/<script>alert(1)/x", "/cardapio/" + "x/" * 900 + "x"])
def test_hostile_paths(answers, path):
    assert "<script>alert" not in answers(path, 404).text


def test_pages_of_other_rooms_below_a_school_stay(answers):
    for page in ("widget", "agenda", "aviso", "imprimir", "incorporar"):
        answers(f"/cardapio/094617/{page}", 200)


def test_pages_over_a_resource_are_not_touched(network, app):
    package, resources = network
    app.get(f"/dataset/{package['id']}/resource/{resources['menus']}/cardapio/094617", status=200)
