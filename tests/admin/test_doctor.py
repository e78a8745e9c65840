"""``ckan patiodigital doctor`` and ``status`` on real services: what is broken is found, named, and mended."""

import json
import os
import time
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from admin.conftest import work_off
from ckan import model
from ckan.cli.cli import ckan
from ckan.lib import jobs
from ckan.lib.redis import connect_to_redis
from ckan.tests.helpers import call_action
from ckanext.datastore.backend.postgres import get_write_engine
from ckanext.harvest import queue
from ckanext.harvest.model import HarvestObject
from rq import Worker
from tables.rows import row

from ckanext.patiodigital.admin import doctor, harvest_queues, status
from ckanext.patiodigital.admin.checks import harvests as harvest_checks
from ckanext.patiodigital.admin.checks import services as service_checks
from ckanext.patiodigital.admin.checks import setup
from ckanext.patiodigital.admin.checks import tables as table_checks
from ckanext.patiodigital.admin.core.findings import Level
from ckanext.patiodigital.tables import service as tables
from ckanext.patiodigital.tables import sources
from ckanext.patiodigital.tables.core import load
from ckanext.patiodigital.tables.core.formats import BY_EXTENSION
from ckanext.patiodigital.tables.model import TableResource


def of(check):
    """What a check finds that is not well, as ``{where: what}``."""
    return {finding.where: finding.what for finding in check() if finding.level is not Level.OK}


def do_jobs():
    """Do what a job worker would."""
    waiting = jobs.get_queue()
    for job in waiting.jobs:
        job.func(*job.args, **job.kwargs)
    waiting.empty()
    model.Session.expire_all()


def in_datastore(statement):
    with get_write_engine().begin() as connection:
        return connection.exec_driver_sql(statement)


# -- the portal's setup


@pytest.mark.usefixtures("clean_tables")
def test_a_portal_as_it_should_be_has_nothing_to_mend():
    checks = [setup.installed, setup.settings, setup.education_fields, setup.shipped_files, setup.full_text]
    checks += [setup.migrations, service_checks.datastore, service_checks.solr, service_checks.storage]
    checks += [table_checks.registry, harvest_checks.all_sources, harvest_checks.spool]
    assert {check.__name__: of(check) for check in checks} == {check.__name__: {} for check in checks}


@pytest.mark.usefixtures("clean_db")
def test_a_migration_that_was_not_applied_is_found():
    with model.ensure_engine().begin() as connection:
        connection.exec_driver_sql("UPDATE harvest_alembic_version SET version_num = '3b4894672727'")
    found = of(setup.migrations)
    assert list(found) == ["tables of harvest"]
    assert "75d650dfd519" in found["tables of harvest"]


@pytest.mark.ckan_config("ckanext.patiodigital.timezone", "Brasil/Sampa")
@pytest.mark.ckan_config("ckanext.patiodigital.contact_email", "")
@pytest.mark.ckan_config("ckan.site_url", "http://example.org/dados")
@pytest.mark.usefixtures("with_plugins")
def test_wrong_settings_are_found():
    assert of(setup.settings).keys() == {
        "ckanext.patiodigital.timezone",
        "ckanext.patiodigital.contact_email",
        "ckan.site_url",
    }


@pytest.mark.ckan_config("ckan.plugins", "patiodigital prato_aberto_harvester harvest datastore")
@pytest.mark.usefixtures("with_plugins")
def test_a_portal_without_scheming_lines_is_told_how_to_add_the_education_fields():
    [finding] = setup.education_fields()
    assert finding.level is Level.ERROR
    assert "schema merge" in finding.mend


@pytest.mark.ckan_config("ckan.datastore.default_fts_lang", "english")
@pytest.mark.usefixtures("with_plugins")
def test_two_languages_of_search_are_found():
    assert "PostgreSQL's is portuguese" in of(setup.full_text)["ckan.datastore.default_fts_lang"]


# -- services


@pytest.mark.usefixtures("clean_tables")
def test_a_reader_that_can_write_is_found():
    in_datastore("CREATE TABLE written (a int)")
    in_datastore("GRANT INSERT ON written TO datastore_read")
    in_datastore("CREATE TABLE hidden (a int)")
    in_datastore("REVOKE SELECT ON hidden FROM datastore_read")
    findings = [finding.what for finding in service_checks.datastore() if finding.level is Level.ERROR]
    assert findings == ["The read user can't read hidden.", "The read user can change written."]


@pytest.mark.usefixtures("clean_tables")
def test_functions_of_this_ckan_that_are_missing_are_found():
    definition = in_datastore("SELECT pg_get_functiondef('cached_table_row_count(name)'::regprocedure)").scalar()
    in_datastore("DROP FUNCTION cached_table_row_count(name)")
    try:
        assert "lacks cached_table_row_count" in of(service_checks.datastore)["PostgreSQL, the DataStore"]
    finally:
        in_datastore(definition)


@pytest.mark.usefixtures("with_plugins")
def test_a_storage_folder_that_is_not_there_is_found(ckan_config, monkeypatch, tmp_path):
    monkeypatch.setitem(ckan_config, "ckan.storage_path", str(tmp_path / "nowhere"))
    assert "nowhere can't be written" in of(service_checks.storage)["ckan.storage_path"]


@pytest.mark.usefixtures("portal")
def test_job_workers_are_told_from_none():
    assert "No worker runs" in of(service_checks.workers)["background jobs"]
    worker = Worker([jobs.get_queue()], connection=connect_to_redis())
    worker.register_birth()
    assert of(service_checks.workers) == {}
    worker.register_death()


@pytest.fixture
def quick(monkeypatch):
    """Do not wait long for consumers that are known not to be there."""
    monkeypatch.setattr(service_checks, "_TAKEN_WITHIN", 0.0)


@pytest.mark.usefixtures("portal", "quick")
def test_consumers_that_do_not_run_are_found_and_nothing_is_left_in_their_queues():
    found = of(service_checks.consumers)
    assert {"harvester gather-consumer", "harvester fetch-consumer"} <= found.keys()
    assert "5 seconds" in found["ckan.redis.url"]
    assert [line.waiting() for line in harvest_queues.queues()] == [[], []]


@pytest.mark.usefixtures("portal", "quick")
def test_a_consumer_at_work_needs_no_message(stopped_clock):
    for line in harvest_queues.queues():
        connect_to_redis().set(f"{line.key}:something", "2026-06-10 09:00:00.000001+00:00")
    assert of(service_checks.consumers).keys() == {"ckan.redis.url"}


# -- tables


@pytest.fixture
def schools(dataset):
    """The resource of a small table whose files are written."""
    identifier = tables.ensure_table(dataset["id"], "schools", "test")
    tables.load(identifier, [row("schools", eol=f"{number:06}") for number in range(1, 4)])
    do_jobs()
    assert findings_on_tables() == {}
    return identifier


def findings_on_tables():
    """What is said of each table that is not well, by its name."""
    model.Session.expire_all()
    return {where.split()[1]: what for where, what in of(table_checks.registry).items()}


def test_what_lags_behind_the_data_is_found_and_brought_up_to_date(schools):
    TableResource.get(schools).data_version = None
    model.Session.commit()
    tables.file_of(schools).write_text("cut")
    [what] = findings_on_tables().values()
    assert "the registry" in what
    assert "the download" in what
    assert list(table_checks.repair()) == ["schools/1: registry, resource and download brought up to date."]
    assert findings_on_tables() == {}
    assert list(table_checks.repair()) == []


@pytest.mark.parametrize("form", BY_EXTENSION.values(), ids=list(BY_EXTENSION))
def test_a_download_that_is_gone_is_written_again(schools, form):
    tables.table_file_of(schools, form).unlink()
    assert "the download" in findings_on_tables()["schools/1"]
    list(table_checks.repair())
    assert findings_on_tables() == {}


def test_fields_of_a_resource_that_somebody_changed_are_brought_back(schools):
    before = call_action("resource_show", id=schools)
    call_action("resource_patch", context=tables.as_site(), id=schools, row_count=1, data_version="2001-01-01")
    assert "the resource's fields" in findings_on_tables()["schools/1"]
    list(table_checks.repair())
    after = call_action("resource_show", id=schools)
    for name in ("row_count", "data_version", "hash"):
        assert after[name] == before[name]


def test_a_table_that_was_never_loaded_is_told(dataset):
    tables.ensure_table(dataset["id"], "schools", "test")
    assert findings_on_tables() == {"schools/1": "It was never loaded."}
    assert list(table_checks.repair()) == []


def test_a_purged_resource_leaves_the_registry_and_its_table_is_named(schools, dataset):
    call_action("dataset_purge", context=tables.as_site(), id=dataset["id"])
    assert "purged" in findings_on_tables()["schools/1"]
    assert list(table_checks.repair()) == ["schools/1: taken out of the registry, since its resource was purged."]
    assert schools in of(table_checks.registry)["PostgreSQL, the DataStore"]


def test_a_table_that_vanished_is_loaded_anew_by_the_next_harvest(seeded):
    work_off(parts=1)
    do_jobs()
    identifier = TableResource.primary_of("schools").resource_id
    rows = tables.version_of(identifier).row_count
    in_datastore(f'DROP TABLE "{identifier}" CASCADE')
    assert "no table in the DataStore" in findings_on_tables()["schools/1"]
    assert "schools/1: the next harvest loads it anew." in list(table_checks.repair())
    connect_to_redis().flushdb()
    harvest_queues.running_job(seeded.id).status = "Finished"
    model.Session.commit()
    call_action("harvest_job_create", context=tables.as_site() | harvest_context(), source_id=seeded.id)
    work_off(parts=1)
    assert call_action("datastore_search", resource_id=identifier, limit=1)["total"] == rows


def harvest_context():
    return {"model": model, "session": model.Session}


# -- harvests


def test_a_source_that_is_down_is_told_with_its_error(seeded):
    sources.note_failure(seeded.id, "menus/2026-06", "It answers 500.")
    assert "It answers 500." in of(harvest_checks.all_sources)["source prato-aberto"]


def test_a_refused_load_waits_for_an_admin(seeded, monkeypatch):
    monkeypatch.setattr(load, "LOSS_OF_NOTE", 0)
    work_off(parts=1)
    schools = TableResource.primary_of("schools").resource_id
    more = [row("schools", eol=f"9{number:05}") for number in range(100)]
    tables.load(schools, more, accept=True)
    [state] = sources.of_source(seeded.id)
    state.fingerprint = "of something else"
    part = model.Session.query(HarvestObject).filter_by(content="schools").one()
    queue.get_harvester("prato_aberto").import_stage(part)
    assert "schools waits for an admin" in of(harvest_checks.all_sources)["source prato-aberto"]


def test_work_that_redis_forgot_is_found_and_queued_again(seeded):
    connect_to_redis().flushdb()
    assert "the planning of the run" in of(harvest_checks.all_sources)["source prato-aberto"]
    assert list(harvest_checks.repair()) == ["prato-aberto: the planning of the run queued again."]
    assert of(harvest_checks.all_sources) == {}
    work_off(parts=1)
    part = model.Session.query(HarvestObject).filter_by(content="schools").one()
    part.state = "IMPORT"
    model.Session.commit()
    assert "1 part was begun" in of(harvest_checks.all_sources)["source prato-aberto"]
    assert list(harvest_checks.repair()) == ["prato-aberto: schools queued again."]
    assert of(harvest_checks.all_sources) == {}
    work_off(parts=4)
    assert model.Session.get(HarvestObject, part.id).state == "COMPLETE"


def test_work_with_a_sign_of_life_is_not_lost(seeded):
    work_off(parts=1)
    part = model.Session.query(HarvestObject).filter_by(content="schools").one()
    part.state = "IMPORT"
    model.Session.commit()
    _, fetch = harvest_queues.queues()
    connect_to_redis().set(f"{fetch.key}:{part.id}", "2026-06-10 09:00:00.000001")
    assert harvest_queues.lost(harvest_queues.running_job(seeded.id)) == []


def test_a_run_that_stands_still_is_told(seeded, stopped_clock):
    stopped_clock(datetime.now(timezone.utc) + timedelta(hours=1))
    assert "has moved for" in of(harvest_checks.all_sources)["source prato-aberto"]


def test_unfinished_files_are_found_and_deleted_when_they_are_old(ckan_config, with_plugins):
    folder = Path(ckan_config["ckan.storage_path"]) / "patiodigital" / "spool" / "a-source" / "schools"
    folder.mkdir(parents=True, exist_ok=True)
    old, new = folder / "old.part", folder / "new.part"
    for file in (old, new):
        file.write_text("{")
    hours_ago = time.time() - 2 * 3600
    os.utime(old, (hours_ago, hours_ago))
    assert "old.part" in of(harvest_checks.spool)["harvest spool"]
    assert list(harvest_checks.repair()) == [f"{old}: deleted."]
    assert (old.exists(), new.exists()) == (False, True)


# -- the report


@pytest.mark.usefixtures("with_plugins")
def test_a_check_that_breaks_is_a_finding_and_shows_no_secret(monkeypatch, ckan_config):
    monkeypatch.setitem(ckan_config, "solr_password", "geheim-geheim")

    def broken():
        raise RuntimeError("cannot open http://solr:geheim-geheim@host\nTraceback of something")

    def sound():
        yield from ()

    monkeypatch.setattr(doctor, "CHECKS", {broken: (), sound: ()})
    *_, finding = doctor.examine()
    assert (finding.level, finding.where) == (Level.ERROR, "check test_doctor.broken")
    assert finding.what == "It could not be made. RuntimeError: cannot open http://solr:***@host"


@pytest.mark.usefixtures("with_plugins")
def test_a_repair_that_breaks_is_told_and_the_others_go_on(monkeypatch):
    def broken():
        yield "one thing done."
        raise OSError("no space left")

    monkeypatch.setattr(doctor, "REPAIRS", {"Tables": broken, "Harvests": lambda: iter(["another thing done."])})
    assert list(doctor.repair()) == [
        "one thing done.",
        "Tables could not be mended. OSError: no space left",
        "another thing done.",
    ]


@pytest.mark.usefixtures("with_plugins")
def test_what_rests_on_a_service_that_is_down_is_left_out(monkeypatch):
    def down():
        raise ConnectionError("refused")

    def resting_on_it():
        raise AssertionError("asked all the same")

    monkeypatch.setattr(doctor.service_questions, "QUESTIONS", {"Solr": down})
    monkeypatch.setattr(doctor, "CHECKS", {resting_on_it: ("Solr",)})
    [finding] = doctor.examine()
    assert (finding.level, finding.where, finding.what) == (Level.ERROR, "Solr", "ConnectionError: refused")


@pytest.mark.usefixtures("schools", "quick")
def test_the_command_reports_as_lines_and_as_json_and_by_its_exit_code(cli):
    lines = cli.invoke(ckan, ["patiodigital", "doctor"])
    assert lines.exit_code == 1  # no consumers run here
    assert "error    harvester fetch-consumer: " in lines.output
    assert lines.output.splitlines()[-1].endswith(" errors")
    document = json.loads(cli.invoke(ckan, ["patiodigital", "doctor", "--repair", "--json"]).output)
    assert document["ok"] is False
    assert document["repaired"] == []
    assert {finding["level"] for finding in document["findings"]} == {"ok", "warning", "error"}


def test_the_state_in_a_few_lines(seeded):
    work_off(parts=1)
    lines = list(status.lines())
    assert [line.split(":")[0] for line in lines] == [
        "table school_calendar/1 (primary)",
        "table schools/1 (primary)",
        "source Prato Aberto",
        "harvest of Prato Aberto",
        "queues",
    ]
    assert lines[2].endswith(": up, last answered 2026-06-10T09:00:00Z, 1 partitions known, 0 refused")
    assert lines[3].endswith(": 1 of 4 partitions done, 3 pending")
    assert lines[4].startswith("queues: 0 in gather, 3 in fetch, ")
