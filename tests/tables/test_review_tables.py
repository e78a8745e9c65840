"""Loads and downloads where something comes between: other loads, lost connections, editors, hostile cells."""

import csv
import threading
from datetime import date
from pathlib import Path

import ckantoolkit as tk
import psycopg2
import pytest
from ckan import model
from ckan.tests import factories
from ckan.tests.helpers import call_action
from tables.conftest import make_dataset
from tables.rows import row

from ckanext.patiodigital.tables import download, service, store
from ckanext.patiodigital.tables.core.formats import JSON_LINES
from ckanext.patiodigital.tables.core.load import LoadStatus, Partition
from ckanext.patiodigital.tables.core.reasons import Fault, Reason, SourceFault
from ckanext.patiodigital.tables.model import TableResource

JUNE = Partition("2026-06", "date", date(2026, 6, 1), date(2026, 6, 30))
CPF = "111.444.777-35"


@pytest.fixture
def menus(package):
    return service.ensure_table(package["id"], "menus", "test")


def schools_of(count, **cells):
    return [row("schools", eol=f"{number:06}", name=f"EMEF {number}", **cells) for number in range(1, count + 1)]


def csv_of(resource_id):
    return list(csv.DictReader(service.file_of(resource_id).open(encoding="utf-8")))


def query(statement, *values):
    with service.reading() as connection, connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()


# -- what is set aside


@pytest.mark.parametrize("value", ["  two  blanks ", "a\x00b", "e\u0301"])
def test_rows_set_aside_again_are_no_change_however_they_are_written(schools, value):
    fault = SourceFault(f"school {value}", [Fault("eol", value, Reason.FORMAT, "Not six digits.")], "")
    assert service.load(schools, [*schools_of(1), fault]).status is LoadStatus.CHANGED
    assert service.load(schools, [*schools_of(1), fault]).status is LoadStatus.UNCHANGED


def test_rows_of_one_key_that_are_set_aside_count_each(schools):
    repeated = row("schools", eol="000001", name="outra")
    assert service.load(schools, [*schools_of(1), repeated, repeated, repeated]).set_aside == 3
    service.write_files(schools)
    assert call_action("resource_show", id=schools)["set_aside_count"] == 3


def test_a_row_with_two_faults_counts_once_and_has_two_lines(schools):
    service.load(schools, [*schools_of(1), row("schools", eol="1", name="x" * 300)])
    service.write_files(schools)
    assert call_action("resource_show", id=schools)["set_aside_count"] == 1
    aside = call_action("resource_show", id=service.set_aside_resource_id_of(schools))
    assert aside["row_count"] == len(csv_of(aside["id"])) == 2


@pytest.mark.parametrize(
    "cells",
    [
        {"name": f"{CPF} " + "x" * 300},
        {"school_type": f"Maria {CPF}"},
        {"inep": f"12 {CPF}"},
        {"lat": CPF},
        {"phones": [f"{CPF} " + "9" * 100]},
        {"eol": CPF},
    ],
)
def test_a_cpf_is_not_shown_whatever_else_is_wrong_with_its_cell(schools, cells):
    service.load(schools, [*schools_of(1), row("schools", **{"eol": "000002", **cells})])
    service.write_files(schools)
    text = service.file_of(service.set_aside_resource_id_of(schools)).read_text(encoding="utf-8")
    assert text.count("\n") > 1
    assert CPF not in text


def test_a_set_aside_table_that_an_editor_deleted_comes_back(schools):
    rows = [*schools_of(1), row("schools", eol="1", name="curto")]
    service.load(schools, rows)
    service.write_files(schools)
    aside = service.set_aside_resource_id_of(schools)
    call_action("resource_delete", context={"user": factories.Sysadmin()["name"]}, id=aside)
    service.load(schools, [*rows, row("schools", eol="2", name="curto")])
    service.write_files(schools)
    assert call_action("resource_show", id=aside)["row_count"] == 2


# -- versions and the change log


def test_a_change_happens_when_it_can_be_seen_not_when_its_load_began(schools):
    service.load(schools, schools_of(1))
    seen_meanwhile = []

    def slow():
        seen_meanwhile.extend(query("SELECT clock_timestamp()")[0])
        yield row("schools", eol="000001", name="EMEF Nova")

    outcome = service.load(schools, slow())
    ((at,),) = query("SELECT at FROM _patiodigital_change WHERE resource_id = %s", schools)
    assert at > seen_meanwhile[0]
    assert at == outcome.data_version
    assert query("SELECT at FROM _patiodigital_load WHERE run = %s", outcome.run) == [(at,)]


def test_changes_are_in_order_when_the_clock_jumps_back(schools):
    service.load(schools, schools_of(1))
    with service.writing() as connection, connection, connection.cursor() as cursor:
        cursor.execute("UPDATE _patiodigital_version SET data_version = data_version + interval '1 hour'")
    service.load(schools, schools_of(1, neighbourhood="Penha"))
    service.load(schools, schools_of(1, neighbourhood="Lapa"))
    rows = query("SELECT at FROM _patiodigital_change WHERE resource_id = %s ORDER BY id", schools)
    assert rows[0] < rows[1]
    assert rows[1][0] == service.version_of(schools).data_version


def test_making_a_table_waits_for_no_load(schools):
    with service.writing() as loading, loading.cursor() as cursor:
        cursor.execute(
            "INSERT INTO _patiodigital_change (resource_id, key, operation, old, run, at)"
            " VALUES ('x', '{}', 'update', '{}', 'x', now())"
        )
        with service.writing() as other, other.cursor() as impatient:
            impatient.execute("SET lock_timeout = '1s'")
            other.commit()
            try:
                store.ensure_beside(other)
            finally:
                other.rollback()
                impatient.execute("RESET lock_timeout")
                other.commit()
        loading.rollback()


# -- two databases


def test_the_registry_is_told_though_the_mapper_ended_the_session(schools):
    def mapper():
        yield from schools_of(1)
        model.Session.remove()

    outcome = service.load(schools, mapper())
    model.Session.remove()
    assert TableResource.get(schools).data_version == outcome.data_version


def test_a_load_that_could_not_order_its_files_orders_them_at_the_next_run(schools, monkeypatch):
    def no_redis(_resource_id):
        raise ConnectionError

    with monkeypatch.context() as away:
        away.setattr(service, "queue_files", no_redis)
        with pytest.raises(ConnectionError):
            service.load(schools, schools_of(1))
    model.Session.remove()
    ordered = []
    monkeypatch.setattr(service, "queue_files", ordered.append)
    assert service.load(schools, schools_of(1)).status is LoadStatus.UNCHANGED
    assert ordered == [schools]
    service.load(schools, schools_of(1))
    assert ordered == [schools]


def test_a_connection_that_broke_is_told_as_such_and_replaced(schools):
    service.load(schools, schools_of(1))
    with pytest.raises(psycopg2.OperationalError):
        query("SELECT pg_terminate_backend(pg_backend_pid())")
    assert service.version_of(schools) is not None


def test_a_reader_does_not_wait_for_ever(schools):
    assert query("SHOW statement_timeout") == [("10s",)]
    with (
        pytest.raises(psycopg2.errors.QueryCanceled),
        service.reading(0.05) as connection,
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT pg_sleep(60)")
    assert query("SHOW statement_timeout") == [("10s",)]


def test_a_table_whose_resource_an_editor_deleted_is_published_again(package, schools):
    service.load(schools, schools_of(2))
    call_action("resource_delete", context={"user": factories.Sysadmin()["name"]}, id=schools)
    assert service.public_tables() == {}
    assert service.ensure_table(package["id"], "schools", "test") == schools
    service.load(schools, schools_of(2))
    assert service.primary("schools").version.row_count == 2
    service.write_files(schools)
    assert call_action("resource_show", id=schools)["row_count"] == len(csv_of(schools)) == 2


def test_a_purged_dataset_holds_no_place(package, schools):
    service.load(schools, schools_of(1))
    call_action("dataset_purge", context={"user": factories.Sysadmin()["name"]}, id=package["id"])
    second = service.ensure_table(make_dataset(package["owner_org"])["id"], "schools", "test")
    service.load(second, schools_of(1))
    assert service.primary("schools").resource_id == second


def test_a_table_that_was_dropped_is_not_published(schools):
    service.load(schools, schools_of(1))
    call_action("datastore_delete", context={"user": factories.Sysadmin()["name"]}, resource_id=schools, force=True)
    assert service.public_tables() == {}
    assert service.version_of(schools) is None


def test_a_column_that_a_new_minor_version_has_is_added_and_rows_stay(package, schools):
    service.load(schools, schools_of(2))
    with service.writing() as connection, connection.cursor() as cursor:
        cursor.execute(f'ALTER TABLE "{schools}" DROP COLUMN postcode')  # as it was before the column came
        connection.commit()
    assert service.ensure_table(package["id"], "schools", "test") == schools
    assert query(f'SELECT count(*), count(postcode) FROM "{schools}"') == [(2, 0)]  # noqa: S608 (our id)
    assert service.load(schools, schools_of(3)).new == 1


@pytest.mark.parametrize("table", ["schools", "school_calendar"])
def test_tables_without_days_have_none_and_those_with_a_date_have(package, table):
    resource_id = service.ensure_table(package["id"], table, "test")
    rows = {"schools": schools_of(1), "school_calendar": [row("school_calendar", date="2026-06-04")]}
    service.load(resource_id, rows[table])
    expected = {"schools": None, "school_calendar": (date(2026, 6, 4), date(2026, 6, 4))}
    assert service.days_of(resource_id) == expected[table]


# -- downloads


def test_a_download_is_complete_before_it_takes_the_place_of_the_old_one(schools, monkeypatch):
    service.load(schools, schools_of(3))
    replaced = {}
    replace = Path.replace

    def spy(self, target):
        replaced[Path(target).name] = self.read_bytes()
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", spy)
    service.write_files(schools)
    lines = service.table_file_of(schools, JSON_LINES).name
    assert replaced[f"{schools}.csv"].count(b"\n") == replaced[lines].count(b"\n") + 1 == 4


def test_what_the_resource_says_is_true_of_the_file_though_a_load_came_between(schools, monkeypatch):
    service.load(schools, schools_of(1))
    version = service.version_of(schools)
    query_of = download.table_query

    def load_between(*args):
        monkeypatch.setattr(download, "table_query", query_of)
        service.load(schools, schools_of(2))
        return query_of(*args)

    monkeypatch.setattr(download, "table_query", load_between)
    service.write_files(schools)
    resource = call_action("resource_show", id=schools)
    assert resource["row_count"] == len(csv_of(schools)) == version.row_count == 1


def test_a_writer_that_is_late_does_not_undo_a_newer_one(schools, monkeypatch, app):
    service.load(schools, schools_of(1))
    write_table = download.write_table

    def newer():
        service.load(schools, schools_of(2))
        service.write_files(schools)
        model.Session.remove()

    second = threading.Thread(target=newer)

    def late(*args):
        if second.ident is None:
            second.start()
            second.join(3)  # where nothing holds it, it is done long before
        return write_table(*args)

    monkeypatch.setattr(download, "write_table", late)
    service.write_files(schools)
    second.join()
    model.Session.remove()
    assert len(csv_of(schools)) == call_action("resource_show", id=schools)["row_count"] == 2


def test_files_written_again_leave_the_dataset_as_it_is(package, schools):
    service.load(schools, [*schools_of(1), row("schools", eol="1", name="curto")])
    service.write_files(schools)
    before = call_action("package_show", id=package["id"])["metadata_modified"]
    service.write_files(schools)
    assert call_action("package_show", id=package["id"])["metadata_modified"] == before


def test_a_private_download_is_for_no_shared_cache(schools, package, app):
    service.load(schools, schools_of(1))
    service.write_files(schools)
    path = call_action("resource_show", id=schools)["url"].split("://", 1)[1].split("/", 1)[1]
    user = factories.SysadminWithToken()
    call_action("package_patch", context={"user": user["name"]}, id=package["id"], private=True)
    answer = app.get("/" + path, headers={"Authorization": user["token"]}, status=200)
    assert "public" not in answer.headers["Cache-Control"]


@pytest.mark.parametrize("name", ["_patiodigital_set_aside", "_patiodigital_change"])
def test_what_lies_beside_the_tables_is_for_no_reader(schools, name):
    service.load(schools, [*schools_of(1), row("schools", eol="1", name="curto")])
    with pytest.raises(tk.ObjectNotFound):
        call_action("datastore_search", context={"user": "", "ignore_auth": False}, resource_id=name)
