"""Whole tables for programs: one file each, of one state, while their dataset is public."""

import csv
import gzip
import io
import json

import pytest
from ckan.tests import factories
from ckan.tests.helpers import call_action
from menus.conftest import MENUS, SCHOOLS

from ckanext.patiodigital.menus import service as lookup
from ckanext.patiodigital.menus.api import PREFIX
from ckanext.patiodigital.tables import service
from ckanext.patiodigital.tables.core.formats import BY_EXTENSION, CSV

EXPORT = f"{PREFIX}/export"
_ROWS = {"schools": len(SCHOOLS), "menus": len(MENUS)}


@pytest.fixture
def files(network):
    """The network's resources, with their files written."""
    for resource_id in network[1].values():
        if not service.file_of(resource_id).exists():
            service.write_files(resource_id)
    return network[1]


@pytest.mark.parametrize("table", list(_ROWS))
@pytest.mark.parametrize("extension", list(BY_EXTENSION))
def test_a_whole_table(files, app, table, extension):
    form = BY_EXTENSION[extension]
    answer = app.get(f"{EXPORT}/{table}.{extension}", status=200)
    assert answer.data == service.table_file_of(files[table], form).read_bytes()
    version = service.version_of(files[table]).data_version
    assert answer.headers["Content-Type"].partition(";")[0] == form.media_type
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{table}-{version:%Y-%m-%d}.{extension}"'
    assert answer.headers["Last-Modified"] == version.strftime("%a, %d %b %Y %H:%M:%S GMT")
    assert answer.headers["Cache-Control"] == "public, max-age=0, must-revalidate"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("table", list(_ROWS))
def test_every_row_is_in_it(files, app, table):
    text = app.get(f"{EXPORT}/{table}.csv").data.decode()
    lines = app.get(f"{EXPORT}/{table}.jsonl").data.decode().splitlines()
    assert len(list(csv.DictReader(io.StringIO(text)))) == len(lines) == _ROWS[table]
    assert all(isinstance(json.loads(line), dict) for line in lines)


def test_compressed_and_in_part(files, app):
    path = f"{EXPORT}/menus.jsonl"
    whole = app.get(path)
    packed = app.get(path, headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == whole.data
    part = app.get(path, headers={"Range": "bytes=0-9", "If-Range": whole.headers["ETag"]})
    assert (part.status_code, part.data) == (206, whole.data[:10])
    beyond = app.get(path, headers={"Range": "bytes=9999999-"})
    assert (beyond.status_code, beyond.headers["Content-Type"]) == (416, "application/problem+json")
    assert beyond.headers["Content-Range"] == f"bytes */{len(whole.data)}"


def test_nothing_changed_is_said_without_a_look_at_the_tables(files, app, monkeypatch):
    path = f"{EXPORT}/menus.parquet"
    etag = app.get(path).headers["ETag"]
    lookup.public()  # where the tables are, looked up once a second, is no look into them

    def no_reading(*_args):
        raise AssertionError("a table was read")

    monkeypatch.setattr(lookup, "FRESH_FOR", 3600)
    monkeypatch.setattr(service, "reading", no_reading)
    for condition in (etag, f'"x", W/{etag}', "*"):
        known = app.get(path, headers={"If-None-Match": condition})
        assert (known.status_code, known.data, known.headers["ETag"]) == (304, b"", etag)


@pytest.mark.parametrize("path", ["change_log.csv", "menus.xlsx", "menus", "../menus.csv", "_patiodigital_change.csv"])
def test_there_is_no_other_export(files, app, path):
    answer = app.get(f"{EXPORT}/{path}", status=404)
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_it_takes_no_parameters(files, app):
    answer = app.get(f"{EXPORT}/menus.csv?start=2026-06-01", status=400)
    assert json.loads(answer.body)["errors"] == [{"param": "start", "reason": "unknown parameter; none are known here"}]


def test_a_table_that_nobody_loaded_and_a_file_that_is_not_written(files, app):
    answer = app.get(f"{EXPORT}/school_meals.csv", status=503)
    assert json.loads(answer.body)["detail"] == "Not published yet: school_meals."
    path = service.table_file_of(files["menus"], CSV)
    away = path.rename(path.with_suffix(".away"))
    try:
        answer = app.get(f"{EXPORT}/menus.csv", status=503)
        assert (answer.headers["Retry-After"], answer.headers["Cache-Control"]) == ("60", "no-store")
    finally:
        away.rename(path)


@pytest.mark.parametrize("act", ["private", "deleted"])
def test_what_is_no_longer_public_is_not_given_out_from_an_old_file(files, network, app, act):
    user = {"user": factories.Sysadmin()["name"]}
    changes = {"private": {"private": True}, "deleted": {"state": "deleted"}}
    call_action("package_patch", context=dict(user), id=network[0]["id"], **changes[act])
    lookup.forget()
    try:
        for extension in BY_EXTENSION:
            answer = app.get(f"{EXPORT}/menus.{extension}", status=503)
            assert answer.headers["Content-Type"] == "application/problem+json"
    finally:
        call_action("package_patch", context=dict(user), id=network[0]["id"], private=False, state="active")
        lookup.forget()
    app.get(f"{EXPORT}/menus.csv", status=200)
