"""Each route's shape, its key, and what the routes that write do (nothing, but it is noted)."""

import json
import re

import pytest
from department_client import TODAY, Client

from simulator import Department, serve
from simulator.school_days import july_recess
from simulator.vocabulary import AGES, MEALS

OID = re.compile(r"[0-9a-f]{24}")


class TestSchools:
    def test_list_has_six_fields_and_every_active_school(self, reader, shared_department):
        answer = reader.get("/escolas")
        schools = answer.json()
        assert answer.headers["Content-Type"] == "application/json"
        assert len(schools) == len(shared_department.schools)
        assert all(set(school) == {"_id", "nome", "endereco", "bairro", "lat", "lon"} for school in schools)

    def test_name_is_a_regular_expression_blind_to_case_and_awake_to_accents(self, reader):
        assert [s["nome"] for s in reader.get("/escolas", nome="emef joão xxiii").json()] == [
            "EMEF JOÃO XXIII - (MIST)"
        ]
        assert reader.get("/escolas", nome="emef joao xxiii").json() == []
        assert reader.get("/escolas", nome="^cei.*feliz$").json()[0].keys() == {"_id", "nome"}
        assert reader.get("/escolas", nome="(").status_code == 500

    def test_limit_is_five_zero_is_none_and_words_are_an_error(self, reader, shared_department):
        assert len(reader.get("/escolas", nome="").json()) == 5
        assert len(reader.get("/escolas", nome="", limit=7).json()) == 7
        assert len(reader.get("/escolas", nome="", limit=0).json()) == len(shared_department.schools)
        assert reader.get("/escolas", limit="dez").status_code == 500

    def test_one_school_has_labels_and_contracts(self, reader):
        school = reader.get("/escola/213").json()
        assert "_id" not in school
        assert "status" not in school
        assert set(school["idades"]) <= set(AGES.values())
        assert set(school["refeicoes"]) <= set(MEALS.values())
        for row in school["editais"]:
            assert set(row) == {"_id", "edital", "escola", "data_inicio", "data_fim", "tipo_atendimento"}
            assert OID.fullmatch(row["_id"]["$oid"])

    def test_one_school_raw_has_codes(self, reader):
        school = reader.get("/escola/213", raw=1).json()
        assert set(school["idades"]) <= set(AGES)
        assert set(school["refeicoes"]) <= set(MEALS)

    def test_unknown_school(self, reader):
        answer = reader.get("/escola/999999")
        assert (answer.status_code, answer.json()) == (404, {"erro": "Escola inexistente"})
        assert reader.get("/escola/999999/cardapios/").status_code == 404
        assert reader.get("/escola/abc").status_code == 404

    def test_editors_list_is_paged_and_sorted(self, reader, shared_department):
        seen, page = [], 1
        while page:
            schools, links = reader.get("/v2/editor/escolas", page=page, limit=25).json()
            assert set(links) == {"total_pages", "next", "previous"}
            assert links["total_pages"] == 3
            assert links["previous"] == (page - 1 or None)
            seen += [school["_id"] for school in schools]
            page = links["next"]
        assert seen == sorted(shared_department.schools)

    def test_editors_list_has_whole_documents(self, reader, shared_department):
        (schools, _) = reader.get("/v2/editor/escolas", nome="213").json()
        assert schools == [shared_department.schools[213]]

    @pytest.mark.parametrize("arguments", [{"page": 99}, {"page": 0}, {"limit": 0}, {"page": "x"}, {"limit": ""}])
    def test_editors_list_refuses_wrong_pages(self, reader, arguments):
        answer = reader.get("/v2/editor/escolas", **arguments)
        assert answer.status_code == 400
        assert set(answer.json()) == {"erro"}

    def test_pages_that_do_not_exist_are_told_in_the_sources_words(self, reader):
        assert reader.get("/v2/editor/escolas", page=99).json() == {"erro": "pagina nao existe"}


class TestKey:
    def test_editors_menus_need_it(self, reader):
        for key in (None, "wrong"):
            answer = reader.get("/editor/cardapios", key=key, limit=1)
            assert (answer.status_code, answer.json()) == (401, "")
        assert reader.get("/editor/cardapios", key="k", limit=1).status_code == 200

    def test_editors_schools_check_it_only_if_it_is_sent(self, reader):
        assert reader.get("/v2/editor/escolas").status_code == 200
        assert reader.get("/v2/editor/escolas", key="k").status_code == 200
        assert reader.get("/v2/editor/escolas", key="wrong").status_code == 401

    def test_without_a_key_nothing_opens_the_editors_menus(self):
        with serve(Department(schools=5, key=None, today=TODAY)) as url:
            client = Client(url)
            for key in (None, "", "None", "k"):
                assert client.get("/editor/cardapios", key=key).status_code == 401


class TestEditorMenus:
    def test_documents_are_raw(self, reader):
        for menu in reader.menus("20260615", limit=40):
            assert OID.fullmatch(menu["_id"]["$oid"])
            assert menu["status"] == "PUBLICADO"
            assert menu["idade"] in AGES
            assert set(menu["cardapio"]) <= set(MEALS)
            assert set(menu["cardapio_original"]) == set(menu["cardapio"])
            assert re.fullmatch(r"2026-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", menu["data_publicacao"])

    def test_pages_meet_and_end_with_an_empty_one(self, reader):
        whole = reader.get("/editor/cardapios", key="k", data_inicial="20260608", data_final="20260612").json()
        paged, page = [], 1
        while rows := reader.get(
            "/editor/cardapios", key="k", data_inicial="20260608", data_final="20260612", limit=500, page=page
        ).json():
            paged += rows
            page += 1
        assert paged == whole
        assert len(whole) > 1000
        assert [m["data"] for m in whole] == sorted((m["data"] for m in whole), reverse=True)

    def test_filters(self, reader):
        arguments = {
            "tipo_unidade": "EMEF",
            "tipo_atendimento": "MISTA",
            "agrupamento": "1",
            "idade": "H - ADULTO",
        }
        (menu,) = reader.menus("20260615", **arguments)
        assert {field: menu[field] for field in arguments} == arguments
        assert reader.menus("20260615", **dict.fromkeys(arguments, "TODOS")) == reader.menus("20260615")

    def test_status_can_be_repeated(self, reader):
        far = "20260720", "20260810"
        arguments = {"data_inicial": far[0], "data_final": far[1]}
        assert reader.get("/editor/cardapios", key="k", **arguments).json() == []
        menus = reader.get("/editor/cardapios", key="k", status=["PENDENTE", "SALVO"], **arguments).json()
        assert {menu["status"] for menu in menus} <= {"PENDENTE", "SALVO"}
        assert len(menus) > len(reader.get("/editor/cardapios", key="k", status="SALVO", **arguments).json())

    def test_a_limit_that_is_no_number_is_an_error(self, reader):
        assert reader.get("/editor/cardapios", key="k", limit="x").status_code == 500


class TestContractsAndUnits:
    def test_the_bulk_list_has_open_rows_only(self, reader, shared_department):
        rows = reader.get("/editor/escolas_editais").json()
        histories = shared_department.contracts.values()
        assert all(row["data_fim"] is None for row in rows)
        assert len(rows) == sum(bool(history) for history in histories)
        assert any(len(history) > 1 for history in histories)

    def test_rows_of_named_schools_come_without_id(self, reader):
        rows = reader.get("/editor/escolas_editais/213,86").json()
        assert [row["escola"] for row in rows] == [213, 86]
        assert all("_id" not in row for row in rows)

    def test_a_school_without_contract_is_an_error_there(self, client, department):
        department.contracts[86] = []
        assert client.get("/editor/escolas_editais/86").status_code == 500

    def test_special_units_and_their_menus(self, reader):
        units = reader.get("/editor/unidades_especiais").json()
        first, last = (f"{day:%Y%m%d}" for day in july_recess(2025))
        unit = next(u for u in units if (u["nome"], u["data_inicio"]) == ("RECREIO_FERIAS", first))
        assert set(unit) == {"_id", "nome", "data_criacao", "data_inicio", "data_fim", "escolas"}
        assert unit["escolas"]
        assert all(isinstance(eol, str) for eol in unit["escolas"])
        oid = unit["_id"]["$oid"]
        assert reader.get(f"/editor/unidade-especial/{oid}").json() == unit
        menus = reader.get("/editor/cardapios-unidade-especial/", unidade=oid, inicio=first, fim=last).json()
        assert {(m["tipo_atendimento"], m["agrupamento"], m["tipo_unidade"]) for m in menus} == {
            ("UE", "UE", "RECREIO_FERIAS")
        }
        assert {m["data"] for m in menus} <= {f"{d}" for d in range(int(first), int(last) + 1)}
        listed = reader.get(
            "/editor/cardapios-unidades-especiais",
            key="k",
            status="PUBLICADO",
            unidade_especial="RECREIO_FERIAS",
            data_inicial=first,
            data_final=last,
        ).json()
        assert sorted(m["_id"]["$oid"] for m in listed) == sorted(m["_id"]["$oid"] for m in menus)

    def test_a_unit_asked_for_with_other_dates_is_an_object(self, reader):
        oid = reader.get("/editor/unidades_especiais").json()[0]["_id"]["$oid"]
        answer = reader.get("/editor/cardapios-unidade-especial/", unidade=oid, inicio="20250101", fim="20250102")
        assert answer.json() == {}

    def test_what_is_no_object_id_is_an_error(self, reader):
        assert reader.get("/editor/unidade-especial/7").status_code == 500
        assert reader.get("/editor/cardapios-unidade-especial/", unidade="7").status_code == 500
        assert reader.get(f"/editor/unidade-especial/{'0' * 24}").json() is None

    def test_two_units_of_one_recess_share_no_school(self, reader):
        by_day = {}
        for unit in reader.get("/editor/unidades_especiais").json():
            by_day.setdefault(unit["data_inicio"], []).append(set(unit["escolas"]))
        assert len(by_day) == 4
        assert all(not (one & other) for one, other in by_day.values())

    def test_meal_periods(self, reader, shared_department):
        periods = reader.get("/editor/vigencias_tipo_alimentacao").json()
        assert periods == shared_department.meal_periods
        assert periods
        for period in periods:
            assert isinstance(period["escola_id"], str)
            assert set(period["refeicoes"]) <= set(MEALS)
            one = reader.get(f"/editor/vigencias_tipo_alimentacao/{period['_id']['$oid']}").json()
            assert one == period
        eol = periods[0]["escola_id"]
        found = reader.get("/editor/vigencias_tipo_alimentacao", nome=eol).json()
        assert {period["escola_id"] for period in found} == {eol}
        assert reader.get("/editor/vigencias_tipo_alimentacao/x").status_code == 404

    def test_notes_are_html(self, reader):
        assert "<p>" in reader.get("/editor/editar_notas").json()["notas"]


class TestManners:
    def test_json_is_ascii_and_open_to_all_origins(self, reader):
        answer = reader.get("/escolas")
        assert answer.content.isascii()
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert not {"ETag", "Last-Modified", "Cache-Control"} & set(answer.headers)

    def test_double_slashes_are_served(self, reader):
        assert reader.get("//escola/213").json() == reader.get("/escola/213").json()

    def test_unknown_paths_are_html(self, reader):
        for path in ("/status", "/usuarios", "/escolas/"):
            answer = reader.get(path)
            assert (answer.status_code, answer.headers["Content-Type"][:9]) == (404, "text/html")

    def test_other_methods(self, reader):
        assert reader.session.head(reader.url + "/escolas", timeout=20).content == b""
        assert reader.session.options(reader.url + "/escolas", timeout=20).headers["Allow"] == "GET, HEAD, OPTIONS"
        assert reader.session.delete(reader.url + "/escolas", timeout=20).status_code == 405

    def test_debug_route_fails_on_purpose(self, reader):
        assert reader.get("/debug-sentry").status_code == 500

    def test_pdf(self, reader):
        school = {"nome": "EMEF JOÃO XXIII - (MIST)", "tipo_unidade": "EMEF"}
        answer = reader.get("/cardapio-pdf/20260615", **school)
        assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/pdf")
        assert reader.get("/cardapio-pdf/20260614", **school).status_code == 500


@pytest.mark.parametrize(
    ("method", "path", "key"),
    [
        ("GET", "/ajuste-datas-cardapios/", None),
        ("GET", "/migrar_historico_editais", None),
        ("GET", "/migrar_historico_gestao", None),
        ("GET", "/editor/escolas_editais/criar_escola_edital/213", None),
        ("POST", "/editor/remove-cardapio", None),
        ("POST", "/editor/editar_notas", None),
        ("POST", "/editor/cardapios", "k"),
        ("POST", "/editor/escola/213", "k"),
        ("DELETE", "/editor/escola/213", "k"),
        ("POST", "/editor/unidade_especial/", "k"),
        ("DELETE", "/editor/unidade_especial/1", "k"),
    ],
)
def test_routes_that_write_are_noted_and_change_nothing(client, department, method, path, key):
    before = json.dumps([department.schools, department.contracts, department.notes])
    headers = {"key": key} if key else {}
    answer = client.session.request(method, client.url + path, headers=headers, json={}, timeout=20)
    assert answer.status_code == 200
    assert list(department.mutations) == [(method, path)]
    assert json.dumps([department.schools, department.contracts, department.notes]) == before


def test_without_the_key_a_write_is_refused_and_not_noted(client, department):
    assert client.session.post(client.url + "/editor/cardapios", json=[], timeout=20).status_code == 401
    assert not department.mutations
