"""Whatever a harvester is doing when it is killed, the next try does it, and nothing is left behind."""

import json
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from ckan import model
from ckanext.datastore.backend.postgres import get_write_engine
from ckanext.harvest import queue
from ckanext.harvest.model import HarvestJob, HarvestObject
from harvest_source import EMEF, MENUS, PARTS, TODAY

from ckanext.patiodigital import config
from ckanext.patiodigital.harvesters.core.outcome import State
from ckanext.patiodigital.tables import sources
from simulator.edits import ChangeSchool, ReviseMenus

PROGRAM = Path(__file__).with_name("stage_process.py")
PATIENCE = 120


@contextmanager
def killed_when(condition, *arguments):
    """Run a stage and kill it as soon as the condition holds; the body runs before it is dead for certain."""
    process = subprocess.Popen([sys.executable, PROGRAM, *arguments], stderr=subprocess.PIPE)  # noqa: S603 (our own)
    try:
        until = time.monotonic() + PATIENCE
        while not condition():
            assert process.poll() is None, process.stderr.read().decode()
            assert time.monotonic() < until, "the moment to kill it never came"
            time.sleep(0.02)
        process.kill()
        yield
    finally:
        process.kill()
        process.wait()
        process.stderr.close()


@contextmanager
def held(engine, table):
    """Let nobody else write to a table."""
    with engine.connect() as connection:
        connection.execute(sa.text(f'LOCK TABLE "{table}" IN SHARE ROW EXCLUSIVE MODE'))
        yield
        connection.rollback()


def waiting_for_lock(engine):
    """How many sessions wait for a lock on a table."""
    query = (
        "SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = database"
        " WHERE NOT granted AND datname = current_database()"
    )
    with engine.connect() as connection:
        return connection.execute(sa.text(query)).scalar()


def staging_tables(engine):
    """Staging tables of sessions: 0 once the session of a killed process is over."""
    query = "SELECT count(*) FROM pg_class WHERE relname IN ('_load', '_kept', '_unclear')"
    with engine.connect() as connection:
        return connection.execute(sa.text(query)).scalar()


def eventually(condition):
    until = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.02)


def spooled(source):
    """The files of the spool, and those that its manifests name."""
    folder = config.storage_path() / "patiodigital" / "spool" / source.id
    files = {path for path in folder.rglob("*") if path.is_file()}
    named = set()
    for manifest in folder.rglob("manifest.json"):
        named |= {manifest, *(manifest.parent / f"{page['sha256']}.json" for page in json.loads(manifest.read_text()))}
    return files, named


def test_killed_while_it_plans(source):
    job = HarvestJob(source=source.row, status="Running")
    job.save()
    engine = model.ensure_engine()
    with held(engine, "harvest_object"), killed_when(lambda: waiting_for_lock(engine), "gather", job.id):
        pass
    model.Session.expire_all()
    assert model.Session.query(HarvestObject).filter_by(harvest_job_id=job.id).count() == 0
    first = queue.gather_stage(source.harvester, job)
    assert [HarvestObject.get(identifier).content for identifier in first] == PARTS
    assert queue.gather_stage(source.harvester, job) == first  # a job that is planned twice has its parts once
    job.status = "Finished"
    job.save()


def test_killed_while_it_reads(source, department):
    before = source.dump()
    known = sources.state(source.id, "schools").fingerprint
    department.edit(ChangeSchool(EMEF, {"bairro": "OUTRO BAIRRO"}))
    department.faults.add("slow", path="/v2/editor/escolas", seconds=1)
    _, parts = source.gather()
    department.requests.clear()
    with killed_when(lambda: department.requests, "part", parts[0].id):
        pass
    department.faults.clear()
    model.Session.expire_all()
    assert HarvestObject.get(parts[0].id).state == "FETCH"
    assert source.dump() == before
    assert sources.state(source.id, "schools").fingerprint == known
    # As ckanext-harvest does after three minutes without a sign of life:
    queue.fetch_and_import_stages(source.harvester, HarvestObject.get(parts[0].id))
    assert HarvestObject.get(parts[0].id).state == "COMPLETE"
    assert {row["neighbourhood"] for row in source.rows("schools") if row["eol"] == f"{EMEF:06}"} == {"Outro Bairro"}
    files, named = spooled(source)
    assert files == named


def test_killed_while_it_loads(source, department):
    before = source.dump()
    department.edit(ReviseMenus(TODAY.replace(month=2, day=2), TODAY.replace(month=2, day=3)))
    _, parts = source.gather()
    engine = get_write_engine()
    held_table = held(engine, source.resource_id("menus"))
    with held_table, killed_when(lambda: waiting_for_lock(engine), "part", parts[-1].id):
        assert source.dump() == before
    eventually(lambda: not staging_tables(engine))
    model.Session.expire_all()
    assert HarvestObject.get(parts[-1].id).state == "IMPORT"
    assert source.dump() == before
    queue.fetch_and_import_stages(source.harvester, HarvestObject.get(parts[-1].id))
    assert HarvestObject.get(parts[-1].id).state == "COMPLETE"
    known = {row["_id"]: row for row in before["menus"]}
    changed = [row for row in source.dump()["menus"] if row != known.get(row["_id"])]
    assert {row["date"] for row in changed} == {"2026-02-02", "2026-02-03"}
    assert not staging_tables(engine)
    assert source.run()[MENUS].state is State.UNCHANGED


def test_a_second_consumer_waits_for_the_first(source):
    """The lock of a source: what ckanext-harvest queued twice runs one after the other."""
    _, parts = source.gather()
    key = {"key": f"patiodigital:{source.id}"}
    engine = model.ensure_engine()
    with engine.connect() as connection:
        connection.execute(sa.text("SELECT pg_advisory_lock(hashtextextended(:key, 0))"), key)
        process = subprocess.Popen([sys.executable, PROGRAM, "part", parts[0].id])  # noqa: S603 (our own)
        try:
            eventually(lambda: waiting_for_lock(engine))
            assert process.poll() is None
            connection.execute(sa.text("SELECT pg_advisory_unlock(hashtextextended(:key, 0))"), key)
            assert process.wait(PATIENCE) == 0
        finally:
            process.kill()
    model.Session.expire_all()
    assert HarvestObject.get(parts[0].id).state == "COMPLETE"
