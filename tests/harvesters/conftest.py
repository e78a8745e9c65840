"""A harvest source whose server is the simulator, over HTTP, and runs without queues."""

from __future__ import annotations

import json
from datetime import date, datetime, timezone

import pytest
from ckan import model
from ckan.tests import factories
from ckan.tests.helpers import call_action
from ckanext.harvest import queue
from ckanext.harvest.model import HarvestJob, HarvestObject, HarvestSource

from ckanext.patiodigital.harvesters.outcomes import outcome_of
from ckanext.patiodigital.harvesters.prato_aberto import PratoAbertoHarvester
from simulator import Department, serve

KEY = "segredo-de-teste"
TODAY = date(2026, 6, 10)


@pytest.fixture
def department(monkeypatch, stopped_clock):
    """A small department on the tenth of June 2026. Its server is ``department.url``."""
    monkeypatch.setenv("PRATO_ABERTO_KEY", KEY)
    stopped_clock(datetime(2026, 6, 10, 9, 0, tzinfo=timezone.utc))
    department = Department(schools=60, seed=1, today=TODAY, key=KEY)
    with serve(department) as url:
        department.url = url
        yield department


class Source:
    """One harvest source, and what its runs gave."""

    def __init__(self, url, config):
        organization = factories.Organization()
        user = call_action("get_site_user")["name"]
        dataset = call_action(
            "harvest_source_create",
            context={"user": user},
            url=url,
            name="prato-aberto",
            title="Prato Aberto",
            source_type="prato_aberto",
            owner_org=organization["id"],
            config=json.dumps(config),
        )
        self.id = dataset["id"]
        self.harvester = PratoAbertoHarvester()

    def gather(self):
        job = HarvestJob(source=model.Session.get(HarvestSource, self.id), status="Running")
        job.save()
        return job, queue.gather_stage(self.harvester, job)

    def run(self):
        """A whole run; the outcome of each partition by its name."""
        job, ids = self.gather()
        for object_id in ids:
            queue.fetch_and_import_stages(self.harvester, HarvestObject.get(object_id))
        job.status = "Finished"
        job.save()
        model.Session.expire_all()
        return {row.content: outcome_of(row) for row in map(HarvestObject.get, ids)}


@pytest.fixture
def make_source(clean_tables, department):
    def make(**config):
        return Source(department.url, {"from": "2026-05", "months_ahead": 0, "key_env": "PRATO_ABERTO_KEY", **config})

    return make


@pytest.fixture
def source(make_source):
    return make_source()
