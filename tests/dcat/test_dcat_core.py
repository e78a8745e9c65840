"""From a package to RDF, judged by the published shapes: whatever was saved, in every profile and form."""

import pytest
import rdflib
from hypothesis import HealthCheck, Phase, given, settings
from packages import FULL, SITE, education_packages, stock_packages
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, RDF, RDFS

from ckanext.patiodigital.dcat.core import crosswalk, fragments, reading, shapes, values, writing
from ckanext.patiodigital.dcat.core.writing import DCAT

#: Without shrinking: judging an example takes a quarter of a second.
PHASES = (Phase.explicit, Phase.reuse, Phase.generate)
PARSERS = {"nt": "nt", "ttl": "turtle", "rdf": "xml", "jsonld": "json-ld"}


def graph_of(package, profile):
    walk = crosswalk.load(profile)
    dataset = reading.read(package, SITE).dataset
    return writing.dataset_graph(dataset, SITE, walk) + writing.catalog_graph(SITE, walk, None, None)


def judged(package, profile, *severities):
    found = shapes.findings(graph_of(package, profile), profile)
    return [each for each in found if each.severity in severities]


def value(graph, subject, predicate):
    return graph.value(URIRef(subject), predicate)


@pytest.mark.parametrize("profile", crosswalk.PROFILES)
def test_a_full_dataset_has_no_violation_and_under_dcat_br_no_warning(profile):
    assert judged(FULL, profile, "Violation") == []
    if profile == "dcat_br":
        assert judged(FULL, profile, "Warning") == []
    assert reading.read(FULL, SITE).gaps == ()


def test_the_only_warnings_of_dcat_ap_are_of_publishers_that_are_no_european_body():
    assert {each.path for each in judged(FULL, "dcat_ap", "Warning")} == {str(DCTERMS.publisher)}


def test_the_shapes_do_find_fault_where_there_is_one():
    for profile, predicate in (
        ("dcat_ap", DCTERMS.title),
        ("dcat_br", DCTERMS.accessRights),
        ("dcat_us", DCTERMS.description),
    ):
        graph = graph_of(FULL, profile)
        graph.remove((URIRef("https://dados.example.org/dataset/d1"), predicate, None))
        assert [each.path for each in shapes.findings(graph, profile) if each.severity == "Violation"] == [
            str(predicate)
        ]
    graph = graph_of(FULL, "dcat_ap")
    graph.set((URIRef("https://dados.example.org/dataset/d1"), DCTERMS.accrualPeriodicity, Literal("daily")))
    assert "Violation" in {each.severity for each in shapes.findings(graph, "dcat_ap")}


# The issue's own number: whatever the forms can save, 500 of it.
@pytest.mark.parametrize("profile", crosswalk.PROFILES)
@settings(max_examples=170, deadline=None, suppress_health_check=[HealthCheck.too_slow], phases=PHASES)
@given(package=education_packages())
def test_whatever_the_forms_save_has_no_violation(profile, package):
    assert judged(package, profile, "Violation") == []


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow], phases=PHASES)
@given(package=education_packages())
def test_each_warning_of_dcat_br_is_a_gap_that_is_told(package):
    told = {gap.field for gap in reading.read(package, SITE).gaps}
    fields = {
        "temporal": "temporal_start",
        "startDate": "temporal_start",
        "endDate": "temporal_end",
        "distribution": "resources",
        "format": "format",
        "byteSize": "size",
        "bbox": "spatial_text",
        "centroid": "spatial_text",
    }
    for each in judged(package, "dcat_br", "Warning"):
        assert fields[each.path.replace("#", "/").rpartition("/")[2]] in told, each


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow], phases=PHASES)
@given(package=stock_packages())
def test_whatever_stands_in_a_stock_dataset_becomes_rdf_that_every_reader_reads(package):
    for profile in crosswalk.PROFILES:
        graph = writing.dataset_graph(reading.read(package, SITE).dataset, SITE, crosswalk.load(profile))
        assert not any(isinstance(term, rdflib.BNode) for triple in graph for term in triple)
        whole = Graph()
        whole += graph
        lines = set(fragments.part(graph, "nt").splitlines())
        for form, parser in PARSERS.items():
            text = b"".join(fragments.document([fragments.part(graph, form)], form))
            read = Graph().parse(data=text, format=parser)
            assert len(read) == len(graph), form
            assert len(lines) == len(graph)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow], phases=PHASES)
@given(package=stock_packages())
def test_what_a_stock_dataset_violates_is_a_gap_that_is_told(package):
    """It may lack what only a person can know: a licence."""
    fields = {gap.field for gap in reading.read(package, SITE).gaps}
    for profile in crosswalk.PROFILES:
        for each in judged(package, profile, "Violation"):
            assert each.path == str(DCTERMS.license), each
            assert "license_id" in fields


@pytest.mark.parametrize("form", fragments.FORMS)
def test_a_feed_is_one_document_whatever_its_parts(form):
    walk = crosswalk.load("dcat_ap")
    others = [{**FULL, "id": f"d{n}", "name": f"n{n}"} for n in range(2, 5)]
    graphs = [writing.dataset_graph(reading.read(package, SITE).dataset, SITE, walk) for package in [FULL, *others]]
    head = writing.catalog_graph(SITE, walk, None, None)
    text = b"".join(fragments.document([fragments.part(graph, form) for graph in (head, *graphs)], form))
    read = Graph().parse(data=text, format=PARSERS[form])
    together = head
    for graph in graphs:
        together = together + graph
    assert {(str(s), str(p)) for s, p, _ in read} == {(str(s), str(p)) for s, p, _ in together}
    assert len(read) == len(together)
    assert len(list(read.objects(URIRef(SITE.base), DCAT.dataset))) == 4


def test_an_empty_feed_is_a_document():
    for form, parser in PARSERS.items():
        assert len(Graph().parse(data=b"".join(fragments.document([], form)), format=parser)) == 0


@pytest.mark.parametrize("form", fragments.FORMS)
def test_the_same_dataset_is_the_same_bytes(form):
    assert fragments.part(graph_of(FULL, "dcat_ap"), form) == fragments.part(graph_of(FULL, "dcat_ap"), form)


# -- what the library leaves out


def test_a_distribution_says_its_licence_format_media_type_and_where_to_download_it():
    graph, node = graph_of(FULL, "dcat_ap"), "https://dados.example.org/dataset/d1/resource/r1"
    authority = "http://publications.europa.eu/resource/authority/"
    assert str(value(graph, node, DCTERMS.license)) == f"{authority}licence/CC_BY_4_0"
    assert str(value(graph, node, DCTERMS.format)) == f"{authority}file-type/CSV"
    assert str(value(graph, node, DCAT.mediaType)) == "https://www.iana.org/assignments/media-types/text/csv"
    assert str(value(graph, node, DCAT.downloadURL)) == "https://dados.example.org/cardapios.csv"
    assert value(graph, node, DCAT.byteSize).n3() == '"120"^^<http://www.w3.org/2001/XMLSchema#nonNegativeInteger>'
    assert str(value(graph, node, DCTERMS.modified)) == "2026-02-01T08:00:00Z"
    assert str(value(graph, node, DCTERMS.conformsTo)) == "https://dados.example.org/table-schema/menus/1"
    assert {str(each) for each in graph.objects(URIRef(node), DCAT.accessService)} == {
        f"{node}#datastore",
        f"{node}#menus-api",
    }
    assert (None, DCTERMS.type, URIRef("http://purl.org/adms/licencetype/UnknownIPR")) not in graph


def test_dcat_br_speaks_of_the_unit_and_of_its_own_terms():
    graph, node = graph_of(FULL, "dcat_br"), "https://dados.example.org/dataset/d1"
    base = "https://dcat-br.github.io/dcat-br/docs/vocabularies/"
    assert str(value(graph, node, DCTERMS.accessRights)) == f"{base}SEI/1"
    assert str(value(graph, node, DCTERMS.accrualPeriodicity)) == f"{base}VCR-FR/DIARIA"
    assert str(value(graph, node, DCTERMS.license)) == "https://creativecommons.org/licenses/by/4.0/"
    assert str(value(graph, node, DCTERMS.publisher)) == f"{node}#unit"
    assert str(value(graph, node, DCTERMS.creator)) == "https://dados.example.org/organization/o1"


@pytest.mark.parametrize("profile", crosswalk.PROFILES)
def test_a_series_is_told_by_its_title(profile):
    navigation = [{"id": "s1", "title": "Cardápios por ano"}, {"id": "s2", "title": "Outra"}]
    package = {**FULL, "in_series": ["s1", "s3"], "series_navigation": navigation}
    graph = graph_of(package, profile)
    told = [] if profile == "dcat_br" else ["https://dados.example.org/dataset_series/s1"]
    assert [str(each) for each in graph.objects(None, DCAT.inSeries)] == told
    assert judged(package, profile, "Violation") == []


def test_a_copy_in_a_format_that_dcat_br_has_not_is_left_out_beside_others():
    copy = {**FULL["resources"][0], "id": "r2", "format": "Parquet", "url": "https://dados.example.org/c.parquet"}
    both, alone = {**FULL, "resources": [*FULL["resources"], copy]}, {**FULL, "resources": [copy]}
    for package, profile, count in ((both, "dcat_br", 1), (alone, "dcat_br", 1), (both, "dcat_ap", 2)):
        assert len(list(graph_of(package, profile).objects(None, DCAT.distribution))) == count
    assert judged(both, "dcat_br", "Violation", "Warning") == []


def test_the_dictionary_is_a_distribution_in_dcat_us_namespace():
    graph = graph_of(FULL, "dcat_us")
    entry = value(graph, "https://dados.example.org/dataset/d1", writing.DCATUS.describedBy)
    assert (entry, RDF.type, DCAT.Distribution) in graph
    assert str(writing.DCATUS) == "http://data.resources.gov/ontology/dcat-us#"


def test_a_harvested_dataset_keeps_our_uri_and_tells_the_other_one():
    graph = graph_of({**FULL, "extras": [{"key": "uri", "value": "https://outro.org/d/9"}]}, "dcat_ap")
    node = URIRef("https://dados.example.org/dataset/d1")
    assert (node, RDF.type, DCAT.Dataset) in graph
    other = value(graph, node, writing.ADMS.identifier)
    assert str(value(graph, other, writing.SKOS.notation)) == "https://outro.org/d/9"


def test_a_link_to_a_page_is_no_download_and_an_address_that_leads_nowhere_is_not_written():
    page = {**FULL, "resources": [{"id": "r1", "url": "https://ex.org/painel", "format": "HTML"}]}
    graph = graph_of(page, "dcat_ap")
    assert list(graph.objects(None, DCAT.downloadURL)) == []
    hostile = {**FULL, "resources": [{"id": "r1", "url": "javascript:alert(1)", "format": "CSV"}]}
    graph = graph_of(hostile, "dcat_ap")
    assert str(value(graph, "https://dados.example.org/dataset/d1/resource/r1", DCAT.accessURL)).endswith(
        "/dataset/d1/resource/r1"
    )
    assert not any("javascript" in str(term) for triple in graph for term in triple)
    assert ("unusable", "url") in {(gap.kind, gap.field) for gap in reading.read(hostile, SITE).gaps}


def test_a_resource_has_its_own_licence_or_its_datasets():
    own = {
        **FULL,
        "resources": [{**FULL["resources"][0], "license": "http://www.opendefinition.org/licenses/odc-odbl"}],
    }
    node = "https://dados.example.org/dataset/d1/resource/r1"
    assert str(value(graph_of(own, "dcat_ap"), node, DCTERMS.license)).endswith("/licence/ODC_BL")
    foreign = {**FULL, "license_id": "x", "license_url": "https://ex.org/licenca"}
    graph = graph_of(foreign, "dcat_ap")
    assert str(value(graph, node, DCTERMS.license)) == "https://ex.org/licenca"
    assert (URIRef("https://ex.org/licenca"), RDF.type, DCTERMS.LicenseDocument) in graph
    assert value(graph, "https://ex.org/licenca", RDFS.label) is None


def test_five_thousand_resources_take_no_more_than_linear_work():
    many = {**FULL, "resources": [{**FULL["resources"][0], "id": f"r{n}"} for n in range(5_000)]}
    graph = graph_of(many, "dcat_ap")
    assert len(list(graph.subjects(RDF.type, DCAT.Distribution))) == 5_001


def test_a_title_of_ten_thousand_characters_is_whole():
    graph = graph_of({**FULL, "title": "ab" * 5_000}, "dcat_ap")
    assert len(str(value(graph, "https://dados.example.org/dataset/d1", DCTERMS.title))) == 10_000


# -- single values


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("https://ex.org/a b<c>", "https://ex.org/a%20b%3Cc%3E"),
        (" HTTP://Ex.org/x ", "http://ex.org/x"),
        ("https://usuario:senha@ex.org/a", "https://ex.org/a"),
        ("https://exemplo.órg/ç", "https://exemplo.xn--rg-4ja/%C3%A7"),
        ("https://[::1]:8080/a", "https://[::1]:8080/a"),
        ("https://ex.org/%20a?b=c%26d", "https://ex.org/%20a?b=c%26d"),
        *(
            (raw, None)
            for raw in ("javascript:alert(1)", "data:text/csv,1", "", "ex.org/a", "https://", "https://[x", None, 7)
        ),
        ("https://ex.org:99999/", None),
        ("https://ex .org/", None),
    ],
)
def test_addresses(raw, clean):
    assert values.iri(raw) == clean


@pytest.mark.parametrize(
    ("raw", "moment"),
    [
        ("2026", ("2026", "gYear")),
        ("2026-02", ("2026-02", "gYearMonth")),
        ("2026-02-28", ("2026-02-28", "date")),
        ("2026-02-28T10:00:00.5", ("2026-02-28T10:00:00Z", "dateTime")),
        ("2026-02-28T10:00:00-03:00", ("2026-02-28T13:00:00Z", "dateTime")),
        *(
            (raw, None)
            for raw in ("2026-02-30", "2026-13", "0000", "ontem", "", None, 2026, "0001-01-01T00:00:00+14:00")
        ),
    ],
)
def test_moments(raw, moment):
    assert values.moment(raw) == moment


@pytest.mark.parametrize(
    ("raw", "box"),
    [
        ('{"type":"Point","coordinates":[-46.6,-23.5]}', f"POLYGON(({','.join(['-46.6 -23.5'] * 5)}))"),
        ("POLYGON((-47 -24, -46 -24, -46 -23, -47 -24))", "POLYGON((-47 -24,-46 -24,-46 -23,-47 -23,-47 -24))"),
        *((raw, None) for raw in ("POLYGON((", "{", "[]", '{"coordinates":"x"}', "[" * 9_999, None, {})),
        ('{"coordinates":[[[200,0]]]}', None),
    ],
)
def test_areas(raw, box):
    found = values.bbox(raw)
    assert (found.box if found else None) == box
