"""The department's bugs B1 to B11, which a harvester must survive."""

from datetime import date

import pytest

from simulator.edits import ChangeContract, ChangeSchool, Interval, MenuKey, ReplaceDishes
from simulator.vocabulary import AGES, MEAL_LABEL_ORDER

DAY = "20260615"
JOAO = {"nome": "EMEF JOÃO XXIII - (MIST)", "tipo_unidade": "EMEF"}
DEAF_SCHOOL = {"nome": "EMEBS PROFA. HELEN KELLER - (MIST)", "tipo_unidade": "EMEBS"}


def _contract(department, eol, management, grouping):
    department.edit(ChangeContract(eol, [Interval("20171218", None, management, grouping)]))


def _replace(department, school_type, age, meals, *, management="MISTA", grouping="1"):
    menu = MenuKey(date(2026, 6, 15), management, school_type, grouping, age)
    department.edit(ReplaceDishes(menu, meals))


class TestB1:
    def test_the_schools_own_menus_have_no_meals(self, reader):
        menus = reader.get(f"/escola/213/cardapios/{DAY}").json()
        assert menus
        assert all(menu["cardapio"] == {} for menu in menus)

    def test_there_are_at_most_fifteen_newest_first_without_hidden_fields(self, reader):
        menus = reader.get("/escola/213/cardapios/").json()
        assert len(menus) == 15
        assert [m["data"] for m in menus] == sorted((m["data"] for m in menus), reverse=True)
        assert not {"_id", "status", "cardapio_original"} & set().union(*menus)

    def test_age_is_asked_for_by_label(self, reader):
        path = f"/escola/213/cardapios/{DAY}"
        assert [m["idade"] for m in reader.get(path, idade="Toda Idade").json()] == ["Toda Idade"]
        assert reader.get(path, idade="H - ADULTO").json() == []

    def test_it_goes_by_the_school_document_not_by_the_contract(self, client, department):
        _contract(department, 213, "TERCEIRIZADA", "Edital 2024")
        assert {m["tipo_atendimento"] for m in client.get(f"/escola/213/cardapios/{DAY}").json()} == {"MISTA"}


class TestB2:
    @pytest.mark.parametrize(
        "arguments",
        [
            {"data_inicial": DAY, "data_final": DAY, "tipo_unidade": "EMEF"},
            {"data_inicial": DAY, "data_final": DAY, "nome": JOAO["nome"]},
            JOAO,
            {**JOAO, "data_inicial": DAY},
            {**JOAO, "data_inicial": "hoje", "data_final": "hoje"},
            {"nome": "NINGUÉM", "tipo_unidade": "EMEF", "data_inicial": DAY, "data_final": DAY},
            {},
        ],
    )
    def test_missing_or_wrong_arguments_are_an_error(self, reader, arguments):
        answer = reader.get("/cardapios/", **arguments)
        assert (answer.status_code, answer.json()) == (500, {"message": "Internal Server Error"})

    def test_a_school_without_ages_is_an_error(self, reader):
        arguments = {"nome": "CEU  GESTÃO CASA BLANCA (MIST)", "tipo_unidade": "CEU_GESTÃO"}
        assert reader.get(f"/cardapios/{DAY}", **arguments).status_code == 500


class TestFamilyMenus:
    def test_labels_order_and_fields(self, reader):
        arguments = {"nome": "CEI CONV. CANTINHO FELIZ", "tipo_unidade": "CEI_CONVENIADO"}
        menus = reader.get("/cardapios/", data_inicial="20260608", data_final="20260619", **arguments).json()
        assert menus
        labels = list(AGES.values())
        ages = [labels.index(menu["idade"]) for menu in menus]
        assert ages == sorted(ages)
        for menu in menus:
            assert not {"_id", "status", "cardapio_original"} & set(menu)
            order = [MEAL_LABEL_ORDER.index(label) for label in menu["cardapio"]]
            assert order == sorted(order)

    def test_it_shows_what_the_editor_has(self, client, department):
        _contract(department, 92_622, "MISTA", "1")
        raw = {
            m["idade"]: m["cardapio"]
            for m in client.menus(DAY, tipo_unidade="EMEF", tipo_atendimento="MISTA", agrupamento="1")
        }
        shown = {m["idade"]: m["cardapio"] for m in client.get(f"/cardapios/{DAY}", **JOAO).json()}
        assert shown["Toda Idade"]["Refeição"] == raw["H - ADULTO"]["R1 - REFEICAO 1"]
        assert (
            shown["Todas as idades"]["Lanche - Permanência de 5 ou 6 horas"]
            == raw["Z - UNIDADES SEM FAIXA"]["L5 - LANCHE 5 OU 6 HORAS"]
        )
        assert "Lanche - Permanência de 4 ou 8 horas" not in shown["Todas as idades"]

    def test_age_is_asked_for_by_label(self, reader):
        menus = reader.get(f"/cardapios/{DAY}", idade="Toda Idade", **JOAO).json()
        assert [menu["idade"] for menu in menus] == ["Toda Idade"]

    def test_meals_follow_the_periods(self, client, department):
        period = {
            "data_inicio": "20260601",
            "data_fim": "20260612",
            "escola_id": "92622",
            "escola": JOAO["nome"],
        }
        department.meal_periods = [{**period, "_id": {"$oid": "0" * 24}, "refeicoes": ["L4 - LANCHE 4 HORAS"]}]
        label = "Lanche - Permanência de 4 ou 8 horas"
        for day, expected in (("20260611", True), (DAY, False)):
            menus = client.get(f"/cardapios/{day}", idade="Todas as idades", **JOAO).json()
            assert (label in menus[0]["cardapio"]) is expected

    def test_partner_schools_have_adults_left_out_beside_a_full_menu(self, client, department):
        name = {"nome": "SME CONV. MÃE DO AMOR", "tipo_unidade": "SME_CONVÊNIO"}
        department.edit(ChangeSchool(650_030, {"refeicoes": ["L4 - LANCHE 4 HORAS", "R1 - REFEICAO 1"]}))
        _contract(department, 650_030, "DIRETA", "3")
        _replace(
            department,
            "SME_CONVÊNIO",
            "Z - UNIDADES SEM FAIXA",
            {"L4 - LANCHE 4 HORAS": ["PAO"], "R1 - REFEICAO 1": ["ARROZ"]},
            management="DIRETA",
            grouping="3",
        )
        menus = client.get(f"/cardapios/{DAY}", **name).json()
        assert [menu["idade"] for menu in menus] == ["Todas as idades"]


class TestB3:
    def test_the_first_school_of_a_name_wins(self, client, department):
        twins = [s for s in department.schools.values() if s["nome"] == "EMEI STA. TEREZINHA (TERC)"]
        _contract(department, twins[0]["_id"], "TERCEIRIZADA", "Novo Edital")
        _contract(department, twins[1]["_id"], "TERCEIRIZADA", "Edital 2024")
        menus = client.get(f"/cardapios/{DAY}", nome=twins[0]["nome"], tipo_unidade="EMEI").json()
        assert {menu["agrupamento"] for menu in menus} == {"Novo Edital"}


class TestB4:
    def test_of_codes_that_share_a_label_one_is_lost(self, client, department):
        _contract(department, 205, "MISTA", "3")
        _replace(
            department,
            "EMEBS",
            "Z - UNIDADES SEM FAIXA",
            {"R1 - REFEICAO 1": ["ARROZ"], "AA - ALMOCO ADULTO": ["FEIJAO"]},
            grouping="3",
        )
        (menu,) = client.get(f"/cardapios/{DAY}", **DEAF_SCHOOL).json()
        assert menu["cardapio"] == {"Refeição": ["FEIJAO"]}

    def test_generated_menus_have_such_codes(self, reader):
        menus = reader.menus(DAY, tipo_unidade="EMEBS", tipo_atendimento="MISTA")
        assert any({"R1 - REFEICAO 1", "AA - ALMOCO ADULTO"} <= set(menu["cardapio"]) for menu in menus)


class TestB5:
    def test_an_unknown_meal_leaves_the_document_half_translated(self, client, department):
        _contract(department, 92_622, "MISTA", "1")
        _replace(department, "EMEF", "H - ADULTO", {"R1 - REFEICAO 1": ["ARROZ"], "XX - CEIA": ["CHA"]})
        menus = client.get(f"/cardapios/{DAY}", idade="Toda Idade", **JOAO).json()
        assert [menu["cardapio"] for menu in menus] == [{}]

    def test_an_unknown_age_is_an_error_on_the_schools_route(self, client, department):
        department.edit(ChangeSchool(213, {"idades": ["K - 99 A 120 ANOS"], "agrupamento": "9"}))
        _contract(department, 213, "MISTA", "9")
        assert client.get(f"/escola/213/cardapios/{DAY}").status_code == 500


class TestB6:
    @pytest.mark.parametrize(
        ("path", "target"),
        [
            ("/cardapios?nome=A%20B", "/cardapios/?nome=A%20B"),
            ("/escola/213/cardapios", "/escola/213/cardapios/"),
            ("/editor/cardapios-unidade-especial?unidade=1", "/editor/cardapios-unidade-especial/?unidade=1"),
        ],
    )
    def test_without_the_slash_an_absolute_redirect(self, reader, path, target):
        answer = reader.get(path)
        assert (answer.status_code, answer.headers["Location"]) == (308, reader.url + target)


class TestB7:
    def test_the_contract_of_the_day_decides(self, client, department):
        department.edit(
            ChangeContract(
                92_622,
                [
                    Interval("20171218", "20260614", "MISTA", "3"),
                    Interval("20260615", None, "TERCEIRIZADA", "Edital 2024"),
                ],
            )
        )
        menus = client.get("/cardapios/", data_inicial="20260612", data_final=DAY, **JOAO).json()
        groups = {menu["data"]: (menu["tipo_atendimento"], menu["agrupamento"]) for menu in menus}
        assert groups == {"20260612": ("MISTA", "3"), DAY: ("TERCEIRIZADA", "Edital 2024")}

    def test_without_a_contract_it_is_the_old_tender(self, client, department):
        department.edit(ChangeContract(92_622, []))
        menus = client.get(f"/cardapios/{DAY}", tipo_atendimento="MISTA", **JOAO).json()
        groups = {(menu["tipo_atendimento"], menu["agrupamento"]) for menu in menus}
        assert groups == {("TERCEIRIZADA", "EDITAL 78/2016")}

    def test_a_special_unit_comes_first_for_the_whole_range_only(self, client, department):
        unit = next(u for u in department.special_units if u["data_inicio"].startswith("202507"))
        eol = next(e for e in unit["escolas"] if department.schools[int(e)]["tipo_unidade"] == "CEI_CONVENIADO")
        department.edit(ChangeSchool(int(eol), {"nome": "CEI ÚNICO"}))
        school = {"nome": "CEI ÚNICO", "tipo_unidade": "CEI_CONVENIADO", "tipo_atendimento": "DIRETA"}
        first, last = unit["data_inicio"], unit["data_fim"]
        inside = client.get("/cardapios/", data_inicial=first, data_final=last, **school).json()
        assert {menu["tipo_unidade"] for menu in inside} == {unit["nome"]}
        across = client.get("/cardapios/", data_inicial="20250701", data_final=last, **school).json()
        assert {menu["tipo_unidade"] for menu in across} == {"CEI_CONVENIADO"}

    def test_indigenous_schools_go_by_the_arguments(self, reader):
        school = {"nome": "PROJETO CECI JARAGUÁ", "tipo_unidade": "PROJETO_CECI"}
        asked = reader.get(f"/cardapios/{DAY}", tipo_atendimento="DIRETA", agrupamento="1", **school).json()
        assert {menu["agrupamento"] for menu in asked} == {"1"}
        assert reader.get(f"/cardapios/{DAY}", **school).json() == []


class TestB8:
    def test_groupings_are_numbers_and_text(self, reader):
        (schools, _) = reader.get("/v2/editor/escolas", limit=1000).json()
        assert {type(school["agrupamento"]) for school in schools} == {int, str}

    def test_a_number_is_not_found_by_its_text(self, client, department):
        department.edit(ChangeSchool(213, {"agrupamento": 9}))
        department.edit(ChangeSchool(86, {"agrupamento": "9"}))
        (schools, _) = client.get("/v2/editor/escolas", agrupamento="9").json()
        assert [school["_id"] for school in schools] == [86]

    def test_a_contract_with_a_number_finds_no_menus(self, client, department):
        _contract(department, 92_622, "MISTA", 1)
        assert client.get(f"/cardapios/{DAY}", **JOAO).json() == []
        _contract(department, 92_622, "MISTA", "1")
        assert client.get(f"/cardapios/{DAY}", **JOAO).json() != []


class TestB9:
    def test_a_meal_of_placeholders_is_dropped(self, client, department):
        _contract(department, 205, "MISTA", "3")
        _replace(
            department,
            "EMEBS",
            "Z - UNIDADES SEM FAIXA",
            {"R1 - REFEICAO 1": ["ARROZ"], "MI - MERENDA INICIAL": ["-"]},
            grouping="3",
        )
        (menu,) = client.get(f"/cardapios/{DAY}", **DEAF_SCHOOL).json()
        assert menu["cardapio"] == {"Refeição": ["ARROZ"]}

    def test_not_if_another_day_has_it(self, client, department):
        _contract(department, 205, "MISTA", "3")
        _replace(department, "EMEBS", "Z - UNIDADES SEM FAIXA", {"MI - MERENDA INICIAL": ["-"]}, grouping="3")
        menus = client.get("/cardapios/", data_inicial="20260612", data_final=DAY, **DEAF_SCHOOL).json()
        assert [menu["cardapio"].get("Merenda Inicial") for menu in menus][1] == ["-"]


class TestB10:
    @pytest.mark.parametrize("day", ["20260614", "20260604", "20260801", "20351231"])
    def test_weekend_holiday_and_unpublished_look_alike(self, reader, day):
        answer = reader.get(f"/cardapios/{day}", **JOAO)
        assert (answer.status_code, answer.json()) == (200, [])


class TestB11:
    def test_a_header_row_is_a_fault_away(self, client, department):
        department.faults.add("header_row", path="/editor/cardapios")
        menus = client.menus(DAY)
        assert [menu["data"] for menu in menus].count("Data") == 1
