"""``/feeds/dcat-us.json`` and ``/data.json`` on CKAN's real app behind the edge."""

import json

import pytest
import us_schemas
from ckan.tests import factories
from rdflib import Graph, URIRef
from rdflib.namespace import DCTERMS

from ckanext.patiodigital.dcat import config, store, views
from ckanext.patiodigital.dcat.core import values
from ckanext.patiodigital.dcat.core.writing import DCAT
from ckanext.patiodigital.edge.core import version

US, POD = "/feeds/dcat-us.json", "/data.json"
SCHEMAS = {US: "schema.json", POD: "pod-catalog.json"}
both = pytest.mark.parametrize("path", [US, POD])


@pytest.fixture
def get(app, department, monkeypatch):
    """Ask for a feed, of which the edge sees each change at once."""
    monkeypatch.setattr(version, "READ_EVERY", 0)

    def ask(path, status=200, **headers):
        answer = app.get(path, status=status, headers=headers, follow_redirects=False)
        assert "Set-Cookie" not in answer.headers
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        return answer

    return ask


def read(answer, path):
    assert answer.headers["Content-Type"] == "application/json"
    document = json.loads(answer.data)
    assert us_schemas.errors(document, SCHEMAS[path]) == []
    return document


def titles(answer, path):
    return sorted(each["title"] for each in read(answer, path)["dataset"])


@both
def test_an_empty_catalogue_is_a_valid_feed(get, renew, path):
    renew()
    assert titles(get(path), path) == []


@both
def test_public_datasets_are_in_it_and_no_others(get, make, act, renew, path):
    for name in ("aa", "bb", "cc"):
        make(name)
    make("secret", private=True)
    make("draft", state="draft")
    act("package_delete", id="cc")
    renew()
    assert titles(get(path), path) == ["Dados aa", "Dados bb"]


@both
def test_it_follows_the_catalogue_and_is_not_sent_again_where_nothing_changed(get, make, act, renew, path):
    make("aa")
    renew()
    known = {"If-None-Match": get(path).headers["ETag"]}
    assert get(path, status=304, **known).data == b""
    act("package_patch", id="aa", title="Outro título")
    renew()
    assert titles(get(path, **known), path) == ["Outro título"]
    act("package_delete", id="aa")
    renew()
    assert titles(get(path), path) == []


def test_all_forms_say_the_same(get, make, renew):
    package = make("aa", license_id="cc-by", title="Dados “aa” & <b>")
    renew()
    graph = Graph().parse(data=get("/feeds/dcat-us.ttl").data, format="turtle")
    node = URIRef(f"http://test.ckan.net/dataset/{package['id']}")
    us, pod = (read(get(path), path)["dataset"][0] for path in (US, POD))
    assert us["@id"] == str(node)
    assert us["title"] == pod["title"] == str(graph.value(node, DCTERMS.title)) == package["title"]
    assert us["contactPoint"][0]["hasEmail"] == pod["contactPoint"]["hasEmail"] == "mailto:dados@example.org"
    file = graph.value(node, DCAT.distribution)
    assert us["distribution"][0]["@id"] == str(file)
    links = [each["distribution"][0]["downloadURL"] for each in (us, pod)]
    assert links == [str(graph.value(file, DCAT.downloadURL))] * 2 == ["https://ex.org/aa.csv"] * 2
    licence = "https://creativecommons.org/licenses/by/4.0/"
    assert us["distribution"][0]["license"] == pod["license"] == str(graph.value(file, DCTERMS.license)) == licence


def test_a_dataset_of_which_data_json_cannot_speak_is_in_the_others(get, make, renew, monkeypatch):
    """One without any address to write to, as it was before this plugin came, on a portal without one."""
    monkeypatch.setattr(config, "contact_email", lambda: "")
    monkeypatch.setattr(values, "email", lambda _: None)
    package = make("aa")
    assert renew() == (1, 0, 0)
    assert titles(get(US), US) == ["Dados aa"]
    assert titles(get(POD), POD) == []
    record = store.record(package["id"])
    assert (record.state, record.error) == ("listed", None)
    assert ("unusable", "maintainer_email") in {(each["kind"], each["field"]) for each in record.gaps}


def test_every_feed_that_is_named_is_there_and_no_other(get, renew):
    renew()
    names = views.names()
    assert {US, POD} <= set(names)
    assert len(set(names)) == len(names)
    for name in names:
        get(name)
    assert all(name in json.loads(get("/feeds/dcat-ap.json", status=404).data)["detail"] for name in names)
    for path in ("/feeds/dcat-us.csv", "/feeds/data-json.json", "/feeds/dcat-x.json"):
        get(path, status=404)


@both
def test_it_is_the_same_whatever_the_query_the_language_or_the_reader(get, make, renew, app, path):
    make("aa")
    renew()
    plain = get(path).data
    assert get(f"{path}?utm_source=x&q=1").data == get(f"/en{path}").data == plain
    assert app.get(path, environ_overrides={"REMOTE_USER": factories.Sysadmin()["name"]}).data == plain
