"""Loads on the real databases: what is published, what stays, what is set aside, and who sees it."""

import csv
import io
import json
from datetime import date

import ckan.plugins as p
import pytest
from ckan import model
from ckan.tests import factories
from ckan.tests.helpers import call_action
from ckanext.datapusher.interfaces import IDataPusher
from psycopg2.sql import SQL, Identifier
from tables.conftest import make_dataset
from tables.rows import row

from ckanext.patiodigital.tables import service
from ckanext.patiodigital.tables.core.load import LoadStatus, Partition
from ckanext.patiodigital.tables.core.reasons import Fault, Reason, Remark, SourceFault
from ckanext.patiodigital.tables.model import TableResource

JUNE = Partition("2026-06", "date", date(2026, 6, 1), date(2026, 6, 30))
JULY = Partition("2026-07", "date", date(2026, 7, 1), date(2026, 7, 31))


@pytest.fixture
def menus(package):
    return service.ensure_table(package["id"], "menus", "test")


def act(action, **data):
    """An action by an administrator."""
    user = factories.Sysadmin()
    return call_action(action, context={"user": user["name"], "ignore_auth": False}, **data)


def school_rows(count, **cells):
    return [row("schools", eol=f"{number:06}", name=f"EMEF {number}", **cells) for number in range(1, count + 1)]


def search(resource_id, **query):
    return call_action("datastore_search", resource_id=resource_id, **query)


def records(resource_id, *columns, **query):
    return [tuple(record[name] for name in columns) for record in search(resource_id, **query)["records"]]


def change_log(resource_id):
    with service.reading() as connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT operation, key, old FROM _patiodigital_change WHERE resource_id = %s ORDER BY id", (resource_id,)
        )
        return [(operation, json.loads(key), json.loads(old)) for operation, key, old in cursor]


def dump(resource_id):
    """The table to the last byte, ``_id`` included."""
    with service.reading() as connection:
        out = io.BytesIO()
        with connection.cursor() as cursor:
            query = SQL("COPY (SELECT * FROM {} ORDER BY _id) TO STDOUT").format(Identifier(resource_id))
            cursor.copy_expert(query, out)
    return out.getvalue()


def test_a_first_load_publishes_typed_searchable_rows(schools):
    outcome = service.load(
        schools, [row("schools", eol="000086", name="EMEI Guaianases", lat=-23.5, phones=["a", "b"])]
    )
    assert (outcome.status, outcome.read, outcome.new) == (LoadStatus.CHANGED, 1, 1)
    found = search(schools, q="guaianases")
    assert found["total"] == 1
    record = found["records"][0]
    assert (record["eol"], record["lat"], record["phones"], record["inep"]) == ("000086", -23.5, "a;b", None)
    assert record["run"] == outcome.run
    fields = {field["id"]: field for field in found["fields"]}
    assert fields["lat"]["info"]["label"] == "Latitude"


def test_the_same_rows_again_change_nothing(schools):
    first = service.load(schools, school_rows(3))
    before = dump(schools)
    again = service.load(schools, school_rows(3))
    assert (again.status, again.unchanged, again.data_version) == (LoadStatus.UNCHANGED, 3, first.data_version)
    assert dump(schools) == before
    assert change_log(schools) == []


def test_a_changed_row_is_found_by_its_new_words_keeps_its_id_and_its_old_version(schools):
    service.load(schools, school_rows(2, neighbourhood="Penha"))
    ids = records(schools, "eol", "_id")
    rows = [*school_rows(1, neighbourhood="Lapa"), school_rows(2, neighbourhood="Penha")[1]]
    outcome = service.load(schools, rows)
    assert (outcome.changed, outcome.unchanged, outcome.new) == (1, 1, 0)
    assert records(schools, "eol", q="lapa") == [("000001",)]
    assert records(schools, "eol", q="penha") == [("000002",)]
    assert sorted(records(schools, "eol", "_id")) == sorted(ids)
    ((operation, key, old),) = change_log(schools)
    assert (operation, key, old["neighbourhood"]) == ("update", {"eol": "000001"}, "Penha")


def test_counts_add_up_and_every_fault_is_kept_with_its_reason(schools):
    rows = [
        *school_rows(3),
        row("schools", eol="1", name="curto"),
        row("schools", eol="000001", name="repetida"),
        SourceFault("sem código", [Fault("eol", "", Reason.REQUIRED, "Missing.")], "http://fonte/1"),
    ]
    outcome = service.load(schools, rows)
    assert (outcome.read, outcome.new, outcome.set_aside) == (6, 3, 3)
    service.write_files(schools)
    aside = call_action("resource_show", id=service.set_aside_resource_id_of(schools))
    assert aside["row_count"] == 3
    lines = list(csv.DictReader(service.file_of(aside["id"]).open(encoding="utf-8")))
    assert sorted((line["row"], line["field"], line["reason"]) for line in lines) == [
        ("000001", "eol", "unique"),
        ("1", "eol", "format"),
        ("sem código", "eol", "required"),
    ]
    assert records(schools, "name", filters={"eol": "000001"}) == [("EMEF 1",)]


def test_a_row_that_vanished_is_withdrawn_where_there_is_a_status_and_can_come_back(schools):
    service.load(schools, school_rows(3))
    assert service.load(schools, school_rows(2)).withdrawn == 1
    assert records(schools, "eol", "status", sort="eol")[2] == ("000003", "withdrawn")
    assert service.load(schools, school_rows(2)).status is LoadStatus.UNCHANGED
    assert service.load(schools, school_rows(3)).changed == 1
    assert records(schools, "status", filters={"eol": "000003"}) == [("active",)]


def test_a_row_that_vanished_is_deleted_where_there_is_no_status(package):
    calendar = service.ensure_table(package["id"], "school_calendar", "test")
    service.load(calendar, [row("school_calendar", date="2026-06-04"), row("school_calendar", date="2026-07-09")])
    assert service.load(calendar, [row("school_calendar", date="2026-07-09")]).withdrawn == 1
    assert search(calendar)["total"] == 1
    assert change_log(calendar)[0][0] == "delete"


def test_a_partition_leaves_the_others_alone(menus):
    june = [row("menus", date="2026-06-02", dish="Arroz")]
    july = [row("menus", date="2026-07-02", dish="Feijão")]
    service.load(menus, june, JUNE)
    service.load(menus, july, JULY)
    outcome = service.load(menus, [row("menus", date="2026-07-02", dish="Lasanha")], JULY)
    assert (outcome.changed, outcome.withdrawn) == (1, 0)
    assert sorted(records(menus, "dish")) == [("Arroz",), ("Lasanha",)]
    assert service.load(menus, [], JULY, accept=True).withdrawn == 1
    assert sorted(records(menus, "dish", filters={"status": "published"})) == [("Arroz",)]


def test_too_great_a_loss_waits_until_it_is_accepted(schools):
    service.load(schools, school_rows(60))
    before = dump(schools)
    refused = service.load(schools, school_rows(40))
    assert refused.status is LoadStatus.REFUSED
    assert "lacks 20 of the 60" in refused.reason
    assert dump(schools) == before
    accepted = service.load(schools, school_rows(40), accept=True)
    assert (accepted.status, accepted.withdrawn) == (LoadStatus.CHANGED, 20)


def test_a_row_that_comes_in_wrong_leaves_its_last_good_version_up(schools):
    service.load(schools, school_rows(2))
    outcome = service.load(schools, [school_rows(1)[0], row("schools", eol="000002", name="x" * 300)])
    assert (outcome.withdrawn, outcome.set_aside) == (0, 1)
    assert sorted(records(schools, "name", "status")) == [("EMEF 1", "active"), ("EMEF 2", "active")]


def test_a_remark_is_told_and_its_row_published(schools):
    fault = Fault("lat", "0", Reason.RANGE, "Outside the city.")
    outcome = service.load(schools, [Remark("000001", [fault], ""), *school_rows(1)])
    assert (outcome.read, outcome.new, outcome.set_aside) == (1, 1, 0)


def test_an_empty_complete_load_is_refused_by_the_floor(schools):
    service.load(schools, school_rows(2))
    assert "at least 1" in service.load(schools, []).reason


def test_a_source_that_fails_while_it_is_read_leaves_everything_to_the_last_byte(schools):
    service.load(schools, school_rows(3))
    service.write_files(schools)
    before, version, file = dump(schools), service.version_of(schools), service.file_of(schools).read_bytes()

    def broken():
        yield row("schools", eol="000009")
        raise ConnectionError

    with pytest.raises(ConnectionError):
        service.load(schools, broken())
    assert dump(schools) == before
    assert service.version_of(schools) == version
    assert service.file_of(schools).read_bytes() == file


def test_orphans_are_set_aside(package, schools):
    groups = service.ensure_table(package["id"], "school_menu_groups", "test")
    service.load(schools, school_rows(1))
    rows = [row("school_menu_groups", eol=eol, valid_from="2026-01-01") for eol in ("000001", "000777")]
    outcome = service.load(groups, rows)
    assert (outcome.new, outcome.set_aside) == (1, 1)


def test_a_reference_to_a_table_never_loaded_is_told(package):
    groups = service.ensure_table(package["id"], "school_menu_groups", "test")
    with pytest.raises(service.NoDataError, match="schools"):
        service.load(groups, [row("school_menu_groups", eol="000001", valid_from="2026-01-01")])


def test_versions_grow_even_when_the_clock_jumps_back(schools, stopped_clock):
    first = service.load(schools, school_rows(1))
    with service.writing() as connection, connection, connection.cursor() as cursor:
        cursor.execute("UPDATE _patiodigital_version SET data_version = data_version + interval '1 hour'")
    second = service.load(schools, school_rows(2))
    assert second.data_version > first.data_version


def test_the_download_equals_the_table_ordered_by_key(menus, app):
    rows = [
        row(
            "menus", date="2026-06-03", dish='Arroz, "feijão"', family_farming=True, published_at="2026-05-01T10:00:00Z"
        ),
        row("menus", date="2026-06-02", dish="Maçã \\ banana"),
    ]
    service.load(menus, rows, JUNE)
    service.write_files(menus)
    resource = call_action("resource_show", id=menus)
    assert resource["row_count"] == 2
    assert resource["data_version"].endswith("Z")
    path = resource["url"].split("://", 1)[1].split("/", 1)[1]
    answer = app.get("/" + path, status=200)
    lines = list(csv.DictReader(io.StringIO(answer.body)))
    assert [(line["date"], line["dish"]) for line in lines] == [
        ("2026-06-02", "Maçã \\ banana"),
        ("2026-06-03", 'Arroz, "feijão"'),
    ]
    assert (lines[1]["family_farming"], lines[1]["published_at"]) == ("true", "2026-05-01T10:00:00.000000Z")
    assert app.get(f"/datastore/dump/{menus}", status=200).body.count("\n") == 3


def test_a_download_of_a_private_dataset_is_for_those_who_may_see_it(menus, package, app):
    service.load(menus, [row("menus", date="2026-06-03", dish="Arroz")], JUNE)
    service.write_files(menus)
    path = call_action("resource_show", id=menus)["url"].split("://", 1)[1].split("/", 1)[1]
    act("package_patch", id=package["id"], private=True)
    app.get("/" + path, status=404)


def test_only_active_public_primaries_are_public(schools, package):
    assert service.public_tables() == {}
    service.load(schools, school_rows(1))
    assert service.primary("schools").resource_id == schools
    act("package_patch", id=package["id"], private=True)
    with pytest.raises(service.NoDataError):
        service.primary("schools")
    act("package_patch", id=package["id"], private=False)
    act("package_delete", id=package["id"])
    assert service.public_tables() == {}


def test_the_first_resource_is_primary_until_another_is_chosen(schools, package):
    other = make_dataset(package["owner_org"])
    second = service.ensure_table(other["id"], "schools", "test")
    assert TableResource.primary_of("schools").resource_id == schools
    service.make_primary(second)
    model.Session.expire_all()
    assert TableResource.primary_of("schools").resource_id == second


def test_ensure_table_can_be_run_again(schools, package):
    assert service.ensure_table(package["id"], "schools", "test") == schools
    assert len(call_action("package_show", id=package["id"])["resources"]) == 1


def test_a_load_waits_for_another_of_the_same_table(schools):
    with service.writing() as blocker, blocker, blocker.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", (schools,))
        with service.writing() as other, other.cursor() as second:
            second.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", (schools,))
            assert second.fetchone() == (False,)
            other.rollback()
    assert service.load(schools, school_rows(1)).new == 1


def test_our_tables_are_hidden_from_the_datastore_api(schools):
    service.load(schools, school_rows(1))
    names = {record["name"] for record in search("_table_metadata", limit=1000)["records"]}
    assert schools in names
    assert not any(name.startswith("_") for name in names)


def test_other_loaders_leave_our_tables_alone(schools, package):
    asked = [plugin.can_upload for plugin in p.PluginImplementations(IDataPusher)]
    assert asked
    assert not any(can_upload(schools) for can_upload in asked)
    other = factories.Resource(package_id=package["id"], url="http://example.org/x.csv", format="CSV")
    assert all(can_upload(other["id"]) for can_upload in asked)
