"""``ckan patiodigital seed``: a portal from nothing, through the queues, and again without any change."""

import os
import subprocess
import sys
from datetime import datetime, timezone
from pathlib import Path

import pytest
from admin.conftest import KEY, run_seed, work_off
from ckan import model
from ckan.cli.cli import ckan
from ckan.lib.redis import connect_to_redis
from ckan.tests.helpers import call_action
from ckanext.harvest.model import HarvestJob, HarvestSource

from ckanext.patiodigital.admin import harvest_queues
from ckanext.patiodigital.admin import seed as seeding
from ckanext.patiodigital.admin.core.seeding import SeedError
from ckanext.patiodigital.harvesters import service as harvests
from ckanext.patiodigital.tables import service as tables
from simulator import Department, serve

SOURCE = "prato-aberto"


def counts():
    """How many there are of what seeding makes."""
    model.Session.expire_all()
    return {kind: model.Session.query(kind).count() for kind in (model.Package, model.Group, HarvestJob)} | {
        "calendar": tables.public_tables()["school_calendar"].version.data_version
    }


def test_an_empty_portal_gets_organisation_source_calendar_and_a_run(portal):
    said = run_seed(portal.url)
    organization = call_action("organization_show", id="secretaria-municipal-de-educacao")
    assert organization["title"] == "Secretaria Municipal de Educação"
    source = call_action("harvest_source_show", id=SOURCE)
    assert (source["url"], source["frequency"], source["owner_org"]) == (portal.url, "DAILY", organization["id"])
    assert KEY not in str(source)
    days = call_action("datastore_search", resource_id=tables.public_tables()["school_calendar"].resource_id, limit=0)
    assert days["total"] > 100  # holidays and recess of two years
    gather, _ = harvest_queues.queues()
    assert gather.waiting() == [harvest_queues.running_job(source["id"]).id]
    assert len(said) == 4


def test_seeding_again_changes_nothing(portal):
    run_seed(portal.url)
    before = counts()
    assert run_seed(portal.url) == []
    work_off(parts=1)
    assert run_seed(portal.url) == []
    assert counts() == before


def test_once_this_month_is_published_no_run_is_begun(portal):
    run_seed(portal.url)
    work_off()
    model.Session.query(HarvestJob).update({"status": "Finished"})
    model.Session.commit()
    before = counts()
    assert run_seed(portal.url) == ["This month's menus are published"]
    assert counts() == before


def test_a_source_follows_its_new_address_and_keeps_what_an_admin_set(portal):
    run_seed(portal.url)
    source = call_action("harvest_source_show", id=SOURCE)
    call_action(
        "harvest_source_patch",
        context=tables.as_site(),
        id=source["id"],
        config='{"key_env": "PRATO_ABERTO_KEY", "from": "2026-06", "months_ahead": 1}',
        title="Cardápios",
    )
    seeding.seed("http://127.0.0.1:9/", {"key_env": "OTHER_KEY"}, until_current_month=False, say=lambda text: None)
    changed = model.Session.get(HarvestSource, source["id"])
    model.Session.refresh(changed)
    assert (changed.url, changed.title) == ("http://127.0.0.1:9/", "Cardápios")
    assert seeding.json.loads(changed.config) == {"key_env": "OTHER_KEY", "from": "2026-06", "months_ahead": 1}
    assert model.Session.query(HarvestSource).count() == 1


def test_work_that_was_lost_is_queued_again(portal):
    run_seed(portal.url)
    connect_to_redis().flushdb()
    assert run_seed(portal.url) == ["Queued again, for it was lost: the planning of the run"]
    gather, _ = harvest_queues.queues()
    assert len(gather.waiting()) == 1


def test_a_name_that_is_taken_is_said(portal):
    run_seed(portal.url)
    model.Group.get("secretaria-municipal-de-educacao").state = "deleted"
    model.Session.commit()
    with pytest.raises(SeedError, match="no active organisation"):
        run_seed(portal.url)


def test_a_key_in_the_place_of_its_name_is_refused_before_anything_is_made(cli, portal):
    answer = cli.invoke(ckan, ["patiodigital", "seed", "--source-url", portal.url, "--key-env", "segredo"])
    assert answer.exit_code == 1
    assert "key_env must be the name of an environment variable" in answer.output
    assert model.Session.query(HarvestSource).count() == 0


@pytest.mark.parametrize("url", ["menus.example.org", "file:///etc/passwd", "http://"])
def test_what_is_no_address_is_refused_before_anything_is_made(portal, url):
    with pytest.raises(SeedError, match="no address of a menu system"):
        run_seed(url)
    assert model.Session.query(model.Group).count() == 0


@pytest.mark.ckan_config("ckan.plugins", "patiodigital datastore")
@pytest.mark.usefixtures("with_plugins")
def test_a_portal_without_the_harvester_is_told_to_switch_it_on():
    with pytest.raises(SeedError, match="harvest, prato_aberto_harvester are switched off"):
        run_seed("http://127.0.0.1:9")


def test_a_part_that_fails_ends_the_wait_with_its_reason(portal, monkeypatch):
    run_seed(portal.url)
    monkeypatch.delenv("PRATO_ABERTO_KEY")
    [source] = harvests.ours()
    job = harvest_queues.running_job(source.id)
    work_off(parts=1)
    with pytest.raises(SeedError, match="The environment variable PRATO_ABERTO_KEY"):
        seeding.wait(job, ["schools"], lambda text: None)


def test_a_harvest_that_nobody_works_on_ends_the_wait(portal, monkeypatch):
    run_seed(portal.url)
    monkeypatch.setattr(seeding, "PATIENCE", 0)
    monkeypatch.setattr(seeding, "_POLL", 0)
    [source] = harvests.ours()
    said = []
    with pytest.raises(SeedError, match="gather-consumer"):
        seeding.wait(harvest_queues.running_job(source.id), ["schools"], said.append)
    assert said == ["0 of 1 parts published; schools waits"]


@pytest.fixture
def consumers(monkeypatch, ckan_config):
    """Both consumers of ckanext-harvest, as processes of their own."""
    redis = f"{ckan_config['ckan.redis.url']}?socket_timeout=3600"
    environment = {**os.environ, "CKAN_REDIS_URL": redis, "PRATO_ABERTO_KEY": KEY}
    command = [str(Path(sys.executable).with_name("ckan")), "--config", ckan_config["__file__"], "harvester"]
    names = ("gather-consumer", "fetch-consumer")
    running = [subprocess.Popen([*command, name], env=environment) for name in names]  # noqa: S603 (our own program)
    yield
    for process in running:
        process.kill()
        process.wait()


def test_the_command_waits_for_real_consumers_until_this_month_is_published(clean_tables, consumers, cli):
    connect_to_redis().flushdb()
    today = datetime.now(timezone.utc).date()
    with serve(Department(schools=5, seed=1, today=today, key=KEY)) as url:
        arguments = ["patiodigital", "seed", "--source-url", url, "--key-env", "PRATO_ABERTO_KEY"]
        answer = cli.invoke(ckan, [*arguments, "--from", f"{today:%Y-%m}", "--wait", "current-month"])
    assert answer.exit_code == 0, answer.output
    assert answer.output.splitlines()[-1].endswith("4 of 4 parts published")
    assert {"schools", "school_menu_groups", "menus"} <= tables.public_tables().keys()
