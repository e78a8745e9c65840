"""Another CKAN harvests the portal with its libraries' own harvesters, over HTTP, and again after changes."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from werkzeug.serving import make_server

PROGRAM = Path(__file__).with_name("second_site.py")
ADDRESS = 'https://dados.example.org/cardapio 2026/ç.csv?a=1&b="<2>"'
#: How the URI of a licence ends: of the European authority, and the licence's own.
LICENCES = {
    "cc-by": ("CC_BY_4_0", "licenses/by/4.0/"),
    "cc-zero": ("CC0", "publicdomain/zero/1.0/"),
}


class SecondSite:
    """Another CKAN site in a process of its own, with databases of its own."""

    def __init__(self) -> None:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("CKAN_")}
        ours, redis = urlsplit(os.environ["CKAN_SQLALCHEMY_URL"]), urlsplit(os.environ["CKAN_REDIS_URL"])
        database = ours._replace(path=f"{ours.path}_second")
        redis = redis._replace(path=f"/{int(redis.path[1:]) + 1}")
        self._process = subprocess.Popen(  # noqa: S603 (our own program)
            [sys.executable, str(PROGRAM)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={
                **environment,
                "CKAN_SQLALCHEMY_URL": database.geturl(),
                "CKAN_REDIS_URL": redis.geturl(),
                "CKAN_SOLR_URL": os.environ["CKAN_SOLR_URL"],
            },
        )

    def add_source(self, address: str, kind: str) -> str:
        """Add a harvest source of a type (``dcat_rdf``, ``ckan``); its id."""
        return str(self._ask(do="add_source", address=address, kind=kind))

    def harvest(self, source: str) -> dict[str, Any]:
        """Harvest a source; the ``errors``, and its datasets (``packages``) afterwards by title."""
        answer: dict[str, Any] = self._ask(do="harvest", source=source)
        return answer

    def close(self) -> None:
        """End the process."""
        self._process.communicate(timeout=30)

    def _ask(self, **question: str) -> Any:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(question) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        assert answer, "The second site ended: see what it said on standard error"
        return json.loads(answer)


@pytest.fixture(scope="module")
def second_site():
    site = SecondSite()
    yield site
    site.close()


@pytest.fixture
def port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@pytest.fixture
def portal(ckan_config, monkeypatch, port, department, make_app):
    """The portal's address, which is its own setting as well: pages lead on to it."""
    address = f"http://127.0.0.1:{port}"
    monkeypatch.setitem(ckan_config, "ckan.site_url", address)
    monkeypatch.setitem(ckan_config, "ckanext.dcat.datasets_per_page", 2)
    server = make_server("127.0.0.1", port, make_app().flask_app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield address
    server.shutdown()
    thread.join()


def extra(package, key):
    return {each["key"]: each["value"] for each in package["extras"]}[key]


def seconds(instant):
    return instant[:19]


def wait_for_other_feeds(portal, tag):
    """Until the feeds are no longer those of an entity tag: within the five seconds that they may take."""
    last = time.monotonic() + 5
    while time.monotonic() < last:
        answer = requests.get(f"{portal}/feeds/changes.atom", headers={"If-None-Match": tag}, timeout=10)
        if answer.status_code != 304:
            return
    pytest.fail("The feeds do not tell the change")


@pytest.mark.parametrize("path", ["/feeds/dcat-ap.ttl", "/feeds/dcat-br.rdf", "/feeds/dcat-us.jsonld", "/catalog.ttl"])
def test_a_ckan_site_harvests_our_datasets_and_sees_changes_and_deletions(second_site, portal, make, act, renew, path):
    ours = {
        name: make(
            name,
            title=f"Dados {name}: “merenda” & afins",
            license_id=licence,
            resources=[
                {"url": ADDRESS, "format": "CSV", "name": "Tabela", "description": "O ano inteiro"},
                {"url": "https://dados.example.org/guia.pdf", "format": "PDF", "name": "Guia"},
            ],
        )
        for name, licence in (("aa", "cc-by"), ("bb", "cc-zero"), ("cc", "cc-by"))
    }
    make("dd", private=True)
    assert renew() == (3, 0, 0)

    source = second_site.add_source(portal + path, "dcat_rdf")
    seen = second_site.harvest(source)
    assert seen["errors"] == []
    assert seen["packages"].keys() == {package["title"] for package in ours.values()}
    for package in ours.values():
        theirs = seen["packages"][package["title"]]
        assert theirs["notes"] == package["notes"]
        assert extra(theirs, "uri") == f"{portal}/dataset/{package['id']}"
        assert seconds(extra(theirs, "issued")) == seconds(package["metadata_created"])
        assert seconds(extra(theirs, "modified")) == seconds(package["metadata_modified"])
        assert extra(theirs, "contact_email") == "dados@example.org"
        assert extra(theirs, "publisher_name") == "Secretaria Municipal de Educação"
        table, guide = sorted(theirs["resources"], key=lambda each: each["name"], reverse=True)
        assert table["url"] == "https://dados.example.org/cardapio%202026/%C3%A7.csv?a=1&b=%22%3C2%3E%22"
        assert (table["name"], table["description"], guide["name"]) == ("Tabela", "O ano inteiro", "Guia")
        # The library takes the URI of a format for its label.
        assert table["format"].upper().endswith("CSV")
        assert guide["format"].upper().endswith("PDF")
        for resource in (table, guide):
            assert resource["license"].endswith(LICENCES[package["license_id"]])

    tag = requests.get(f"{portal}/feeds/changes.atom", timeout=10).headers["ETag"]
    act("package_patch", id="aa", title="Dados com título novo", license_id="cc-zero")
    act("package_delete", id="bb")
    act("package_patch", id="cc", private=True)
    assert renew() == (1, 2, 0)
    wait_for_other_feeds(portal, tag)

    again = second_site.harvest(source)
    assert again["errors"] == []
    changed = again["packages"].pop("Dados com título novo")
    assert changed["id"] == seen["packages"][ours["aa"]["title"]]["id"]
    assert changed["resources"][0]["license"].endswith(LICENCES["cc-zero"])
    assert again["packages"] == {}


def test_a_ckan_site_harvests_our_datasets_over_the_action_api(second_site, portal, make, renew):
    """The way of Brazil's federal portal with other CKAN portals."""
    ours = make("aa", license_id="cc-by", tag_string="merenda,escola")
    make("bb", private=True)
    renew()
    seen = second_site.harvest(second_site.add_source(portal, "ckan"))
    assert seen["errors"] == []
    theirs = seen["packages"].pop(ours["title"])
    assert seen["packages"] == {}
    told = ("id", "name", "title", "notes", "license_id", "maintainer_email")
    assert {key: theirs[key] for key in told} == {key: ours[key] for key in told}
    assert {tag["name"] for tag in theirs["tags"]} == {"merenda", "escola"}
    assert [each["url"] for each in theirs["resources"]] == [each["url"] for each in ours["resources"]]
