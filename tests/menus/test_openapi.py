"""The API's description is the API: every route and parameter, nothing else, and every answer fits it."""

import json
import re

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from openapi_spec_validator import OpenAPIV31SpecValidator, validate
from schemathesis import checks
from schemathesis.generation import GenerationMode

from ckanext.patiodigital.menus.api import PREFIX
from ckanext.patiodigital.menus.core.openapi import OPERATIONS
from ckanext.patiodigital.schemas import vocabularies
from ckanext.patiodigital.tables import service

_ARGUMENT = re.compile(r"<(?:[^<>]+:)?([^<>]+)>")
#: One address that each documented path stands for.
_EXAMPLES = {"eol": "094617", "table": "schools", "extension": "csv"}
checks.load_all_checks()
CATCH_ALL = "patiodigital_menus_api.unknown"


@pytest.fixture
def document(network, app):
    """The description, as the portal gives it; the tables' files are written."""
    for resource_id in network[1].values():
        if not service.file_of(resource_id).exists():
            service.write_files(resource_id)
    return json.loads(app.get(f"{PREFIX}/openapi.json", status=200).body)


def routes(app):
    """The paths of the API's blueprint as OpenAPI writes them."""
    rules = app.flask_app.url_map.iter_rules()
    ours = [
        rule for rule in rules if rule.endpoint.startswith("patiodigital_menus_api.") and rule.endpoint != CATCH_ALL
    ]
    return {_ARGUMENT.sub(r"{\1}", rule.rule) for rule in ours}


def address(path):
    return path.format(**_EXAMPLES)


def documented_parameters(document, path):
    known = document["components"]["parameters"]
    used = [known[item["$ref"].rpartition("/")[2]] for item in document["paths"][path]["get"]["parameters"]]
    return {item["name"] for item in used if item["in"] == "query"}


def test_it_is_valid_openapi(document):
    validate(document, cls=OpenAPIV31SpecValidator)
    assert document["openapi"].startswith("3.1")


def test_every_route_is_described_and_no_other(document, app):
    described, there = set(document["paths"]), routes(app)
    assert not there - described, f"not described in menus/core/openapi.py OPERATIONS: {sorted(there - described)}"
    assert not described - there, f"described in menus/core/openapi.py, but no route: {sorted(described - there)}"


def test_every_parameter_is_described_and_no_other(document, app):
    for path in document["paths"]:
        answer = app.get(address(path) + "?no-such-parameter=1")
        assert answer.status_code == 400, f"{path} takes any parameter: call parse_no_query, or a parser, in its route"
        reason = json.loads(answer.body)["errors"][0]["reason"]
        taken = set(reason.partition("known are ")[2].split(", ")) - {""}
        described = documented_parameters(document, path)
        assert taken == described, f"{path} takes {sorted(taken)}, and its description says {sorted(described)}"


def test_the_examples_are_right(document, app):
    """All examples of a path together are a good question."""
    known = document["components"]["parameters"]
    for path in document["paths"]:
        examples = {name: known[name].get("example") for name in documented_parameters(document, path)}
        query = "&".join(
            f"{name}={','.join(value) if isinstance(value, list) else value}"
            for name, value in examples.items()
            if value is not None
        )
        assert app.get(f"{address(path)}?{query}").status_code == 200, (path, query)


def test_the_codes_are_those_of_the_vocabularies(document):
    meals = document["components"]["parameters"]["meal"]["schema"]["items"]["enum"]
    assert meals == sorted(concept.code for concept in vocabularies.load("meals").concepts)


def test_who_answers_and_under_which_terms(document, app):
    info = document["info"]
    assert info["contact"]["email"] == "dados@example.org"
    assert info["version"] == "1.0"
    assert document["servers"] == [{"url": "http://test.ckan.net"}]


def test_the_index_leads_to_everything(network, app, document):
    answer = app.get(PREFIX, status=200)
    index = json.loads(answer.body)
    assert index["openapi"] == "http://test.ckan.net" + PREFIX + "/openapi.json"
    assert f'<{index["openapi"]}>; rel="service-desc"' in answer.headers["Link"]
    paths = {re.sub(r"{\?[^}]*}", "", link["href"]).removeprefix("http://test.ckan.net") for link in index["links"]}
    assert paths == set(document["paths"])
    (search,) = [link["href"] for link in index["links"] if "{?q," in link["href"]]
    assert search.endswith("/schools{?q,near,radius,dre,type,limit,cursor}")


def test_head_and_options_everywhere(document, app):
    client = app.flask_app.test_client()
    for path in document["paths"]:
        got, head = client.get(address(path)), client.head(address(path))
        assert (head.status_code, head.data) == (200, b""), path
        same = ("Content-Type", "Content-Length", "ETag", "Last-Modified", "RateLimit-Policy", "Cache-Control")
        assert [head.headers.get(name) for name in same] == [got.headers.get(name) for name in same], path
        options = client.options(address(path))
        assert (options.status_code, options.headers["Allow"]) == (204, "GET, HEAD, OPTIONS")
        for answer in (got, head, options):
            assert "Set-Cookie" not in answer.headers


def test_conditions(network, app):
    path = f"{PREFIX}/schools/094617/menus"
    plain = app.get(path)
    packed = app.get(path, headers={"Accept-Encoding": "gzip"})
    assert plain.headers["ETag"].startswith('"')
    assert plain.headers["ETag"] != packed.headers["ETag"]
    assert plain.headers["Last-Modified"]
    for condition in (
        plain.headers["ETag"], f'"x", {plain.headers["ETag"]}', f'W/{plain.headers["ETag"]}, "x"', "*",
    ):  # fmt: skip
        known = app.get(path, headers={"If-None-Match": condition})
        assert (known.status_code, known.data) == (304, b""), condition
        assert known.headers["ETag"] == plain.headers["ETag"]
    for condition in ('"x"', plain.headers["ETag"].strip('"'), '""', "W/*", plain.headers["ETag"][:-2] + '"'):
        assert app.get(path, headers={"If-None-Match": condition}).status_code == 200, condition


def test_nothing_changed_is_said_without_a_look_at_the_tables(network, app, monkeypatch):
    path = f"{PREFIX}/schools/094617/menus"
    etag = app.get(path).headers["ETag"]

    def no_reading(*_args):
        raise AssertionError("a table was read")

    monkeypatch.setattr(service, "reading", no_reading)
    assert app.get(path, headers={"If-None-Match": etag}).status_code == 304


@pytest.mark.parametrize(
    ("query", "param"),
    [
        ("limit=2&cursor=AAAU" + "A" * 12, "cursor"),  # forged
        ("limit=2&cursor=" + "A" * 10_000, "cursor"),
        ("limit=2&cursor=%F0%9F%8D%8C", "cursor"),
        ("limit=1&cursor={taken}", "cursor"),  # of another search
        ("q=joao&limit=2&cursor={taken}", "cursor"),
        ("limit=2&cursor={taken}&cursor={taken}", "cursor"),
        ("radius=100", "radius"),
        ("near=nan,nan", "near"),
        ("near=1e999,0", "near"),
        ("near=0,0&radius=inf", "radius"),
        ("limit=%D9%A3", "limit"),  # a digit that is not ASCII
        ("Q=joao", "Q"),
    ],
)
def test_questions_that_are_none(network, app, query, param):
    following = json.loads(app.get(f"{PREFIX}/schools?limit=2").body)["next"]
    taken = following.rpartition("cursor=")[2]
    answer = app.get(f"{PREFIX}/schools?{query.format(taken=taken)}")
    assert answer.status_code == 400
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert param in [error["param"] for error in json.loads(answer.body)["errors"]]


@pytest.mark.parametrize("days", ["start=2016-01-01&end=2025-12-31", "start=2026-01-01&end=2026-03-04"])
def test_too_many_days_are_told_where_to_end(network, app, days):
    answer = app.get(f"{PREFIX}/schools/094617/menus?{days}", status=400)
    (error,) = json.loads(answer.body)["errors"]
    assert error["param"] == "end"
    assert "62 days" in error["reason"]


# -- anything, documented or not

_CHECKS = (
    "not_a_server_error", "status_code_conformance", "content_type_conformance", "response_schema_conformance",
    "response_headers_conformance",
)  # fmt: skip


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
@pytest.mark.parametrize("path", [operation.path for operation in OPERATIONS])
def test_every_answer_fits_whatever_is_asked(document, app, path, mode):
    schema = schemathesis.openapi.from_dict(document)
    schema.app = app.flask_app
    operation = schema[PREFIX + path]["GET"]
    if not document["paths"][PREFIX + path]["get"]["parameters"]:
        mode = GenerationMode.POSITIVE  # nothing to get wrong

    @settings(max_examples=20, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy(generation_mode=mode))
    def ask(case):
        answer = case.call(headers={"Accept-Encoding": "identity"})  # it reads no other
        # A table of this portal that nobody loaded is told with 503, as documented.
        names = _CHECKS[1:] if answer.status_code == 503 and "export" in path else _CHECKS
        case.validate_response(answer, checks=[checks.CHECKS.get_one(name) for name in names])

    ask()
