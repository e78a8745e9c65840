"""Choosing a school by where it lies: the grouping, and the pages on CKAN's real app."""

import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st
from menus.conftest import GROUPS, MENUS, make_dataset
from menus.menus_core_examples import ExampleVocabularies, school
from tables.rows import row

from ckanext.patiodigital.menus import neighbourhoods
from ckanext.patiodigital.menus import service as lookup
from ckanext.patiodigital.menus.core.neighbourhoods import NOWHERE, OTHER_LETTERS, SchoolPlaces
from ckanext.patiodigital.tables import service


def places(*schools):
    return SchoolPlaces(schools, ExampleVocabularies(), "pt")


def summary(areas):
    return [(area.kind, area.code, area.name, len(area.schools)) for area in areas]


def test_spellings_of_a_neighbourhood_are_one_place_under_the_commonest():
    written = ["Vila Amália", "VL. AMÁLIA", "Vila  Amália", "Vl Amalia"]
    found = places(*(school(f"{n:06}", neighbourhood=name) for n, name in enumerate(written)))
    assert summary(found.areas()) == [("neighbourhood", "vila-amalia", "Vila Amália", 4)]


def test_what_the_source_shouts_is_shown_as_a_name():
    written = ["VL.NOVA CACHOEIRINHA", "JD. TABOÃO", "CIDADE LÍDER"]
    found = places(*(school(f"{n:06}", neighbourhood=name) for n, name in enumerate(written)))
    assert [area.name for area in found.areas()] == ["Cidade Líder", "Jardim Taboão", "Vila Nova Cachoeirinha"]


def test_a_district_counts_before_a_neighbourhood():
    found = places(
        school("000001", district="raposo-tavares", neighbourhood="Jardim Arpoador"),
        school("000002", neighbourhood="Jardim Arpoador"),
    )
    assert summary(found.areas()) == [
        ("neighbourhood", "jardim-arpoador", "Jardim Arpoador", 1),
        ("district", "raposo-tavares", "Raposo Tavares", 1),
    ]


def test_a_regional_board_has_only_its_own_schools():
    found = places(
        school("000001", dre="108600", neighbourhood="Sacomã"),
        school("000002", dre="108100", neighbourhood="Sacomã"),
        school("000003", dre="108100"),
    )
    assert found.dres() == [("108100", 2), ("108600", 1)]
    assert summary(found.areas("108100")) == [("neighbourhood", "sacoma", "Sacomã", 1), ("neighbourhood", "-", "", 1)]
    assert found.areas("999999") == []


def test_letters_know_no_accents_and_other_names_come_last():
    names = ["Água Rasa", "3ª Divisão", "Aclimação", "Érico", None, "☕"]
    found = places(*(school(f"{n:06}", neighbourhood=name) for n, name in enumerate(names)))
    assert found.letters() == [("a", 2), ("e", 1), (OTHER_LETTERS, 1)]
    assert [area.name for area in found.of_letter("a")] == ["Aclimação", "Água Rasa"]
    assert found.of_letter(NOWHERE) == []


@given(
    st.lists(st.tuples(st.none() | st.text(max_size=120), st.none() | st.sampled_from(["108100", "x"])), max_size=20)
)
def test_each_school_is_reached_exactly_once(cells):
    schools = [school(f"{n:06}", neighbourhood=name, dre=dre) for n, (name, dre) in enumerate(cells)]
    found = places(*schools)
    by_letter = [area for letter in found.letters() for area in found.of_letter(letter.code)]
    nowhere = [area for area in found.areas() if area.code == NOWHERE]
    reached = sorted(each.eol for area in by_letter + nowhere for each in area.schools)
    assert reached == [each.eol for each in schools]
    assert sum(letter.schools for letter in found.letters()) == sum(len(area.schools) for area in by_letter)
    assert len({area.code for area in found.areas()}) == len(found.areas())


@pytest.fixture
def page(network, app):
    def ask(path, status=200):
        answer = app.get(path, status=status)
        assert "Set-Cookie" not in answer.headers
        assert "<img src=x" not in answer.body
        assert "<script>alert" not in answer.body
        return answer.body

    return ask


def links(html):
    main = re.search(r"<main.*?</main>", html, re.DOTALL).group()
    return [unescape(href) for href in re.findall(r'href="([^"]+)"', main)]


def test_the_search_and_the_schools_nearby_lead_to_it_without_scripts(page):
    assert "/cardapio/bairros" in links(page("/cardapio"))
    assert "/cardapio/bairros" in links(page("/cardapio/perto?lat=0&lon=0"))


def test_links_alone_lead_to_each_school(page):
    letters = [href for href in links(page("/cardapio/bairros")) if "letra=" in href]
    areas = [href for letter in letters for href in links(page(letter)) if "bairro=" in href]
    schools = {href for area in areas for href in links(page(area)) if re.fullmatch(r"/cardapio/\d{6}", href)}
    assert schools == {f"/cardapio/{eol}" for eol in ("000086", "094617", "019283", "400001", "400002")}


def test_a_letter_is_taken_in_either_case_and_language(page):
    assert "Butantã" in page("/cardapio/bairros?letra=B")
    html = page("/en/cardapio/bairros?letra=b")
    assert "/en/cardapio/bairros?bairro=butanta" in links(html)
    assert "1 school<" in html


@pytest.mark.parametrize(
    "query",
    ["bairro=atlantida", "letra=z", "letra=%3Cscript%3E", "dre=108100", "distrito=x", "bairro=butanta&pagina=2",
     "letra=b&pagina=0", "letra=b&pagina=x", "bairro=butanta&dre=108100", "letra=" + "b" * 2000],
)  # fmt: skip
def test_a_place_that_there_is_not_leads_back_to_the_list(page, query):
    assert "/cardapio/bairros" in links(page(f"/cardapio/bairros?{query}", 404))


def test_long_lists_and_boards_and_districts(clean_tables, morning, app, monkeypatch):
    monkeypatch.setattr(neighbourhoods, "PAGE_LENGTH", 2)
    package = make_dataset()["id"]
    there = {"dre": "108100", "district": "butanta"}
    schools = [row("schools", eol=f"50000{n}", name=f"EMEF {n}", **there) for n in range(5)]
    schools += [row("schools", eol="094617"), row("schools", eol="019283"), row("schools", eol="000086")]
    schools += [row("schools", eol="400002")]
    for table, rows in {"schools": schools, "school_menu_groups": GROUPS, "menus": MENUS}.items():
        assert service.load(service.ensure_table(package, table, "test"), rows).set_aside == 0
    lookup.forget()
    (board,) = [href for href in links(app.get("/cardapio/bairros").text) if "dre=" in href]
    (district,) = [href for href in links(app.get(board).text) if "distrito=" in href]
    seen, following = [], district
    while following:
        html = app.get(following).text
        seen += re.findall(r'href="/cardapio/(\d{6})"', html)
        following = next((unescape(href) for href in re.findall(r'href="([^"]+)" rel="next"', html)), None)
    assert seen == [f"50000{n}" for n in range(5)]
    assert '<ol class="results" start="5">' in html
    assert board in links(html)


def test_pages_show_a_shouted_neighbourhood_as_a_name_and_the_api_as_it_is_written(clean_tables, morning, app):
    package = make_dataset()["id"]
    schools = [row("schools", eol="094617", neighbourhood="VL.NOVA CACHOEIRINHA")]
    schools += [row("schools", eol=eol) for eol in ("000086", "019283", "400001", "400002")]
    for table, rows in {"schools": schools, "school_menu_groups": GROUPS, "menus": MENUS}.items():
        assert service.load(service.ensure_table(package, table, "test"), rows).set_aside == 0
    lookup.forget()
    for path in ("/cardapio?q=094617", "/cardapio/094617", "/cardapio/bairros?letra=v", "/cardapio/escolas.json"):
        body = app.get(path).text
        assert "Vila Nova Cachoeirinha" in body, path
        assert "VL.NOVA" not in body, path
    assert app.get("/api/menus/v1/schools/094617").json["neighbourhood"] == "VL.NOVA CACHOEIRINHA"
