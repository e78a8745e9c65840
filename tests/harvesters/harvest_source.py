"""One harvest source, runs of it without queues, and what its tables hold."""

from __future__ import annotations

import json
from datetime import date

from ckan import model
from ckan.tests import factories
from ckan.tests.helpers import call_action
from ckanext.datastore.backend.postgres import get_write_engine
from ckanext.harvest import queue
from ckanext.harvest.model import HarvestJob, HarvestObject, HarvestSource

from ckanext.patiodigital.harvesters.core.plan import part_of
from ckanext.patiodigital.harvesters.dataset import package_id_of
from ckanext.patiodigital.harvesters.outcomes import outcome_of
from ckanext.patiodigital.tables import service
from ckanext.patiodigital.tables.core import schema as schemas

KEY = "segredo-de-teste"
TODAY = date(2026, 1, 28)
#: In January only special units have menus, in February (as far as it is public) one week.
CONFIG = {"from": "2026-01", "months_ahead": 1, "key_env": "PRATO_ABERTO_KEY"}
UNITS, MENUS = "menus/2026-01", "menus/2026-02"
PARTS = ["schools", "school_menu_groups", "school_meals", UNITS, MENUS]
#: An EMEF: it changed its contract once, and has a meal more in February.
EMEF = 213

TABLES = ("schools", "school_menu_groups", "school_meals", "menus")
#: What two rows that say the same may differ in.
PROVENANCE = {"_id", "run", "source_url"}


class Source:
    """A source of type ``prato_aberto`` with this configuration."""

    def __init__(self, url, name="prato-aberto", **options):
        config = {name: value for name, value in {**CONFIG, **options}.items() if value is not None}
        self.organization = factories.Organization()
        user = call_action("get_site_user")["name"]
        self.id = call_action(
            "harvest_source_create",
            context={"user": user},
            url=url,
            name=name,
            title=name,
            source_type="prato_aberto",
            owner_org=self.organization["id"],
            config=json.dumps(config),
        )["id"]

    @property
    def row(self):
        return model.Session.get(HarvestSource, self.id)

    @property
    def harvester(self):
        return queue.get_harvester("prato_aberto")

    @property
    def package_id(self):
        return package_id_of(self.id)

    def resource_id(self, table):
        return service.resource_id_of(self.package_id, table)

    # -- running

    def gather(self):
        """A new run and its objects, none of them begun."""
        job = HarvestJob(source=self.row, status="Running")
        job.save()
        return job, [HarvestObject.get(identifier) for identifier in queue.gather_stage(self.harvester, job)]

    def run(self, *names):
        """A run of all partitions, or of those named; the outcome of each by its name."""
        job, parts = self.gather()
        for part in parts:
            if not names or part.content in names:
                queue.fetch_and_import_stages(self.harvester, part)
            else:
                part.state = "COMPLETE"
        job.status = "Finished"
        job.save()
        model.Session.expire_all()
        self.job_id = job.id
        self.parts = {part.content: part for part in parts}
        return {part.content: outcome_of(part) for part in parts if outcome_of(part)}

    # -- looking

    def dump(self, *, provenance=True):
        """Each table's rows in the order of its key; without ``provenance`` only what they say."""
        return {table: self.rows(table, provenance=provenance) for table in TABLES}

    def digest(self, *, provenance=True):
        """As :meth:`dump`, a hash for each table: quicker where only equality counts."""
        return {table: self._digest(table, set() if provenance else PROVENANCE) for table in TABLES}

    def _digest(self, table, unwanted):
        key = ", ".join(f'"{name}"' for name in schemas.load(table).key)
        query = (
            f"SELECT md5(string_agg((to_jsonb(t) - %s::text[])::text, chr(10) ORDER BY {key}))"  # noqa: S608 (our names)
            f' FROM "{self.resource_id(table)}" AS t'
        )
        return select(query, (["_full_text", *unwanted],))

    def rows(self, table, *, provenance=False):
        key = ", ".join(f'"{name}"' for name in schemas.load(table).key)
        query = f"SELECT (to_jsonb(t) - '_full_text')::text FROM \"{self.resource_id(table)}\" AS t ORDER BY {key}"  # noqa: S608
        found = [json.loads(row) for (row,) in select(query)]
        unwanted = set() if provenance else PROVENANCE
        return [{name: value for name, value in row.items() if name not in unwanted} for row in found]

    def in_force(self, table):
        return [row for row in self.rows(table) if row.get("status") != "withdrawn"]

    def set_aside(self, partition):
        """``(row, field, value, reason, message)`` of each line of a partition."""
        part = part_of(partition)
        return select(
            'SELECT "row", field, value, reason, message FROM _patiodigital_set_aside'
            " WHERE resource_id = %s AND partition = %s",
            (self.resource_id(part.table), part.partition.name),
        )


def select(query, values=()):
    with service.reading() as connection, connection.cursor() as cursor:
        cursor.execute(query, values)
        return cursor.fetchall()


def adds_up(outcome):
    return outcome.read == outcome.new + outcome.changed + outcome.unchanged + outcome.set_aside


def empty_datastore():
    with get_write_engine().begin() as connection:
        names = connection.exec_driver_sql(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> '_table_stats'"
        ).scalars()
        for name in names.all():
            connection.exec_driver_sql(f'DROP TABLE "{name}" CASCADE')
