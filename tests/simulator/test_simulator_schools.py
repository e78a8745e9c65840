"""Generated schools: repeatable, in the measured proportions, with the dirt that real records have."""

import unicodedata
from collections import Counter
from itertools import pairwise

import pytest

from simulator.contracts import all_contracts
from simulator.plan import clean_code
from simulator.schools import LANDMARKS, MOST_SCHOOLS, make_schools
from simulator.vocabulary import AGES, MEALS


@pytest.fixture(scope="module")
def city():
    return make_schools(3233, seed=1)


def _folded(text):
    return unicodedata.normalize("NFD", text).encode("ascii", "ignore").decode().lower()


def test_same_seed_same_schools_and_another_seed_others():
    assert make_schools(200, seed=1) == make_schools(200, seed=1)
    assert make_schools(200, seed=1) != make_schools(200, seed=2)


def test_a_small_department_is_the_beginning_of_a_large_one(city):
    assert make_schools(100, seed=1) == city[:100]


@pytest.mark.parametrize("number", [0, -1, MOST_SCHOOLS + 1])
def test_numbers_without_codes_are_refused(number):
    with pytest.raises(ValueError, match="schools"):
        make_schools(number, seed=1)


def test_codes_are_unique_and_of_two_to_six_digits(city):
    codes = [school["_id"] for school in city]
    assert len(set(codes)) == 3233
    assert {len(str(code)) for code in codes} == {2, 3, 4, 5, 6}


def test_codes_stay_unique_at_the_largest_size():
    schools = make_schools(MOST_SCHOOLS, seed=3)
    assert len({school["_id"] for school in schools}) == MOST_SCHOOLS


def test_types_and_managements_have_the_measured_shares(city):
    types = Counter(school["tipo_unidade"] for school in city)
    managements = Counter(school["tipo_atendimento"] for school in city)
    assert types["CEI_CONVENIADO"] / 3233 == pytest.approx(1693 / 3233, abs=0.03)
    assert types["EMEF"] / 3233 == pytest.approx(555 / 3233, abs=0.03)
    assert managements["DIRETA"] / 3233 == pytest.approx(1740 / 3233, abs=0.04)
    assert managements["TERCEIRIZADA"] / 3233 == pytest.approx(994 / 3233, abs=0.04)
    assert {"CORREIO_-_ARMAZEM", "CMCT", "DRE"} <= set(types)


def test_about_two_schools_in_a_hundred_share_their_name(city):
    names = Counter(school["nome"] for school in city)
    sharing = sum(count for count in names.values() if count > 1)
    assert 0.01 < sharing / 3233 < 0.05
    same = [school for school in city if school["nome"] == "CEI CONV. CANTINHO FELIZ"]
    assert len({school["bairro"] for school in same}) > 1


@pytest.mark.parametrize(
    ("words", "name"),
    [
        (("antonio", "pacheco"), "EMEF PROF. ANTONIO PACHECO E SILVA - (MIST)"),
        (("antonio", "pacheco"), "EMEI PROF. ANTÔNIO CARLOS PACHECO E SILVA (MIST)"),
        (("emef", "joao", "xxiii"), "EMEF JOÃO XXIII - (MIST)"),
        (("ceu", "butanta"), "CEU EMEF BUTANTÃ - (MIST)"),
    ],
)
def test_the_searches_of_the_documentation_have_their_school(words, name):
    names = [school["nome"] for school in make_schools(len(LANDMARKS), seed=9)]
    assert name in names
    assert all(word in _folded(name) for word in words)


def test_names_carry_the_clerks_habits(city):
    names = [school["nome"] for school in city]
    for habit in (
        "JD.",
        "PROF.",
        "ALM.",
        "STA.",
        "VL.",
        "CEL.",
        "  ",
        " III",
        "(TERCEI.)",
        "(TERC)",
        "(MIST)",
        "Ã",
    ):
        assert any(habit in name for name in names), habit
    assert all(name == name.upper() for name in names if "ª" not in name)


def test_fields_are_as_dirty_as_the_real_ones(city):
    assert {type(school["agrupamento"]) for school in city} == {int, str}
    assert any(isinstance(s["agrupamento"], str) for s in city if s["tipo_atendimento"] != "TERCEIRIZADA")
    phones = [school["telefone"] for school in city]
    assert None in phones
    assert {phone.count("(11)") for phone in phones if phone} >= {1, 2, 3}
    assert any(phone and len(phone.split("(11)")[-1]) < 8 for phone in phones)
    assert any(school["lat"] is None for school in city)
    assert all("dre" not in school for school in city)
    dirty = {age for school in city for age in school.get("idades", []) if age not in AGES}
    assert dirty
    assert {clean_code(age) for age in dirty} <= set(AGES)


def test_codes_are_of_the_vocabulary_and_points_inside_the_city(city):
    for school in city:
        assert set(school.get("refeicoes", [])) <= set(MEALS)
        if school["lat"] is not None:
            assert -24.01 < school["lat"] < -23.35
            assert -46.83 < school["lon"] < -46.36


def test_one_contract_in_ten_changed_and_histories_have_no_gap(city):
    contracts = all_contracts(city, seed=1, year=2026, some_without=True)
    changed = [rows for rows in contracts.values() if len(rows) > 1]
    assert 0.07 < len(changed) / 3233 < 0.13
    assert {len(rows) for rows in changed} == {2, 3}
    assert 1 <= sum(not rows for rows in contracts.values()) <= 20
    for rows in changed:
        assert rows[-1]["data_fim"] is None
        for row, following in pairwise(rows):
            assert int(row["data_inicio"]) < int(row["data_fim"]) < int(following["data_inicio"])
            assert following["data_inicio"].endswith("01")
            terms, next_terms = ((r["tipo_atendimento"], r["edital"]) for r in (row, following))
            assert terms != next_terms
