"""The family pages on CKAN's real app, through the edge."""

import re
from datetime import datetime, timezone

import pytest
from ckan.tests import factories
from ckan.tests.helpers import call_action

from ckanext.patiodigital.menus import service


@pytest.fixture
def page(network, app):
    def ask(path, status=200, **kwargs):
        answer = app.get(path, status=status, **kwargs)
        assert "Traceback" not in answer.body
        assert "<script>alert" not in answer.body
        assert "<img src=x" not in answer.body
        return answer.body

    return ask


def text(html):
    """What a reader reads, blanks folded."""
    main = re.search(r"<main.*?</main>", html, re.DOTALL).group()
    main = re.sub(r'<span lang="pt-BR">(.*?)</span>', r"\1", main)  # a mark within a line, no part of its own
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


def test_the_search_page_is_a_plain_form_with_one_module_beside_it(page):
    html = page("/cardapio")
    assert '<form class="search" action="/cardapio" method="get"' in html
    assert re.findall("<script[^>]*>", html) == [
        '<script type="module" src="/patiodigital/family.js" data-worker="/cardapio/sw.js">'
    ]
    assert html.count('rel="stylesheet"') == 3


@pytest.mark.parametrize("q", ["antonio pacheco", "pacheco", "094617", "94617"])
def test_a_school_is_found_and_its_page_opens(page, q):
    assert 'href="/cardapio/094617"' in page(f"/cardapio?q={q}")


def test_nothing_found_says_what_was_tried_and_offers_the_nearest(page):
    assert "zzyzx" in text(page("/cardapio?q=zzyzx"))
    assert "EMEF João XXIII" in page("/cardapio?q=emef joaoo xxiiii xyz")


@pytest.mark.parametrize(
    "q", ["x" * 201, "'; DROP TABLE x", "<script>alert(1)</script>", "%00", "((", "*:*", "a" * 10_000]
)
def test_hostile_searches_get_a_page_that_helps(network, app, q):
    answer = app.get("/cardapio", query_string={"q": q})
    assert answer.status_code in (200, 400)
    assert 'name="q"' in answer.body
    assert "<script>alert" not in answer.body


def test_nearest_schools(page):
    html = page("/cardapio/perto?lat=-23.571&lon=-46.731")
    assert html.index("EMEF João XXIII") < html.index("Pacheco")
    assert "código EOL 019283 · a 150 m" in text(html)
    assert 'name="q"' in page("/cardapio/perto?lat=aqui", status=400)
    assert "EMEF" not in text(page("/cardapio/perto?lat=0&lon=0"))


def test_the_page_opens_on_today_with_its_meals(page):
    words = text(page("/cardapio/094617"))
    assert "EMEF Professor Antônio Pacheco e Silva" in words
    assert "terça-feira, 2 de junho" in words
    assert "Arroz, feijão e frango" in words
    assert "Banana" in words


def test_what_is_not_known_of_allergens_is_said_with_whom_to_ask(page):
    words = text(page("/cardapio/000086"))
    assert "(11) 2557-8348" in words
    assert not re.search(r"livre de|sem gl[uú]ten|gluten[- ]free|free of", words, re.IGNORECASE)


def test_what_is_known_of_allergens_stands_beside_the_dish(page):
    words = text(page("/en/cardapio/000086?data=2026-06-03"))
    assert re.search(r"Bolo contains \w+ may contain \w+", words)


@pytest.mark.parametrize(
    ("day", "says"),
    [
        ("2026-06-04", "Corpus Christi"),
        ("2026-06-06", "sábado, 6 de junho"),
        ("2026-06-08", "Falta de água"),
        ("2026-06-30", "segunda-feira, 29 de junho"),
        ("2026-06-09", "27 de maio"),
    ],
)
def test_each_day_without_a_menu_has_its_own_words(page, day, says):
    html = page(f"/cardapio/094617?data={day}")
    assert says.lower() in text(html).lower()
    assert 'class="meal"' not in html
    assert 'class="state"' in html


def test_a_school_without_a_plan(page):
    assert 'class="state"' in page("/cardapio/400001")


def test_dishes_of_a_hostile_source_are_text(page):
    assert "&lt;script&gt;alert(&#39;prato&#39;)&lt;/script&gt;" in page("/cardapio/400002")


def test_the_evening_opens_on_the_next_school_day(page, stopped_clock):
    stopped_clock(datetime(2026, 6, 3, 22, 30, tzinfo=timezone.utc))  # Wednesday, half past seven
    service.forget()
    words = text(page("/cardapio/094617"))
    assert "sexta-feira, 5 de junho" in words.lower()  # Thursday is Corpus Christi


def test_one_address_a_school(page, app):
    answer = app.get("/cardapio/94617?data=2026-06-03", follow_redirects=False)
    assert answer.status_code == 301
    assert answer.headers["Location"].endswith("/cardapio/094617?data=2026-06-03")


@pytest.mark.parametrize("path", ["/cardapio/999999", "/cardapio/abc", "/cardapio/0946170", "/cardapio/-1"])
def test_an_unknown_school_gets_a_page_that_helps(page, path):
    assert 'name="q"' in page(path, status=404)


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("idade=bebes", "There is no such age: bebes."),
        ("refeicao=x,a-almoco", "There is no such meal: x,a-almoco."),
        ("dieta=" + "z" * 99, f"There is no such diet: {'z' * 39}…."),
    ],
)
def test_a_choice_that_there_is_not_is_named_and_can_be_left_out(page, query, says):
    html = page(f"/en/cardapio/094617?data=2026-06-03&{query}", status=400)
    assert says in text(html)
    assert "is written like" not in text(html)
    assert 'class="button primary" href="/en/cardapio/094617?data=2026-06-03"' in html
    printed = page(f"/en/cardapio/094617/imprimir?semana=2026-W23&{query}", status=400)
    assert 'href="/en/cardapio/094617/imprimir?semana=2026-W23"' in printed


@pytest.mark.parametrize("query", ["data=2026-02-30", "data=ontem", "data=0001-01-01", "idade=bebes", "refeicao=x"])
def test_a_wrong_address_says_what_is_wrong_and_leads_back(page, query):
    html = page(f"/cardapio/094617?{query}", status=400)
    assert query.partition("=")[0] in text(html)
    assert 'href="/cardapio/094617"' in html


def test_campaign_tags_do_not_matter(page):
    assert "Arroz" in page("/cardapio/094617?utm_source=zap&fbclid=1&data=2026-06-02")


def test_english_by_the_address(page):
    html = page("/en/cardapio/000086", headers={"Accept-Language": "pt"})
    assert '<html lang="en"' in html
    assert "Lunch" in html


def test_the_pages_are_public_bytes_whoever_asks(network, app):
    user = factories.SysadminWithToken()
    plain = app.get("/cardapio/094617")
    known = app.get("/cardapio/094617", headers={"Cookie": "ckan=abc"})
    assert known.body == plain.body
    assert "Set-Cookie" not in plain.headers
    assert user["name"] not in app.get("/cardapio/094617", headers={"Authorization": user["token"]}).body


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("data=2026-06-02", "Arroz, feijão e frango"),
        ("semana=2026-W23", "Arroz, feijão e frango"),
        ("mes=2026-06", "Arroz, feijão e frango, Banana"),
        ("data=2026-06-04", "Corpus Christi"),
        ("semana=2026-W23", "Corpus Christi"),
        ("data=2026-06-08", "Falta de água"),
        ("mes=2026-06", "Recesso de julho"),
    ],
)
def test_what_is_portuguese_says_so_on_pages_in_other_languages(page, query, name):
    for language in ("en", "es"):
        html = page(f"/{language}/cardapio/094617?{query}")
        shown = re.search(r"<main.*?</main>", html, re.DOTALL).group()
        assert shown.count(name) == shown.count(f'<span lang="pt-BR">{name}</span>') > 0
    html = page(f"/cardapio/094617?{query}")
    assert name in html
    assert '<span lang="pt-BR">' not in html


def test_printed_and_framed_dishes_say_that_they_are_portuguese(page):
    for path in ("imprimir?semana=2026-W23", "widget"):
        assert '<span lang="pt-BR">Arroz, feijão e frango</span>' in page(f"/en/cardapio/094617/{path}")


def test_not_divided_by_age_is_called_otherwise_than_every_age(page):
    assert "Estudantes, sem divisão por idade" in text(page("/cardapio/094617?data=2026-06-02"))


# -- the resource view


def test_a_table_of_menus_opens_on_the_look_up(network, app):
    package, resources = network
    (view, *_others) = call_action("resource_view_list", id=resources["menus"])
    assert view["view_type"] == "patiodigital_menus_view"
    html = app.get(f"/dataset/{package['name']}/resource/{resources['menus']}").body
    frame = re.search(r'<iframe[^>]*src="([^"]+)"', html).group(1)
    inside = app.get(frame).body
    assert 'name="q"' in inside
    assert "Pacheco" in app.get(frame, query_string={"q": "pacheco"}).body


def test_other_tables_have_no_look_up(network):
    _, resources = network
    views = call_action("resource_view_list", id=resources["schools"])
    assert "patiodigital_menus_view" not in {view["view_type"] for view in views}


def test_a_view_can_open_on_one_school(network, app):
    package, resources = network
    editor = {"user": factories.Sysadmin()["name"]}
    made = call_action(
        "resource_view_create",
        context=editor,
        resource_id=resources["menus"],
        view_type="patiodigital_menus_view",
        title="Pacheco",
        school="94617",
    )
    html = app.get(f"/dataset/{package['name']}/resource/{resources['menus']}/view/{made['id']}").body
    frame = re.search(r'<iframe[^>]*src="([^"]*094617[^"]*)"', html).group(1)
    assert "Arroz" in app.get(frame).body
    call_action("resource_view_delete", context=editor, id=made["id"])
