"""Changes to the data, and the record of requests: what tests of a harvester build on."""

from datetime import date

import pytest

from simulator.edits import (
    AddSpecialUnit,
    ChangeContract,
    ChangeSchool,
    DeleteMenu,
    Interval,
    MenuKey,
    ReplaceDishes,
    WithdrawSchool,
)

DAY = "20260615"
MENU = MenuKey(date(2026, 6, 15), "MISTA", "EMEF", "1", "H - ADULTO")


def _menus(client):
    return {menu["_id"]["$oid"]: menu for menu in client.menus(DAY)}


def test_replaced_dishes_change_one_menu_and_its_publication(client, department):
    before = _menus(client)
    department.edit(ReplaceDishes(MENU, {"R1 - REFEICAO 1": ["PEIXE"]}))
    after = _menus(client)
    (changed,) = [key for key in before if before[key] != after[key]]
    assert before.keys() == after.keys()
    assert after[changed]["cardapio"] == {"R1 - REFEICAO 1": ["PEIXE"]}
    assert after[changed]["data_publicacao"].startswith("2026-06-17")


def test_a_deleted_menu_is_gone_and_the_others_stay(client, department):
    before = _menus(client)
    department.edit(DeleteMenu(MENU))
    after = _menus(client)
    assert len(before) - len(after) == 1
    assert after.items() <= before.items()


def test_menus_that_do_not_exist_cannot_be_edited(department):
    for key in (
        MenuKey(date(2026, 6, 14), "MISTA", "EMEF", "1", "H - ADULTO"),
        MenuKey(date(2026, 6, 15), "MISTA", "EMEF", "77", "H - ADULTO"),
    ):
        with pytest.raises(ValueError, match="no menu"):
            department.edit(DeleteMenu(key))


def test_a_renamed_school(client, department):
    department.edit(ChangeSchool(213, {"nome": "EMEF NOVA"}))
    assert client.get("/escola/213").json()["nome"] == "EMEF NOVA"
    assert [s["_id"] for s in client.get("/escolas", nome="EMEF NOVA").json()] == [213]


def test_a_closed_school_is_in_no_list_and_its_menus_go_on(client, department):
    before = _menus(client)
    department.edit(ChangeSchool(250_204, {"status": "inativo"}))
    assert client.get("/escola/250204").status_code == 404
    assert 250_204 not in [school["_id"] for school in client.get("/escolas").json()]
    assert _menus(client) == before


def test_a_withdrawn_school_leaves_its_contracts(client, department):
    department.edit(WithdrawSchool(213))
    assert client.get("/escola/213").status_code == 404
    assert 213 in [row["escola"] for row in client.get("/editor/escolas_editais").json()]
    with pytest.raises(ValueError, match="no school 213"):
        department.edit(WithdrawSchool(213))


def test_a_new_school_with_a_new_group_gets_menus(client, department):
    school = {
        "nome": "EMEF DO FUTURO",
        "tipo_unidade": "EMEF",
        "tipo_atendimento": "MISTA",
        "agrupamento": "7",
        "status": "ativo",
        "idades": ["Z - UNIDADES SEM FAIXA"],
        "refeicoes": ["R1 - REFEICAO 1"],
    }
    department.edit(ChangeSchool(777, school))
    department.edit(ChangeContract(777, [Interval("20260101", None, "MISTA", "7")]))
    assert client.get("/escola/777", raw=1).json()["nome"] == "EMEF DO FUTURO"
    (menu,) = client.menus(DAY, agrupamento="7")
    assert list(menu["cardapio"]) == ["R1 - REFEICAO 1"]


@pytest.mark.parametrize("field", ["nome", "idades", "refeicoes", "tipo_unidade", "agrupamento", "lat"])
@pytest.mark.parametrize("value", [None, 7, [1, None], {"a": []}])
def test_any_nonsense_can_be_served(client, department, field, value):
    department.edit(ChangeSchool(213, {field: value}))
    (schools, _) = client.get("/v2/editor/escolas", nome="213").json()
    assert schools[0][field] == value
    assert client.menus(DAY)


def test_a_changed_contract(client, department):
    department.edit(
        ChangeContract(
            213,
            [
                Interval("20171218", "20260531", "MISTA", "1"),
                Interval("20260601", None, "TERCEIRIZADA", "Edital 2024"),
            ],
        )
    )
    rows = client.get("/escola/213").json()["editais"]
    assert [(row["data_inicio"], row["data_fim"], row["edital"]) for row in rows] == [
        ("20171218", "20260531", "1"),
        ("20260601", None, "Edital 2024"),
    ]
    (open_row,) = client.get("/editor/escolas_editais/213").json()
    assert open_row["tipo_atendimento"] == "TERCEIRIZADA"


def test_a_new_special_unit_has_menus_in_its_days_alone(client, department):
    department.edit(AddSpecialUnit("POLO TESTE", "20260615", "20260616", ["213"]))
    units = client.get("/editor/unidades_especiais").json()
    assert [unit["escolas"] for unit in units if unit["nome"] == "POLO TESTE"] == [["213"]]
    for day, served in (("20260612", False), ("20260615", True), ("20260616", True), ("20260617", False)):
        assert bool(client.menus(day, unidade_especial="POLO TESTE")) is served


def test_edits_over_http(client):
    address = client.url + "/_edits"
    edits = [
        {"edit": "change_school", "eol": 86, "fields": {"nome": "EMEI NOVA"}},
        {"edit": "revise_menus", "first": "2026-06-15", "last": "2026-06-15"},
    ]
    before = client.menus(DAY)
    assert client.session.post(address, json=edits, timeout=20).status_code == 204
    assert client.get("/escola/86").json()["nome"] == "EMEI NOVA"
    assert client.menus(DAY) != before
    answer = client.session.post(address, json={"edit": "withdraw_school", "eol": 1}, timeout=20)
    assert (answer.status_code, answer.json()) == (400, {"erro": "no school 1"})
    assert client.session.post(address, json={"edit": "explode"}, timeout=20).status_code == 400


def test_requests_are_recorded(client, department):
    client.get("/escolas", nome="a b", headers={"If-None-Match": '"x"', "X-Other": "no"})
    client.get("/editor/cardapios", key="wrong")
    first, second = department.requests
    assert (first.method, first.path, first.query, first.status) == ("GET", "/escolas", "nome=a+b", 200)
    assert first.headers["if-none-match"] == '"x"'
    assert "x-other" not in first.headers
    assert (second.headers["key"], second.status) == ("wrong", 401)


def test_the_record_is_bounded(department):
    assert department.requests.maxlen is not None
    assert department.mutations.maxlen is not None
