"""What editors and admins are told of the feeds."""

import json

import pytest
from ckan.cli.cli import ckan
from ckan.tests import factories

from ckanext.patiodigital.dcat import renewal, store
from ckanext.patiodigital.dcat.core import reading


@pytest.fixture
def page(app):
    """A dataset's page as an editor sees it, or as somebody else."""
    token = factories.APIToken(user=factories.Sysadmin()["name"])["token"]

    def page(name, *, editor=True):
        return app.get(f"/dataset/{name}", headers={"Authorization": token} if editor else {}).body

    return page


def test_an_editor_reads_what_is_missing_and_where_to_mend_it(make, renew, page):
    dataset = make("aa", resources=[{"url": "https://ex.org/x.abc", "format": "Planilha"}])
    renew()
    renewal.check()
    html = page("aa")
    assert '<a href="/dataset/edit/aa#field-temporal_start">Primeiro dia coberto</a>' in html
    assert f"/dataset/aa/resource/{dataset['resources'][0]['id']}/edit#field-format" in html
    assert "DCAT-BR 1.0" in html
    assert 'id="feeds"' not in page("aa", editor=False)


def test_before_the_worker_came_the_page_says_so(make, page):
    make("aa")
    assert 'id="feeds"' in page("aa")


def test_hostile_values_are_escaped(make, renew, page):
    make("aa", theme=["<script>alert(1)</script>"])
    renew()
    assert "<script>alert(1)" not in page("aa")


def test_a_failure_is_told(make, renew, page, monkeypatch):
    monkeypatch.setattr(reading, "read", lambda package, site: 1 / 0)
    make("aa")
    renew()
    assert "ZeroDivisionError" in page("aa")


def test_nobody_else_may_ask(make, renew, app):
    dataset = make("aa")
    app.get(f"/api/3/action/patiodigital_feed_status?id={dataset['id']}", status=403)


def test_the_commands(cli, make, renew, act, monkeypatch):
    make("aa")
    make("bb")
    done = cli.invoke(ckan, ["patiodigital", "feeds", "renew"])
    assert (done.exit_code, done.output) == (0, "2 made anew, 0 taken out, 0 failed\n")
    judged = cli.invoke(ckan, ["patiodigital", "feeds", "validate"])
    assert judged.exit_code == 0, judged.output
    assert "dcat_us: 2 datasets, 0 violations, 0 warnings, 0 infos" in judged.output
    report = json.loads(cli.invoke(ckan, ["patiodigital", "feeds", "validate", "--json", "aa"]).output)
    assert report["totals"]["dcat_ap"]["Violation"] == 0
    assert len(report["datasets"]) == 1
    unknown = cli.invoke(ckan, ["patiodigital", "feeds", "validate", "nenhum"])
    assert unknown.exit_code == 1
    assert "no dataset 'nenhum'" in unknown.output
    monkeypatch.setattr(reading, "read", lambda package, site: 1 / 0)
    act("package_patch", id="aa", title="Outro título")
    failed = cli.invoke(ckan, ["patiodigital", "feeds", "renew"])
    assert failed.exit_code == 1
    assert "ZeroDivisionError: division by zero (its last description stays" in failed.output
    status = cli.invoke(ckan, ["patiodigital", "feeds", "status"])
    assert status.output.startswith("2 datasets, last changed 20")
    assert "ZeroDivisionError" in status.output
    assert len(store.troubled()) == 1
