"""A table's files: the same rows in each format, typed, of one state, and sent as HTTP wants it."""

import csv
import gzip
import hashlib
import io
import json
import os
from datetime import date, datetime, timezone
from pathlib import Path

import pytest
from arro3.io import read_parquet
from ckan.tests import factories
from ckan.tests.helpers import call_action
from hypothesis import given
from hypothesis import strategies as st
from tables.rows import row

from ckanext.patiodigital.tables import download, service
from ckanext.patiodigital.tables.core import parquet
from ckanext.patiodigital.tables.core import schema as schemas
from ckanext.patiodigital.tables.core.formats import BY_EXTENSION, CSV, JSON_LINES, PARQUET
from ckanext.patiodigital.tables.core.load import Partition

JUNE = Partition("2026-06", "date", date(2026, 6, 1), date(2026, 6, 30))
NASTY = 'Arroz, "feijão" \\ 🍌 \u202eodnum'
ROWS = [
    row("menus", date="2026-06-03", dish=NASTY, published_at="2026-05-01T10:00:00Z", family_farming=True),
    row("menus", date="2026-06-02", dish="Bolo", contains=["milk", "eggs"], allergens="informed"),
]


@pytest.fixture
def menus(package):
    """A loaded table of menus whose files are written."""
    resource_id = service.ensure_table(package["id"], "menus", "test")
    service.load(resource_id, ROWS, JUNE)
    service.write_files(resource_id)
    return resource_id


def path_of(resource):
    return "/" + resource["url"].split("://", 1)[1].split("/", 1)[1]


def shown(resource_id, form):
    return call_action("resource_show", id=service.download_resource_id_of(resource_id, form))


def parquet_rows(file):
    table = read_parquet(file).read_all()
    columns = [table.column(name).to_pylist() for name in table.schema.names]
    return [dict(zip(table.schema.names, cells, strict=True)) for cells in zip(*columns, strict=True)]


def test_each_format_holds_the_same_rows_in_the_same_order(menus):
    files = {form: service.table_file_of(menus, form) for form in BY_EXTENSION.values()}
    plain = list(csv.DictReader(files[CSV].open(encoding="utf-8")))
    lines = [json.loads(line) for line in files[JSON_LINES].read_text(encoding="utf-8").split("\n") if line]
    typed = parquet_rows(files[PARQUET])
    assert [line["dish"] for line in plain] == ["Bolo", NASTY]
    for cells, values, columns in zip(plain, lines, typed, strict=True):
        assert list(cells) == list(values) == list(columns)
        as_text = {
            name: "" if value is None else ";".join(value) if isinstance(value, list) else str(value)
            for name, value in values.items()
        }
        as_text["family_farming"] = as_text["family_farming"].lower()
        assert as_text == cells
    assert lines[0]["contains"] == typed[0]["contains"] == ["milk", "eggs"]
    assert lines[1]["family_farming"] is typed[1]["family_farming"] is True
    assert (typed[1]["date"], typed[1]["position"]) == (date(2026, 6, 3), 1)
    assert typed[1]["published_at"].astimezone(timezone.utc) == datetime(2026, 5, 1, 10, tzinfo=timezone.utc)


def test_resources_say_what_their_files_are(menus, package, app):
    resources = {form: shown(menus, form) for form in BY_EXTENSION.values()}
    names = [resource["name"] for resource in call_action("package_show", id=package["id"])["resources"]]
    assert len(names) == len(set(names)) == 3
    for form, resource in resources.items():
        content = app.get(path_of(resource)).data
        assert (resource["format"], resource["mimetype"]) == (form.name, form.media_type)
        assert (resource["size"], resource["hash"]) == (len(content), hashlib.sha256(content).hexdigest())
        assert resource["row_count"] == 2
    # Only the table itself follows its schema: views and readers look for that.
    assert not resources[JSON_LINES].get("table_schema")


def test_the_compressed_form_is_for_who_takes_it(menus, app):
    path = path_of(shown(menus, CSV))
    whole = app.get(path)
    packed = app.get(path, headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == whole.data
    assert packed.headers["ETag"] != whole.headers["ETag"]
    assert packed.headers["Content-Length"] == str(len(packed.data))
    assert "Content-Encoding" not in app.get(path, headers={"Accept-Encoding": "gzip;q=0"}).headers
    assert "Accept-Encoding" in whole.headers["Vary"]


def test_a_compressed_file_of_another_version_is_not_sent(menus, app):
    os.utime(download.packed(service.table_file_of(menus, CSV)), (0, 0))
    answer = app.get(path_of(shown(menus, CSV)), headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in answer.headers


def test_a_part_of_a_file(menus, app):
    path, content = path_of(shown(menus, PARQUET)), service.table_file_of(menus, PARQUET).read_bytes()
    size = len(content)

    def part(wanted, **headers):
        return app.get(path, headers={"Range": wanted, "Accept-Encoding": "gzip", **headers})

    assert part("bytes=-8").data == content[-8:]  # where a reader of Parquet begins
    assert part("bytes=4-99").headers["Content-Range"] == f"bytes 4-99/{size}"
    assert part("bytes=4-99").status_code == 206
    assert part(f"bytes={size}-").status_code == 416
    for whole in (f"bytes=-{size + 1}", "bytes=0-1,4-5", "lines=1-2", "bytes=x"):
        assert (part(whole).status_code, part(whole).data) == (200, content)
    tag = part("bytes=-8").headers["ETag"]
    assert part("bytes=-8", **{"If-Range": tag}).status_code == 206
    assert part("bytes=-8", **{"If-Range": '"older"'}).status_code == 200


def test_a_file_is_known_by_its_version(menus, app):
    path = path_of(shown(menus, JSON_LINES))
    first = app.get(path).headers
    version = service.version_of(menus).data_version
    assert first["Last-Modified"] == version.strftime("%a, %d %b %Y %H:%M:%S GMT")
    service.write_files(menus)
    for condition in (first["ETag"], f"W/{first['ETag']}", f'"other", {first["ETag"]}', "*"):
        assert app.get(path, headers={"If-None-Match": condition}).status_code == 304
    service.load(menus, [*ROWS, row("menus", date="2026-06-04", dish="Sopa")], JUNE)
    service.write_files(menus)
    assert app.get(path, headers={"If-None-Match": first["ETag"]}).status_code == 200


@pytest.mark.parametrize("broken", ["database", "disk"])
def test_a_job_that_fails_leaves_the_old_files(menus, monkeypatch, broken):
    folder = service.file_of(menus).parent
    before = {file.name: file.read_bytes() for file in folder.iterdir() if menus in file.name}
    service.load(menus, [*ROWS, row("menus", date="2026-06-04", dish="Sopa")], JUNE)
    if broken == "database":
        monkeypatch.setattr(download, "lines_query", lambda *_args: download.SQL("SELECT 1/0"))
        with pytest.raises(Exception, match="division by zero"):
            service.write_files(menus)
    else:
        monkeypatch.setattr(parquet, "write_parquet", lambda *_args, **_options: (_ for _ in ()).throw(OSError("full")))
        with pytest.raises(OSError, match="full"):
            service.write_files(menus)
    assert {file.name: file.read_bytes() for file in folder.iterdir() if menus in file.name} == before
    assert not list(folder.glob(".*"))


def test_of_a_private_dataset_no_format_is_for_everybody(menus, package, app):
    call_action("package_patch", context={"user": factories.Sysadmin()["name"]}, id=package["id"], private=True)
    for form in BY_EXTENSION.values():
        resource = call_action(
            "resource_show", context={"ignore_auth": True}, id=service.download_resource_id_of(menus, form)
        )
        assert app.get(path_of(resource)).status_code == 404


CELLS = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=20) | st.none()


@given(dishes=st.lists(CELLS, max_size=5), lists=st.none() | st.lists(CELLS.filter(bool), max_size=3))
def test_parquet_keeps_any_text(tmp_path_factory, dishes, lists):
    folder = tmp_path_factory.mktemp("parquet")
    schema = schemas.load("menus")
    lines, path = folder / "m.jsonl", folder / "m.parquet"
    text = io.StringIO()
    for dish in dishes:
        text.write(json.dumps({"date": "2026-06-02", "dish": dish, "contains": lists}, ensure_ascii=False) + "\n")
    lines.write_text(text.getvalue(), encoding="utf-8")
    parquet.write(schema, lines, path)
    assert [(cells["dish"], cells["contains"]) for cells in parquet_rows(Path(path))] == [
        (dish, lists) for dish in dishes
    ]
