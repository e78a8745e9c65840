"""The feeds on a portal: one snapshot, renewed by events, with deletions told; and ckanext-dcat's own paths."""

import gzip
import re
import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa
from ckan import model
from ckan.lib import jobs
from ckan.tests import factories
from ckanext.dcat.processors import RDFParser
from lxml import etree
from rdflib import Graph, URIRef
from rdflib.namespace import DCTERMS, RDF

from ckanext.patiodigital import clock
from ckanext.patiodigital.dcat import renewal, store
from ckanext.patiodigital.dcat.core import reading
from ckanext.patiodigital.dcat.core.writing import DCAT, HYDRA

DAY = timedelta(days=1)
SITE = "http://test.ckan.net"
PARSERS = {"nt": "nt", "ttl": "turtle", "rdf": "xml", "jsonld": "json-ld"}
ATOM = "{http://www.w3.org/2005/Atom}"
TOMBSTONE = "{http://purl.org/atompub/tombstones/1.0}deleted-entry"


def titles(answer, parser="turtle"):
    graph = Graph().parse(data=answer.body, format=parser)
    return sorted(str(graph.value(node, DCTERMS.title)) for node in graph.subjects(RDF.type, DCAT.Dataset))


def told(app):
    root = etree.fromstring(app.get("/feeds/changes.atom").body.encode())
    return [each.findtext(f"{ATOM}id") for each in root.iter(f"{ATOM}entry")], [
        each.get("ref") for each in root.iter(TOMBSTONE)
    ]


# -- the whole catalogue


@pytest.mark.parametrize("profile", ["ap", "br", "us"])
@pytest.mark.parametrize("form", PARSERS)
def test_a_feed_is_the_whole_catalogue(app, make, renew, profile, form):
    for name in ("aa", "bb", "cc"):
        make(name)
    assert renew() == (3, 0, 0)
    assert titles(app.get(f"/feeds/dcat-{profile}.{form}"), PARSERS[form]) == ["Dados aa", "Dados bb", "Dados cc"]


def test_an_unchanged_feed_is_not_sent_again(app, make, renew):
    make("aa")
    renew()
    first = app.get("/feeds/dcat-ap.ttl")
    again = app.get("/feeds/dcat-ap.ttl", headers={"If-None-Match": first.headers["ETag"]}, status=304)
    assert again.body == ""
    assert first.headers["Last-Modified"]
    assert first.headers["Access-Control-Allow-Origin"] == "*"
    assert renew() == (0, 0, 0)
    app.get("/feeds/dcat-ap.ttl", headers={"If-None-Match": first.headers["ETag"]}, status=304)


def test_it_is_compressed_for_those_who_take_it(app, make, renew):
    make("aa")
    renew()
    packed = app.get("/feeds/dcat-ap.nt", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == app.get("/feeds/dcat-ap.nt").data


@pytest.mark.parametrize(
    "path", ["/feeds/dcat-ap.xls", "/feeds/dcat-xx.ttl", "/feeds/x", "/feeds/../etc", "/feeds/changes.rss"]
)
def test_an_unknown_feed_says_which_there_are(app, with_plugins, clean_db, path):
    answer = app.get(path, status=404)
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert "/feeds/dcat-ap.ttl" in answer.json["detail"]


def test_what_never_was_public_is_nowhere(app, make, renew, act):
    make("aa")
    secret = make("secret", private=True)
    draft = make("draft", state="draft")
    assert renew() == (1, 0, 0)
    act("package_delete", id="secret")
    assert renew() == (0, 0, 0)
    for path in ("/feeds/dcat-ap.nt", "/feeds/changes.atom", "/catalog.ttl"):
        body = app.get(path).body
        assert secret["id"] not in body
        assert draft["id"] not in body


# -- events


def test_a_change_queues_a_renewal_after_its_commit(make, renew, act):
    jobs.get_queue().empty()
    make("aa")
    assert [job.meta["title"] for job in jobs.get_queue().jobs] == ["Renew the feeds"]
    jobs.get_queue().empty()
    renew()
    assert jobs.get_queue().jobs == []
    act("organization_patch", id="sme", title="Outra Secretaria")
    assert len(jobs.get_queue().jobs) >= 1


def test_one_edit_renews_one_fragment(app, make, renew, act):
    for name in ("aa", "bb", "cc"):
        make(name)
    renew()
    before = {each.dataset_id: each.sequence for each in store.listed()}
    changed = act("package_patch", id="bb", title="Outro título")
    assert renew() == (1, 0, 0)
    after = {each.dataset_id: each.sequence for each in store.listed()}
    assert [key for key in before if before[key] != after[key]] == [changed["id"]]
    assert titles(app.get("/feeds/dcat-ap.ttl")) == ["Dados aa", "Dados cc", "Outro título"]


def test_a_new_name_of_the_department_reaches_all_its_datasets(app, make, renew, act):
    make("aa")
    make("bb")
    renew()
    act("organization_patch", id="sme", title="Outra Secretaria")
    assert renew() == (2, 0, 0)
    assert app.get("/feeds/dcat-ap.nt").body.count('"Outra Secretaria"') >= 1


def test_an_event_that_was_lost_is_made_up_for(app, make, renew):
    """As CKAN's bulk change to private does, which tells no plugin."""
    dataset = make("aa")
    renew()
    model.Session.execute(sa.update(model.Package).filter_by(id=dataset["id"]).values(private=True))
    model.Session.commit()
    assert renew() == (0, 1, 0)
    assert titles(app.get("/feeds/dcat-ap.ttl")) == []


def test_two_renewals_at_once_do_the_work_once(make, renew):
    for number in range(6):
        make(f"d{number}")
    done = []

    def work():
        done.append(renewal.renew().renewed)
        model.Session.remove()

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == [0, 0, 6]


# -- deletions


@pytest.mark.parametrize("how", ["deleted", "purged", "made private"])
def test_a_deletion_is_told_with_its_address_and_instant_alone(app, make, renew, act, how):
    dataset = make("aa", title="Título que não se conta")
    make("bb")
    renew()
    match how:
        case "deleted":
            act("package_delete", id="aa")
        case "purged":
            act("dataset_purge", id="aa")
        case _:
            act("package_patch", id="aa", private=True)
    assert renew() == (0, 1, 0)
    listed, gone = told(app)
    assert gone == [f"{SITE}/dataset/{dataset['id']}"]
    assert listed == [f"{SITE}/dataset/{each.dataset_id}" for each in store.listed()]
    assert "não se conta" not in app.get("/feeds/changes.atom").body
    assert store.record(dataset["id"]).gaps is None


def test_deletions_are_told_for_90_days(app, make, renew, act, stopped_clock):
    dataset = make("aa")
    make("bb")
    renew()
    act("package_delete", id="aa")
    renew()
    deleted = clock.now()
    act("package_patch", id="bb", title="Mudou depois")
    renew()
    stopped_clock(deleted + store.TOLD_FOR - DAY)
    renew()
    assert told(app)[1] == [f"{SITE}/dataset/{dataset['id']}"]
    stopped_clock(deleted + store.TOLD_FOR + DAY)
    renew()
    assert store.record(dataset["id"]) is None


def test_what_comes_back_is_listed_again(app, make, renew, act):
    make("aa")
    renew()
    act("package_patch", id="aa", private=True)
    renew()
    act("package_patch", id="aa", private=False)
    assert renew() == (1, 0, 0)
    assert told(app)[1] == []
    assert titles(app.get("/feeds/dcat-ap.ttl")) == ["Dados aa"]


# -- what can go wrong


@pytest.fixture
def broken(monkeypatch):
    """A dataset of this name can't be described."""
    read = reading.read

    def fails(package, site):
        if package["name"] == "mau":
            raise ZeroDivisionError("por dentro")
        return read(package, site)

    monkeypatch.setattr(reading, "read", fails)


def test_one_bad_dataset_is_left_out_counted_and_told(app, make, renew, broken):
    make("aa")
    bad = make("mau")
    assert renew() == (1, 0, 1)
    assert titles(app.get("/feeds/dcat-ap.ttl")) == ["Dados aa"]
    assert [(each.dataset_id, each.state) for each in store.troubled()] == [(bad["id"], "left_out")]
    assert "ZeroDivisionError: por dentro" in store.record(bad["id"]).error
    assert renew() == (0, 0, 0)  # not tried again until something changes
    assert told(app)[1] == []


def test_a_failed_renewal_keeps_the_last_and_says_so(app, make, renew, act, request):
    bad = make("mau")
    renew()
    request.getfixturevalue("broken")
    act("package_patch", id="mau", title="Novo título")
    assert renew() == (0, 0, 1)
    assert titles(app.get("/feeds/dcat-ap.ttl")) == ["Dados mau"]
    assert act("patiodigital_feed_status", id=bad["id"])["error"].startswith("ZeroDivisionError")


def test_a_dataset_that_goes_during_the_renewal_is_not_missed(app, make, renew, act, monkeypatch):
    make("aa")
    make("bb")
    real = store.due
    purged = []

    def due(name):
        found = real(name)
        if not purged:
            purged.append(True)
            act("dataset_purge", id="aa")
        return found

    monkeypatch.setattr(store, "due", due)
    assert renew() == (1, 0, 0)
    assert titles(app.get("/feeds/dcat-ap.ttl")) == ["Dados bb"]
    assert told(app)[1] == []


def test_a_renewal_that_dies_half_way_leaves_each_dataset_whole(app, make, renew, monkeypatch):
    for name in ("aa", "bb", "cc"):
        make(name)
    real, done = store.put, []

    def dies(*arguments):
        if done:
            raise SystemExit(9)
        done.append(True)
        real(*arguments)

    monkeypatch.setattr(store, "put", dies)
    with pytest.raises(SystemExit):
        renewal.renew()
    model.Session.rollback()
    model.Session.remove()
    assert len(titles(app.get("/feeds/dcat-ap.ttl"))) == 1
    monkeypatch.undo()
    assert renew() == (2, 0, 0)
    # In another form: of this one the edge may hold the answer of a second ago.
    assert len(titles(app.get("/feeds/dcat-ap.nt"), "nt")) == 3


# -- what editors are told


def test_the_shapes_judge_what_changed_and_editors_read_it(make, renew, act):
    dataset = make("aa")
    renew()
    assert renewal.check() == 1
    assert renewal.check() == 0
    status = act("patiodigital_feed_status", id=dataset["id"])
    assert (status["state"], status["checked"], status["error"]) == ("listed", True, None)
    assert set(status["findings"]) == {"dcat_ap", "dcat_br", "dcat_us"}
    assert not any(each["severity"] == "Violation" for found in status["findings"].values() for each in found)
    assert {"kind": "missing", "field": "temporal_start", "resource": None, "value": None} in status["gaps"]
    act("package_patch", id="aa", title="Mudou")
    renew()
    assert not act("patiodigital_feed_status", id=dataset["id"])["checked"]


# -- ckanext-dcat's own paths


@pytest.mark.parametrize(
    ("extension", "parser"), [("ttl", "turtle"), ("xml", "xml"), ("rdf", "xml"), ("jsonld", "json-ld"), ("n3", "n3")]
)
def test_catalogue_and_dataset_in_each_form(app, make, renew, extension, parser):
    make("aa")
    renew()
    assert titles(app.get(f"/catalog.{extension}"), parser) == ["Dados aa"]
    assert titles(app.get(f"/dataset/aa.{extension}"), parser) == ["Dados aa"]
    assert titles(app.get(f"/dataset/aa.{extension}?profiles=patiodigital_dcat_br"), parser) == ["Dados aa"]


def test_before_the_first_renewal_pages_are_whole_all_the_same(app, make):
    make("aa")
    assert titles(app.get("/catalog.ttl")) == ["Dados aa"]
    assert titles(app.get("/dataset/aa.ttl")) == ["Dados aa"]
    assert titles(app.get("/feeds/dcat-ap.ttl")) == []


def test_an_edit_shows_at_once_on_the_datasets_own_path(app, make, renew, act):
    make("aa")
    renew()
    act("package_patch", id="aa", title="Já mudou")
    assert titles(app.get("/dataset/aa.ttl")) == ["Já mudou"]


def test_pages_lead_to_each_other_by_true_addresses(app, make, renew, monkeypatch, ckan_config):
    monkeypatch.setitem(ckan_config, "ckanext.dcat.datasets_per_page", "2")
    for number in range(5):
        make(f"d{number}", tag_string="alimentação escolar")
    renew()
    seen, address = [], "/catalog.ttl?fq=tags:%22alimenta%C3%A7%C3%A3o%20escolar%22"
    while address:
        answer = app.get(address)
        seen += titles(answer)
        graph = Graph().parse(data=answer.body, format="turtle")
        following = list(graph.objects(None, HYDRA.next))
        assert all(isinstance(each, URIRef) and str(each).isascii() and " " not in each for each in following)
        address = following[0].removeprefix(SITE) if following else None
    assert sorted(seen) == [f"Dados d{number}" for number in range(5)]


@pytest.mark.parametrize(
    "query", ["page=0", "page=x", "page=-1", "modified_since=ontem", "profiles=nada", "page=99999999999999999999"]
)
def test_a_wrong_parameter_is_refused_in_words(app, make, query):
    make("aa")
    answer = app.get(f"/catalog.ttl?{query}", status=409)
    assert "Traceback" not in answer.body


def test_another_profile_is_the_librarys(app, make, renew):
    make("aa")
    renew()
    assert "UnknownIPR" not in app.get("/catalog.ttl").body
    assert titles(app.get("/catalog.ttl?profiles=euro_dcat_ap_3")) == ["Dados aa"]
    assert "schema.org" in app.get("/dataset/aa.jsonld?profiles=schemaorg").body


def test_a_private_dataset_is_shown_to_its_editors_alone(app, make, renew):
    make("aa", private=True)
    renew()
    app.get("/dataset/aa.ttl", status=403)
    token = factories.APIToken(user=factories.Sysadmin()["name"])["token"]
    assert titles(app.get("/dataset/aa.ttl", headers={"Authorization": token})) == ["Dados aa"]


# -- a reader of another kind


@pytest.mark.parametrize(
    ("path", "form"), [("/feeds/dcat-ap.rdf", "xml"), ("/feeds/dcat-us.ttl", "turtle"), ("/catalog.xml", "xml")]
)
def test_ckanext_dcats_own_parser_reads_what_was_written(app, make, renew, path, form):
    """As its harvester does with another portal's feed: the same titles, licences, dates, contacts and addresses."""
    period = {"temporal_start": "2025-01-01", "temporal_end": "2025-12-31"}
    dataset = make("aa", license_id="cc-by", tag_string="merenda,escola", **period)
    renew()
    parser = RDFParser(profiles=["euro_dcat_ap_3"])
    parser.parse(app.get(path).body, _format=form)
    (read,) = parser.datasets()
    extras = {extra["key"]: extra["value"] for extra in read["extras"]}
    fields = {**extras, **read}
    assert read["title"] == dataset["title"]
    assert read["notes"] == dataset["notes"]
    assert {tag["name"] for tag in read["tags"]} == {"merenda", "escola"}
    assert fields["identifier"] == dataset["id"]
    assert fields["uri"] == f"{SITE}/dataset/{dataset['id']}"
    (distribution,) = read["resources"]
    assert distribution["url"] == "https://ex.org/aa.csv"
    assert distribution["name"] == "Tabela"
    assert distribution["format"].endswith("/CSV")  # the library takes a URI for a format's name
    assert re.search("CC_BY_4_0|creativecommons.org/licenses/by/4.0", distribution["license"])
    assert fields["modified"].startswith(dataset["metadata_modified"][:19])
    if "contact" in fields:
        assert fields["contact"][0]["email"] == "dados@example.org"
    else:
        assert fields["contact_email"] == "dados@example.org"
