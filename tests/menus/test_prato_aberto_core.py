"""The drop-in's core: spellings, what is asked, and what of a menu a school has."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.patiodigital.menus.core.groups import MenuGroups, ServedMeals
from ckanext.patiodigital.menus.core.prato_aberto import menus, questions, schools, spellings
from ckanext.patiodigital.menus.core.prato_aberto.menus import DishRow
from ckanext.patiodigital.menus.core.prato_aberto.questions import GroupChoice, QuestionError
from ckanext.patiodigital.menus.core.prato_aberto.schools import Register
from ckanext.patiodigital.menus.core.rows import MenuGroupRow, SchoolMealRow, SchoolRow
from ckanext.patiodigital.schemas import vocabularies
from ckanext.patiodigital.schemas.vocabularies import slug
from simulator.vocabulary import AGES, MEAL_LABEL_ORDER, MEALS

TODAY = dt.date(2026, 6, 2)
ALL = GroupChoice(None, None, None)


def school(eol="000086", name="EMEI TESTE", **cells):
    return SchoolRow(eol=eol, name=name.title(), official_name=name, **{"school_type": "emei", **cells})


def dish(meal, name, **cells):
    cells = {"age_band": "g-4-a-6-anos", "menu_group": "direta/emei/1", "date": TODAY, **cells}
    return DishRow(**{"family_farming": None, "published_at": None, "meal": meal, "dish": name, **cells})


def shown(rows, own, *periods, groups=(("000086", "direta/emei/1"),)):
    of = MenuGroups(MenuGroupRow(eol, dt.date(2026, 1, 1), None, 0, group) for eol, group in groups)
    eaten = menus.eaten_by(own, of, [TODAY])
    return menus.documents(menus.for_schools(menus.collect(rows), eaten, ServedMeals(periods)))


# -- spellings


def test_every_code_has_the_departments_spelling_and_label():
    for scheme, labels in (("meals", MEALS), ("age_bands", AGES)):
        codes = [concept.code for concept in vocabularies.load(scheme).concepts]
        assert {spellings.raw(scheme, code): spellings.label(scheme, code) for code in codes} == labels


def test_ages_and_meals_have_the_departments_order():
    ages = [concept.code for concept in vocabularies.load("age_bands").concepts]
    assert [spellings.raw("age_bands", code) for code in sorted(ages, key=spellings.age_rank)][:20] == list(AGES)[:20]
    meals = sorted((concept.code for concept in vocabularies.load("meals").concepts), key=spellings.meal_rank)
    assert tuple(dict.fromkeys(spellings.label("meals", code) for code in meals)) == MEAL_LABEL_ORDER


@pytest.mark.parametrize("name", ["1", "4", "EDITAL 78/2016", "Novo Edital", "Edital 2024"])
def test_groupings_keep_their_spelling(name):
    assert spellings.grouping(slug(name)) == name


def test_a_grouping_that_is_new_keeps_its_slug():
    assert slug(spellings.grouping("edital-2031")) == "edital-2031"


@pytest.mark.parametrize("group", ["unit/recreio-ferias", "unit/polo-ceu-butanta"])
def test_a_units_name_comes_back_to_the_same_slug(group):
    assert f"unit/{slug(spellings.unit_name(group))}" == group


# -- questions


@pytest.mark.parametrize(
    ("args", "days"),
    [
        ({}, ("2026-06-02", "2026-06-02")),
        ({"data_inicial": "20260601"}, ("2026-06-01", "2026-06-01")),
        ({"data_final": "20260605"}, ("2026-06-05", "2026-06-05")),
        ({"data_inicial": "20260601", "data_final": "20260801"}, ("2026-06-01", "2026-08-01")),
        ({"data_inicial": "20260605", "data_final": "20260601"}, ("2026-06-05", "2026-06-01")),
    ],
)
def test_an_end_that_is_not_told_is_the_other_or_today(args, days):
    question = questions.menus_question(args, None, TODAY)
    assert (question.start.isoformat(), question.end.isoformat()) == days


def test_the_day_of_the_path_outweighs_the_range():
    question = questions.menus_question({"data_inicial": "x"}, "20260603", TODAY)
    assert list(question.days()) == [dt.date(2026, 6, 3)]


@pytest.mark.parametrize(
    "args",
    [
        {"data_inicial": "20260101", "data_final": "20260304"},
        {"data_inicial": "2026-06-01"},
        {"data_inicial": "20260230"},
        {"data_inicial": "00000101"},
        {"data_final": "Data"},
        {"data_final": "٢٠٢٦٠٦٠١"},
    ],
)
def test_days_that_can_not_be_used_are_named(args):
    with pytest.raises(QuestionError, match=r"data_(inicial|final)"):
        questions.menus_question(args, None, TODAY)


@given(st.dictionaries(st.sampled_from(sorted(questions.PARAMS)), st.text()), st.none() | st.text())
def test_any_question_is_read_or_refused(args, day):
    for read in (questions.menus_question, questions.school_menus_question):
        try:
            question = read(args, day, TODAY)
        except QuestionError:
            continue
        assert len(list(question.days())) <= 94
        assert isinstance(question.choice.groups(["direta/emef/1", "unit/x"]), list)


@pytest.mark.parametrize(("text", "limit"), [(None, 5), ("0", 0), ("3", 3), ("-3", 3)])
def test_limits(text, limit):
    assert questions.limit({} if text is None else {"limit": text}) == limit


@pytest.mark.parametrize("text", ["", "x", "1e3", "9" * 5000])
def test_a_limit_that_is_none_is_refused(text):
    with pytest.raises(QuestionError, match="limit"):
        questions.limit({"limit": text})


def test_groups_are_chosen_by_what_is_told():
    known = ["direta/emef/1", "mista/emef/1", "direta/emei/1", "terceirizada/emei/edital-78-2016", "unit/recreio"]

    def chosen(**args):
        return questions.menus_question(args, None, TODAY).choice.groups(known)

    assert chosen() == sorted(known[:-1])
    assert chosen(tipo_unidade="EMEF") == ["direta/emef/1", "mista/emef/1"]
    assert chosen(tipo_unidade="EMEI", agrupamento="EDITAL 78/2016") == ["terceirizada/emei/edital-78-2016"]
    assert chosen(tipo_atendimento="DIRETA", tipo_unidade="EMEF", agrupamento="7") == ["direta/emef/7"]
    assert chosen(tipo_unidade="((") == []
    assert chosen(agrupamento="None") == []


def test_too_many_menus_at_once_are_refused():
    question = questions.menus_question({"data_inicial": "20260601", "data_final": "20260610"}, None, TODAY)
    questions.check_size(62, question)
    with pytest.raises(QuestionError, match="63 grupos"):
        questions.check_size(63, question)


# -- schools


NAMES = Register(
    [
        school("000003", "EMEF JOÃO XXIII - (MIST)"),
        school("000002", "CEU EMEF JOÃO XXIII - (MIST) ANEXO"),
        school("000001", "EMEI JOÃO DE BARROS"),
        school("000005", "EMEI STA. TEREZINHA (TERC)"),
        school("000004", "EMEI STA. TEREZINHA (TERC)"),
    ]
)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("joao", [1, 2, 3]),
        ("EMEF  joão", [2, 3]),
        ("xxiii emef", []),
        ("EMEF JOÃO XXIII - (MIST)", [3, 2]),
        ("EMEI STA.  TEREZINHA (TERC)", [4, 5]),
        (".*", []),
        ("(", [2, 3, 4, 5]),
        ("", [1, 2, 3, 4, 5]),
        ("emei emei", []),
        ("a" * 10_000, []),
    ],
)
def test_search(text, found):
    assert [int(each.eol) for each in NAMES.search(text, 0)] == found
    assert [int(each.eol) for each in NAMES.search(text, 1)] == found[:1]


@given(st.text(max_size=40))
def test_any_text_can_be_searched_for(text):
    assert len(NAMES.search(text, 2)) <= 2
    assert NAMES.named(text) == [] or text.split()


def test_a_page_tells_todays_contract_and_all_of_them():
    groups = MenuGroups(
        [
            MenuGroupRow("000086", dt.date(2026, 6, 1), None, 0, "terceirizada/emei/novo-edital"),
            MenuGroupRow("000086", dt.date(2017, 12, 18), dt.date(2026, 5, 31), 0, "direta/emei/4"),
            MenuGroupRow("000086", dt.date(2026, 6, 1), dt.date(2026, 6, 30), 10, "unit/recreio-ferias"),
        ]
    )
    own = school(
        phones=("(11) 2557-8348", "(11) 92557-8348"), age_bands=("v-professor",), meals=("j-jantar", "a-almoco")
    )
    page = schools.page(own, groups, TODAY, as_codes=False)
    assert (page["tipo_unidade"], page["tipo_atendimento"], page["agrupamento"]) == (
        "EMEI",
        "TERCEIRIZADA",
        "Novo Edital",
    )
    assert page["telefone"] == "(11)25578348 (11)925578348"
    assert (page["idades"], page["refeicoes"]) == (["Professor "], ["Almoço", "Refeição da Tarde"])
    assert [contract["data_inicio"] for contract in page["editais"]] == ["20171218", "20260601"]
    codes = schools.page(own, groups, dt.date(2026, 5, 31), as_codes=True)
    assert (codes["tipo_atendimento"], codes["agrupamento"]) == ("DIRETA", "4")
    assert (codes["idades"], codes["refeicoes"]) == (["V - PROFESSOR"], ["J - JANTAR", "A - ALMOCO"])


def test_a_school_whose_contract_ended_tells_the_last_one_and_one_without_tells_none():
    ended = MenuGroups([MenuGroupRow("000086", dt.date(2020, 1, 1), dt.date(2020, 12, 31), 0, "direta/emei/4")])
    assert schools.page(school(), ended, TODAY, as_codes=False)["agrupamento"] == "4"
    page = schools.page(school(), MenuGroups([]), TODAY, as_codes=False)
    assert (page["tipo_atendimento"], page["agrupamento"], page["editais"]) == (None, None, [])


@pytest.mark.parametrize(
    ("periods", "meals"),
    [
        ([], {"a-almoco"}),
        ([("2026-06-01", None, "l-lanche")], {"l-lanche"}),
        ([("2026-06-01", "2026-06-02", "l-lanche")], {"l-lanche"}),
        ([("2026-06-03", None, "l-lanche")], {"a-almoco"}),
    ],
)
def test_meals_of_a_period_stand_in_place_of_the_usual_ones(periods, meals):
    rows = [
        SchoolMealRow("000086", dt.date.fromisoformat(first), last and dt.date.fromisoformat(last), meal)
        for first, last, meal in periods
    ]
    assert schools.meals_on(school(meals=("a-almoco",)), rows, TODAY) == meals


# -- menus


def test_a_school_has_its_ages_and_meals_of_the_menu():
    rows = [
        dish("a-almoco", "Arroz"),
        dish("a-almoco", "Alface", family_farming=True),
        dish("j-jantar", "Sopa"),
        dish("a-almoco", "Papinha", age_band="b-1-a-3-meses"),
        dish("a-almoco", "Feijão", menu_group="direta/emei/2"),
    ]
    (document,) = shown(rows, [school(age_bands=("g-4-a-6-anos",), meals=("a-almoco",))])
    assert document["idade"] == "4 a 6 anos"
    assert document["cardapio"] == {"Almoço": ["Arroz", "Alface - AF"]}
    assert json.loads(json.dumps(document)) == document


def test_a_school_without_lists_has_everything():
    rows = [dish("a-almoco", "Arroz"), dish("j-jantar", "Sopa"), dish("a-almoco", "Papinha", age_band="b-1-a-3-meses")]
    younger, older = shown(rows, [school()])
    assert (younger["idade"], older["idade"]) == ("1 a 3 meses", "4 a 6 anos")
    assert list(older["cardapio"]) == ["Almoço", "Refeição da Tarde"]


@pytest.mark.parametrize(
    ("planned", "own", "dishes"),
    [
        (["r1-refeicao-1", "aa-almoco-adulto"], "r1-refeicao-1", ["r1"]),
        (["r1-refeicao-1", "aa-almoco-adulto"], "aa-almoco-adulto", ["aa"]),
        (["r1-refeicao-1", "aa-almoco-adulto"], "r1-refeicao-1;aa-almoco-adulto", ["r1", "both", "aa"]),
        (["r1-refeicao-1"], "aa-almoco-adulto", ["r1"]),
        (["l5-lanche-5-ou-6-horas"], "l5-lanche-5-horas", ["l5"]),
        (["r2-refeicao-2"], "r1-refeicao-1", None),
    ],
)
def test_meals_of_one_label(planned, own, dishes):
    """Nothing is lost of what the school has (B4), nothing is shown twice, and other schools' meals stay out."""
    rows = [row for code in sorted(planned) for row in (dish(code, code.partition("-")[0]), dish(code, "both"))]
    documents = shown(rows, [school(meals=tuple(own.split(";")))])
    if dishes is None:
        assert documents == []
    else:
        (served,) = documents[0]["cardapio"].values()
        assert set(served) == {*dishes, "both"}
        assert len(served) == len(set(served))
        assert served[0] == dishes[0]


def test_schools_of_one_name_and_group_show_what_either_has():
    rows = [dish("a-almoco", "Arroz"), dish("j-jantar", "Sopa")]
    twins = [school("000086", meals=("a-almoco",)), school("000087", meals=("j-jantar",))]
    (document,) = shown(rows, twins, groups=[("000086", "direta/emei/1"), ("000087", "direta/emei/1")])
    assert document["cardapio"] == {"Almoço": ["Arroz"], "Refeição da Tarde": ["Sopa"]}


def test_the_instant_of_publication_is_the_latest_of_its_dishes():
    early, late = map(dt.datetime.fromisoformat, ("2026-05-20T12:00:00", "2026-05-21T12:00:01.005"))
    rows = [dish("a-almoco", "1", published_at=early), dish("a-almoco", "2", published_at=late), dish("j-jantar", "3")]
    (document,) = shown(rows, [school()])
    assert document["data_publicacao"] == "2026-05-21T12:00:01.005Z"
    (without,) = shown([dish("a-almoco", "1")], [school()])
    assert "data_publicacao" not in without


def test_the_day_of_the_week_is_told_where_the_department_tells_it():
    group = "terceirizada/emei/edital-78-2016"
    (document,) = shown([dish("a-almoco", "1", menu_group=group)], [school()], groups=[("000086", group)])
    assert (document["dia_semana"], document["agrupamento"]) == ("Ter", "EDITAL 78/2016")
    (other,) = shown([dish("a-almoco", "1")], [school()])
    assert "dia_semana" not in other


@pytest.mark.parametrize(
    ("all_ages", "ages"),
    [
        (["r1-refeicao-1"], ["Toda Idade", "Todas as idades"]),
        (["r1-refeicao-1", "l4-lanche-4-horas"], ["Todas as idades"]),
        (["a-almoco", "l4-lanche-4-horas"], ["Todas as idades", "Toda Idade"]),
        (["a-almoco", "r1-refeicao-1", "l4-lanche-4-horas"], ["Todas as idades", "Toda Idade"]),
    ],
)
def test_partner_units_show_the_main_meal_once(all_ages, ages):
    group = "direta/sme-convenio/1"
    rows = [dish("aa-almoco-adulto", "Arroz", menu_group=group, age_band="h-adulto")]
    rows += [dish(meal, meal, menu_group=group, age_band="z-unidades-sem-faixa") for meal in sorted(all_ages)]
    documents = shown(rows, [school(school_type="sme-convenio")], groups=[("000086", group)])
    assert [document["idade"] for document in documents] == ages


def test_a_stored_document_has_codes():
    (menu,) = menus.collect([dish("l5-lanche-5-ou-6-horas", "Bolo", menu_group="unit/recreio-ferias")])
    document = menus.stored_document(menu)
    assert document["cardapio"] == {"L5 - LANCHE 5 OU 6 HORAS": ["Bolo"]}
    assert (document["idade"], document["status"]) == ("G - 4 A 6 ANOS", "PUBLICADO")
    assert (document["tipo_unidade"], document["tipo_atendimento"]) == ("RECREIO_FERIAS", "UE")


def test_the_newest_come_first():
    listed = [{"data": "20260601", "n": 1}, {"data": "20260603", "n": 2}, {"data": "20260601", "n": 3}]
    assert [document["n"] for document in menus.newest(listed, 2)] == [2, 1]
