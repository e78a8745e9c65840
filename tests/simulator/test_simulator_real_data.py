"""Against the department's own files: the same shapes, and real schools served as they are."""

import json

import pytest
from department_client import TODAY, Client

from simulator import Department, serve
from simulator.menus import Search
from simulator.plan import clean_code
from simulator.schools import make_schools
from simulator.vocabulary import AGES, MEALS


@pytest.fixture(scope="module")
def escolas(seed_data):
    return json.loads((seed_data / "escolas.json").read_bytes())


@pytest.fixture(scope="module")
def real(seed_data):
    return Department(real=seed_data / "escolas.json", today=TODAY)


def _types(documents):
    found = {}
    for document in documents:
        for field, value in document.items():
            found.setdefault(field, set()).add(type(value).__name__)
    return found


def test_codes_and_labels_are_the_departments(seed_data):
    tables = json.loads((seed_data / "de_para.json").read_bytes())
    assert tables == {"refeicoes": MEALS, "idades": AGES}


def test_generated_schools_have_the_fields_and_types_of_real_ones(escolas):
    real_types, ours = _types(escolas), _types(make_schools(3233, seed=1))
    assert ours.keys() == real_types.keys()
    assert {field: types for field, types in ours.items() if not types <= real_types[field]} == {}
    keys = {frozenset(school) for school in escolas}
    assert sum(frozenset(school) in keys for school in make_schools(3233, seed=1)) / 3233 > 0.98


def test_age_codes_are_dirty_in_the_same_ways(escolas):
    real_codes = {age for school in escolas for age in school.get("idades", [])}
    ours = {age for school in make_schools(3233, seed=1) for age in school.get("idades", [])}
    assert ours <= real_codes
    assert {clean_code(age) for age in real_codes} <= set(AGES)


def test_menus_have_the_fields_types_and_keys_of_real_ones(seed_data):
    sample = json.loads((seed_data / "cardapios_amostra.json").read_bytes())
    menus = Department(schools=10, today=TODAY).menus.find(Search(first="20260608", last="20260612"))
    real_types, ours = _types(sample), _types(menus)
    assert {field: ours[field] for field in real_types} == real_types
    assert ours.keys() - real_types.keys() == {"_id", "data_publicacao", "cardapio_original", "dia_semana"}
    joint_apart = {
        (menu["tipo_atendimento"], menu["tipo_unidade"], menu["agrupamento"])
        for menu in sample
        if menu["tipo_atendimento"] != "DIRETA + MISTA"
    }
    assert joint_apart <= {(m["tipo_atendimento"], m["tipo_unidade"], m["agrupamento"]) for m in menus} | {
        (m["tipo_atendimento"], m["tipo_unidade"], "4") for m in sample
    }


def test_real_schools_are_served_as_they_are(real, escolas):
    with serve(real) as url:
        client = Client(url)
        served, page = [], 1
        while page:
            schools, links = client.get("/v2/editor/escolas", limit=500, page=page).json()
            served += schools
            page = links["next"]
        assert served == escolas
        assert len(client.get("/escolas").json()) == 3233
        assert [s["nome"] for s in client.get("/escolas", nome="antonio pacheco").json()] == [
            "EMEI PROF. ANTONIO CARLOS PACHECO E SILVA (MIST)"
        ]


def test_each_real_school_has_a_contract_and_one_in_ten_changed(real, escolas):
    assert all(real.contracts[school["_id"]] for school in escolas)
    unchanged = [rows for rows in real.contracts.values() if len(rows) == 1]
    assert 0.07 < 1 - len(unchanged) / len(escolas) < 0.13
    for rows in unchanged:
        school = real.schools[rows[0]["escola"]]
        assert rows[0]["edital"] == str(school["agrupamento"])
        assert rows[0]["tipo_atendimento"] == school["tipo_atendimento"]
        assert rows[0]["data_fim"] is None


def test_real_schools_find_their_menus(real):
    day = "20260615"
    menus = real.menus.find(Search(statuses=frozenset({"PUBLICADO", "SALVO"}), first=day, last=day))
    groups = {
        (management, menu["tipo_unidade"], menu["agrupamento"], menu["idade"])
        for menu in menus
        for management in menu["tipo_atendimento"].split(" + ")
    }
    for school in real.active_schools():
        for row in real.contracts[school["_id"]]:
            for age in school.get("idades", []):
                code = clean_code(age)
                assert (row["tipo_atendimento"], school["tipo_unidade"], row["edital"], code) in groups


@pytest.mark.parametrize("content", ["{}", "[1]", '[{"nome": "A"}]', "["])
def test_other_files_are_refused(tmp_path, content):
    path = tmp_path / "escolas.json"
    path.write_text(content)
    with pytest.raises(ValueError, match=r"expected a JSON array|Expecting value"):
        Department(real=path)
