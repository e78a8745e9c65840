"""Answers of the JSON API, to the byte."""

import datetime as dt
import json

from menus_core_examples import MONDAY, ExampleVocabularies, instant, school

from ckanext.patiodigital.menus.core.contracts import (
    Day,
    Dish,
    Meal,
    Menu,
    PreviousDishes,
    SchoolList,
    SchoolMenus,
    SchoolName,
    bad_request,
    encode,
    school_answer,
)
from ckanext.patiodigital.menus.core.queries import Fault


def test_a_school_has_exactly_the_contract_s_fields():
    row = school(dre="108100", lat=-23.5, lon=-46.6, phones=("(11) 5555-5555",), neighbourhood="SOL")
    answer = school_answer(row, ExampleVocabularies(), "pt", url="https://example.org/cardapio/000086")
    assert json.loads(encode(answer)) == {
        "eol": "000086",
        "inep": None,
        "name": "EMEI Sol",
        "type": "emei",
        "type_label": "EMEI",
        "dre": "108100",
        "dre_label": "Butantã",
        "district": None,
        "neighbourhood": "SOL",
        "address": None,
        "phones": ["(11) 5555-5555"],
        "lat": -23.5,
        "lon": -46.6,
        "age_bands": [],
        "meals": [],
        "distance_m": None,
        "url": "https://example.org/cardapio/000086",
    }


def test_a_school_of_no_dre_has_no_label():
    answer = school_answer(school(), ExampleVocabularies(), "en", url="", distance_m=12)
    assert (answer.dre, answer.dre_label, answer.distance_m) == (None, None, 12)
    assert answer.type_label == "EMEI (en)"


def test_a_list_of_schools():
    assert encode(SchoolList([], 0, None, instant(1, 5))) == (
        b'{"items":[],"total":0,"next":null,"data_version":"2026-02-01T05:00:00Z"}'
    )


def test_menus_of_a_school():
    rice = Dish("Arroz", (), (), "not_informed", None)
    meal = Meal("a-almoco", "Almoço", instant(2), [PreviousDishes(instant(2), [rice])], [rice])
    menu = Menu("g-4-a-6-anos", "4 a 6 anos", "common", "Comum", [meal])
    days = [Day(MONDAY, "menu", None, None, instant(3), [menu])]
    answer = SchoolMenus(SchoolName("000086", "EMEI Sol"), MONDAY, MONDAY, instant(1), instant(1), days)
    dish = {"name": "Arroz", "contains": [], "may_contain": []}
    dish |= {"allergens": "not_informed", "family_farming": None}
    assert json.loads(encode(answer)) == {
        "school": {"eol": "000086", "name": "EMEI Sol"},
        "start": "2026-03-02",
        "end": "2026-03-02",
        "data_version": "2026-02-01T12:00:00Z",
        "loaded_at": "2026-02-01T12:00:00Z",
        "days": [
            {
                "date": "2026-03-02",
                "status": "menu",
                "reason": None,
                "expected_on": None,
                "source_last_seen": "2026-02-03T12:00:00Z",
                "menus": [
                    {
                        "age_band": "g-4-a-6-anos",
                        "age_label": "4 a 6 anos",
                        "diet": "common",
                        "diet_label": "Comum",
                        "meals": [
                            {
                                "meal": "a-almoco",
                                "label": "Almoço",
                                "changed_at": "2026-02-02T12:00:00Z",
                                "previous": [{"until": "2026-02-02T12:00:00Z", "dishes": [dish]}],
                                "dishes": [dish],
                            }
                        ],
                    }
                ],
            }
        ],
    }


def test_a_refusal_names_every_fault():
    problem = bad_request([Fault("end", "must not be before start")], detail="1 fault", instance="/api")
    assert json.loads(encode(problem)) == {
        "type": "about:blank",
        "title": "Bad Request",
        "status": 400,
        "detail": "1 fault",
        "instance": "/api",
        "errors": [{"param": "end", "reason": "must not be before start"}],
    }


def test_instants_with_microseconds_stay_utc():
    at = dt.datetime(2026, 2, 1, 5, 0, 0, 250_000, tzinfo=dt.timezone.utc)
    assert b'"2026-02-01T05:00:00.250000Z"' in encode(SchoolList([], 0, None, at))
