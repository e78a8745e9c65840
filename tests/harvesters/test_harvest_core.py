"""The pure parts: documents to rows on any JSON at all, what to ask for, parts of a run, and how they end."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ckanext.patiodigital.harvesters.core import plan
from ckanext.patiodigital.harvesters.core.key_watch import KeyWatch
from ckanext.patiodigital.harvesters.core.outcome import COUNTS, Outcome, State, total
from ckanext.patiodigital.harvesters.core.plan import Config, ConfigError, Part, parse_config, part_of
from ckanext.patiodigital.harvesters.core.prato_aberto import documents, groups, menus, questions, schools
from ckanext.patiodigital.harvesters.core.prato_aberto.menus import MenuMapper, Served
from ckanext.patiodigital.schemas import vocabularies
from ckanext.patiodigital.tables.core import schema
from ckanext.patiodigital.tables.core.reasons import Reason, Remark, SourceFault
from ckanext.patiodigital.tables.core.validate import Validator

URL = "https://example.org/x"
FEBRUARY = plan.month(date(2026, 2, 1))
TYPES = {"000213": "emef"}


def reasons(items):
    return [(fault.field, fault.reason) for item in items if isinstance(item, SourceFault) for fault in item.faults]


def remarks(items):
    return [(fault.field, fault.value) for item in items if isinstance(item, Remark) for fault in item.faults]


def rows(items):
    return [item for item in items if not isinstance(item, SourceFault | Remark)]


# -- on any JSON

words = st.sampled_from(
    ["DIRETA", "DIRETA + MISTA", "UE", "EMEF", "PUBLICADO", "A - ALMOCO", "Refeição", "-", "20260203", "20260230", ""]
)
leaves = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | words
keys = st.sampled_from(sorted(schools.KEYS | groups.CONTRACT_KEYS | groups.UNIT_KEYS | groups.PERIOD_KEYS | menus.KEYS))
anything = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys | words | st.text(max_size=8), inner, max_size=8),
    max_leaves=20,
)
MAPPERS = {
    "schools": lambda value: schools.school(value, URL),
    "school_menu_groups": lambda value: [*groups.contract(value, TYPES, URL), *groups.special_unit(value, URL)],
    "school_meals": lambda value: groups.meal_periods([(URL, value)], {"000213": frozenset()}),
    "menus": lambda value: MenuMapper(lambda _: Served()).rows(value, URL),
}


@pytest.mark.parametrize("table", MAPPERS)
@settings(max_examples=300, deadline=None)
@given(value=anything)
def test_no_mapper_raises_whatever_it_is_given(table, value):
    validator = Validator(schema.load(table), lambda scheme: vocabularies.load(scheme).code)
    for item in MAPPERS[table](value):
        if isinstance(item, SourceFault):
            assert item.faults
            assert all(fault.message and len(fault.value) <= 200 for fault in item.faults)
            validator.key_of(item.key or {})
        elif not isinstance(item, Remark):
            assert len(item) == len(validator.columns)
            validator.check(item)
            validator.key_of(dict(zip(validator.columns, item, strict=True)))


@settings(max_examples=300, deadline=None)
@given(st.lists(st.dictionaries(keys, anything, max_size=8), max_size=6), anything)
def test_no_question_raises_whatever_the_schools_are(found, value):
    for question in questions.plan(found, FEBRUARY).questions:
        assert all(isinstance(name, str) and isinstance(text, str) for name, text in question)
    questions.served_by_group(found, FEBRUARY)
    questions.unit_question(value, FEBRUARY)
    questions.is_elsewhere(value, FEBRUARY)
    menus.served(found)


# -- spellings


@pytest.mark.parametrize(
    ("value", "code"),
    [
        *[(86, "000086"), ("86", "000086"), (" 600047 ", "600047"), (0, "000000")],
        *[(value, None) for value in (1_000_000, -1, "٨٦", True, None, 8.0, "", (86,), "86a")],
    ],
)
def test_eol_codes(value, code):
    assert documents.eol_code(value) == code


@pytest.mark.parametrize(
    ("value", "expected"),
    [("20260203", "2026-02-03"), (20260203, "2026-02-03"), ("20260230", "2026-02-30"), ("Data", "Data"), (None, None)],
)
def test_days(value, expected):
    assert documents.day(value) == expected


@pytest.mark.parametrize(
    ("value", "numbers"),
    [
        ("(11) 5555-1234", ["(11) 5555-1234"]),
        ("1155551234 / 11 955551234", ["(11) 5555-1234", "(11) 95555-1234"]),
        ("1155551234 / 11555", ["(11) 5555-1234"]),
        ("11555512345678", []),
        (None, []),
        (1155551234, []),
    ],
)
def test_telephone_numbers_cut_in_the_middle_are_left_out(value, numbers):
    assert schools.phones(value) == numbers


# -- schools

EMEF = {"_id": 213, "nome": "EMEF JOÃO XXIII - (MIST)", "tipo_unidade": "EMEF", "status": "ativo"}
EMEF |= {"lat": -23.5, "lon": -46.6}


def test_a_school():
    (row,) = schools.school({**EMEF, "idades": ["Z - UNIDADES SEM FAIXA"], "refeicoes": ["A - ALMOCO"]}, URL)
    assert (row.eol, row.name, row.status, row.network) == ("000213", "EMEF João XXIII", "active", "direta")
    assert (row.lat, row.lon) == (-23.5, -46.6)


@pytest.mark.parametrize(("status", "expected"), [("inativo", "closed"), (None, "closed")])
def test_a_closed_school(status, expected):
    assert rows(schools.school({**EMEF, "status": status}, URL))[0].status == expected


def test_offices_are_no_schools():
    office = SourceFault("000213", [documents.fault("school_type", "DRE", Reason.ENUM, "x")], URL)
    (found,) = schools.school({**EMEF, "tipo_unidade": "DRE"}, URL)
    assert (found.row, found.faults[0].reason, found.key) == (office.row, office.faults[0].reason, None)


@pytest.mark.parametrize(
    "position", [{"lat": 45.46}, {"lat": "x"}, {"lat": True}, {"lon": None}, {"lat": float("nan")}, {"lat": [1]}]
)
def test_a_school_is_published_without_a_wrong_position(position):
    items = list(schools.school({**EMEF, **position}, URL))
    assert [field for field, _ in remarks(items)] == ["lat"]
    assert (rows(items)[0].lat, rows(items)[0].lon) == (None, None)


def test_a_new_code_does_not_cost_a_school():
    items = list(schools.school({**EMEF, "refeicoes": ["A - ALMOCO", "XX - CEIA", 7]}, URL))
    assert remarks(items) == [("meals", "XX - CEIA"), ("meals", "7")]
    assert rows(items)[0].meals == ["A - ALMOCO"]


# -- groups and meals


def test_contracts():
    contract = {"escola": 213, "edital": 1, "data_inicio": "20260201", "data_fim": None, "tipo_atendimento": "MISTA"}
    (row,) = groups.contract(contract, TYPES, URL)
    assert (row.eol, row.valid_from, row.valid_to, row.menu_group) == ("000213", "2026-02-01", None, "mista/emef/1")
    assert rows(groups.contract({**contract, "edital": "1"}, TYPES, URL))[0].menu_group == row.menu_group
    assert reasons(groups.contract({**contract, "edital": None}, TYPES, URL)) == [("menu_group", Reason.REQUIRED)]
    assert reasons(groups.contract({**contract, "escola": 1}, TYPES, URL)) == [("eol", Reason.FOREIGN_KEY)]
    assert reasons(groups.contract({**contract, "tipo_atendimento": "X"}, TYPES, URL)) == [
        ("menu_group", Reason.UNKNOWN_CODE)
    ]


def test_special_units():
    unit = {"nome": "RECREIO_FERIAS", "escolas": ["213", "x", 86], "data_inicio": "20260111", "data_fim": "20260129"}
    items = list(groups.special_unit(unit, URL))
    assert [(row.eol, row.menu_group, row.priority) for row in rows(items)] == [
        ("000213", "unit/recreio-ferias", 10),
        ("000086", "unit/recreio-ferias", 10),
    ]
    assert reasons(items) == [("eol", Reason.REQUIRED)]
    assert reasons(groups.special_unit({**unit, "nome": "-"}, URL)) == [("menu_group", Reason.TYPE)]


def period(first, last, *meals, school=213):
    return URL, {"escola_id": str(school), "data_inicio": first, "data_fim": last, "refeicoes": list(meals)}


def had(*found, usual=()):
    """What a school has, as (first day, last day, meals)."""
    spans = {}
    for row in groups.meal_periods(found, {"000213": frozenset(usual)}):
        spans.setdefault((str(row.valid_from), row.valid_to and str(row.valid_to)), set()).add(row.meal)
    return [(*span, meals) for span, meals in spans.items()]


def test_a_period_adds_its_meals_on_its_days():
    assert had(period("20260301", "20260430", "L - LANCHE"), usual=["a-almoco"]) == [
        ("1900-01-01", "2026-02-28", {"a-almoco"}),
        ("2026-03-01", "2026-04-30", {"a-almoco", "l-lanche"}),
        ("2026-05-01", None, {"a-almoco"}),
    ]


def test_a_usual_meal_that_a_period_names_is_not_served_outside_of_it():
    assert had(period("20260301", None, "J - JANTAR"), usual=["a-almoco", "j-jantar"]) == [
        ("1900-01-01", "2026-02-28", {"a-almoco"}),
        ("2026-03-01", None, {"a-almoco", "j-jantar"}),
    ]


def test_a_meal_of_two_periods_is_served_on_the_days_of_both():
    """As the department has it: each period takes its meals away on all other days."""
    found = [period("20260301", "20260331", "L - LANCHE"), period("20260315", "20260430", "L - LANCHE", "J - JANTAR")]
    assert had(*found, usual=["a-almoco"]) == [
        ("1900-01-01", "2026-03-14", {"a-almoco"}),
        ("2026-03-15", "2026-03-31", {"a-almoco", "l-lanche", "j-jantar"}),
        ("2026-04-01", "2026-04-30", {"a-almoco", "j-jantar"}),
        ("2026-05-01", None, {"a-almoco"}),
    ]


@pytest.mark.parametrize(("first", "last"), [("20260230", None), ("20260301", "20260201"), ("20260301", 7)])
def test_a_period_of_no_days_is_passed_on_as_it_is(first, last):
    (row,) = groups.meal_periods([period(first, last, "L - LANCHE")], {"000213": frozenset({"a-almoco"})})
    assert row.meal == "L - LANCHE"


def test_an_unknown_meal_of_a_period_costs_itself_alone():
    found = groups.meal_periods([period("20260301", None, "L - LANCHE", "XX - CEIA", 7)], {"000213": frozenset()})
    assert [row.meal for row in found] == ["XX - CEIA", 7, "l-lanche"]


def test_a_period_of_a_school_that_is_not_listed_is_set_aside():
    assert reasons(groups.meal_periods([period("20260301", None, "L - LANCHE")], {})) == [("eol", Reason.FOREIGN_KEY)]


def test_a_school_without_periods_keeps_its_usual_list():
    assert had(usual=["a-almoco"]) == []


# -- menus

MENU = {
    "data": "20260203",
    "idade": "Z - UNIDADES SEM FAIXA",
    "tipo_unidade": "EMEF",
    "tipo_atendimento": "MISTA",
    "agrupamento": "1",
    "cardapio": {"A - ALMOCO": ["ARROZ", "FEIJÃO - AF"]},
    "data_publicacao": "2026-01-23T13:30:36.032Z",
    "status": "PUBLICADO",
}


KEY = {"date", "age_band", "menu_group"}


def mapped(served=None, **changes):
    return list(MenuMapper(lambda _: served or Served()).rows({**MENU, **changes}, URL))


def test_a_menu_is_one_row_a_dish():
    found = mapped()
    assert [(row.position, row.dish, row.family_farming) for row in found] == [(1, "ARROZ", None), (2, "FEIJÃO", True)]
    assert {(row.date, row.menu_group, row.meal) for row in found} == {("2026-02-03", "mista/emef/1", "a-almoco")}


def test_a_menu_for_two_managements_makes_rows_for_each():
    found = mapped(tipo_atendimento="DIRETA + MISTA")
    assert [(row.menu_group, row.position) for row in found] == [
        ("direta/emef/1", 1),
        ("direta/emef/1", 2),
        ("mista/emef/1", 1),
        ("mista/emef/1", 2),
    ]
    assert len(mapped(tipo_atendimento="MISTA+MISTA")) == 2


def test_a_special_units_menu():
    (row, _) = mapped(tipo_atendimento="UE", tipo_unidade="RECREIO_FERIAS", agrupamento="UE")
    assert (row.menu_group, row.management, row.school_type) == ("unit/recreio-ferias", None, None)


@pytest.mark.parametrize(("dishes", "expected"), [(["-"], []), (["-", "ARROZ"], ["ARROZ"]), ([], []), (["-", "-"], [])])
def test_the_sign_for_no_dish_is_none(dishes, expected):
    assert [(row.dish, row.position) for row in mapped(cardapio={"A - ALMOCO": dishes})] == [
        (dish, place) for place, dish in enumerate(expected, start=1)
    ]


@pytest.mark.parametrize(
    ("own", "meal"),
    [
        ({"r1-refeicao-1", "a-almoco"}, "r1-refeicao-1"),
        ({"aa-almoco-adulto"}, "aa-almoco-adulto"),
        ({"r1-refeicao-1", "aa-almoco-adulto"}, None),
        (set(), None),
    ],
)
def test_a_label_is_the_one_of_its_meals_that_the_schools_have(own, meal):
    found = mapped(Served(frozenset(own)), cardapio={"Refeição": ["ARROZ"]})
    assert [row.meal for row in rows(found)] == ([meal] if meal else [])
    assert reasons(found) == ([] if meal else [("meal", Reason.UNKNOWN_CODE)])


@pytest.mark.parametrize(
    ("management", "meal"), [("MISTA", "l5-lanche-5-ou-6-horas"), ("TERCEIRIZADA", "l5-lanche-5-horas")]
)
def test_a_label_gets_the_spelling_of_the_system_that_the_menu_came_from(management, meal):
    served = Served(frozenset({"l5-lanche-5-horas"}))
    cardapio = {"Lanche - Permanência de 5 ou 6 horas": ["PÃO"]}
    assert [row.meal for row in mapped(served, tipo_atendimento=management, cardapio=cardapio)] == [meal]


def test_a_menu_told_again_in_the_same_words_is_left_out_and_in_other_words_comes_through():
    mapper = MenuMapper(lambda _: Served())
    assert len(list(mapper.rows(MENU, URL))) == 2
    assert list(mapper.rows(dict(MENU, cardapio={"A - ALMOCO": ["ARROZ", "FEIJÃO - AF"]}), URL)) == []
    assert len(list(mapper.rows(dict(MENU, cardapio={"A - ALMOCO": ["SOPA"]}), URL))) == 1


@pytest.mark.parametrize(
    ("changes", "field", "reason", "key"),
    [
        ({"status": "SALVO"}, "status", Reason.ENUM, None),
        ({"cardapio": []}, "meal", Reason.TYPE, KEY),
        ({"cardapio": {"A - ALMOCO": "ARROZ"}}, "dish", Reason.TYPE, {*KEY, "meal"}),
        ({"cardapio": {"A - ALMOCO": ["X"] * 999}}, "dish", Reason.TOO_LONG, {*KEY, "meal"}),
        ({"tipo_unidade": "NADA"}, "school_type", Reason.UNKNOWN_CODE, {"date"}),
        ({"tipo_atendimento": "DIRETA + NADA"}, "management", Reason.UNKNOWN_CODE, {"date"}),
        ({"agrupamento": None}, "menu_group", Reason.REQUIRED, {"date"}),
        ({"tipo_atendimento": "UE", "tipo_unidade": None}, "menu_group", Reason.REQUIRED, {"date"}),
    ],
)
def test_faulty_menus_say_what_is_wrong_and_which_rows_they_may_be(changes, field, reason, key):
    found = mapped(**changes)
    assert reasons(found) == [(field, reason)]
    assert rows(found) == []
    assert (found[0].key and set(found[0].key)) == key


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026-01-23T13:30:36.032Z", "2026-01-23T13:30:36.032Z"),
        ({"$date": "2026-01-23T13:30:36Z"}, "2026-01-23T13:30:36Z"),
        (None, None),
        ("ontem", None),
        ("2026-01-23T13:30:36", None),
        ({"$date": 1769175036000}, None),
        (7, None),
    ],
)
def test_a_menu_is_published_without_a_wrong_instant(value, expected):
    found = mapped(data_publicacao=value)
    assert {row.published_at for row in rows(found)} == {expected}
    assert [field for field, _ in remarks(found)] == (["published_at"] if value and not expected else [])


# -- questions


def group_school(name, eol, meals=("A",), ages=("Z",), management="MISTA", school_type="EMEF", **contract):
    terms = {"data_inicio": "20171218", "data_fim": None, "edital": "1", "tipo_atendimento": management, **contract}
    return {"_id": eol, "nome": name, "tipo_unidade": school_type, "idades": list(ages), "refeicoes": list(meals),
            "editais": [terms]}  # fmt: skip


def asked(found):
    return [dict(question)["nome"] for question in questions.plan(found, FEBRUARY).questions]


def test_few_schools_are_asked_that_together_show_everything():
    found = [group_school(f"EMEF {n}", n, meals=("A",)) for n in range(50)]
    found += [group_school("EMEF X", 90, meals=("A", "B")), group_school("EMEF Y", 91, meals=("C",))]
    assert asked(found) == ["EMEF X", "EMEF Y"]


def test_schools_that_share_a_name_are_not_asked_and_their_group_is_told():
    found = [group_school("EMEF A", 1), group_school("EMEF A", 2)]
    plan_ = questions.plan(found, FEBRUARY)
    assert plan_.questions == []
    assert [(group.school_type, group.grouping) for group in plan_.unreachable] == [("EMEF", "1")]


def test_only_contracts_of_the_partitions_days_count():
    assert asked([group_school("EMEF A", 1, data_fim="20260131")]) == []
    assert asked([group_school("EMEF A", 1, data_fim="20260201")]) == ["EMEF A"]
    assert asked([group_school("EMEF A", 1, data_inicio="20260301")]) == []


def test_management_is_left_out_of_a_question_except_where_nothing_comes_without_it():
    (question,) = questions.plan([group_school("EMEF A", 1)], FEBRUARY).questions
    assert "tipo_atendimento" not in dict(question)
    (question,) = questions.plan([group_school("CECI", 1, school_type="PROJETO_CECI")], FEBRUARY).questions
    assert dict(question)["tipo_atendimento"] == "MISTA"


# -- configuration and parts


def test_a_configuration():
    assert parse_config('{"key_env": "PRATO_ABERTO_KEY", "from": "2024-03", "months_ahead": 0}') == Config(
        "PRATO_ABERTO_KEY", date(2024, 3, 1), 0
    )
    assert parse_config(None) == parse_config(" ") == parse_config("{}") == Config()


@pytest.mark.parametrize(
    ("text", "words_"),
    [
        ("{", "not JSON"),
        ("[]", "must be a JSON object"),
        ('{"key": "s3gr3d0"}', "Unknown option key"),
        ('{"key_env": "s3gr3d0"}', "never the key itself"),
        ('{"key_env": 7}', "never the key itself"),
        ('{"from": "2016-12"}', "2017-01 or later"),
        ('{"from": "2026-13"}', "YYYY-MM"),
        ('{"months_ahead": 13}', "0 to 12"),
        ('{"months_ahead": true}', "0 to 12"),
    ],
)
def test_a_wrong_configuration_says_what_it_takes(text, words_):
    with pytest.raises(ConfigError, match=words_) as raised:
        parse_config(text)
    assert "s3gr3d0" not in str(raised.value)


@given(st.text(max_size=40) | anything.map(json.dumps))
def test_no_configuration_is_a_surprise(text):
    with suppress(ConfigError):
        parse_config(text)


def test_the_parts_of_a_run_come_in_the_order_in_which_they_are_needed():
    names = [part.name for part in plan.parts(Config(first=date(2025, 12, 1), months_ahead=1), date(2026, 1, 28))]
    assert names == [
        "schools", "school_menu_groups", "school_meals", "menus/2026-01", "menus/2026-02", "menus/2025-12"
    ]  # fmt: skip
    assert [part_of(name).name for name in names] == names


def test_by_default_a_run_begins_with_january_of_last_year():
    assert list(plan.parts(Config(), date(2026, 1, 28)))[-1] == Part("menus", plan.month(date(2025, 1, 1)))


@pytest.mark.parametrize("name", [None, "", "..", "/", "menus", "schools/2026-01", "menus/2026-13", "menus/../x", "x"])
def test_other_names_are_no_parts(name):
    with pytest.raises(ConfigError, match="is no part of a harvest"):
        part_of(name)


# -- outcomes


def outcomes_of(*states):
    return [Outcome(state, read=2, new=1, set_aside=1, messages=[state.value]) for state in states]


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        ("unchanged unchanged", "unchanged"),
        ("unchanged empty", "unchanged"),
        ("empty", "empty"),
        ("changed unchanged", "changed"),
        ("partial changed", "partial"),
        ("failed changed", "partial"),
        ("failed unchanged", "partial"),
        ("failed failed", "failed"),
        ("refused failed changed", "refused"),
    ],
)
def test_the_outcome_of_a_run(states, expected):
    found = total(outcomes_of(*map(State, states.split())))
    count = len(states.split())
    assert found.state.value == expected
    assert (found.read, found.new, found.set_aside) == (2 * count, count, count)
    assert found.messages == states.split()


def test_a_run_without_parts_has_no_outcome():
    assert total([]) is None


@given(st.lists(st.builds(Outcome, st.sampled_from(State), **{name: st.integers(0, 9) for name in COUNTS}), min_size=1))
def test_counts_of_a_run_are_the_sums_of_its_parts(parts):
    found = total(parts)
    assert all(getattr(found, name) == sum(getattr(part, name) for part in parts) for name in COUNTS)


def test_unread_keys_are_told_but_not_without_end():
    watch = KeyWatch()
    assert list(watch.each([{"a": 1}, 7, {"b": 1, "c": 2}], frozenset("a"))) == [{"a": 1}, 7, {"b": 1, "c": 2}]
    assert watch.words() == ["The source has keys that nobody reads: b, c."]
    list(watch.each(({f"k{n}": n} for n in range(10_000)), frozenset()))
    assert len(watch.unread) <= 2 * KeyWatch.LIMIT
