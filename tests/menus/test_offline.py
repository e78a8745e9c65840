"""What devices keep and install: the service worker and its switch, the list of schools, the app's manifest."""

import json
import re
from pathlib import Path

import pytest

from ckanext.patiodigital.menus import offline
from ckanext.patiodigital.schemas import vocabularies

pytestmark = pytest.mark.usefixtures("network")

SWITCH = "ckanext.patiodigital.menus.offline"
PUBLIC = Path(offline.__file__).parent.parent / "public"


def settings_of(worker):
    """What the worker was told."""
    return json.loads(re.match(r"const CONFIG = (.*);\n", worker.text)[1])


@pytest.mark.parametrize(("prefix", "language"), [("", "pt-BR"), ("/en", "en"), ("/es", "es")])
def test_each_language_has_a_worker_for_its_own_pages(app, prefix, language):
    worker = app.get(f"{prefix}/cardapio/sw.js")
    assert worker.headers["Content-Type"] == "text/javascript"
    assert worker.headers["Service-Worker-Allowed"] == f"{prefix}/cardapio"
    settings = settings_of(worker)
    assert settings["scope"] == f"{prefix}/cardapio"
    assert settings["language"] == language
    assert settings["standIn"] == f"{prefix}/cardapio/offline"
    assert "{when}" in settings["note"]


def test_browsers_ask_for_the_worker_anew_each_time(app):
    caching = app.get("/cardapio/sw.js").headers["Cache-Control"]
    assert "max-age=0" in caching
    assert "must-revalidate" in caching


def test_all_that_the_worker_keeps_from_the_beginning_is_there(app):
    shell = settings_of(app.get("/cardapio/sw.js"))["shell"]
    assert "/patiodigital/family.css" in shell
    assert "/patiodigital/portal.css" not in shell
    for address in shell:
        assert app.get(address).status_code == 200, address


def test_the_pages_scripts_and_style_sheets_are_among_it(app):
    shell = settings_of(app.get("/cardapio/sw.js"))["shell"]
    for path in ("/cardapio", "/cardapio/094617", "/cardapio/alergias", "/cardapio/offline"):
        loaded = re.findall(r'<(?:script|link rel="stylesheet")[^>]*(?:src|href)="([^"]+)"', app.get(path).text)
        assert len(loaded) > 2
        assert set(loaded) <= set(shell)


def test_another_file_is_another_worker(make_app, monkeypatch, tmp_path):
    before = settings_of(make_app().get("/cardapio/sw.js"))["version"]
    added = tmp_path / "new.js"
    added.write_text("")
    files = [*offline._shell_files(), added]
    monkeypatch.setattr(offline, "_shell_files", lambda: files)
    monkeypatch.setattr(offline, "_PUBLIC", Path("/"))
    after = settings_of(make_app().get("/cardapio/sw.js"))["version"]
    assert before != after


def test_switched_off_the_worker_takes_itself_away_and_pages_start_none(make_app, monkeypatch, ckan_config):
    on = make_app()
    assert "data-worker" in on.get("/cardapio").text
    tag = on.get("/cardapio/sw.js").headers["ETag"]
    monkeypatch.setitem(ckan_config, SWITCH, False)
    off = make_app()
    worker = off.get("/cardapio/sw.js", headers={"If-None-Match": tag})
    assert worker.status_code == 200, "a browser that knows the other worker is told of this one"
    assert "registration.unregister()" in worker.text
    assert "fetch" not in worker.text
    assert "data-worker" not in off.get("/cardapio").text


def test_the_list_of_schools_has_each_active_school(app):
    answer = app.get("/cardapio/escolas.json")
    assert answer.headers["Content-Type"] == "application/json"
    schools = answer.json["schools"]
    assert ["094617", "EMEF Professor Antônio Pacheco e Silva", "Jardim Paulo VI"] in schools
    assert len(schools) == 5


def test_the_manifest_opens_on_the_search_in_its_language(app):
    answer = app.get("/en/cardapio/manifest.webmanifest")
    assert answer.headers["Content-Type"] == "application/manifest+json"
    manifest = json.loads(answer.text)
    assert manifest["start_url"] == manifest["scope"] == manifest["id"] == "/en/cardapio"
    assert (manifest["name"], manifest["lang"]) == ("School menus", "en")
    tokens = (PUBLIC / "patiodigital" / "tokens.css").read_text()
    assert f"--pd-paper: {manifest['background_color']};" in tokens
    assert f"--pd-band: {manifest['theme_color']};" in tokens
    for icon in manifest["icons"]:
        assert app.get(icon["src"]).headers["Content-Type"].startswith(icon["type"])


def test_the_allergies_are_the_vocabularys_and_in_no_form(app):
    page = app.get("/cardapio/alergias").text
    fieldset = page[page.index("<fieldset") : page.index("</fieldset>")]
    assert re.findall(r'value="([^"]+)"', fieldset) == [
        concept.code for concept in vocabularies.load("allergens").concepts
    ]
    assert "name=" not in fieldset
    assert "<form" not in page


def test_no_page_runs_a_script_within_its_text(app):
    for path in ("/cardapio", "/cardapio/094617", "/cardapio/alergias", "/cardapio/offline", "/cardapio/perto"):
        page = app.get(path).text
        assert re.findall(r'<script(?![^>]*(\bsrc=|type="application/ld\+json"))', page) == []  # data does not run
        assert re.findall(r"<[^>]*\son\w+=", page) == []
