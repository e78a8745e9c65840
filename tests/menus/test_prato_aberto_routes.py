"""``/prato-aberto`` on CKAN's real app, through the edge: what clients meet beside the menus themselves."""

from __future__ import annotations

import json
import re
from urllib.parse import quote, urlencode, urlsplit

import pytest
from ckan.tests.helpers import call_action

from ckanext.patiodigital.menus import service as lookup
from ckanext.patiodigital.menus.prato_aberto import PREFIX
from ckanext.patiodigital.tables import service as tables

EMEI = {"tipo_unidade": "EMEI", "tipo_atendimento": "TERCEIRIZADA", "agrupamento": "EDITAL 78/2016"}


@pytest.fixture
def get(network, app):
    def ask(path, status=200, **query):
        answer = app.get(f"{PREFIX}{path}?{urlencode(query)}", status=status)
        assert answer.headers["Content-Type"] == "application/json"
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert "Set-Cookie" not in answer.headers
        assert answer.body.isascii()
        return json.loads(answer.body)

    return ask


def dishes(documents):
    return [dish for document in documents for meal in document["cardapio"].values() for dish in meal]


def test_the_way_of_the_front_end(get):
    listed = {school["_id"]: school for school in get("/escolas")}
    assert set(listed) == {86, 94_617, 19_283, 400_001, 400_002}
    assert listed[86]["lat"] == -23.553905
    school = get("/escola/86")
    assert {field: school[field] for field in EMEI} == EMEI
    asked = {**EMEI, "nome": school["nome"]}
    (menu,) = get("/cardapios/20260602", **asked)
    assert menu["idade"] in school["idades"]
    assert menu["cardapio"] == {"Almoço": ["Purê"]}
    assert menu["data_publicacao"] == "2026-05-20T12:00:00.000Z"
    assert [menu["data"] for menu in get("/cardapios/", data_inicial="20260601", data_final="20260630", **asked)] == [
        "20260602", "20260603",
    ]  # fmt: skip
    notes = get("/editor/editar_notas")
    assert notes["_id"] == 1
    assert re.search(r"os leu em \d\d/\d\d/\d{4} às \d\d:\d\d\.", notes["notas"])


def test_the_way_of_the_bot(get):
    """It joins a base that ends in a slash with paths that begin with one."""
    found = get("/escolas", nome="paulo camilhier", limit=5)
    assert found[0]["_id"] == 86
    school = get(f"/escola/{found[0]['_id']}")
    ages = list(dict.fromkeys(menu["idade"] for menu in get("//escola/86/cardapios/")))
    assert ages == ["4 a 6 anos"]
    asked = {field: school[field] for field in EMEI}
    menu = get("//cardapios/20260603", **asked, idade=ages[0])[0]
    assert menu["cardapio"] == {"Almoço": ["Bolo"]}
    assert set(menu["cardapio"]) <= set(school["refeicoes"])


def test_an_address_without_its_last_slash_leads_to_it(app, network):
    for path in ("/cardapios", "/escola/86/cardapios", "//escola/86/cardapios"):
        answer = app.get(f"{PREFIX}{path}?data_inicial=20260602", status=308, follow_redirects=False)
        target = urlsplit(answer.headers["Location"])
        assert (target.path, target.query) == (f"{PREFIX}/{path.strip('/')}/", "data_inicial=20260602")
        assert dishes(json.loads(app.get(f"{target.path}?{target.query}").body))


def test_a_set_of_groups_is_answered_without_a_name(get):
    all_of_the_day = get("/cardapios/20260602")
    assert "ARROZ, FEIJÃO E FRANGO" in dishes(all_of_the_day)
    assert "Jantar que esta escola não serve" in dishes(all_of_the_day)
    assert all_of_the_day == get("/cardapios/")  # the portal's clock stands at 2 June
    assert dishes(get("/cardapios/20260602", tipo_unidade="EMEF", agrupamento="9")) == [
        "<script>alert('prato')</script>"
    ]


def test_a_school_without_a_contract_has_no_menu(get):
    """The department's service takes a contract for granted (B7)."""
    school = get("/escola/400001")
    assert (school["tipo_atendimento"], school["agrupamento"], school["editais"]) == (None, None, [])
    assert get("/cardapios/20260602", nome=school["nome"]) == []
    assert get("/escola/400001/cardapios/") == []


def test_family_farming_is_written_as_the_department_does(get):
    assert "Banana - AF" in dishes(get("/escola/94617/cardapios/20260602"))


@pytest.mark.parametrize(
    ("path", "query", "status"),
    [
        ("/escola/1", {}, 404),
        ("/escola/" + "9" * 5000, {}, 404),
        ("/escola/-1", {}, 404),
        ("/escola/abc", {}, 404),
        ("/escola/1/cardapios/20260602", {}, 404),
        ("/escola/86/cardapios/20260230", {}, 400),
        ("/escola/86/cardapios/", {"data_inicial": "hoje"}, 400),
        ("/cardapios/20260602", {"nome": "NINGUÉM"}, 404),
        ("/cardapios/20260602", {"nome": ".*"}, 404),
        ("/cardapios/Data", {}, 400),
        ("/cardapios/" + "9" * 3000, {}, 400),
        ("/cardapios/", {"data_inicial": "20260101", "data_final": "20261231"}, 400),
        ("/escolas", {"nome": "x", "limit": "muitas"}, 400),
        ("/cardapio-pdf", {}, 404),
        ("/swagger.json", {}, 404),
        ("", {}, 404),
        ("/", {}, 404),
        ("/editor/cardapios", {}, 404),
        ("/v2/editor/escolas", {}, 404),
        ("/editor/escolas_editais", {}, 404),
        ("/debug-sentry", {}, 404),
        ("/ajuste-datas-cardapios/", {}, 405),
        ("/migrar_historico_editais", {}, 405),
        ("//migrar_historico_gestao", {}, 405),
        ("/editor/escolas_editais/criar_escola_edital/86", {}, 405),
    ],
)
def test_what_can_not_be_answered_says_why(get, path, query, status):
    body = get(path, status, **query)
    assert set(body) == ({"message"} if status == 405 else {"erro"})
    assert 0 < len(body[next(iter(body))]) < 300


@pytest.mark.parametrize("nome", [".*", "(((", "[a-z]+", "a" * 10_000, "\x00", "\ud83d\ude00", "%", "_", "' OR 1=1 --"])
def test_hostile_names_find_nothing(get, nome):
    found = get("/escolas", nome=nome.encode("utf-8", "surrogatepass"))
    assert found == []


def test_hostile_filters_find_nothing(get):
    for value in ("((", "%00", "a" * 5000, "../..", "<script>"):
        for field in ("tipo_unidade", "tipo_atendimento", "agrupamento", "idade"):
            assert get("/cardapios/20260602", **{field: value}) == []


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("path", ["/escolas", "/editor/editar_notas", "/editor/remove-cardapio", "/cardapios/"])
def test_nothing_is_written(network, app, method, path):
    answer = app.test_client().open(f"{PREFIX}{path}", method=method)
    assert answer.status_code == 405
    assert json.loads(answer.data) == {"message": "The method is not allowed for the requested URL."}
    assert answer.headers["Allow"] == "GET, HEAD, OPTIONS"


def test_a_pdf_is_asked_for_and_the_page_that_prints_is_given(app, network):
    name = quote("EMEI Paulo Camilhier Florençano")
    address = f"{PREFIX}/cardapio-pdf?nome={name}&data_inicial=20260601&data_final=20260607"
    answer = app.get(address, status=302, follow_redirects=False)
    assert urlsplit(answer.headers["Location"])[2:4] == ("/cardapio/000086/imprimir", "semana=2026-W23")
    assert app.get(answer.headers["Location"], status=200)


def test_the_edge_keeps_answers_by_what_they_depend_on(app, network):
    tagged = app.get(f"{PREFIX}/escolas?nome=joao&_=1")
    again = app.get(f"{PREFIX}/escolas?_=2&nome=joao", headers={"If-None-Match": tagged.headers["ETag"]}, status=304)
    assert again.body == ""
    assert app.get(f"{PREFIX}/escolas?nome=paulo").headers["ETag"] != tagged.headers["ETag"]
    assert "s-maxage=3" in tagged.headers["Cache-Control"]


def test_a_browser_on_another_site_may_read(app, network):
    headers = {"Origin": "https://pratoaberto.example", "Access-Control-Request-Method": "GET"}
    answer = app.options(f"{PREFIX}/escolas", headers=headers, status=204)
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize(
    ("path", "questions"),
    [
        ("/escolas", 0),
        ("/escolas?nome=emef", 0),
        ("/escola/86", 0),
        ("/editor/vigencias_tipo_alimentacao", 0),
        ("/cardapios/20260603?nome=EMEF%20Jo%C3%A3o%20XXIII", 1),
        ("/cardapios/?data_inicial=20260601&data_final=20260610", 1),
        ("/escola/86/cardapios/", 1),
    ],
)
def test_the_tables_are_asked_at_most_once(network, app, monkeypatch, path, questions):
    app.get(f"{PREFIX}/editor/vigencias_tipo_alimentacao")  # from here on, all but menus is in memory
    asked = []
    real = tables.reading

    def reading(*args):
        asked.append(args)
        return real(*args)

    monkeypatch.setattr(tables, "reading", reading)
    separator = "&" if "?" in path else "?"
    app.get(f"{PREFIX}{path}{separator}limit=100")  # an address that no other test asked for
    assert len(asked) == questions


def test_data_that_are_not_public_are_not_told(network, app):
    package, _resources = network
    context = {"user": call_action("get_site_user")["name"]}
    call_action("package_patch", context, id=package["id"], private=True)
    lookup.forget()
    try:
        for path in ("/escolas", "/escola/86", "/cardapios/20260602", "/editor/editar_notas", "/cardapio-pdf?nome=x"):
            answer = app.get(f"{PREFIX}{path}", status=503)
            assert int(answer.headers["Retry-After"]) > 0
            assert "não podem ser lidos" in json.loads(answer.body)["erro"]
    finally:
        call_action("package_patch", context, id=package["id"], private=False)
        lookup.forget()
