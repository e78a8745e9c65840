"""Each fault does what it says, where and as often as it says, and leaves the department's data whole."""

import copy
import http.client
import json
import time

import pytest
import requests
from department_client import Client

from simulator import Fault, serve
from simulator.faults import MANY, SCRIPT

DAY = "20260615"
MENUS, SCHOOLS = "/editor/cardapios", "/v2/editor/escolas"


def _first_menu(client):
    return client.menus(DAY, limit=3)[0]


def _schools(client):
    return client.get(SCHOOLS, limit=4).json()[0]


class TestWhere:
    def test_only_paths_that_begin_so(self, client, department):
        department.faults.add("status", path="/escolas")
        assert client.get("/escolas").status_code == 503
        assert client.get("/escola/213").status_code == 200

    def test_only_queries_that_contain_it(self, client, department):
        department.faults.add("status", path=SCHOOLS, query="page=2")
        statuses = [client.get(SCHOOLS, limit=20, page=page).status_code for page in (1, 2, 3)]
        assert statuses == [200, 503, 200]

    def test_as_often_as_told(self, client, department):
        department.faults.add("status", count=2)
        assert [client.get("/escolas").status_code for _ in range(3)] == [503, 503, 200]

    def test_until_removed(self, client, department):
        kept = department.faults.add("status", status=500, path="/escola/")
        gone = department.faults.add("status", path="/escolas")
        department.faults.remove(gone)
        assert client.get("/escolas").status_code == 200
        assert client.get("/escola/213").status_code == 500
        department.faults.clear()
        department.faults.remove(kept)
        assert client.get("/escola/213").status_code == 200


class TestOnTheWire:
    def test_delay(self, client, department):
        department.faults.add("delay", seconds=0.2)
        started = time.monotonic()
        client.get("/escolas")
        assert time.monotonic() - started >= 0.2

    @pytest.mark.parametrize("status", [429, 500, 503])
    def test_status_with_retry_after(self, client, department, status):
        department.faults.add("status", status=status, retry_after=7)
        answer = client.get("/escolas")
        assert (answer.status_code, answer.headers["Retry-After"]) == (status, "7")
        assert answer.headers["Content-Type"].startswith("text/html")

    def test_cut_in_the_middle_of_the_body(self, client, department):
        department.faults.add("cut", count=1)
        with pytest.raises(requests.exceptions.ChunkedEncodingError):
            client.get("/escolas")
        assert client.get("/escolas").status_code == 200

    def test_truncated_json_is_a_whole_answer(self, client, department):
        department.faults.add("truncated_json")
        answer = client.get("/escolas")
        assert answer.headers["Content-Length"] == str(len(answer.content))
        with pytest.raises(json.JSONDecodeError):
            json.loads(answer.content)

    def test_wrong_shape_is_an_object(self, client, department):
        department.faults.add("wrong_shape")
        assert isinstance(client.get("/escolas").json(), dict)

    @pytest.mark.parametrize("content_type", ["application/json", "text/html; charset=utf-8"])
    def test_html_under_any_type(self, client, department, content_type):
        department.faults.add("html", content_type=content_type)
        answer = client.get("/escolas")
        assert (answer.status_code, answer.headers["Content-Type"]) == (200, content_type)
        assert answer.content.startswith(b"<!doctype html>")

    def test_wrong_content_type_on_a_right_body(self, client, department):
        department.faults.add("content_type", content_type="image/png")
        answer = client.get("/escolas")
        assert answer.headers["Content-Type"] == "image/png"
        assert isinstance(answer.json(), list)

    def test_slow(self, client, department):
        department.faults.add("slow", seconds=0.01)
        started = time.monotonic()
        answer = client.get("/escolas")
        pieces = -(-len(answer.content) // 1024)
        assert time.monotonic() - started >= 0.01 * (pieces - 1)
        assert len(answer.json()) == 50

    def test_endless(self, client, department):
        department.faults.add("endless", seconds=0.001, path="/escola/213")
        with client.session.get(client.url + "/escola/213", stream=True, timeout=20) as answer:
            assert "Content-Length" not in answer.headers
            received = 0
            for piece in answer.iter_content(1024):
                received += len(piece)
                if received > 50_000:
                    break
        assert received > 50_000

    def test_an_endless_answer_does_not_keep_the_server_from_stopping(self, department):
        department.faults.add("endless", seconds=30)
        started = time.monotonic()
        with serve(department) as url, requests.get(url + "/escola/213", stream=True, timeout=20) as answer:
            next(answer.iter_content(10))
        assert time.monotonic() - started < 10

    def test_huge(self, client, department):
        department.faults.add("huge", size=1_000_000)
        answer = client.get("/escola/213")
        assert len(answer.content) > 1_000_000
        assert answer.json()["nome"].startswith("EMEF")

    def test_redirect(self, client, department):
        department.faults.add("redirect", location="http://169.254.169.254/latest/")
        answer = client.get("/escolas")
        assert (answer.status_code, answer.headers["Location"]) == (302, "http://169.254.169.254/latest/")

    def test_etags_on_and_off(self, client, department):
        assert "ETag" not in client.get("/escolas").headers
        department.faults.add("etag_on")
        tag = client.get("/escolas").headers["ETag"]
        assert client.get("/escolas", headers={"If-None-Match": tag}).status_code == 304
        department.faults.add("etag_off")
        assert client.get("/escolas", headers={"If-None-Match": tag}).status_code == 200


class TestMenus:
    @pytest.mark.parametrize(
        ("kind", "field", "value"),
        [
            ("data_as_number", "data", 20260615),
            ("bad_date", "data", "20260230"),
            ("header_row", "data", "Data"),
            ("unknown_age", "idade", "K - 99 A 120 ANOS"),
        ],
    )
    def test_a_wrong_field(self, client, department, kind, field, value):
        right = _first_menu(client)
        department.faults.add(kind, path=MENUS)
        assert _first_menu(client) == {**right, field: value}

    def test_menu_as_list(self, client, department):
        department.faults.add("menu_as_list")
        assert isinstance(_first_menu(client)["cardapio"], list)

    def test_html_in_a_dish(self, client, department):
        department.faults.add("html_in_dish")
        assert [SCRIPT] in _first_menu(client)["cardapio"].values()

    def test_unknown_meal_beside_the_known_ones(self, client, department):
        right = _first_menu(client)["cardapio"]
        department.faults.add("unknown_meal")
        assert _first_menu(client)["cardapio"] == {**right, "XX - CEIA": ["CHÁ"]}

    def test_ten_thousand_dishes(self, client, department):
        department.faults.add("many_dishes")
        assert max(len(dishes) for dishes in _first_menu(client)["cardapio"].values()) == MANY

    def test_duplicates(self, client, department):
        right = client.menus(DAY, limit=3)
        department.faults.add("duplicate", documents=2)
        assert client.menus(DAY, limit=3) == [right[0], right[0], right[1], right[1], right[2]]

    def test_missing_fields(self, client, department):
        department.faults.add("missing_fields", fields=("data", "cardapio"))
        assert not {"data", "cardapio"} & set(_first_menu(client))

    def test_as_many_documents_as_told(self, client, department):
        department.faults.add("bad_date", documents=2)
        assert [menu["data"] for menu in client.menus(DAY, limit=3)] == ["20260230", "20260230", DAY]


class TestSchools:
    def test_without_code(self, client, department):
        department.faults.add("no_eol")
        assert "_id" not in _schools(client)[0]
        assert "_id" not in client.get("/escolas").json()[0]

    def test_two_with_one_code(self, client, department):
        department.faults.add("duplicate_eol")
        first, second, *_ = _schools(client)
        assert first["_id"] == second["_id"]
        assert first["nome"] != second["nome"]

    def test_outside_the_city(self, client, department):
        department.faults.add("outside_city")
        assert _schools(client)[0]["lat"] > 0

    @pytest.mark.parametrize(("kind", "name"), [("name_as_number", 42), ("html_in_name", SCRIPT)])
    def test_wrong_name(self, client, department, kind, name):
        department.faults.add(kind)
        assert _schools(client)[0]["nome"] == name
        assert client.get("/escola/213").json()["nome"] == name

    def test_missing_name(self, client, department):
        department.faults.add("missing_fields")
        assert "nome" not in _schools(client)[0]


def test_the_departments_own_data_stay_whole(client, department):
    before = copy.deepcopy((department.schools, department.contracts, client.menus(DAY)))
    for kind in ("no_eol", "duplicate_eol", "name_as_number", "html_in_dish", "bad_date", "many_dishes"):
        department.faults.add(kind, count=2)
    client.menus(DAY)
    _schools(client)
    assert (department.schools, department.contracts, client.menus(DAY)) == before


def test_errors_are_not_spoilt(client, department):
    department.faults.add("no_eol")
    assert client.get("/escola/999999").json() == {"erro": "Escola inexistente"}


class TestOverHttp:
    def test_one_fault_or_several_and_their_end(self, client):
        session, address = client.session, client.url + "/_faults"
        assert session.post(address, json={"kind": "status", "status": 500, "count": 1}, timeout=20).status_code == 204
        assert [client.get("/escolas").status_code for _ in range(2)] == [500, 200]
        session.post(address, json=[{"kind": "status", "path": "/escolas"}, {"kind": "html"}], timeout=20)
        assert client.get("/escolas").status_code == 503
        assert session.delete(address, timeout=20).status_code == 204
        assert client.get("/escolas").headers["Content-Type"] == "application/json"

    @pytest.mark.parametrize("body", [b"{", b'{"kind": "meteor"}', b'{"kind": "html", "loud": true}', b"7"])
    def test_what_is_no_fault_is_told(self, client, body):
        answer = client.session.post(client.url + "/_faults", data=body, timeout=20)
        assert answer.status_code == 400
        assert answer.json()["erro"]

    def test_control_is_not_spoilt_nor_recorded(self, client, department):
        department.faults.put(Fault(kind="status"))
        assert client.session.delete(client.url + "/_faults", timeout=20).status_code == 204
        assert not department.requests
        assert client.get("/_faults").status_code == 405


def test_keep_alive_survives_a_cut_by_a_new_connection(department):
    with serve(department) as url:
        connection = http.client.HTTPConnection(Client(url).url.removeprefix("http://"), timeout=20)
        connection.request("GET", "/escolas")
        connection.getresponse().read()
        department.faults.add("cut", count=1)
        connection.request("GET", "/escolas")
        with pytest.raises(http.client.IncompleteRead):
            connection.getresponse().read()
        connection.request("GET", "/escola/213")
        assert connection.getresponse().status == 200
