"""Each yardstick to the point: each metric passed and failed, and the sums that its authors publish."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ranking.evidence_examples import PERFECT, TODAY, evidence, with_value, without
from rdflib import Literal, URIRef
from rdflib.namespace import DCTERMS

from ckanext.patiodigital.dcat.core.writing import DCAT, DCATUS
from ckanext.patiodigital.ranking.core import yardstick, yardsticks
from ckanext.patiodigital.ranking.core.evidence import LinkState, TableState
from ckanext.patiodigital.ranking.core.yardsticks import odi

EU = "http://publications.europa.eu/resource/authority/"
BR = "https://dcat-br.github.io/dcat-br/docs/vocabularies/"
IANA = "https://www.iana.org/assignments/media-types/"
ODI_DATA = Path(__file__).parents[3] / "shared" / "data" / "odi" / "odi_cidades_2023_data.json"
FILE = PERFECT["resources"][0]["url"]
DEAD = {FILE: LinkState(alive=False, status=404)}


def points(name, told):
    return {one.metric: one.points for one in yardsticks.score(name, told).measured}


# -- as data


@pytest.mark.parametrize("name", yardstick.NAMES)
def test_metrics_add_up_to_what_the_method_says_and_name_their_cure(name):
    known = yardstick.load(name)
    total = sum(metric.points for metric in known.metrics.values())
    assert total == known.most + (20 if name == "mqm" else 0)  # findability's weights add up to 120
    for metric in known.metrics.values():
        assert metric.cure in yardstick.cures()
        assert metric.dimension in known.dimensions
    for words in (known.title, known.about, *(each for m in known.metrics.values() for each in (m.title, m.checks))):
        assert words.keys() == {"pt", "en"}
        assert all(words.values())


def test_each_cure_is_of_use_and_says_what_to_do():
    used = {metric.cure for name in yardstick.NAMES for metric in yardstick.load(name).metrics.values()}
    assert used | {"file"} == yardstick.cures().keys()  # where there is no distribution at all
    for cure in yardstick.cures().values():
        assert cure.of in {"dataset", "resource"}
        assert 0 <= cure.effort <= 4
        assert cure.do.keys() == {"pt", "en"}


# -- MQA


def test_a_dataset_that_lacks_nothing_has_405_of_405():
    score = yardsticks.score("mqa", evidence())
    assert (score.points, score.most, score.band) == (405, 405, "excellent")
    assert all(one.points == one.most for one in score.measured)


#: What each metric of the MQA is lost by, alone or with those that hang on the same thing.
MQA_FAILS = {
    "keywordAvailability": lambda told: without(told, DCAT.keyword),
    "categoryAvailability": lambda told: without(told, DCAT.theme),
    "spatialAvailability": lambda told: without(told, DCTERMS.spatial),
    "temporalAvailability": lambda told: without(told, DCTERMS.temporal),
    "accessUrlStatusCode": lambda told: with_value(
        replace(told, links={**told.links, "https://ex.org/x": LinkState(alive=False, status=500)}),
        DCAT.accessURL,
        URIRef("https://ex.org/x"),
        of="distribution",
    ),
    "downloadUrlAvailability": lambda told: without(told, DCAT.downloadURL, of="distribution"),
    "downloadUrlStatusCode": lambda told: with_value(
        replace(told, links={**told.links, "https://ex.org/x": LinkState(alive=False)}),
        DCAT.downloadURL,
        URIRef("https://ex.org/x"),
        of="distribution",
    ),
    "formatAvailability": lambda told: without(told, DCTERMS.format, of="distribution"),
    "mediaTypeAvailability": lambda told: without(told, DCAT.mediaType, of="distribution"),
    "formatMediaTypeVocabularyAlignment": lambda told: with_value(
        told, DCAT.mediaType, URIRef(IANA + "text/made-up"), of="distribution"
    ),
    "formatMediaTypeNonProprietary": lambda told: _in_format(told, "XLSX", _SHEET),
    "formatMediaTypeMachineInterpretable": lambda told: _in_format(told, "ZIP", "application/zip"),
    "dcatApCompliance": lambda told: replace(told, violations={"dcat_ap": 1}),
    "licenceAvailability": lambda told: without(told, DCTERMS.license, of="distribution"),
    "knownLicence": lambda told: with_value(
        told, DCTERMS.license, URIRef("http://www.opendefinition.org/licenses/cc-by"), of="distribution"
    ),
    "accessRightsAvailability": lambda told: without(told, DCTERMS.accessRights),
    "accessRightsVocabularyAlignment": lambda told: with_value(told, DCTERMS.accessRights, URIRef(BR + "SEI/1")),
    "contactPointAvailability": lambda told: without(told, DCAT.contactPoint),
    "publisherAvailability": lambda told: without(told, DCTERMS.publisher),
    "rightsAvailability": lambda told: without(told, DCTERMS.rights, of="distribution"),
    "byteSizeAvailability": lambda told: without(told, DCAT.byteSize, of="distribution"),
    "dateIssuedAvailability": lambda told: without(without(told, DCTERMS.issued), DCTERMS.issued, of="distribution"),
    "dateModifiedAvailability": lambda told: without(
        without(told, DCTERMS.modified), DCTERMS.modified, of="distribution"
    ),
}
_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: What is lost with it.
WITH = {
    "downloadUrlAvailability": {"downloadUrlStatusCode"},
    "formatAvailability": {"formatMediaTypeVocabularyAlignment"},
    "mediaTypeAvailability": {"formatMediaTypeVocabularyAlignment"},
    "licenceAvailability": {"knownLicence"},
    "accessRightsAvailability": {"accessRightsVocabularyAlignment"},
}


def _in_format(told, code, media):
    told = with_value(told, DCTERMS.format, URIRef(f"{EU}file-type/{code}"), of="distribution")
    return with_value(told, DCAT.mediaType, URIRef(IANA + media), of="distribution")


def test_every_metric_of_the_mqa_has_an_example_that_fails():
    assert MQA_FAILS.keys() == yardstick.load("mqa").metrics.keys()


@pytest.mark.parametrize("metric", MQA_FAILS)
def test_an_mqa_metric_is_lost_by_what_it_checks_and_nothing_else_is(metric):
    score = yardsticks.score("mqa", MQA_FAILS[metric](evidence()))
    assert {one.metric for one in score.measured if one.lost} == {metric, *WITH.get(metric, ())}
    assert score.points == 405 - sum(one.lost for one in score.measured)
    assert {one.points for one in score.measured if one.lost} == {0}


def test_format_or_media_type_alone_makes_it_open_and_readable():
    told = without(evidence(), DCTERMS.format, of="distribution")
    assert points("mqa", told)["formatMediaTypeNonProprietary"] == 20
    told = without(told, DCAT.mediaType, of="distribution")
    assert points("mqa", told)["formatMediaTypeNonProprietary"] == 0


def test_the_licence_is_compared_without_scheme_and_slash():
    for uri in ("https://creativecommons.org/licenses/by/4.0", f"{EU}licence/ODC_BL"):
        told = with_value(evidence(), DCTERMS.license, URIRef(uri), of="distribution")
        assert points("mqa", told)["knownLicence"] == 10


def test_of_two_distributions_the_best_counts_or_their_mean():
    good, bad = PERFECT["resources"][0], {"id": "r2", "url": "https://ex.org/a.pdf", "format": "PDF", "name": "Guia"}
    told = evidence({**PERFECT, "resources": [bad, good]})
    assert yardsticks.score("mqa", told).points == 405
    assert yardsticks.score("mqa", replace(told, settings={"mqa.of_distributions": "mean"})).points == pytest.approx(
        405 - (20 + 20 + 5) / 2  # the PDF is in no format that counts, and its size is not known
    )


def test_the_penalty_of_2019_is_a_setting():
    told = without(evidence(), DCTERMS.format, of="distribution")
    assert points("mqa", told)["formatAvailability"] == 0
    assert points("mqa", replace(told, settings={"mqa.format_penalty": "yes"}))["formatAvailability"] == -5


def test_a_link_that_nobody_followed_yet_is_pending():
    score = yardsticks.score("mqa", evidence(links={}))
    assert {one.metric for one in score.measured if one.pending} == {"accessUrlStatusCode", "downloadUrlStatusCode"}
    assert score.points == 405 - 80


@pytest.mark.parametrize(
    ("total", "band"),
    [
        *((405, "excellent"), (351, "excellent"), (350, "good"), (221, "good")),
        *((220, "sufficient"), (121, "sufficient"), (120, "bad"), (0, "bad")),
    ],
)
def test_bands_of_the_mqa_do_not_overlap(total, band):
    assert yardstick.load("mqa").band(total) == band


def test_a_dataset_without_files_has_what_it_says_itself():
    score = yardsticks.score("mqa", evidence({**PERFECT, "resources": []}))
    assert score.points == 30 + 30 + 20 + 20 + 30 + 10 + 5 + 20 + 10 + 5 + 5


# -- MQM


def test_what_mqm_can_give_under_dcat_br_today():
    """All but the type of a resource, whose vocabulary does not exist, and the resolution, which no table has."""
    score = yardsticks.score("mqm", evidence())
    assert (score.points, score.most, score.band) == (535 - 3 - 5 - 20, 535, "ouro")
    assert {one.metric for one in score.measured if one.lost} == {
        "spatialResolution",
        "completeness.spatialResolution",
        "completeness.distribution.type",
    }


def _without(predicate, of="dataset"):
    return lambda told: without(told, predicate, of=of)


MQM_FAILS = {
    "theme_vocabulary": lambda told: with_value(told, DCAT.theme, URIRef(f"{EU}data-theme/EDUC")),
    "title_quality": lambda told: with_value(told, DCTERMS.title, Literal("Dado")),
    "description_quality": lambda told: with_value(told, DCTERMS.description, Literal("a" * 400)),
    "spatial_vocabulary": lambda told: with_value(told, DCTERMS.spatial, URIRef("https://sws.geonames.org/3448439/")),
    "temporal_valid": lambda told: _period(told, "2026-12-31", "2026-01-01"),
    "accessURL_valid": lambda told: replace(told, links=DEAD),
    "format_vocabulary": lambda told: _br_format(told, "text/turtle", "text/turtle"),
    "format_nonproprietary": lambda told: _br_format(told, _SHEET, _SHEET),
    "format_machine_readable": lambda told: _br_format(told, "application/pdf", "application/pdf"),
    "mediaType_consistent": lambda told: _br_format(told, "text/csv", "application/pdf"),
    "license_vocabulary": lambda told: with_value(told, DCTERMS.license, URIRef("https://ex.org/minha")),
    "accessRights_vocabulary": lambda told: with_value(told, DCTERMS.accessRights, URIRef(f"{EU}access-right/PUBLIC")),
    "contactPoint_present": _without(DCAT.contactPoint),
    "publisher_present": _without(DCTERMS.publisher),
    "spatialResolution": lambda told: with_value(told, DCAT.spatialResolutionInMeters, Literal("perto")),
    "completeness.title": _without(DCTERMS.title),
    "completeness.description": _without(DCTERMS.description),
    "completeness.keyword": _without(DCAT.keyword),
    "completeness.creator": _without(DCTERMS.creator),
    "completeness.publisher": _without(DCTERMS.publisher),
    "completeness.contactPoint": _without(DCAT.contactPoint),
    "completeness.accrualPeriodicity": _without(DCTERMS.accrualPeriodicity),
    "completeness.version": _without(DCAT.version),
    "completeness.license": _without(DCTERMS.license),
    "completeness.accessRights": _without(DCTERMS.accessRights),
    "completeness.theme": _without(DCAT.theme),
    "completeness.spatial": _without(DCTERMS.spatial),
    "completeness.startDate": lambda told: _period(told, None, "2026-12-31"),
    "completeness.endDate": lambda told: _period(told, "2026-01-01", None),
    "completeness.distribution.title": _without(DCTERMS.title, "distribution"),
    "completeness.distribution.description": _without(DCTERMS.description, "distribution"),
    "completeness.distribution.accessURL": _without(DCAT.accessURL, "distribution"),
    "completeness.distribution.type": _without(DCTERMS.type, "distribution"),
    "completeness.distribution.format": _without(DCTERMS.format, "distribution"),
    "completeness.spatialResolution": _without(DCAT.spatialResolutionInMeters),
}


def _period(told, start, end):
    node = URIRef(f"{told.uri}#temporal")
    told = with_value(told, DCTERMS.temporal, node)
    for predicate, value in ((DCAT.startDate, start), (DCAT.endDate, end)):
        for graph in told.graphs.values():
            graph.remove((node, predicate, None))
            if value:
                graph.add((node, predicate, Literal(value)))
    return told


def _br_format(told, form, media):
    told = with_value(told, DCTERMS.format, URIRef(IANA + form), of="distribution")
    return with_value(told, DCAT.mediaType, URIRef(IANA + media), of="distribution")


def _complete():
    """Evidence to which the MQM gives all its 535 points."""
    told = with_value(evidence(), DCAT.spatialResolutionInMeters, Literal("10.0"))
    return with_value(told, DCTERMS.type, URIRef("https://ex.org/tipo"), of="distribution")


def test_every_metric_of_the_mqm_has_an_example_that_fails():
    assert MQM_FAILS.keys() == yardstick.load("mqm").metrics.keys()
    assert yardsticks.score("mqm", _complete()).points == 535


@pytest.mark.parametrize("metric", MQM_FAILS)
def test_an_mqm_metric_is_lost_by_what_it_checks(metric):
    told = replace(_complete(), settings={"mqm.findability_cap": "no"})
    assert points("mqm", told)[metric] == yardstick.load("mqm").metrics[metric].points
    assert points("mqm", MQM_FAILS[metric](told))[metric] == 0


def test_findability_is_capped_at_its_stated_maximum_and_a_loss_within_the_surplus_costs_nothing():
    assert yardsticks.score("mqm", replace(_complete(), settings={"mqm.findability_cap": "no"})).points == 555
    assert yardsticks.score("mqm", MQM_FAILS["temporal_valid"](_complete())).points == 535
    assert yardsticks.score("mqm", MQM_FAILS["title_quality"](_complete())).points == 530


@pytest.mark.parametrize(
    ("total", "seal"),
    [
        *((535, "ouro"), (471, "ouro"), (470, "prata"), (304, "prata")),
        *((303, "bronze"), (204, "bronze"), (203, "none")),
    ],
)
def test_seals(total, seal):
    assert yardstick.load("mqm").band(total) == seal


def test_a_violation_leaves_no_seal():
    assert yardsticks.score("mqm", evidence(violations={"dcat_br": 1})).band == "none"
    assert yardsticks.score("mqm", evidence(violations={})).band == "none"


def test_by_completeness_as_well_there_is_no_more_than_bronze():
    """Out of reach for all: the type of a resource counts for silver's 125, and any is a violation."""
    assert yardsticks.score("mqm", evidence(settings={"mqm.seal": "completeness"})).band == "bronze"
    assert yardsticks.score("mqm", replace(_complete(), settings={"mqm.seal": "completeness"})).band == "ouro"


def test_the_resolution_may_be_asked_for_as_a_term():
    told = replace(_complete(), settings={"mqm.resolution": "vocabulary"})
    assert points("mqm", told)["spatialResolution"] == 0
    told = with_value(told, DCAT.spatialResolutionInMeters, URIRef(BR + "VCR-CE/MUNICIPAL"))
    assert points("mqm", told)["spatialResolution"] == 20


# -- ODI


def test_the_menus_of_sao_paulo_had_78_and_ours_have_100():
    assert odi.points(True, [True, False, True, True, False, True, True, None, True, True]) == 78
    assert yardsticks.score("odi", evidence()).points == 100


ODI_FAILS = {
    "i2": lambda told: replace(
        with_value(told, DCAT.accessURL, URIRef("https://ex.org/x"), of="distribution"),
        links={"https://ex.org/x": LinkState(alive=True, status=403)},
    ),
    "i3": lambda told: without(told, DCAT.accessService, of="distribution"),
    "i4": lambda told: without(told, DCTERMS.license, of="distribution"),
    "i5": lambda told: without(told, DCAT.contactPoint),
    "i6": lambda told: replace(told, dictionary=False),
    "i7": lambda told: _in_format(told, "XLSX", _SHEET),
    "i8": lambda told: replace(told, smallest=False),
    "i9": lambda told: replace(told, geolocated=False),
    "i10": lambda told: replace(told, data_day=TODAY - dt.timedelta(days=3)),
    "i11": lambda told: replace(told, series=False),
}


@pytest.mark.parametrize("metric", ODI_FAILS)
def test_an_odi_indicator_is_lost_by_what_it_asks(metric):
    score = yardsticks.score("odi", ODI_FAILS[metric](evidence()))
    assert {one.metric for one in score.measured if one.lost} == {metric}
    assert score.points == 90


def test_without_public_access_the_index_is_zero_and_the_gate_is_what_is_lost():
    score = yardsticks.score("odi", evidence(links=DEAD))
    assert score.points == 0
    assert [(one.metric, one.lost) for one in score.measured if one.lost] == [("i1", 100.0)]


def test_where_a_map_makes_no_sense_nine_weigh_the_same():
    score = yardsticks.score("odi", ODI_FAILS["i3"](evidence(geolocated=None)))
    assert score.points == round(100 * 8 / 9)
    assert [one.metric for one in score.measured if not one.applies] == ["i9"]


@pytest.mark.skipif(not ODI_DATA.exists(), reason=f"{ODI_DATA} is not there")
def test_the_published_index_is_reproduced():
    cities = json.loads(ODI_DATA.read_text(encoding="utf-8"))["capitais"].values()
    agree = Counter()
    for city in cities:
        for key, said in city["entradas"].items():
            if "i1" in said:
                told = [None if said[name] in ("NA", "") else bool(said[name]) for name in odi.WEIGHED]
                agree[odi.points(said["i1"].lower() == "sim", told) == round(city["notas"][key])] += 1
    assert sum(agree.values()) == 2886
    assert agree[True] >= 2884


# -- stars, currency, validity


STARS_FAIL = {
    "star1": (0, lambda told: without(told, DCTERMS.license, of="distribution")),
    "star2": (1, lambda told: _in_format(told, "PDF", "application/pdf")),
    "star3": (2, lambda told: _in_format(told, "XLSX", _SHEET)),
    "star4": (3, lambda told: without(told, DCTERMS.conformsTo, of="distribution")),
    "star5": (4, lambda told: replace(told, linked_schemas=frozenset())),
}


@pytest.mark.parametrize("metric", STARS_FAIL)
def test_a_star_needs_those_before_it(metric):
    left, fail = STARS_FAIL[metric]
    assert yardsticks.score("stars", evidence()).points == 5
    assert yardsticks.score("stars", fail(evidence())).points == left


def test_a_file_in_rdf_is_linked():
    told = without(evidence(), DCTERMS.conformsTo, of="distribution")
    assert yardsticks.score("stars", _in_format(told, "RDF_TURTLE", "text/turtle")).points == 5


@pytest.mark.parametrize(
    ("age", "period", "expected"),
    [
        *((0, 1, 100), (2, 1, 100), (3, 1, 50), (4, 1, 0), (33, 30, 100), (34, 30, 50), (64, 30, 0)),
        *((402, 365, 50), (-5, 1, 100)),
    ],
)
def test_currency_is_by_the_datasets_own_promise(age, period, expected):
    score = yardsticks.score("currency", evidence(data_day=TODAY - dt.timedelta(days=age), period=period))
    assert score.points == expected


def test_without_a_promise_currency_is_not_measured_and_without_a_date_it_is_stale():
    assert not yardsticks.score("currency", evidence(period=None)).applies
    assert yardsticks.score("currency", evidence(data_day=None)).band == "stale"


@given(st.lists(st.tuples(st.integers(0, 10**9), st.integers(0, 10**9)), max_size=5))
def test_validity_is_the_share_of_rows_that_passed(counts):
    tables = [TableState(str(number), "menus/1", *each) for number, each in enumerate(counts)]
    score = yardsticks.score("validity", evidence(tables=tables))
    received = sum(map(sum, counts))
    assert score.applies == (received > 0)
    assert score.points == (100 * sum(rows for rows, _ in counts) / received if received else 0)


# -- all


@pytest.mark.parametrize("name", yardstick.NAMES)
def test_every_metric_is_measured_whatever_a_dataset_lacks(name):
    bare = {"id": "d2", "name": "x", "title": "x", "resources": []}
    for told in (evidence(), evidence(bare, violations={}, period=None, tables=[])):
        score = yardsticks.score(name, told)
        assert [one.metric for one in score.measured] == list(yardstick.load(name).metrics)
        assert all(one.points <= one.most for one in score.measured)


def test_a_dataset_in_the_feed_of_the_united_states_has_its_dictionary():
    assert (URIRef(evidence().uri), DCATUS.describedBy, None) in evidence().graphs["dcat_ap"]
