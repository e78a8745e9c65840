"""Code lists and Table Schemas under their URIs, on CKAN's real app behind the edge."""

import json
import re
from html import unescape
from pathlib import Path

import pytest
import yaml
from rdflib import RDF, SKOS, Graph, URIRef

from ckanext.patiodigital.schemas import vocabularies
from ckanext.patiodigital.tables.core import schema as table_schemas

SITE = "http://test.ckan.net"
SCHEMAS = Path(vocabularies.__file__).parent.parent
PUBLIC = "public, max-age=0, s-maxage=3, must-revalidate"


@pytest.fixture
def get(app):
    def ask(path, status=200, **headers):
        answer = app.get(path, status=status, headers=headers, follow_redirects=False)
        assert "Set-Cookie" not in answer.headers
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert answer.headers["Cache-Control"] == (PUBLIC if status < 400 else "no-store")
        return answer

    return ask


def main(html):
    return re.search(r"<main.*?</main>", html, re.DOTALL).group()


def links(html):
    """Where the page itself leads on this portal, in its order."""
    found = [unescape(href) for href in re.findall(r'href="([^"]+)"', main(html))]
    return [href for href in found if href.startswith("/")]


def test_links_alone_lead_to_every_code_and_every_form(get):
    asked, waiting = set(), ["/vocabulary", "/table-schema"]
    while waiting:
        path = waiting.pop()
        if path in asked:
            continue
        asked.add(path)
        answer = get(path)
        if answer.content_type.startswith("text/html"):
            waiting += [href for href in links(answer.text) if href.startswith(("/vocabulary", "/table-schema"))]
    for scheme in vocabularies.schemes():
        paths = {f"/vocabulary/{scheme}/{concept.code}" for concept in vocabularies.load(scheme).concepts}
        paths.add(f"/vocabulary/{scheme}")
        assert {path + form for path in paths for form in ("", ".json", ".ttl")} <= asked
    for identifier in table_schemas.available():
        assert {f"/table-schema/{identifier}", f"/table-schema/{identifier}.json"} <= asked


@pytest.mark.parametrize("scheme", vocabularies.schemes())
def test_json_is_the_yaml(get, scheme):
    file = yaml.safe_load((SCHEMAS / f"vocabularies/{scheme}.yaml").read_text(encoding="utf-8"))
    answer = get(f"/vocabulary/{scheme}.json")
    assert answer.content_type == "application/json"
    document = json.loads(answer.data)
    assert document["title"] == file["title"]
    assert document["uri"] == f"{SITE}/vocabulary/{scheme}"
    written = sorted(file["concepts"], key=lambda concept: concept["order"])
    for concept, theirs in zip(document["concepts"], written, strict=True):
        uri = theirs.get("uri", f"{SITE}/vocabulary/{scheme}/{theirs['code']}")
        assert concept == {
            "code": theirs["code"],
            "uri": uri,
            "label": {"en": theirs["label"]["pt"], "es": theirs["label"]["pt"], **theirs["label"]},
            "order": theirs["order"],
            "aliases": theirs.get("aliases", []),
            "broader": theirs.get("broader"),
            "match": theirs.get("match", {}),
        }


@pytest.mark.parametrize("identifier", table_schemas.available())
def test_a_table_schema_is_the_file(get, identifier):
    answer = get(f"/table-schema/{identifier}.json")
    assert answer.content_type == "application/json"
    assert answer.data == (SCHEMAS / f"tables/{identifier}.json").read_bytes()


def test_a_code_is_a_concept_at_its_uri(get):
    answer = get("/vocabulary/diets/tipo-a-enteral.ttl")
    assert answer.content_type == "text/turtle; charset=utf-8"
    graph = Graph().parse(data=answer.data, format="turtle")
    concept = URIRef(f"{SITE}/vocabulary/diets/tipo-a-enteral")
    assert (concept, RDF.type, SKOS.Concept) in graph
    assert set(graph.subjects()) == {concept}
    assert json.loads(get("/vocabulary/diets/tipo-a-enteral.json").data)["scheme"] == "diets"
    get(str(concept).removeprefix(SITE))


def test_programs_read_the_same_in_every_language_whatever_they_accept(get):
    for path in ("/vocabulary/meals.json", "/vocabulary/meals.ttl", "/table-schema/menus/1.json"):
        assert get(path).data == get(f"/en{path}").data == get(path, Accept="text/html").data
    assert get("/vocabulary/meals", Accept="text/turtle").content_type.startswith("text/html")


def test_a_page_names_its_forms(get):
    answer = get("/en/vocabulary/meals/a-almoco")
    forms = {"text/turtle": "ttl", "application/json": "json"}
    for media_type, form in forms.items():
        url = f"/en/vocabulary/meals/a-almoco.{form}"
        assert f'<link rel="alternate" type="{media_type}" href="{url}">' in answer.text
        assert f'<{url}>; rel="alternate"; type="{media_type}"' in answer.headers.getlist("Link")
    assert '</table-schema/menus/1.json>; rel="alternate"; type="application/json"' in get(
        "/table-schema/menus/1"
    ).headers.getlist("Link")


def test_an_answer_is_of_the_release(get, app):
    etag = get("/vocabulary/meals.ttl").headers["ETag"]
    assert get("/vocabulary/meals.ttl?utm_source=x").headers["ETag"] == etag
    assert get("/vocabulary/meals.ttl", 304, **{"If-None-Match": etag}).data == b""
    assert app.options("/vocabulary/meals.json").headers["Access-Control-Allow-Origin"] == "*"


def test_a_page_says_all_that_is_known_of_a_code(get):
    html = main(get("/en/vocabulary/frequencies/daily").text)
    assert "<h1>Daily</h1>" in html
    for text in ("<code>daily</code>", ">Diária<", ">Diaria<", ">Diário<", "<dd>R/P1D</dd>", "DCAT-BR"):
        assert text in html
    eu = "http://publications.europa.eu/resource/authority/frequency/DAILY"
    assert f'<a href="{eu}">{eu}</a>' in html
    assert f"<code>{SITE}/vocabulary/frequencies/daily</code>" in html
    assert "<h1>Diária</h1>" in get("/vocabulary/frequencies/daily").text


def test_wider_and_narrower_codes_lead_to_each_other(get):
    wide, narrow = "/vocabulary/diets/tipo-a", "/vocabulary/diets/tipo-a-enteral"
    assert narrow in links(get(wide).text)
    assert wide in links(get(narrow).text)


def test_a_page_says_all_that_is_known_of_a_column(get):
    html = main(get("/en/table-schema/menus/1").text)
    position = re.search(r'<h3 id="position">.*?</dl>', html, re.DOTALL).group()
    for text in (">Position<", "<code>position</code>", "<code>integer</code>", "from 1.", "at least 1", "at most 200"):
        assert text in position
    assert '<a href="/en/vocabulary/allergens">Allergens</a>' in html
    assert "[a-z0-9-]+(/[a-z0-9-]+){1,2}" in unescape(html)
    assert '<a href="#menu_group"><code>menu_group</code></a>' in html
    assert "<dd>1.0</dd>" in html
    assert "<dd>deg</dd>" in get("/en/table-schema/schools/1").text


def test_what_is_not_there_in_a_language_says_so(get):
    assert '<h3 id="date"><span lang="pt-BR">Dia</span></h3>' in get("/es/table-schema/menus/1").text
    assert '<h3 id="date">Dia</h3>' in get("/table-schema/menus/1").text


def test_the_way_back(get):
    assert links(get("/vocabulary/diets/tipo-a").text)[:3] == ["/dataset/", "/vocabulary", "/vocabulary/diets"]
    assert links(get("/en/table-schema/menus/1").text)[:2] == ["/en/dataset/", "/en/table-schema"]


def test_what_is_written_in_a_list_is_text(get, monkeypatch):
    script = "<script>alert('x')</script>"
    wild = vocabularies.Concept(
        "wild", {"pt": script, "en": script, "es": script}, 1, (script,), match={"eu": "javascript:x", "inep": script}
    )
    vocabulary = vocabularies.Vocabulary("meals", {"pt": script, "en": script, "es": script}, [wild])
    monkeypatch.setattr(vocabularies, "load", lambda _scheme: vocabulary)
    for path in ("/vocabulary", "/vocabulary/meals", "/vocabulary/meals/wild", "/vocabulary/meals/other"):
        html = get(path, 404 if path.endswith("other") else 200).text
        assert "<script>alert" not in html
        assert 'href="javascript' not in html


@pytest.mark.parametrize(
    ("path", "near"),
    [
        ("/vocabulary/meal", "/vocabulary/meals"),
        ("/vocabulary/Refei%C3%A7%C3%A3o", "/vocabulary/meals"),
        ("/vocabulary/meals.xml", "/vocabulary/meals"),
        ("/vocabulary/meals/almoco", "/vocabulary/meals/a-almoco"),
        ("/vocabulary/meals/a-almoco/x", "/vocabulary/meals"),
        ("/vocabulary/diets/DIETA+TIPO+A", "/vocabulary/diets/tipo-a"),
        ("/table-schema/menus", "/table-schema/menus/1"),
        ("/table-schema/menus/2", "/table-schema/menus/1"),
        ("/table-schema/menus/01", "/table-schema/menus/1"),
        ("/table-schema/card%C3%A1pio/1", "/table-schema/menus/1"),
    ],
)
def test_what_is_not_there_leads_to_the_nearest(get, path, near):
    assert near in links(get(path, 404).text)


HOSTILE = [
    "..%2F..%2Fetc%2Fpasswd",
    "%2E%2E/%2E%2E/meals.yaml",
    "%00",
    "%ff",
    "%F0%9F%92%A9",
    "%3Cscript%3Ealert(1)%3C/script%3E",
    "__init__",
    "meals.yaml",
    "9" * 5_000,
    "a" * 5_000,
    "x/" * 200 + "x",
    "menus/%EF%BC%91",
    "menus/" + "9" * 5_000,
]


@pytest.mark.parametrize("prefix", ["/vocabulary/", "/vocabulary/meals/", "/table-schema/", "/table-schema/menus/"])
@pytest.mark.parametrize("rest", HOSTILE)
def test_hostile_addresses_are_not_found(get, prefix, rest):
    html = get(prefix + rest, 404).text
    assert "<script>alert" not in html
    assert "/vocabulary" in html
    for form in (".json", ".ttl"):
        answer = get(prefix + rest + form, 404)
        assert answer.content_type == "application/problem+json"
        problem = json.loads(answer.data)
        assert (problem["status"], problem["title"]) == (404, "Not found")
        assert len(answer.data) < 2_000


def test_a_line_break_in_an_address_is_no_header(get):
    for path in ("/vocabulary/meals%0d%0aX-Evil:1", "/vocabulary/meals%0d%0aX-Evil:1/", "/table-schema/%0aX-Evil:1"):
        assert "X-Evil" not in get(path, 404).headers


@pytest.mark.parametrize(
    "path", ["/vocabulary/", "/vocabulary/meals/", "/en/vocabulary/meals/a-almoco/", "/table-schema/menus/1/"]
)
def test_a_slash_too_many_leads_to_the_page(get, path):
    assert get(path, 301).headers["Location"].endswith(path.rstrip("/"))


def test_the_pages_need_no_menus(ckan_config, monkeypatch, request):
    plugins = [name for name in ckan_config["ckan.plugins"] if name != "patiodigital_menus"]
    monkeypatch.setitem(ckan_config, "ckan.plugins", plugins)
    request.getfixturevalue("with_plugins")
    app = request.getfixturevalue("make_app")()
    for path in ("/vocabulary", "/vocabulary/meals/a-almoco", "/table-schema/menus/1"):
        html = app.get(path).text
        assert "/cardapio" not in html
        for sheet in re.findall(r'<link rel="stylesheet" href="([^"]+)"', html):
            assert app.get(sheet).status_code == 200
