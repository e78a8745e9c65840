"""A day's menus as schema.org's JSON-LD: what it says, what it must not say, and that no name breaks out of it."""

import datetime as dt
import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from menus.menus_core_examples import school

from ckanext.patiodigital.menus.core.contracts import Day, Dish, Meal, Menu
from ckanext.patiodigital.menus.core.structured_data import graph, script_text

URL = "https://portal.example/cardapio/000086"
HOSTILE = "</script><!--<script>&\u2028\u2029\"'"


def day(*dishes, diet="common", allergens="informed"):
    eaten = [Dish(name, ("leite",), ("soja",), allergens, None) for name in dishes]
    menu = Menu("g-4-a-6-anos", "4 a 6 anos", diet, "Sem leite", [Meal("a-almoco", "Almoço", None, [], eaten)])
    return Day(dt.date(2026, 3, 2), "menu", None, None, None, [menu])


def made(days, **cells):
    return graph(school(**cells), days, url=URL, lang="en", city="São Paulo")["@graph"]


def test_a_school():
    (node,) = made([], inep="35000001", address="Rua A, 1", phones=("(11) 2557-8348",), lat=-23.5, lon=-46.4)
    assert node == {
        "@type": "School",
        "@id": f"{URL}#school",
        "url": URL,
        "name": "EMEI Sol",
        "identifier": [
            {"@type": "PropertyValue", "propertyID": "EOL", "value": "000086"},
            {"@type": "PropertyValue", "propertyID": "INEP", "value": "35000001"},
        ],
        "address": {
            "@type": "PostalAddress",
            "addressLocality": "São Paulo",
            "addressCountry": "BR",
            "streetAddress": "Rua A, 1",
        },
        "geo": {"@type": "GeoCoordinates", "latitude": -23.5, "longitude": -46.4},
        "telephone": ["(11) 2557-8348"],
    }


def test_what_is_not_known_of_a_school_is_left_out():
    (node,) = made([])
    assert not {"geo", "telephone", "subjectOf"} & node.keys()


def test_menus_and_their_school_name_each_other():
    node, menu = made([day("ARROZ", "Feijão")])
    assert menu["@type"] == "Menu"
    assert menu["temporalCoverage"] == "2026-03-02"
    assert menu["inLanguage"] == ["en", "pt-BR"]
    assert menu["about"] == {"@id": node["@id"]}
    assert node["subjectOf"] == [{"@id": menu["@id"]}]
    (section,) = menu["hasMenuSection"]
    assert (section["@type"], section["name"]) == ("MenuSection", "Almoço")
    assert section["hasMenuItem"] == [
        {"@type": "MenuItem", "name": "Arroz"},
        {"@type": "MenuItem", "name": "Feijão"},
    ]


def test_days_without_a_menu_say_nothing():
    assert len(made([Day(dt.date(2026, 3, 7), "weekend", None, None, None, [])])) == 1


@pytest.mark.parametrize("allergens", ["informed", "not_informed"])
def test_no_diet_or_allergen_is_ever_claimed(allergens):
    text = script_text(
        school(), [day("Leite", diet="no-milk", allergens=allergens)], url=URL, lang="pt-BR", city="São Paulo"
    )
    assert "suitableForDiet" not in text
    assert "soja" not in text
    assert "llerg" not in text


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60) | st.just(HOSTILE))
def test_any_name_comes_back_and_none_ends_the_script(name):
    text = script_text(school(name=name, address=name), [day(name)], url=URL, lang="pt-BR", city=name)
    assert not re.search("[<>&\u2028\u2029]", text)
    assert json.loads(text)["@graph"][0]["name"] == name


@pytest.fixture
def data(network, app):
    def ask(path):
        html = app.get(path).body
        found = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)
        return [json.loads(text)["@graph"] for text in found]

    return ask


def test_a_schools_page_has_it(data):
    ((node, *menus),) = data("/cardapio/094617")
    assert node["@id"] == "http://test.ckan.net/cardapio/094617#school"
    dishes = [item["name"] for menu in menus for section in menu["hasMenuSection"] for item in section["hasMenuItem"]]
    assert "Arroz, feijão e frango" in dishes


def test_hostile_names_stay_in_it(data):
    ((node, menu),) = data("/cardapio/400002?data=2026-06-02")
    assert node["name"] == "EMEF <script>alert(1)</script>"
    assert menu["hasMenuSection"][0]["hasMenuItem"][0]["name"] == "<script>alert('prato')</script>"


def test_an_earlier_publication_is_not_told_to_search_engines(data):
    assert data("/cardapio/094617?versao=2026-06-01T00:00:00Z") == []
