"""The pure part: verdicts from facts, what a report shows, and waiting for what may hang."""

import math
import threading
import time
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.patiodigital.admin.core import harvests, seeding, services, settings, tables, versions
from ckanext.patiodigital.admin.core.file_check import check_file
from ckanext.patiodigital.admin.core.findings import Level, as_json, as_lines, error, has_errors, ok, warning
from ckanext.patiodigital.admin.core.probe import Probe
from ckanext.patiodigital.admin.core.redact import redact, secrets_in
from ckanext.patiodigital.admin.core.seeding import Progress, SeedError
from ckanext.patiodigital.harvesters.core.outcome import Outcome, State
from ckanext.patiodigital.tables.core import schema as table_schemas
from ckanext.patiodigital.tables.core.file_rows import HeaderError
from ckanext.patiodigital.tables.core.read import read_csv
from ckanext.patiodigital.tables.core.validate import Validator


def levels(findings):
    return [finding.level for finding in findings]


# -- reports


def test_a_report_says_what_where_and_how_to_mend():
    findings = [ok("Redis", "It answers."), warning("a.setting", "It is odd.", "a.setting = even")]
    assert list(as_lines(findings)) == [
        "ok       Redis: It answers.",
        "warning  a.setting: It is odd.",
        "         to mend: a.setting = even",
        "1 ok, 1 warning, 0 errors",
    ]
    assert as_json(findings)[1] == {
        "level": "warning",
        "where": "a.setting",
        "what": "It is odd.",
        "mend": "a.setting = even",
    }


def test_warnings_alone_are_no_errors():
    assert not has_errors([ok("a", "b"), warning("a", "b", "c")])
    assert has_errors([ok("a", "b"), error("a", "b", "c")])


# -- secrets

SETTINGS = {
    "sqlalchemy.url": "postgresql://ckan:very$ecret@db/ckan",
    "solr_password": "hunter-22",
    "SECRET_KEY": "abcdefgh",
    "ckan.site_url": "http://example.org",
    "ckan.plugins": ["datastore"],
}


def test_secrets_of_settings_are_found():
    assert secrets_in(SETTINGS) == {"very$ecret", "hunter-22", "abcdefgh"}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("no host db for very$ecret", "no host db for ***"),
        ("failed: http://solr:oddone@host:8983/solr", "failed: http://solr:***@host:8983/solr"),
        ("redis://:p@ss@host/0 is away", "redis://:***@host/0 is away"),
        ("http://example.org:5000/a@b is fine", "http://example.org:5000/a@b is fine"),
    ],
)
def test_what_is_shown_holds_no_secret(text, shown):
    assert redact(text, secrets_in(SETTINGS)) == shown


@given(st.text(), st.sampled_from(sorted(secrets_in(SETTINGS))), st.text())
def test_no_secret_survives_wherever_it_stands(before, secret, after):
    assert secret not in redact(before + secret + after, secrets_in(SETTINGS))


# -- services that hang


def test_a_probe_tells_answer_from_fault():
    def broken():
        raise ConnectionError("refused")

    for ask, expected in ((lambda: None, type(None)), (broken, ConnectionError)):
        probe = Probe(ask)
        probe.begin()
        assert isinstance(probe.failure(time.monotonic() + 30), expected)


def test_a_service_that_hangs_is_not_asked_twice_at_once():
    release = threading.Event()
    asked = []

    def hang():
        asked.append(1)
        release.wait(30)

    probe = Probe(hang)
    for _ in range(3):
        probe.begin()
        assert isinstance(probe.failure(time.monotonic()), TimeoutError)
    assert len(asked) == 1
    release.set()
    assert probe.failure(time.monotonic() + 30) is None


def test_a_probe_is_begun_before_it_is_judged():
    with pytest.raises(RuntimeError):
        Probe(lambda: None).failure(0)


# -- services

RIGHTS = services.DatastoreRights(
    read_user="reader",
    write_user="writer",
    unreadable=[],
    writable=[],
    reader_creates=False,
    writer_creates=True,
    writer_stages=True,
    missing=[],
)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"read_user": "writer"}, "by the same user"),
        ({"unreadable": ["a", "b", "c", "d"]}, "can't read a, b, c and 1 more"),
        ({"writable": ["menus"]}, "can change menus"),
        ({"reader_creates": True}, "can make tables"),
        ({"writer_creates": False}, "can't make tables"),
        ({"writer_stages": False}, "temporary"),
        ({"missing": ["_table_stats"]}, "lacks _table_stats"),
    ],
)
def test_wrong_rights_in_the_datastore_are_errors(change, words):
    [finding] = [found for found in services.datastore(replace(RIGHTS, **change)) if found.level is not Level.OK]
    assert finding.level is Level.ERROR
    assert words in finding.what
    assert finding.mend


def test_right_rights_in_the_datastore():
    assert levels(services.datastore(RIGHTS)) == [Level.OK]


@pytest.mark.parametrize(
    ("worker", "level"),
    [
        (services.Worker(["ckan:x:default"], 400), Level.OK),
        (services.Worker(["ckan:x:default"], 500), Level.ERROR),
        (services.Worker(["ckan:another:default"], 1), Level.ERROR),
    ],
)
def test_a_worker_must_be_alive_and_listen_to_this_site(worker, level):
    assert services.workers("ckan:x:default", [worker], waiting=2).level is level


@pytest.mark.parametrize(
    ("stages", "took_message", "level"),
    [
        ([10.0], None, Level.OK),
        ([500.0, 10.0], None, Level.OK),
        ([], True, Level.OK),
        ([], False, Level.ERROR),
        ([500.0], False, Level.ERROR),
    ],
)
def test_a_consumer_is_alive_while_it_works_or_takes_a_message(stages, took_message, level):
    facts = services.Consumer("harvester fetch-consumer", waiting=3, stages=stages, took_message=took_message)
    assert services.consumer(facts).level is level


@pytest.mark.parametrize(
    ("timeout", "seen_longer", "level"),
    [(5, False, Level.WARNING), (5, True, Level.OK), (math.inf, False, Level.OK), (86400, False, Level.OK)],
)
def test_consumers_must_be_patient(timeout, seen_longer, level):
    assert services.consumer_patience(timeout, seen_longer=seen_longer).level is level


@pytest.mark.parametrize(
    ("stages", "ended", "level"), [([400.0], 0, Level.ERROR), ([], 1, Level.ERROR), ([200.0], 0, Level.OK)]
)
def test_the_harvest_clock_shows_by_what_it_left(stages, ended, level):
    assert services.harvest_clock(stages, ended).level is level


# -- versions and settings


def test_versions_are_held_against_the_packages_own_ranges():
    found = {"ckan": "2.11.5", "ckanext-harvest": "1.6.3", "ckanext-dcat": None}
    findings = list(versions.installed(["ckan>=2.12", "ckanext-harvest>=1.6.3", "ckanext-dcat>=2.4.4"], found))
    assert levels(findings) == [Level.ERROR, Level.OK, Level.ERROR]
    assert findings[2].mend == "pip install 'ckanext-dcat>=2.4.4'"


def test_python_must_be_new_enough():
    assert versions.python("3.11.7", ">=3.10").level is Level.OK
    assert versions.python("3.9.2", ">=3.10").level is Level.ERROR


@pytest.mark.parametrize(("current", "level"), [("0002", Level.OK), ("0001", Level.ERROR), (None, Level.ERROR)])
def test_migrations_must_be_applied(current, level):
    assert versions.migrations("patiodigital", current, "0002").level is level


GOOD_ORDER = ["patiodigital_theme", "patiodigital", "harvest", "scheming_datasets", "datastore", "activity"]


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (["patiodigital", "datastore"], "lacks harvest"),
        (["scheming_datasets", "patiodigital", "datastore", "harvest"], "patiodigital stands after scheming_datasets"),
        (["patiodigital", "patiodigital_theme", "datastore", "harvest"], "patiodigital_theme stands after"),
    ],
)
def test_plugins_must_be_there_and_in_order(names, words):
    [finding] = settings.plugins(names, harvests=True)
    assert (finding.level, words in finding.what) == (Level.ERROR, True)


def test_plugins_in_order():
    assert levels(settings.plugins(GOOD_ORDER, harvests=True)) == [Level.OK]
    assert levels(settings.plugins(["patiodigital", "datastore"], harvests=False)) == [Level.OK]


def test_education_fields_are_an_error_only_where_something_is_harvested():
    presets = f"ckanext.scheming:presets.json {settings.PRESETS}"
    assert levels(settings.education_fields(presets, [], harvests=True)) == [Level.OK]
    assert levels(settings.education_fields(presets, ["subject"], harvests=True)) == [Level.ERROR]
    assert levels(settings.education_fields(presets, ["subject"], harvests=False)) == [Level.WARNING]
    assert levels(settings.education_fields("", [], harvests=False)) == [Level.OK, Level.ERROR]


@pytest.mark.parametrize(
    ("language", "database", "method", "expected"),
    [
        ("portuguese", "pg_catalog.portuguese", "gin", [Level.OK]),
        ("english", "pg_catalog.portuguese", "gin", [Level.WARNING]),
        ("english", "pg_catalog.english", "gin", [Level.WARNING]),
        ("portuguese", "pg_catalog.portuguese", "gist", [Level.OK, Level.WARNING]),
    ],
)
def test_full_text_must_be_portuguese_on_both_sides(language, database, method, expected):
    assert levels(settings.full_text(language, database, method)) == expected


@pytest.mark.parametrize(
    ("finding", "level"),
    [
        (settings.contact_email("dados@example.org", harvests=True), Level.OK),
        (settings.contact_email("", harvests=True), Level.ERROR),
        (settings.contact_email("nobody", harvests=True), Level.ERROR),
        (settings.contact_email("", harvests=False), Level.WARNING),
        (settings.timezone("America/Recife"), Level.OK),
        (settings.timezone("America/Sao Paulo"), Level.ERROR),
        (settings.timezone("../../etc/passwd"), Level.ERROR),
        (settings.timezone(""), Level.ERROR),
        (settings.site_url("https://dados.example.org"), Level.OK),
        (settings.site_url("http://127.0.0.1:5000"), Level.OK),
        (settings.site_url("dados.example.org"), Level.ERROR),
        (settings.site_url("http://[broken"), Level.ERROR),
        (settings.site_url("https://example.org/dados"), Level.ERROR),
        (settings.sql_search(enabled=True), Level.WARNING),
        (settings.sql_search(enabled=False), Level.OK),
        (settings.queue_type("redis"), Level.OK),
        (settings.queue_type("amqp"), Level.ERROR),
    ],
)
def test_settings(finding, level):
    assert finding.level is level
    assert bool(finding.mend) is (level is not Level.OK)


# -- tables

TRUTH = tables.Stated("2026-06-01T00:00:00Z", 3)
FACTS = tables.TableFacts(
    name="menus/1",
    resource_id="r",
    primary=True,
    resource_state="active",
    in_datastore=True,
    truth=TRUTH,
    registry=tables.Stated(TRUTH.data_version),
    resource=tables.Stated(TRUTH.data_version, 3, "abc"),
    file_sha256="abc",
)


@pytest.mark.parametrize(
    ("change", "level", "words"),
    [
        ({}, Level.OK, "3 rows"),
        ({"resource_state": None}, Level.ERROR, "purged"),
        ({"resource_state": "deleted"}, Level.WARNING, "deleted"),
        ({"resource_state": "deleted", "primary": False}, Level.OK, "deleted"),
        ({"in_datastore": False}, Level.ERROR, "no table"),
        ({"truth": None}, Level.WARNING, "never loaded"),
        ({"registry": tables.Stated(None)}, Level.WARNING, "the registry."),
        ({"resource": tables.Stated(TRUTH.data_version, 2, "abc")}, Level.WARNING, "the resource's fields."),
        ({"file_sha256": None}, Level.WARNING, "the download."),
        ({"file_sha256": "abd"}, Level.WARNING, "the download."),
    ],
)
def test_a_table_and_what_is_said_of_it(change, level, words):
    finding = tables.table(replace(FACTS, **change))
    assert (finding.level, words in finding.what) == (level, True)


def test_tables_without_a_resource_are_named():
    assert tables.strays([]).level is Level.OK
    assert "b" in tables.strays(["a", "b"]).what


# -- harvests


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, [Level.OK]),
        ({"down": {"menus/2026-06": "timed out"}}, [Level.WARNING]),
        ({"refused": {"schools": "The load lacks 20 of 30 rows."}}, [Level.WARNING]),
        ({"lost": ["schools"]}, [Level.ERROR]),
        ({"still_for": 31}, [Level.WARNING]),
        ({"still_for": 29}, [Level.OK]),
        ({"down": {"schools": "x"}, "refused": {"menus/2026-06": "y"}}, [Level.WARNING, Level.WARNING]),
    ],
)
def test_a_source_and_what_waits(facts, expected):
    assert levels(harvests.source(harvests.SourceFacts("prato-aberto", **facts))) == expected


def test_unfinished_files_are_told():
    assert harvests.spool([]).level is Level.OK
    assert "x.part" in harvests.spool(["x.part"]).what


# -- waiting for a first harvest

WANTED = ["schools", "menus/2026-06"]
BEGUN = Progress(frozenset(), frozenset({"schools"}), {}, [], [])
FAILED = Outcome(State.FAILED, messages=["The source says 500."])


def test_the_wait_is_over_when_all_is_published_whatever_the_rest_does():
    assert not seeding.is_over(WANTED, BEGUN)
    assert not seeding.is_over(WANTED, replace(BEGUN, published=frozenset({"schools"})))
    done = replace(BEGUN, published=frozenset(WANTED), outcomes={"menus/2020-01": FAILED})
    assert seeding.is_over(WANTED, done)


@pytest.mark.parametrize("state", [State.FAILED, State.REFUSED])
def test_a_part_that_fails_ends_the_wait_with_its_reason(state):
    failed = replace(BEGUN, at_work=frozenset(), outcomes={"schools": replace(FAILED, state=state)})
    with pytest.raises(SeedError, match=r"schools was not published\. The source says 500\."):
        seeding.is_over(WANTED, failed)


def test_a_part_that_is_tried_again_or_was_published_before_may_have_failed():
    assert not seeding.is_over(WANTED, replace(BEGUN, outcomes={"schools": FAILED}))
    assert seeding.is_over(WANTED, replace(BEGUN, published=frozenset(WANTED), outcomes={"schools": FAILED}))


def test_a_run_that_can_not_be_planned_ends_the_wait():
    with pytest.raises(SeedError, match="no plan"):
        seeding.is_over(WANTED, replace(BEGUN, faults=["no plan"]))


def test_progress_in_words():
    assert seeding.in_words(WANTED, BEGUN) == "0 of 2 parts published; schools is being read"
    assert seeding.in_words(WANTED, replace(BEGUN, at_work=frozenset())) == "0 of 2 parts published; schools waits"
    assert seeding.in_words(WANTED, replace(BEGUN, published=frozenset(WANTED))) == "2 of 2 parts published"


# -- files that are to become tables


@pytest.fixture(scope="module")
def calendar():
    return table_schemas.load("school_calendar")


def check(text, schema):
    return list(check_file(read_csv(text.encode()), schema, Validator(schema, lambda scheme: {}.get)))


def test_faulty_rows_are_told_by_the_number_that_a_spreadsheet_shows(calendar):
    rows = check(
        "date;scope;kind;name\n"
        "2026-01-25;network;holiday;Aniversário\n"
        "2026-02-30;network;holiday;Nunca\n"
        "2026-01-25;network;recess;Outra vez\n"
        "2026-03-01;network;party;\n",
        calendar,
    )
    assert [(row.number, fault.field, fault.reason.value) for row in rows for fault in row.faults] == [
        (3, "date", "format"),
        (4, "scope", "unique"),
        (5, "kind", "enum"),
        (5, "name", "required"),
    ]


@pytest.mark.parametrize(
    ("header", "words"),
    [("date,scope,kind", "has no column name"), ("date,scope,kind,name,colour", "The table has no column colour")],
)
def test_a_header_of_another_table_is_refused(header, words, calendar):
    with pytest.raises(HeaderError, match=words):
        check(f"{header}\n{',' * header.count(',')}x\n", calendar)
