"""DCAT-US 3.0 and Project Open Data 1.1 in JSON: by the published schemas, and the same as the RDF."""

import json
from dataclasses import replace

import pytest
import rdflib
import us_schemas
from hypothesis import HealthCheck, given, settings
from packages import SITE, education_packages, stock_packages
from rdflib import Graph, URIRef
from rdflib.namespace import DCTERMS, FOAF, SKOS

from ckanext.patiodigital.dcat.core import crosswalk, data_json, dcat_us_json, editions, fragments, reading, writing
from ckanext.patiodigital.dcat.core.values import Moment
from ckanext.patiodigital.dcat.core.writing import ADMS, DCAT, DCATUS, SPDX, VCARD

US, POD = "schema.json", "pod-catalog.json"
MAKES = {US: dcat_us_json, POD: data_json}
WHEN = (Moment("2026-01-01T10:00:00Z", "dateTime"), Moment("2026-02-01T10:00:00Z", "dateTime"))
FULL = {
    "id": "d1",
    "name": "cardapios",
    "title": "Cardápios “escolares” & <b>",
    "notes": "O cardápio planejado\nde cada dia",
    "organization": {"id": "o1", "name": "sme", "title": "Secretaria Municipal de Educação"},
    "responsible_unit": "SME/CODAE",
    "subject": ["alimentacao"],
    "frequency": "daily",
    "maintainer": "Núcleo de dados",
    "maintainer_email": "dados@example.org",
    "license_id": "cc-by",
    "access_rights": "restricted",
    "language": ["pt", "en"],
    "temporal_start": "2025",
    "temporal_end": "2026-12-31",
    "issued": "2026-01",
    "metadata_created": "2026-01-01T10:00:00.123456",
    "metadata_modified": "2026-02-01T10:00:00",
    "tags": [{"name": "merenda"}, {"name": "escola"}],
    "caveats": "É o planejado, não o servido",
    "provenance": "Do sistema da alimentação",
    "version": "2",
    "url": "https://ex.org/sobre",
    "conforms_to": ["https://ex.org/norma"],
    "alternate_identifier": ["x-9"],
    "related_resource": ["https://ex.org/outro"],
    "in_series": ["s1"],
    "resources": [
        {
            "id": "r1",
            "name": "Cardápios",
            "description": "Uma linha por preparação",
            "format": "CSV",
            "url": "https://dados.example.org/cardapios.csv",
            "table_schema": "menus/1",
            "datastore_active": True,
            "url_type": "upload",
            "size": 120,
            "hash": "ab" * 32,
            "created": "2026-01-01T10:00:00",
            "data_version": "2026-02-01T08:00:00.5Z",
        },
        {
            "id": "r2",
            "name": "Escolas",
            "description": "Uma linha por escola",
            "format": "Planilha do Fulano",
            "url": "https://ex.org/escolas.ods?x=1",
            "download_url": "https://ex.org/escolas.bin",
            "license": "https://ex.org/licenca",
        },
        {"id": "r3", "name": "Painel", "url": "https://ex.org/painel", "format": "HTML", "rights": "Só para ver"},
    ],
}


def described(package, site=SITE):
    return reading.read(package, site).dataset


def feed(name, *packages, site=SITE):
    """The feed that a schema is of, as a reader has it."""
    made = (MAKES[name].dataset(described(package, site), site) for package in packages)
    parts = [fragments.plain(each) if each else b"" for each in made]
    return json.loads(b"".join(fragments.joined(parts, fragments.around(MAKES[name].catalog(site, *WHEN), "dataset"))))


# -- by the schemas


@pytest.mark.parametrize("name", [US, POD])
def test_a_feed_of_none_one_or_more_datasets_is_valid(name):
    for many in range(4):
        found = feed(name, *({**FULL, "id": f"d{n}"} for n in range(many)))
        assert len(found["dataset"]) == many
        assert us_schemas.errors(found, name) == []


@pytest.mark.parametrize("name", [US, POD])
@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(package=education_packages())
def test_whatever_the_forms_save_is_valid_and_in_the_feed(name, package):
    found = feed(name, package)
    assert us_schemas.errors(found, name) == []
    assert [each["title"] for each in found["dataset"]] == [described(package).title]


@pytest.mark.parametrize("name", [US, POD])
@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(package=stock_packages())
def test_whatever_stands_in_a_stock_dataset_is_valid_and_in_the_feed(name, package):
    found = feed(name, package, FULL)
    assert us_schemas.errors(found, name) == []
    assert len(found["dataset"]) == 2


def test_each_exception_is_needed_and_the_schemas_refuse_nothing_else():
    odd = {**FULL, "maintainer_email": "a/b@localhost"}
    assert us_schemas.errors(feed(US, odd), US) == us_schemas.errors(feed(POD, odd), POD) == []
    assert us_schemas.errors(feed(POD, FULL), POD, as_published=True) == []
    for name, package, field in ((US, FULL, "keyword"), (US, odd, "hasEmail"), (POD, odd, "hasEmail")):
        assert any(field in line for line in us_schemas.errors(feed(name, package), name, as_published=True))
    plain = feed(US, FULL)
    plain["dataset"][0]["keyword"] = "merenda"
    assert us_schemas.errors(plain, US, as_published=True) == []


@pytest.mark.parametrize(
    ("name", "path", "wrong"),
    [
        (US, ("dataset", 0, "keyword"), "uma só"),
        (US, ("dataset", 0, "keyword"), [1]),
        (US, ("dataset", 0, "modified"), "ontem"),
        (US, ("dataset", 0, "modified"), "2026-13-01"),
        (US, ("dataset", 0, "identifier"), "d1"),
        (US, ("dataset", 0, "publisher"), {"name": "SME"}),
        (US, ("dataset", 0, "contactPoint", 0, "hasEmail"), "dados@example.org"),
        (US, ("dataset", 0, "distribution", 0, "downloadURL"), "cardapios.csv"),
        (US, ("dataset", 0, "distribution", 0, "byteSize"), 120),
        (US, ("dataset", 0, "temporal", 0, "startDate"), 2025),
        (US, ("title",), None),
        (POD, ("dataset", 0, "keyword"), []),
        (POD, ("dataset", 0, "modified"), "ontem"),
        (POD, ("dataset", 0, "modified"), None),
        (POD, ("dataset", 0, "accessLevel"), "restricted"),
        (POD, ("dataset", 0, "contactPoint", "hasEmail"), "dados@example.org"),
        (POD, ("dataset", 0, "publisher"), {"@type": "org:Organization"}),
        (POD, ("dataset", 0, "distribution", 0, "mediaType"), None),
        (POD, ("dataset", 0, "distribution", 0, "accessURL"), "cardapios.csv"),
        (POD, ("dataset", 0, "description"), "a" * 10_001),
        (POD, ("conformsTo",), "https://ex.org/"),
    ],
)
def test_the_schemas_find_fault_where_there_is_one(name, path, wrong):
    document = feed(name, FULL)
    holder = document
    for step in path[:-1]:
        holder = holder[step]
    assert path[-1] in holder
    holder[path[-1]] = wrong
    assert us_schemas.errors(document, name)


# -- the same as the RDF


def parsed(text, form):
    """A graph, with its dates as they are written and not as rdflib would write them."""
    rdflib.NORMALIZE_LITERALS = False
    try:
        return Graph().parse(data=text, format=form)
    finally:
        rdflib.NORMALIZE_LITERALS = True


def rdf(package, site=SITE):
    """The profile's Turtle, read back."""
    graph = writing.dataset_graph(described(package, site), site, crosswalk.load("dcat_us"))
    parts = [fragments.part(graph, "ttl")]
    return parsed(b"".join(editions.whole(("dcat_us", "ttl"), site, parts, *WHEN)), "turtle")


def texts(graph, subject, predicate):
    return sorted(str(each) for each in graph.objects(URIRef(subject), predicate))


def one(graph, subject, predicate):
    return next(iter(texts(graph, subject, predicate)), None)


def assert_same(package, site=SITE):
    """Titles, licences, dates, contacts and file addresses of both kinds of JSON are the RDF's."""
    graph, said = rdf(package, site), described(package, site)
    us, pod = (feed(name, package, site=site)["dataset"][0] for name in (US, POD))
    uri = said.uri
    for each in (us, pod):
        for name, predicate in (("title", DCTERMS.title), ("issued", DCTERMS.issued), ("modified", DCTERMS.modified)):
            assert each.get(name) == one(graph, uri, predicate)
    assert us["description"] == one(graph, uri, DCTERMS.description)
    assert us["identifier"] == [pod["identifier"]] == texts(graph, uri, DCTERMS.identifier)
    assert sorted(us.get("keyword", [])) == texts(graph, uri, DCAT.keyword)
    assert [us["accrualPeriodicity"]] == texts(graph, uri, DCTERMS.accrualPeriodicity)
    publisher = one(graph, uri, DCTERMS.publisher)
    assert us["publisher"]["name"] == pod["publisher"]["name"] == one(graph, publisher, FOAF.name)
    contact = one(graph, uri, DCAT.contactPoint)
    for each in (us["contactPoint"][0], pod["contactPoint"]):
        assert (each["fn"], each["hasEmail"]) == (one(graph, contact, VCARD.fn), one(graph, contact, VCARD.hasEmail))
    assert us["landingPage"]["@id"] == pod["landingPage"] == one(graph, uri, DCAT.landingPage)
    dictionary = one(graph, uri, DCATUS.describedBy)
    assert us["describedBy"]["accessURL"] == pod["describedBy"] == one(graph, dictionary, DCAT.accessURL)
    assert sorted(each["@id"] for each in us.get("distribution", [])) == texts(graph, uri, DCAT.distribution)
    files = [each for each in pod.get("distribution", []) if each.get("format") != "API"]
    for plain, old in zip(us.get("distribution", []), files, strict=True):
        node = plain["@id"]
        assert plain["title"] == old["title"] == one(graph, node, DCTERMS.title)
        assert plain["accessURL"] == old["accessURL"] == one(graph, node, DCAT.accessURL)
        assert plain.get("downloadURL") == old.get("downloadURL") == one(graph, node, DCAT.downloadURL)
        assert plain.get("license") == old.get("license", pod.get("license")) == one(graph, node, DCTERMS.license)
        assert plain.get("issued") == one(graph, node, DCTERMS.issued)
        assert plain.get("modified") == one(graph, node, DCTERMS.modified)
        assert plain.get("mediaType") == one(graph, node, DCAT.mediaType)
        assert plain.get("format") == one(graph, node, DCTERMS["format"])
        assert plain.get("byteSize") == one(graph, node, DCAT.byteSize)


def test_a_full_dataset_is_the_same_in_all_forms():
    assert_same(FULL)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(package=education_packages())
def test_whatever_the_forms_save_is_the_same_in_all_forms(package):
    assert_same(package)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(package=stock_packages())
def test_a_stock_dataset_is_the_same_in_all_forms(package):
    assert_same(package)


def test_the_catalogue_is_the_same():
    graph, us = rdf(FULL), feed(US)
    assert us["@id"] == SITE.base
    for name, predicate in (
        ("title", DCTERMS.title), ("description", DCTERMS.description), ("license", DCTERMS.license),
        ("issued", DCTERMS.issued), ("modified", DCTERMS.modified),
    ):  # fmt: skip
        assert us[name] == one(graph, SITE.base, predicate)
    assert us["publisher"]["name"] == one(graph, SITE.publisher.uri, FOAF.name)
    assert us["homepage"]["@id"] == one(graph, SITE.base, FOAF.homepage)


def test_with_its_published_context_the_json_is_the_graph_of_the_profile():
    """All that the JSON states stands in the RDF, but for two that the schema wants. Languages are not compared."""
    document = feed(US, FULL)
    document["@context"] = us_schemas.published("context.jsonld")["@context"]
    read, graph = parsed(json.dumps(document), "json-ld"), rdf(FULL)
    held = {(s, p, str(o)) for s, p, o in graph}
    stated = {(s, p, str(o)) for s, p, o in read}
    boxes = set(read.objects(None, DCATUS.geographicBoundingBox))
    more = {(s, p, o) for s, p, o in stated - held if s not in boxes and p != DCATUS.geographicBoundingBox}
    wrong_org = "http://www.w3c.org/ns/org#"
    assert {(p, o) for _, p, o in more} == {
        (URIRef("http://www.w3.org/1999/02/22-rdf-syntax-ns#type"), f"{wrong_org}Organization"),
        (SKOS.prefLabel, "Secretaria Municipal de Educação"),
    }
    predicates = {p for _, p, _ in held}
    lost = predicates - {p for _, p, _ in stated}
    assert lost == {
        DCTERMS.type, FOAF.mbox, DCAT.bbox, DCAT.centroid, DCAT.themeTaxonomy, VCARD.hasURL,
    }  # fmt: skip
    assert {ADMS.identifier, SPDX.checksum, DCAT.accessService, DCTERMS.rights} <= predicates


# -- what each says in its own way


def test_bytes_of_no_known_type_a_foreign_licence_and_apis_in_data_json():
    entry = feed(POD, FULL)["dataset"][0]
    table, sheet, page, *apis = entry["distribution"]
    assert entry["license"] == "https://creativecommons.org/licenses/by/4.0/"
    assert (table["mediaType"], table["format"], "license" in table) == ("text/csv", "CSV", False)
    assert (sheet["mediaType"], sheet["license"]) == (
        "application/vnd.oasis.opendocument.spreadsheet",
        "https://ex.org/licenca",
    )
    assert "downloadURL" not in page
    assert [each["accessURL"] for each in apis] == [
        "https://dados.example.org/api/3/action/datastore_search?resource_id=r1",
        "https://dados.example.org/api/menus/v1/schools",
    ]
    unknown = {**FULL, "resources": [{"id": "r1", "url": "https://ex.org/a", "download_url": "https://ex.org/b"}]}
    assert feed(POD, unknown)["dataset"][0]["distribution"][0]["mediaType"] == "application/octet-stream"


def test_data_json_speaks_its_own_codes_and_makes_up_none_of_an_agency():
    entry = feed(POD, FULL)["dataset"][0]
    assert entry["accessLevel"] == "restricted public"
    assert entry["accrualPeriodicity"] == "R/P1D"
    assert entry["language"] == ["pt-BR", "en"]
    assert entry["temporal"] == "2025-01-01/2026-12-31"
    assert entry["spatial"] == "São Paulo"
    assert entry["theme"] == ["Educação, cultura e desporto"]
    assert not {"bureauCode", "programCode", "primaryITInvestmentUII", "dataQuality"} & set(entry)
    assert "temporal" not in feed(POD, {**FULL, "temporal_end": None})["dataset"][0]


@pytest.mark.parametrize(
    ("start", "end", "days"),
    [
        ("2025", "2025", "2025-01-01/2025-12-31"),
        ("2024-02", "2024-02", "2024-02-01/2024-02-29"),
        ("2024-01-05", "2024-12", "2024-01-05/2024-12-31"),
        ("2024-01-05T10:00:00", "2024-01-05T11:30:00Z", "2024-01-05/2024-01-05"),
    ],
)
def test_the_period_in_data_json_is_in_whole_days(start, end, days):
    found = feed(POD, {**FULL, "temporal_start": start, "temporal_end": end})
    assert found["dataset"][0]["temporal"] == days
    assert us_schemas.errors(found, POD) == []


def test_where_there_is_no_keyword_data_json_names_the_theme_or_who_publishes():
    bare = {key: value for key, value in FULL.items() if key not in {"tags", "subject"}}
    assert feed(POD, bare)["dataset"][0]["keyword"] == ["Secretaria Municipal de Educação"]
    health = {**bare, "theme": ["http://publications.europa.eu/resource/authority/data-theme/HEAL"]}
    assert feed(POD, health)["dataset"][0]["keyword"] == ["Saúde"]
    assert "keyword" not in feed(US, bare)["dataset"][0]


def test_without_any_address_to_write_to_dcat_us_names_the_contact_and_data_json_leaves_the_dataset_out():
    silent = replace(SITE, publisher=replace(SITE.publisher, email=None))
    nobody = {**FULL, "maintainer_email": ""}
    us, pod = (feed(name, nobody, FULL, site=silent) for name in (US, POD))
    assert us_schemas.errors(us, US) == us_schemas.errors(pod, POD) == []
    assert us["dataset"][0]["contactPoint"] == ["https://dados.example.org/dataset/d1#contact"]
    assert [each["contactPoint"]["hasEmail"] for each in pod["dataset"]] == ["mailto:dados@example.org"]


def test_what_is_too_long_for_data_json_is_cut_and_too_long_rights_are_left_out():
    long = {**FULL, "notes": "ab" * 6_000, "caveats": "cd" * 200, "tags": [{"name": "ef" * 900}]}
    found = feed(POD, long)
    entry = found["dataset"][0]
    assert us_schemas.errors(found, POD) == []
    assert (len(entry["description"]), entry["description"][-1]) == (10_000, "…")
    assert "rights" not in entry
    assert feed(POD, FULL)["dataset"][0]["rights"] == FULL["caveats"]


def test_a_rectangle_is_told_in_both():
    area = {
        **FULL,
        "spatial_uri": "https://ex.org/lugar",
        "spatial_bbox": "POLYGON((-47 -24, -46 -24, -46 -23, -47 -24))",
    }
    assert feed(POD, area)["dataset"][0]["spatial"] == "-47,-24,-46,-23"
    assert feed(US, area)["dataset"][0]["geographicBoundingBox"] == [
        {
            "@type": "dcat-us:GeographicBoundingBox",
            "westBoundingLongitude": "-47",
            "southBoundingLatitude": "-24",
            "eastBoundingLongitude": "-46",
            "northBoundingLatitude": "-23",
        }
    ]


def test_a_resource_with_only_a_page_for_a_licence_has_not_its_datasets_code():
    """The licence of the page, in RDF as well."""
    for profile in crosswalk.PROFILES:
        graph = writing.dataset_graph(described(FULL), SITE, crosswalk.load(profile))
        assert (
            one(graph, "https://dados.example.org/dataset/d1/resource/r2", DCTERMS.license) == "https://ex.org/licenca"
        )


def test_the_editions_put_together_the_same():
    parts = editions.parts(described(FULL), SITE)
    assert parts == editions.parts(described(FULL), SITE)
    assert set(parts) == set(editions.EDITIONS)
    for name, edition in ((US, ("dcat_us", "json")), (POD, ("data_json", "json"))):
        text = b"".join(editions.whole(edition, SITE, [parts[edition]] * 2, *WHEN))
        assert json.loads(text) == feed(name, FULL, FULL)
    silent = replace(described(FULL), modified=None, issued=None)
    assert editions.parts(silent, SITE)["data_json", "json"] == b""
