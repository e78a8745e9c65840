"""A dataset's page as search engines for data read it: Google's fields, and the same as every other form tells."""

import json
import re
from unittest import mock
from urllib.parse import urlsplit

import ckan.plugins as p
import ckantoolkit as tk
import pytest
from ckan.tests import factories
from hypothesis import given
from packages import FULL, SITE, education_packages, stock_packages
from rdflib import Graph, URIRef
from rdflib.namespace import DCTERMS, FOAF, RDF

from ckanext.patiodigital.dcat.core import reading, schema_org
from ckanext.patiodigital.dcat.core.schema_org import LONGEST, SCHEMA, SHORTEST
from ckanext.patiodigital.dcat.core.writing import DCAT, VCARD

SITE_URL = "http://test.ckan.net"


def told(package):
    dataset = reading.read(package, SITE).dataset
    graph = schema_org.dataset_graph(dataset, SITE)
    return graph, URIRef(dataset.uri)


def text(graph, node, *path):
    for predicate in path:
        node = graph.value(node, predicate)
    return str(node)


def test_a_full_dataset_has_all_that_google_recommends():
    graph, node = told(FULL)
    assert text(graph, node, SCHEMA.name) == "Cardápios escolares"
    assert text(graph, node, SCHEMA.description).startswith("O cardápio planejado de cada dia – Conjunto de dados")
    assert text(graph, node, SCHEMA.license) == "https://creativecommons.org/licenses/by/4.0/"
    assert text(graph, node, SCHEMA.creator, SCHEMA.name) == "Secretaria Municipal de Educação"
    assert text(graph, node, SCHEMA.temporalCoverage) == "2025-01-01/2026-12-31"
    assert text(graph, node, SCHEMA.spatialCoverage, SCHEMA.name) == "São Paulo"
    assert text(graph, node, SCHEMA.spatialCoverage, SCHEMA.geo, SCHEMA.box) == "-24.01 -46.83 -23.35 -46.36"
    assert text(graph, node, SCHEMA.isAccessibleForFree) == "true"
    assert text(graph, node, SCHEMA.includedInDataCatalog, SCHEMA.name) == "Dados"
    download = graph.value(node, SCHEMA.distribution)
    assert text(graph, download, SCHEMA.contentUrl) == "https://dados.example.org/cardapios.csv"
    assert text(graph, download, SCHEMA.encodingFormat) == "text/csv"
    assert text(graph, download, SCHEMA.contentSize) == "120 B"
    assert text(graph, download, SCHEMA.sha256) == "ab" * 32


@given(education_packages() | stock_packages())
def test_whatever_was_saved_has_what_google_demands(package):
    graph, node = told(package)
    assert text(graph, node, SCHEMA.name)
    assert SHORTEST <= len(text(graph, node, SCHEMA.description)) <= LONGEST
    for download in graph.subjects(RDF.type, SCHEMA.DataDownload):
        assert urlsplit(text(graph, download, SCHEMA.contentUrl)).scheme in {"http", "https", "ftp"}
    for licence in graph.objects(None, SCHEMA.license):
        assert urlsplit(licence).scheme in {"http", "https"}
    Graph().parse(data=graph.serialize(format="json-ld"), format="json-ld")


def in_page(app, package):
    """What a dataset's page tells programs."""
    token = factories.SysadminWithToken()["token"]
    page = app.get(f"/dataset/{package['name']}", headers={"Authorization": token}).body
    graph = Graph()
    for each in re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL):
        graph.parse(data=each, format="json-ld")
    return page, graph


def test_the_profile_is_set_as_the_list_that_the_library_takes(with_plugins):
    settings = {"ckanext.dcat.structured_data.profiles": ["schemaorg"]}
    with mock.patch.object(p, "plugin_loaded", return_value=True), mock.patch.object(tk, "add_template_directory"):
        p.get_plugin("patiodigital_dcat").update_config(settings)
    assert settings["ckanext.dcat.structured_data.profiles"] == ["patiodigital_schemaorg"]


@pytest.mark.parametrize("private", [False, True])
def test_the_page_holds_it_and_no_title_breaks_out_of_it(app, make, private):
    hostile = "</script><script>alert(1)</script>"
    package = make("aa", title=hostile, private=private)
    page, graph = in_page(app, package)
    assert "<script>alert" not in page
    assert text(graph, URIRef(f"{SITE_URL}/dataset/{package['id']}"), SCHEMA.name) == hostile


def test_every_form_tells_the_same(app, make, renew):
    """Title, licence, dates, contact and the addresses of files, to whichever reader comes."""
    package = make("aa", license_id="cc-by", temporal_start="2026-01-01", temporal_end="2026-12-31")
    renew()
    address, node = package["resources"][0]["url"], URIRef(f"{SITE_URL}/dataset/{package['id']}")
    same = (package["title"], package["metadata_created"][:19], package["metadata_modified"][:19])
    for path in ("/feeds/dcat-ap.ttl", "/feeds/dcat-br.ttl", "/feeds/dcat-us.ttl", "/catalog.ttl", "/dataset/aa.ttl"):
        graph = Graph().parse(data=app.get(path).body, format="turtle")
        dates = (text(graph, node, each)[:19] for each in (DCTERMS.issued, DCTERMS.modified))
        assert (text(graph, node, DCTERMS.title), *dates) == same, path
        assert text(graph, node, DCAT.contactPoint, VCARD.hasEmail) == "mailto:dados@example.org"
        file = graph.value(node, DCAT.distribution)
        assert text(graph, file, DCAT.downloadURL) == address
        assert re.search("(?i)by.4.0", text(graph, file, DCTERMS.license))
        assert "Secretaria Municipal de Educação" in {str(each) for each in graph.objects(None, FOAF.name)}
    _, graph = in_page(app, package)
    dates = (text(graph, node, each)[:19] for each in (SCHEMA.datePublished, SCHEMA.dateModified))
    assert (text(graph, node, SCHEMA.name), *dates) == same
    assert text(graph, node, SCHEMA.publisher, SCHEMA.contactPoint, SCHEMA.email) == "dados@example.org"
    assert text(graph, node, SCHEMA.distribution, SCHEMA.contentUrl) == address
    assert text(graph, node, SCHEMA.license) == "https://creativecommons.org/licenses/by/4.0/"
    (entry,) = json.loads(app.get("/data.json").body)["dataset"]
    assert (entry["title"], entry["issued"][:19], entry["modified"][:19]) == same
    assert entry["contactPoint"]["hasEmail"] == "mailto:dados@example.org"
    assert entry["distribution"][0]["downloadURL"] == address
    assert entry["license"] == "https://creativecommons.org/licenses/by/4.0/"
