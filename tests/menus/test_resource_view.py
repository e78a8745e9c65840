"""The resource view in a portal that has only this plugin, over tables that came from CSV files by the command line."""

import csv
import html
import re
import subprocess
import sys
from pathlib import Path

import ckan.plugins as p
import ckantoolkit as tk
import pytest
from ckan.tests import factories
from ckan.tests.helpers import call_action
from menus.conftest import GROUPS, MENUS, SCHOOLS

from ckanext.patiodigital.menus import resource_view
from ckanext.patiodigital.menus import service as lookup
from ckanext.patiodigital.tables import service
from ckanext.patiodigital.tables.core import schema as schemas

PLUGINS = ["patiodigital", "patiodigital_menus", "datastore"]
ROOT = Path(__file__).parents[2]
TABLES = {"schools": SCHOOLS, "school_menu_groups": GROUPS, "menus": MENUS}


def write_csv(path, table, rows):
    """The rows as a spreadsheet here saves them."""
    with path.open("w", encoding="cp1252", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(name for name in schemas.load(table).columns if name != "run")
        writer.writerows([[";".join(cell) if isinstance(cell, list) else cell for cell in row] for row in rows])


def command(folder, *arguments):
    """``ckan patiodigital`` in a process of its own, of a portal with these plugins alone."""
    ini = folder / "ckan.ini"
    settings = [
        f"use = config:{ROOT / 'test.ini'}",
        f"ckan.plugins = {' '.join(PLUGINS)}",
        "ckan.locale_default = pt_BR",
    ]
    ini.write_text("\n".join(["[app:main]", *settings, ""]))
    ckan = Path(sys.executable).with_name("ckan")
    line = [str(ckan), "--config", str(ini), "patiodigital", *map(str, arguments)]
    return subprocess.run(line, capture_output=True, text=True, check=False, cwd=ROOT)  # noqa: S603 (our own program)


def load_tables(folder, dataset):
    for table, rows in TABLES.items():
        write_csv(folder / f"{table}.csv", table, rows)
        done = command(folder, "tables", "load", folder / f"{table}.csv", "--table", table, "--dataset", dataset)
        assert done.returncode == 0, done.stderr
        assert f"{len(rows)} rows read, {len(rows)} new" in done.stdout


@pytest.fixture
def bare(request, morning, ckan_config, monkeypatch, tmp_path_factory):
    """A portal without theme, harvester and dataset schemas: its dataset, the resource of menus, and the app."""
    made = getattr(request.module, "_bare", None)
    request.getfixturevalue("with_plugins" if made else "clean_tables")
    monkeypatch.setitem(ckan_config, "ckan.plugins", PLUGINS)
    p.unload_all()
    p.load_all()
    app = request.getfixturevalue("make_app")()
    if made is None:
        package = factories.Dataset(owner_org=factories.Organization()["id"], name="cardapios-da-cidade")
        load_tables(tmp_path_factory.mktemp("files"), package["name"])
        made = request.module._bare = (package, service.resource_id_of(package["id"], "menus"))
    lookup.forget()
    yield (*made, app)
    p.unload_all()


def sysadmin():
    return {"user": factories.Sysadmin()["name"]}


def frame_of(body):
    """The address that a page frames."""
    return html.unescape(re.search(r'<iframe[^>]*src="([^"]+)"', body).group(1))


@pytest.fixture
def view(bare):
    """Make a view of the resource with these settings, and give the address that its page frames."""
    package, resource_id, app = bare
    made = []

    def make(**settings):
        made.append(
            call_action(
                "resource_view_create",
                context=sysadmin(),
                resource_id=resource_id,
                view_type="patiodigital_menus_view",
                title="Cardápios",
                **settings,
            )
        )
        return frame_of(app.get(f"/dataset/{package['name']}/resource/{resource_id}/view/{made[-1]['id']}").body)

    yield make
    for each in made:
        call_action("resource_view_delete", context=sysadmin(), id=each["id"])


def test_the_view_makes_itself_and_opens_on_the_search(bare):
    package, resource_id, app = bare
    (first, *_) = call_action("resource_view_list", id=resource_id)
    assert first["view_type"] == "patiodigital_menus_view"
    body = app.get(f"/dataset/{package['name']}/resource/{resource_id}").body
    address = frame_of(body)
    inside = app.get(address).body
    assert '<form class="search"' in inside
    assert "Pacheco" in app.get(address, query_string={"q": "pacheco"}).body
    assert f'href="{address}" target="_blank" rel="noopener"' in body


def test_the_view_that_a_command_made_has_its_title_in_the_portal_s_language(bare):
    package, resource_id, app = bare
    (first, *_) = call_action("resource_view_list", id=resource_id)
    assert first["title"] == "Cardápios por escola"
    body = app.get(f"/dataset/{package['name']}/resource/{resource_id}").body
    assert 'title="Cardápios por escola"' in body


def test_the_title_is_in_the_portal_s_language_whatever_the_reader_s(bare, ckan_config, monkeypatch):
    flask_app = bare[2].flask_app
    for default, title in (("pt_BR", "Cardápios por escola"), ("en", "Menus by school")):
        monkeypatch.setitem(ckan_config, "ckan.locale_default", default)
        assert resource_view.info()["default_title"] == title
        with flask_app.test_request_context("/", environ_overrides={"CKAN_LANG": "es"}):
            assert resource_view.info()["default_title"] == title


def test_a_table_of_something_else_has_no_such_view(bare):
    package, _, _ = bare
    views = call_action("resource_view_list", id=service.resource_id_of(package["id"], "schools"))
    assert "patiodigital_menus_view" not in {each["view_type"] for each in views}


def test_a_family_reads_the_menu_and_stays_inside_the_frame(bare):
    package, resource_id, app = bare
    base = f"/dataset/{package['name']}/resource/{resource_id}/cardapio"
    body = app.get(f"{base}/094617").body
    assert "Arroz, feijão e frango" in body
    assert "<script" not in body
    assert 'class="site-header"' not in body
    links = [html.unescape(link) for link in re.findall(r"<a [^>]*>", body)]
    staying = [link for link in links if "target=" not in link and 'href="tel:' not in link]
    assert staying
    assert [link for link in staying if f'href="{base}' not in link] == []


def test_the_embedded_view_is_framed_by_anybody(bare):
    package, resource_id, app = bare
    (view, *_) = call_action("resource_view_list", id=resource_id)
    for path in (f"/view/{view['id']}", "/cardapio", "/cardapio/094617"):
        answer = app.get(f"/dataset/{package['name']}/resource/{resource_id}{path}")
        assert "X-Frame-Options" not in answer.headers
        assert "frame-ancestors" not in answer.headers.get("Content-Security-Policy", "")


def test_a_view_opens_on_a_school_an_age_and_a_range(bare, view):
    package, resource_id, _ = bare
    base = f"/dataset/{package['id']}/resource/{resource_id}/cardapio"
    assert view(school="86") == f"{base}/000086"
    assert view(school="000086", age="g-4-a-6-anos") == f"{base}/000086?idade=g-4-a-6-anos"
    assert view(school="000086", range="week") == f"{base}/000086?semana=2026-W23"
    assert view(school="000086", age="g-4-a-6-anos", range="month") == f"{base}/000086?idade=g-4-a-6-anos&mes=2026-06"
    assert view(school="", age="", range="") == base


@pytest.mark.parametrize(
    ("settings", "field"),
    [
        ({"school": "abc"}, "school"),
        ({"school": "1234567"}, "school"),
        ({"school": "999999"}, "school"),
        ({"school": "<script>"}, "school"),
        ({"school": "86", "age": "bebes"}, "age"),
        ({"school": "86", "range": "year"}, "range"),
        ({"age": "g-4-a-6-anos"}, "age"),
        ({"range": "week"}, "range"),
    ],
)
def test_a_wrong_setting_is_told_beside_its_field(bare, view, settings, field):
    with pytest.raises(tk.ValidationError) as caught:
        view(**settings)
    assert set(caught.value.error_dict) == {field}
    (message,) = caught.value.error_dict[field]
    assert len(message) > 20


def test_the_form_offers_the_ages_and_keeps_what_was_filled_in(bare):
    package, resource_id, app = bare
    token = factories.SysadminWithToken()["token"]
    path = f"/dataset/{package['name']}/resource/{resource_id}/new_view?view_type=patiodigital_menus_view"
    headers = {"Authorization": token}
    form = app.get(path, headers=headers).body
    assert 'name="school"' in form
    assert 'value="g-4-a-6-anos"' in form
    sent = {"title": "x", "view_type": "patiodigital_menus_view", "school": "999999", "range": "month", "save": "Save"}
    again = app.post(path, data=sent, headers=headers).body
    assert 'value="999999"' in again
    assert re.search(r'<option value="month" selected', again)
    assert 'class="error-block"' in again


@pytest.fixture
def private(bare):
    """The same dataset, of which only its organisation knows."""
    package, resource_id, app = bare
    call_action("package_patch", context=sysadmin(), id=package["id"], private=True)
    lookup.forget()
    yield package, resource_id, app
    call_action("package_patch", context=sysadmin(), id=package["id"], private=False)


def test_a_private_dataset_is_for_those_who_may_see_it_and_kept_nowhere(private):
    package, resource_id, app = private
    member = factories.UserWithToken()
    call_action(
        "organization_member_create",
        context=sysadmin(),
        id=package["owner_org"],
        username=member["name"],
        role="member",
    )
    stranger = factories.UserWithToken()
    for path in ("", "/094617"):
        address = f"/dataset/{package['name']}/resource/{resource_id}/cardapio{path}"
        seen = app.get(address, headers={"Authorization": member["token"]})
        assert seen.status_code == 200
        assert "no-store" in seen.headers["Cache-Control"]
        assert "public" not in seen.headers["Cache-Control"]
        assert "frame-ancestors 'self'" in seen.headers["Content-Security-Policy"]
        for headers in ({}, {"Authorization": stranger["token"]}):
            hidden = app.get(address, headers=headers)
            assert hidden.status_code == 404
            assert "Pacheco" not in hidden.body
            assert 'class="site-header"' not in hidden.body
    assert app.get("/cardapio/094617").status_code == 503  # and the public pages have nothing of it


def test_a_resource_without_rows_says_so_inside_the_frame(bare):
    package, _, app = bare
    empty = factories.Resource(package_id=package["id"], table_schema="menus/1")
    answer = app.get(f"/dataset/{package['name']}/resource/{empty['id']}/cardapio")
    assert answer.status_code == 503
    assert 'class="state"' in answer.body
    assert 'class="site-header"' not in answer.body
    page = app.get(f"/dataset/{package['name']}/resource/{empty['id']}")
    assert frame_of(page.body).endswith(f"{empty['id']}/cardapio")


# -- menus alone, whose schools another dataset publishes


def test_what_a_dataset_lacks_comes_from_the_public_tables(bare):
    package, _, app = bare
    other = factories.Dataset(owner_org=package["owner_org"])
    with app.flask_app.test_request_context():
        resource_id = service.ensure_table(other["id"], "menus", "test")
    columns = [name for name in schemas.load("menus").columns if name != "run"]
    row = dict(zip(columns, MENUS[0], strict=True)) | {"dish": "Nhoque"}
    service.load(resource_id, [tuple(row.values())])
    body = app.get(f"/dataset/{other['name']}/resource/{resource_id}/cardapio/094617").body
    assert "Nhoque" in body
    assert "Nhoque" not in app.get("/cardapio/094617").body
