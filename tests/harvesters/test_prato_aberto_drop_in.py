"""The portal's ``/prato-aberto`` beside the API of the department that it harvested.

The same questions go to both. The department that is compared with has been put right by the rules that
docs/prato-aberto-api.md states, one by one (:func:`mended` and :func:`expected`); then answers must be equal, for all
schools. Last, another portal harvests this one.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable
from copy import copy
from datetime import date, datetime, timezone
from itertools import pairwise
from typing import Any, NamedTuple
from urllib.parse import urlencode

import pytest
import requests
from harvest_source import KEY, MENUS, PARTS, UNITS, Source
from werkzeug.serving import make_server

from ckanext.patiodigital import clock
from ckanext.patiodigital.harvesters.core.outcome import State
from ckanext.patiodigital.menus import service as lookup
from ckanext.patiodigital.schemas.vocabularies import slug
from ckanext.patiodigital.school_names.folding import fold
from simulator import Department, plan, public_menus, routes, serve
from simulator.answers import Request
from simulator.menus import Search
from simulator.vocabulary import AGES, MEAL_LABEL_ORDER, MEALS

TODAY = date(2026, 2, 2)
NOW = datetime(2026, 2, 2, 12, 0, tzinfo=timezone.utc)
#: A day of special units, two of a week in which two managements are written for at once, two of another week.
DAYS = ["20260120", "20260202", "20260204", "20260209", "20260212"]
#: A Saturday, a day of recess without a unit, and one that nothing is published for yet.
EMPTY_DAYS = ["20260207", "20260103", "20260320"]

NO_SCHOOLS = {"DRE", "CORREIO_-_ARMAZEM", "CMCT"}
TOLD_BY_NO_TABLE = {"edital", "agrupamento_regiao", "data_inicio_vigencia", "historico"}
JOINT = "DIRETA + MISTA"
INDIGENOUS = "PROJETO_CECI"


class Answered(NamedTuple):
    status: int
    body: Any


Ask = Callable[..., Answered]


@pytest.fixture(scope="module")
def department():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(plan, "_USUAL", ())
        department = Department(schools=60, seed=1, today=TODAY, key=KEY)
        with serve(department) as url:
            department.url = url
            yield department


@pytest.fixture(autouse=True)
def _monday(_surroundings):
    clock.set_source(lambda: NOW)
    lookup.forget()
    yield
    lookup.forget()


@pytest.fixture
def portal(portal, source, app) -> Ask:
    def ask(path, /, **query):
        answer = app.get(f"/prato-aberto{path}?{urlencode(query)}", expect_errors=True)
        assert answer.headers["Content-Type"] == "application/json"
        assert answer.body.isascii()
        return Answered(answer.status_code, json.loads(answer.body))

    return ask


@pytest.fixture
def mended(department, monkeypatch) -> Department:
    """The department without B4, and without the misspelt ages and doubled blanks that a load repairs."""
    monkeypatch.setattr(public_menus, "_translate", merged)
    mended = copy(department)
    mended.schools = {
        eol: {
            **school,
            "nome": " ".join(school["nome"].split()),
            **({"idades": [repaired(age) for age in school["idades"]]} if "idades" in school else {}),
        }
        for eol, school in department.schools.items()
    }
    return mended


def merged(meals):
    """Labels for codes, the main meal before that of adults, and nothing lost; what both have is told once."""
    found = {}
    for code in sorted(meals, key=lambda code: code.startswith("AA ")):
        dishes = found.setdefault(MEALS[code], [])
        dishes += [dish for dish in meals[code] if dish not in dishes]
    return found


def repaired(age):
    (found,) = [code for code in AGES if slug(code) == slug(age)]
    return found


def ask(department, path, /, **query) -> Answered:
    answer = routes.answer(department, Request("GET", path, urlencode(query)))
    return Answered(answer.status, json.loads(answer.body()))


def terms_on(department, eol, day):
    """``(tipo_atendimento, edital)`` of the contract of a day."""
    rows = department.contracts[eol]
    return next(
        ((row["tipo_atendimento"], row["edital"]) for row in rows if public_menus._holds(row, day)), (None, None)
    )


def schools_of(department):
    return {eol: school for eol, school in department.schools.items() if school["tipo_unidade"] not in NO_SCHOOLS}


def expected(department, eol, **days):
    """What ``/cardapios/`` should answer for a school.

    It is asked without a management, for with one the service misses what was written for two; and for this school
    alone, where it would take the first of a name (B3).
    """
    alone = copy(department)
    alone.schools = {eol: department.schools[eol]}
    school = alone.schools[eol]
    one_day = days.get("day", "")
    query = {"nome": school["nome"], "tipo_unidade": school["tipo_unidade"]}
    query |= {} if one_day else days
    if school["tipo_unidade"] == INDIGENOUS:
        management, grouping = terms_on(department, eol, one_day or days["data_inicial"])
        query |= {"tipo_atendimento": management, "agrupamento": grouping}
    status, menus = ask(alone, f"/cardapios/{one_day}", **query)
    assert status == 200
    shown = []
    for menu in menus:
        management, _ = terms_on(department, eol, menu["data"])
        if management is None:  # the service guesses a contract; we do not
            continue
        if menu["agrupamento"] == "UE":
            menu["tipo_unidade"] = slug(menu["tipo_unidade"]).replace("-", "_").upper()
        elif management in menu["tipo_atendimento"].split(" + "):
            menu["tipo_atendimento"] = management
        else:
            continue
        menu["cardapio"] = {label: dishes for label, dishes in menu["cardapio"].items() if dishes != ["-"]}
        if menu["cardapio"]:
            shown.append(menu)
    return shown


def as_front_end(portal, eol, day):
    """What a school's page of the front end shows: it asks with what the school's document tells."""
    school = portal(f"/escola/{eol}").body
    asked = {field: school[field] for field in ("tipo_unidade", "tipo_atendimento", "agrupamento", "nome")}
    return portal(f"/cardapios/{day}", **asked)


# -- schools


def test_all_schools_are_listed(portal, department):
    listed = {school["_id"]: school for school in portal("/escolas").body}
    theirs = {school["_id"]: school for school in ask(department, "/escolas").body}
    assert set(listed) == set(schools_of(department))
    assert list(listed) == sorted(listed)
    for eol, school in listed.items():
        assert list(school) == list(theirs[eol])
        for field in ("_id", "lat", "lon"):
            assert school[field] == theirs[eol][field]
        for field in ("nome", "endereco"):
            assert school[field] == " ".join(theirs[eol][field].split())
        assert fold(school["bairro"]) == fold(theirs[eol]["bairro"])


@pytest.mark.parametrize("query", [{}, {"raw": "1"}, {"raw": "0"}, {"raw": ""}])
def test_a_school_is_told_as_there(portal, mended, query):
    for eol in schools_of(mended):
        ours, theirs = portal(f"/escola/{eol}", **query), ask(mended, f"/escola/{eol}", **query)
        assert (ours.status, theirs.status) == (200, 200)
        own, other = ours.body, theirs.body
        management, grouping = terms_on(mended, eol, f"{TODAY:%Y%m%d}")
        assert set(own) == set(other) - TOLD_BY_NO_TABLE | {"idades", "refeicoes"}
        assert (own["tipo_atendimento"], own["agrupamento"]) == (management, grouping)
        for field in ("tipo_unidade", "lat", "lon"):
            assert own[field] == other[field]
        for field in ("idades", "refeicoes"):
            assert own[field] == other.get(field, [])
        assert (own["telefone"] or "") in (other["telefone"] or "")
        for contract, theirs_of_it in zip(own["editais"], other["editais"], strict=True):
            assert re.fullmatch("[0-9a-f]{24}", contract.pop("_id")["$oid"])
            assert contract == {name: value for name, value in theirs_of_it.items() if name != "_id"}


def test_what_is_no_school_is_not_there(portal, department):
    others = set(department.schools) - set(schools_of(department))
    assert len(others) >= 3
    for eol in [*others, 999_999, 10**40]:
        assert portal(f"/escola/{eol}") == (404, {"erro": "Escola inexistente"})


@pytest.mark.parametrize(
    "words", ["EMEI", "emef ", "CEI CONV.", "CLARICE", "CEI JOAO", "XXIII", "ZZZ", "CANTINHO FELIZ"]
)
def test_schools_are_found_by_words_in_order(portal, department, words):
    ours, theirs = (
        portal("/escolas", nome=words, limit=0).body, ask(department, "/escolas", nome=words, limit=0).body
    )  # fmt: skip
    assert all(list(school) == ["_id", "nome"] for school in ours)
    assert {school["_id"] for school in ours} == {s["_id"] for s in theirs} & set(schools_of(department))
    assert portal("/escolas", nome=words).body == ours[:5]
    assert portal("/escolas", nome=words, limit=-2).body == ours[:2]


def test_a_name_finds_its_school_first(portal):
    """The bot looks a school up by the name that was chosen, and takes the first one; a name may hold parentheses."""
    for school in portal("/escolas").body:
        assert portal("/escolas", nome=school["nome"], limit=5).body[0]["nome"] == school["nome"]


def test_accents_need_not_be_typed(portal):
    assert [school["_id"] for school in portal("/escolas", nome="emef joão xxiii").body] == [92_622]
    assert [school["_id"] for school in portal("/escolas", nome="EMEF JOAO XXIII").body] == [92_622]


# -- menus


@pytest.mark.parametrize("day", [*DAYS, *EMPTY_DAYS])
def test_the_front_end_shows_the_same(portal, mended, day):
    seen = 0
    for eol, school in schools_of(mended).items():
        if "idades" not in school:  # the department's service fails
            continue
        in_unit = any(
            str(eol) in unit["escolas"] and unit["data_inicio"] <= day <= unit["data_fim"]
            for unit in mended.special_units
        )
        ours = as_front_end(portal, eol, day)
        if in_unit and school["tipo_unidade"] == INDIGENOUS:  # there never shown a unit's menus
            assert {menu["agrupamento"] for menu in ours.body} == {"UE"}
            continue
        theirs = expected(mended, eol, day=day)
        assert ours == (200, theirs), (eol, school["nome"])
        assert [list(menu["cardapio"]) for menu in ours.body] == [list(menu["cardapio"]) for menu in theirs]
        seen += len(ours.body)
    assert seen > 50 if day in DAYS else seen == 0


def test_a_school_without_ages_and_meals_is_answered(portal, department):
    (eol,) = [eol for eol, school in schools_of(department).items() if "idades" not in school]
    assert as_front_end(portal, eol, "20260209").status == 200


def test_a_range_has_each_day(portal, mended):
    days = {"data_inicial": "20260202", "data_final": "20260213"}
    for eol, school in list(schools_of(mended).items())[:20]:
        if "idades" in school:
            asked = {"nome": school["nome"], "tipo_atendimento": school["tipo_atendimento"]}
            ours = portal("/cardapios/", **asked, agrupamento=terms_on(mended, eol, "20260202")[1], **days).body
            if school["nome"] != "EMEI STA. TEREZINHA (TERC)" and school["nome"] != "CEI CONV. CANTINHO FELIZ":
                assert ours == expected(mended, eol, **days), school["nome"]


def test_a_special_unit_counts_where_it_covers_all_days_asked(portal, mended):
    """As there; on a single day it is the same unit either way."""
    unit = next(unit for unit in mended.special_units if unit["data_inicio"].startswith("202601"))
    schools = [eol for eol in schools_of(mended) if str(eol) in unit["escolas"] and "idades" in mended.schools[eol]]
    inside = {"data_inicial": unit["data_inicio"], "data_final": unit["data_fim"]}
    beyond = {**inside, "data_inicial": str(int(unit["data_inicio"]) - 1)}
    for eol in schools[:5]:
        nome = mended.schools[eol]["nome"]
        for days, groupings in ((inside, {"UE"}), (beyond, set())):
            ours = portal("/cardapios/", nome=nome, **days).body
            assert ours == expected(mended, eol, **days)
            assert {menu["agrupamento"] for menu in ours} == groupings


def test_schools_of_one_name_have_each_their_own_menu(portal, department):
    """The department's service answers both with the menus of the first (B3)."""
    there = as_front_end(lambda path, **query: ask(department, path, **query), 95, "20260209")
    first, second = (as_front_end(portal, eol, "20260209").body for eol in (94, 95))
    assert there.body == first != second
    assert {menu["agrupamento"] for menu in second} == {"Novo Edital"}


def test_meals_that_share_a_label_are_all_shown(portal, department):
    """B4: the department's service keeps the dishes of the last one."""
    school = department.schools[205]
    asked = {"nome": school["nome"], "tipo_unidade": school["tipo_unidade"]}
    (ours,), (theirs,) = (
        portal("/cardapios/20260209", **asked).body,
        ask(department, "/cardapios/20260209", **asked).body,
    )
    (stored,) = department.menus.find(Search(school_type="EMEBS", grouping="3", first="20260209", last="20260209"))
    both = stored["cardapio"]["R1 - REFEICAO 1"] + stored["cardapio"]["AA - ALMOCO ADULTO"]
    assert set(ours["cardapio"]["Refeição"]) == set(both) > set(theirs["cardapio"]["Refeição"])


def test_the_bot_is_answered_without_a_name(portal, department):
    """B2: it asks with a school's group and an age. The department's service fails."""
    for eol, school in schools_of(department).items():
        management, grouping = terms_on(department, eol, "20260209")
        if management is None or "idades" not in school:
            continue
        asked = {"tipo_unidade": school["tipo_unidade"], "tipo_atendimento": management, "agrupamento": grouping}
        for age in portal(f"/escola/{eol}").body["idades"]:
            assert ask(department, "/cardapios/20260209", **asked, idade=age).status == 500
            ours = portal("/cardapios/20260209", **asked, idade=age)
            code = next(code for code, label in AGES.items() if label == age)
            stored = department.menus.find(
                Search(management=management, school_type=asked["tipo_unidade"], grouping=grouping, age=code,
                       first="20260209", last="20260209")
            )  # fmt: skip
            planned = [merged(menu["cardapio"]) for menu in stored]
            theirs = [{meal: dishes for meal, dishes in menu.items() if dishes != ["-"]} for menu in planned]
            assert [menu["cardapio"] for menu in ours.body] == [menu for menu in theirs if menu]
            assert {menu["idade"] for menu in ours.body} <= {age}


def test_meals_come_in_the_departments_order(portal):
    for menu in portal("/cardapios/20260209").body:
        ranks = [MEAL_LABEL_ORDER.index(label) for label in menu["cardapio"]]
        assert ranks == sorted(ranks)
    ages = [list(AGES.values()).index(menu["idade"]) for menu in portal("/cardapios/20260209").body]
    assert len(set(ages)) > 5
    assert ages == sorted(ages)


def test_a_schools_own_route_has_meals(portal, mended):
    """B1: the department's service answers the same menus, each empty."""
    for eol, school in list(schools_of(mended).items())[:20]:
        if "idades" not in school or school["nome"] == "PROJETO CECI JARAGUÁ":
            continue
        theirs = ask(mended, f"/escola/{eol}/cardapios/20260209").body
        assert all(menu["cardapio"] == {} for menu in theirs)
        shown = expected(mended, eol, day="20260209")
        assert portal(f"/escola/{eol}/cardapios/20260209").body == shown[:15]
        newest = portal(f"/escola/{eol}/cardapios/").body
        assert len(newest) <= 15
        assert all(after["data"] <= before["data"] for before, after in pairwise(newest))
        assert all(menu["cardapio"] and menu["idade"] in portal(f"/escola/{eol}").body["idades"] for menu in newest)


def test_an_age_can_be_asked_for(portal, mended):
    school = mended.schools[305_003]
    asked = {"nome": school["nome"], "tipo_unidade": school["tipo_unidade"], "idade": "1 ano"}
    (ours,) = portal("/cardapios/20260209", **asked).body
    assert ours == ask(mended, "/cardapios/20260209", **asked).body[0]
    assert portal("/cardapios/20260209", **asked | {"idade": "99 anos"}) == (200, [])


# -- what is read below /editor


def test_special_units_and_their_menus(portal, department):
    def said(units):
        return [
            (slug(unit["nome"]), unit["data_inicio"], unit["data_fim"], sorted(unit["escolas"], key=int))
            for unit in units
        ]

    ours = portal("/editor/unidades_especiais").body
    known = set(map(str, schools_of(department)))
    theirs = [{**unit, "escolas": set(unit["escolas"]) & known} for unit in department.special_units]
    assert sorted(said(ours)) == sorted(said(theirs))
    unit = next(unit for unit in ours if unit["data_inicio"][:6] == "202601" and unit["nome"] == "RECREIO_FERIAS")
    days = {"inicio": unit["data_inicio"], "fim": unit["data_fim"]}
    menus = portal("/editor/cardapios-unidade-especial/", unidade=unit["_id"]["$oid"], **days).body
    oid = next(
        other["_id"]["$oid"]
        for other in department.special_units
        if (other["nome"], other["data_inicio"]) == (unit["nome"], unit["data_inicio"])
    )
    stored = ask(department, "/editor/cardapios-unidade-especial/", unidade=oid, **days).body

    def dishes(listed):
        return {
            (menu["data"], menu["idade"], meal): served
            for menu in listed
            for meal, served in menu["cardapio"].items()
            if served != ["-"]
        }

    assert dishes(menus) == dishes(stored)
    assert {menu["status"] for menu in menus} == {"PUBLICADO"}
    assert not any("cardapio_original" in menu for menu in menus)
    assert portal("/editor/cardapios-unidade-especial/", unidade="x", **days).body == {}
    assert portal("/editor/cardapios-unidade-especial/").body == {}


def test_meal_periods(portal, department):
    def said(periods):
        fields = ("escola_id", "data_inicio", "data_fim", "refeicoes")
        return [tuple(str(period[field]) for field in fields) for period in periods]

    ours = portal("/editor/vigencias_tipo_alimentacao").body
    known = set(map(str, schools_of(department)))
    theirs = [period for period in department.meal_periods if period["escola_id"] in known]
    assert sorted(said(ours)) == sorted(said(theirs))
    assert ours


# -- another portal


@pytest.fixture
def over_http(portal, app):
    server = make_server("127.0.0.1", 0, app.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/prato-aberto"
    server.shutdown()
    thread.join()


def test_another_portal_can_harvest_this_one(over_http, source):
    """Without a key, by the routes that families use. What is lost is what the same reading of the department loses:
    meals of one label, and groups whose schools share their names.
    """
    assert requests.get(f"{over_http}//escola/213", timeout=10).json()["tipo_unidade"] == "EMEF"
    other = Source(over_http, "outro-portal", key_env=None)
    outcomes = other.run(*PARTS)
    assert set(outcomes) == set(PARTS)
    assert {outcome.state for outcome in outcomes.values()} <= {State.CHANGED, State.PARTIAL}
    assert other.rows("school_menu_groups") == source.rows("school_menu_groups")
    assert other.rows("school_meals") == source.rows("school_meals")
    assert other.in_force("schools") == source.in_force("schools")

    def kind(row):
        return (row["menu_group"], row["age_band"], row["meal"])

    ours, theirs = source.in_force("menus"), other.rows("menus")
    reached = {kind(row) for row in theirs}
    assert theirs == [row for row in ours if kind(row) in reached]
    assert len(theirs) > 0.9 * len(ours)
    assert outcomes[UNITS].set_aside == 0
    assert {reason for *_, reason, _ in other.set_aside(MENUS)} == {"unknown_code"}
    assert {outcome.state for outcome in other.run(*PARTS).values()} == {State.UNCHANGED}
