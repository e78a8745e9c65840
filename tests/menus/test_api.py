"""The JSON API on CKAN's real app, through the edge."""

import json

import pytest

API = "/api/menus/v1"


@pytest.fixture
def get(network, app):
    def ask(path, status=200, **kwargs):
        answer = app.get(API + path, status=status, **kwargs)
        assert "Set-Cookie" not in answer.headers
        return json.loads(answer.body), answer.headers

    return ask


def names(body):
    return [item["name"] for item in body["items"]]


@pytest.mark.parametrize(
    ("q", "first"),
    [
        ("antonio pacheco", "EMEF Professor Antônio Pacheco e Silva"),
        ("emef joao 23", "EMEF João XXIII"),
        ("86", "EMEI Paulo Camilhier Florençano"),
        ("florencano", "EMEI Paulo Camilhier Florençano"),
        ("butanta", "EMEF João XXIII"),
    ],
)
def test_search(get, q, first):
    body, headers = get(f"/schools?q={q}")
    assert names(body)[0] == first
    assert headers["X-Total-Count"] == str(body["total"])


def test_a_school_as_the_contract_has_it(get):
    body, headers = get("/schools/86")
    assert list(body) == [
        "eol", "inep", "name", "type", "type_label", "dre", "dre_label", "district", "neighbourhood", "address",
        "phones", "lat", "lon", "age_bands", "meals", "distance_m", "url",
    ]  # fmt: skip
    assert body["eol"] == "000086"
    assert body["phones"] == ["(11) 2557-8348"]
    assert body["url"].endswith("/cardapio/000086")
    assert headers["Content-Type"] == "application/json"
    assert headers["Access-Control-Allow-Origin"] == "*"


def test_nearest_first(get):
    body, _ = get("/schools?near=-23.571,-46.731&radius=10000")
    assert names(body) == ["EMEF João XXIII", "EMEF Professor Antônio Pacheco e Silva"]
    assert body["items"][0]["distance_m"] < 200 < body["items"][1]["distance_m"]


def test_pages_of_a_list_hold_each_school_once(get):
    seen, path = [], "/schools?limit=2"
    while path:
        body, headers = get(path)
        seen += names(body)
        assert ('rel="next"' in headers.get("Link", "")) == bool(body["next"])
        path = body["next"] and body["next"].split(API, 1)[1]
    assert len(seen) == len(set(seen)) == body["total"] == 5


def test_a_week_with_a_reason_for_each_day_without_a_menu(get):
    body, _ = get("/schools/094617/menus?start=2026-06-01&end=2026-06-08")
    assert [(day["date"][-2:], day["status"], day["reason"]) for day in body["days"]] == [
        ("01", "unpublished", None),
        ("02", "menu", None),
        ("03", "menu", None),
        ("04", "holiday", "Corpus Christi"),
        ("05", "unpublished", None),
        ("06", "weekend", None),
        ("07", "weekend", None),
        ("08", "closed", "Falta de água"),
    ]
    assert all(bool(day["menus"]) == (day["status"] == "menu") for day in body["days"])
    assert body["days"][0]["expected_on"] == "2026-05-19"  # a lead of 13 days, the group's median
    (menu,) = body["days"][1]["menus"]
    assert [meal["label"] for meal in menu["meals"]] == ["Lanche (permanência de 4 ou 8 horas)", "Almoço"] or menu[
        "meals"
    ]
    lunch = next(meal for meal in menu["meals"] if meal["meal"] == "a-almoco")
    assert lunch["dishes"][1] == {
        "name": "Banana", "contains": [], "may_contain": [], "allergens": "not_informed", "family_farming": True,
    }  # fmt: skip


def test_only_what_the_school_serves(get):
    body, _ = get("/schools/000086/menus?start=2026-06-02&end=2026-06-02")
    (menu,) = body["days"][0]["menus"]
    assert menu["age_band"] == "g-4-a-6-anos"
    assert [dish["name"] for meal in menu["meals"] for dish in meal["dishes"]] == ["Purê"]


def test_a_school_without_a_plan_is_told_so(get):
    body, _ = get("/schools/400001/menus?start=2026-06-02&end=2026-06-02")
    assert body["days"][0]["status"] == "unavailable"


def test_default_is_this_iso_week(get):
    body, _ = get("/schools/094617/menus")
    assert (body["start"], body["end"]) == ("2026-06-01", "2026-06-07")


def test_labels_follow_the_language_of_the_address_and_nothing_else(get, app):
    path = "/schools/000086/menus?start=2026-06-02&end=2026-06-02"
    headers = {"Accept-Language": "en"}
    plain, _ = get(path, headers=headers)
    english = json.loads(app.get(f"/en{API}{path}").body)
    labels = [body["days"][0]["menus"][0]["meals"][0]["label"] for body in (plain, english)]
    assert labels == ["Almoço", "Lunch"]


@pytest.mark.parametrize(
    ("path", "param"),
    [
        ("/schools/94617/menus?start=2026-02-30", "start"),
        ("/schools/94617/menus?start=amanha", "start"),
        ("/schools/94617/menus?start=2026-06-08&end=2026-06-01", "end"),
        ("/schools/94617/menus?start=2016-01-01&end=2026-01-01", "end"),
        ("/schools/94617/menus?age=adultos", "age"),
        ("/schools/94617/menus?inicio=2026-06-01", "inicio"),
        ("/schools?limit=1000", "limit"),
        ("/schools?near=aqui", "near"),
        ("/schools?cursor=abc", "cursor"),
        ("/schools?q=" + "x" * 201, "q"),
        ("/schools?dre=1", "dre"),
    ],
)
def test_a_bad_question_is_told_by_parameter(get, path, param):
    body, headers = get(path, status=400)
    assert headers["Content-Type"] == "application/problem+json"
    assert body["errors"][0]["param"] == param
    assert body["status"] == 400


@pytest.mark.parametrize(
    "q",
    ["'; DROP TABLE schools; --", "*:* OR name:[* TO *]", "%00%01%02", "((((((", "%F0%9F%8D%8C", "{!func}1", "\\" * 50],
)
def test_hostile_searches_are_searches(get, q):
    get(f"/schools?q={q}")


def test_ten_thousand_characters_are_refused_in_words(get):
    body, _ = get("/schools?q=" + "a" * 10_000, status=400)
    assert "200" in body["errors"][0]["reason"]


@pytest.mark.parametrize("path", ["/schools/999999", "/schools/abc/menus", "/nothing", "/", "/schools/1234567"])
def test_what_there_is_not(get, path):
    body, headers = get(path, status=404)
    assert headers["Content-Type"] == "application/problem+json"
    assert body["status"] == 404


def test_this_api_only_reads(network, app):
    answer = app.post(API + "/schools", status=405)
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_the_same_question_again_is_304(get, app):
    path = "/schools/094617/menus?start=2026-06-02&end=2026-06-02"
    _, headers = get(path)
    assert headers["Cache-Control"] == "public, max-age=0, s-maxage=3, must-revalidate"
    app.get(API + path, headers={"If-None-Match": headers["ETag"]}, status=304)
