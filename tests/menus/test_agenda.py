"""The page that makes the address of a school's calendar."""

import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest


@pytest.fixture
def page(network, app):
    def ask(path, status=200):
        answer = app.get(path, status=status)
        assert "Set-Cookie" not in answer.headers
        return answer.body

    return ask


def address(html):
    return unescape(re.search(r'<textarea[^>]*id="address"[^>]*>(.*?)</textarea>', html, re.DOTALL).group(1))


def links(html):
    return [unescape(href) for href in re.findall(r'href="([^"]+)"', html)]


def test_the_school_page_leads_to_it(page):
    assert "/cardapio/094617/agenda" in links(page("/cardapio/094617"))


def test_without_a_choice_everything(page, app):
    found = address(page("/cardapio/094617/agenda"))
    assert found == "http://test.ckan.net/api/menus/v1/schools/094617/menus.ics"
    assert app.get(urlsplit(found).path).headers["Content-Type"] == "text/calendar; charset=utf-8"


def test_a_choice_is_in_the_address_and_in_the_form(page, app):
    html = page("/cardapio/094617/agenda?refeicao=a-almoco&agrupar=dia")
    parts = urlsplit(address(html))
    assert parse_qs(parts.query) == {"meal": ["a-almoco"], "group": ["day"]}
    assert app.get(f"{parts.path}?{parts.query}").body.count("BEGIN:VEVENT") > 1
    assert re.search(r'<option value="a-almoco" selected>', html)
    assert re.search(r'<option value="dia" selected>', html)


def test_only_what_the_school_serves_is_offered(page):
    html = page("/cardapio/094617/agenda")
    options = set(re.findall(r'<option value="([^"]*)"', html))
    assert options == {"", "a-almoco", "l4-lanche-4-horas", "refeicao", "dia"}
    assert 'name="idade"' not in html  # there is one, so there is nothing to choose


def test_each_calendar_gets_the_same_address(page):
    html = page("/cardapio/094617/agenda?refeicao=a-almoco")
    found = address(html)
    webcal = found.replace("http:", "webcal:")
    hrefs = links(html)
    assert webcal in hrefs
    google = next(href for href in hrefs if href.startswith("https://calendar.google.com/"))
    assert parse_qs(urlsplit(google).query)["cid"] == [webcal]
    outlook = next(href for href in hrefs if href.startswith("https://outlook.live.com/"))
    assert parse_qs(urlsplit(outlook).query)["url"] == [found]


def test_it_is_honest_about_google_and_needs_no_script(page):
    html = page("/cardapio/094617/agenda")
    assert "8" in html
    assert "24" in html
    main = re.search(r"<main.*?</main>", html, re.DOTALL).group()
    assert "<script" not in main
    assert "onclick" not in main


def test_the_language_goes_along(page):
    html = page("/en/cardapio/094617/agenda")
    assert urlsplit(address(html)).path == "/en/api/menus/v1/schools/094617/menus.ics"
    assert "every 8 to 24 hours" in html


@pytest.mark.parametrize("query", ["idade=adultos", "refeicao=<script>", "agrupar=semana", "dieta=x,y"])
def test_a_choice_that_there_is_not_is_told(page, query):
    html = page(f"/cardapio/094617/agenda?{query}", 400)
    assert query.partition("=")[0] in re.search(r'role="alert">(.*?)<', html).group(1)
    assert "<script>" not in html
    assert address(html).endswith("/menus.ics")


def test_other_codes(page, app):
    page("/cardapio/999999/agenda", 404)
    moved = app.get("/cardapio/86/agenda?agrupar=dia&utm_source=x", follow_redirects=False, status=301)
    assert moved.headers["Location"].endswith("/cardapio/000086/agenda?agrupar=dia")
