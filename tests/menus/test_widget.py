"""The widget on CKAN's real app, through the edge: a guest in other sites' pages."""

import html
import re
from pathlib import Path

import pytest

import ckanext.patiodigital
from ckanext.patiodigital.menus import service
from ckanext.patiodigital.menus.widget import POLICY
from ckanext.patiodigital.tables.service import NoDataError

PUBLIC = Path(ckanext.patiodigital.__file__).parent / "public" / "patiodigital"
HOSTILE = ("<script>alert(1)</script>", '"><img src=x onerror=x>', "javascript:alert(1)", "%00", "x" * 1_500)


@pytest.fixture
def widget(network, app):
    def ask(path, status=200, **kwargs):
        answer = app.get(path, status=status, **kwargs)
        assert "<script" not in answer.body
        assert "<img" not in answer.body
        assert "<form" not in answer.body
        assert "Set-Cookie" not in answer.headers
        assert "X-Frame-Options" not in answer.headers
        assert answer.headers["Content-Security-Policy"] == POLICY
        return answer.body

    return ask


def text(body):
    main = re.search(r"<main.*?</main>", body, re.DOTALL).group()
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", main)).split())


def days(body):
    return re.findall(r"<h2[^>]*>(.*?)</h2>", body)


def test_it_shows_today_and_leads_out_into_a_new_window_in_words(widget):
    body = widget("/cardapio/094617/widget")
    assert "Arroz, feijão e frango" in text(body)
    assert len(days(body)) == 1
    (link,) = re.findall(r"<a [^>]*>[^<]*</a>", body)
    assert 'href="/cardapio/094617"' in link
    assert 'target="_blank" rel="noopener"' in link
    assert "opens in a new window" in text(widget("/en/cardapio/094617/widget"))


def test_it_can_show_the_school_days_of_a_week_and_names_no_others(widget):
    titles = days(widget("/cardapio/094617/widget?dias=5"))
    assert ["2 de junho" in titles[0], "3 de junho" in titles[1]] == [True, True]
    assert "sexta-feira, 5 de junho" in titles[2].lower()  # Thursday is Corpus Christi
    assert "terça-feira, 9 de junho" in titles[3].lower()  # on Monday the school is closed
    assert len(titles) == 5


def test_it_shows_one_age_and_one_meal_where_they_are_chosen(widget):
    assert "Leite com chocolate" not in text(widget("/cardapio/094617/widget?refeicao=a-almoco"))
    assert "Purê" in text(widget("/cardapio/000086/widget?idade=g-4-a-6-anos"))
    assert "Purê" not in text(widget("/cardapio/000086/widget?idade=b-1-a-3-meses"))


def test_what_is_known_of_allergens_stands_beside_the_dish(widget):
    assert re.search(r"Bolo contains \w+ may contain \w+", text(widget("/en/cardapio/000086/widget?dias=2")))


def test_what_is_not_known_of_allergens_is_said_once_with_whom_to_ask(widget):
    words = text(widget("/en/cardapio/000086/widget?dias=3"))
    assert words.count("not informed") == words.count("(11) 2557-8348") == 1


def test_family_farming_is_marked(widget):
    assert "Banana family farming" in text(widget("/en/cardapio/094617/widget"))


def test_it_wears_the_colours_that_are_asked_for(widget):
    assert 'data-scheme="light dark"' in widget("/cardapio/094617/widget")
    assert 'data-scheme="light"' in widget("/cardapio/094617/widget?tema=claro")
    assert 'data-scheme="dark"' in widget("/cardapio/094617/widget?tema=escuro")


def test_its_dark_colours_are_the_portals():
    token = re.compile(r"--pd-[\w-]+: [^;]+;")
    _, dark, *_ = (PUBLIC / "tokens.css").read_text().split("@media")
    assert token.findall((PUBLIC / "widget.css").read_text()) == token.findall(dark)


@pytest.mark.parametrize("value", HOSTILE)
@pytest.mark.parametrize("name", ["idade", "refeicao", "dias", "tema"])
def test_a_hostile_parameter_is_named_and_never_repeated(network, app, name, value):
    answer = app.get("/cardapio/094617/widget", query_string={name: value})
    assert answer.status_code == 400
    assert answer.headers["Content-Security-Policy"] == POLICY
    assert name in text(answer.body)
    assert value not in html.unescape(answer.body)
    assert 'href="/cardapio/094617/incorporar"' in answer.body


def test_names_and_dishes_of_a_hostile_source_are_text(widget):
    words = text(widget("/cardapio/400002/widget"))
    assert "<script>alert('prato')</script>" in words
    assert "EMEF <script>alert(1)</script>" in words


@pytest.mark.parametrize("eol", ["999999", "abc", "<script>"])
def test_a_wrong_code_is_said_inside_the_frame(widget, eol):
    body = widget(f"/cardapio/{eol}/widget", status=404)
    assert 'class="site-header"' not in body
    assert 'href="/cardapio"' in body


def test_one_address_a_school(network, app):
    answer = app.get("/cardapio/94617/widget?dias=2&utm_source=x", follow_redirects=False)
    assert answer.status_code == 301
    assert answer.headers["Location"].endswith("/cardapio/094617/widget?dias=2")


def test_a_day_without_a_menu_says_why(widget):
    assert text(widget("/cardapio/400001/widget")).count("EMEF Sem Plano") == 1
    assert 'class="meal"' not in widget("/cardapio/400001/widget")


def test_without_data_it_says_so_inside_the_frame(network, app, monkeypatch):
    def nothing():
        raise NoDataError("Not published yet: menus.")

    monkeypatch.setattr(service, "public", nothing)
    answer = app.get("/cardapio/094617/widget?dias=4")
    assert answer.status_code == 503
    assert answer.headers["Content-Security-Policy"] == POLICY
    assert 'class="site-header"' not in answer.body


# -- where its code is made


def code(body):
    """The code to copy, as a browser puts it on the clipboard."""
    return html.unescape(re.search(r"<textarea[^>]*>(.*?)</textarea>", body, re.DOTALL).group(1))


def test_the_page_of_a_school_leads_to_its_code(network, app):
    assert 'href="/cardapio/094617/incorporar"' in app.get("/cardapio/094617").body


def test_the_code_is_a_frame_with_a_name_that_loads_late(network, app):
    body = app.get("/en/cardapio/000086/incorporar?dias=5&tema=escuro&idade=g-4-a-6-anos&refeicao=").body
    copied = code(body)
    src = html.unescape(re.search(r'src="([^"]+)"', copied).group(1))
    assert src == "http://test.ckan.net/en/cardapio/000086/widget?idade=g-4-a-6-anos&dias=5&tema=escuro"
    assert 'title="Menu: EMEI Paulo Camilhier Florençano"' in copied
    assert 'loading="lazy"' in copied
    assert app.get(src.removeprefix("http://test.ckan.net")).status_code == 200
    assert '<option value="5" selected>' in body
    assert re.search(r'</h2>\s*<iframe src="/en/cardapio/000086/widget\?', body)


def test_a_school_with_a_hostile_name_makes_harmless_code(network, app):
    body = app.get("/cardapio/400002/incorporar").body
    assert "<script>alert" not in body
    assert "<script>alert" not in code(body)
    assert "EMEF &lt;script&gt;" in code(body)


@pytest.mark.parametrize("value", HOSTILE)
def test_a_hostile_choice_is_named_and_the_code_is_the_plain_one(network, app, value):
    answer = app.get("/cardapio/094617/incorporar", query_string={"dias": value})
    assert answer.status_code == 400
    assert "dias" in re.search(r'role="alert">([^<]*)<', answer.body).group(1)
    assert value not in text(answer.body)
    assert 'src="http://test.ckan.net/cardapio/094617/widget"' in code(answer.body)


def test_no_other_site_frames_the_pages_with_forms(network, app):
    for path in ("/cardapio", "/cardapio/094617", "/cardapio/094617/incorporar", "/cardapio/999999"):
        assert app.get(path).headers["Content-Security-Policy"] == "frame-ancestors 'self'"
