"""``ckan patiodigital harvest``: past the queues and through them, in lines that a log can hold, with exit codes."""

import json
import threading
import time
from datetime import datetime
from types import SimpleNamespace

import pytest
from ckan.cli.cli import ckan
from ckan.lib.redis import connect_to_redis
from ckanext.harvest import queue
from ckanext.harvest.model import HarvestJob, HarvestObject
from harvest_source import MENUS, PARTS, Source

from ckanext.patiodigital.harvesters import cli as harvest_cli
from ckanext.patiodigital.harvesters import heartbeat
from ckanext.patiodigital.tables import sources
from ckanext.patiodigital.tables.core import load
from simulator.edits import ChangeSchool, WithdrawSchool


@pytest.fixture
def call(source, cli, monkeypatch):
    """A command; what it printed. Whatever run it leaves under way is ended."""
    connect_to_redis().flushdb()

    def run(*arguments, code=0):
        result = cli.invoke(ckan, ["patiodigital", "harvest", *arguments])
        assert result.exit_code == code, result.output
        assert "Traceback" not in result.output
        return result.output

    yield run
    for job in HarvestJob.filter(source_id=source.id, status="Running"):
        job.status = "Finished"
        job.save()


def work_off():
    """What the gather and fetch consumers do, until nothing waits."""
    for consumer, callback in (
        (queue.get_gather_consumer(), queue.gather_callback),
        (queue.get_fetch_consumer(), queue.fetch_callback),
    ):
        while (message := consumer.basic_get(None)[2]) is not None:
            callback(consumer, queue.FakeMethod(message), None, message)


@pytest.fixture
def consumers(monkeypatch):
    """Consumers that work while a command waits."""
    monkeypatch.setattr(harvest_cli, "time", SimpleNamespace(sleep=lambda _: work_off(), monotonic=time.monotonic))


def test_a_run_here_tells_each_part_and_is_over_when_it_returns(source, call):
    lines = call("run", "prato-aberto", "--here").splitlines()
    assert [line.split()[0] for line in lines] == [*PARTS, "all"]
    assert all("unchanged" in line for line in lines)
    assert HarvestJob.filter(source_id=source.id, status="Running").count() == 0
    assert connect_to_redis().keys("ckanext-harvest*") == []


def test_a_run_here_is_not_taken_up_by_consumers_as_well(source, call, monkeypatch):
    states = []
    fetch = queue.fetch_and_import_stages
    monkeypatch.setattr(
        queue, "fetch_and_import_stages", lambda harvester, part: (
            states.append(HarvestObject.filter(harvest_job_id=part.harvest_job_id, state="WAITING").count()),
            fetch(harvester, part),
        ),
    )  # fmt: skip
    call("run", source.id, "--here")
    assert states == [0] * len(PARTS)


def test_a_run_that_fails_ends_with_1(source, call, department):
    department.faults.add("status", path="/editor/cardapios", status=500)
    lines = call("run", "prato-aberto", "--here", code=1).splitlines()
    assert "failed" in lines[-2]
    assert "HTTP 500" in lines[-2]
    assert lines[-1].startswith("all                  partial")
    assert "2 of 5 parts down since 2026-01-28T09:00:00Z" in call("status", code=1)
    department.faults.clear()
    call("run", "prato-aberto", "--here")
    assert "down" not in call("status")


def test_a_run_here_that_is_interrupted_leaves_no_run_behind(source, call, monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(queue, "fetch_and_import_stages", interrupted)
        call("run", "prato-aberto", "--here", code=1)
    newest = HarvestJob.filter(source_id=source.id).order_by(HarvestJob.created.desc()).first()
    assert newest.status == "Finished"
    assert {part.state for part in HarvestObject.filter(harvest_job_id=newest.id)} == {"ERROR"}
    call("run", "prato-aberto", "--here")


def test_a_run_through_the_queues(source, call):
    assert "is queued" in call("run", "prato-aberto")
    assert "is under way since" in call("run", "prato-aberto", code=1)
    assert "a run is under way" in call("status", "prato-aberto")
    work_off()
    assert "5 of 5 parts done" in call("status", "prato-aberto")


@pytest.mark.parametrize(("wait", "last"), [("schools", "schools"), ("current-month", "menus/2026-01"), ("all", MENUS)])
def test_waiting_for_a_part(call, consumers, wait, last):
    lines = call("run", "prato-aberto", "--wait", wait).splitlines()
    assert last in {line.split()[0] for line in lines}


def test_waiting_for_a_part_that_fails_ends_with_1(source, call, consumers, department):
    department.faults.add("status", path="/v2/", status=500)
    assert "HTTP 500" in call("run", "prato-aberto", "--wait", "schools", code=1)
    department.faults.clear()
    source.run()


def test_waiting_in_vain_ends_with_a_hint(call):
    output = call("run", "prato-aberto", "--wait", "schools", "--timeout", "0", code=1)
    assert "After 0 s these are not done: schools. Are the consumers running" in output


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["run", "nada"], "There is no harvest source nada"),
        (["status", "nada"], "There is no harvest source nada"),
        (["run", "prato-aberto", "--wait", "menus/2030-01"], "A run does not read menus/2030-01. It reads: schools"),
        (["run", "prato-aberto", "--wait", "x"], "is no part of a harvest"),
        (["accept", "prato-aberto", "schools", "--reason", " "], "Say why the load is right"),
        (["accept", "prato-aberto", "schools", "--reason", "x"], "No refused load of schools waits"),
    ],
)
def test_what_can_not_be_done_is_told_in_a_line(call, arguments, words):
    assert words in call(*arguments, code=1)
    assert not HarvestJob.filter(status="New").count()


def test_a_source_that_is_switched_off_is_not_run(source, call):
    row = source.row
    row.active = False
    row.save()
    assert "switched off" in call("run", "prato-aberto", code=1)
    assert "There is no active source" in call("status")
    row.active = True
    row.save()


def test_accepting(source, call, department, monkeypatch):
    monkeypatch.setattr(load, "LOSS_OF_NOTE", 2)
    # Those of meal periods stay: without them, school_meals would wait as well.
    with_periods = {period["escola_id"] for period in department.meal_periods}
    gone = {
        eol: school for eol, school in department.schools.items() if str(eol)[0] == "2" and str(eol) not in with_periods
    }
    for eol in gone:
        department.edit(WithdrawSchool(eol))
    assert "waits for an admin" not in call("status")
    assert "refused" in call("run", "prato-aberto", "--here", code=1)
    assert "schools waits for an admin: The load lacks" in call("status", code=1)
    output = call("accept", "prato-aberto", "schools", "--reason", "Fechadas em janeiro.")
    assert "Accepted by" in output
    assert "Fechadas em janeiro." in output
    assert "waits" not in call("status")
    for eol, school in gone.items():
        department.edit(ChangeSchool(eol, school))
    call("run", "prato-aberto", "--here")


def test_a_key_that_is_not_set_is_told(source, call, monkeypatch):
    monkeypatch.delenv("PRATO_ABERTO_KEY")
    assert "The environment variable PRATO_ABERTO_KEY" in call("run", "prato-aberto", "--here", code=1)


def test_a_part_that_is_read_no_more_does_not_look_down_for_ever(source, department):
    department.faults.add("status", path="/editor/cardapios", status=500)
    source.run()
    department.faults.clear()
    row, kept = source.row, source.row.config
    row.config = json.dumps({**json.loads(kept), "months_ahead": 0})
    row.save()
    source.run()
    assert MENUS not in {state.partition for state in sources.of_source(source.id)}
    assert not any(state.down_since for state in sources.of_source(source.id))
    row.config = kept
    row.save()
    source.run()


# -- the heartbeat


def test_a_long_stage_gives_signs_of_life(portal, monkeypatch):
    monkeypatch.setattr(heartbeat, "INTERVAL", 0.005)
    redis = queue.get_connection_redis()
    key = f"{queue.get_fetch_routing_key()}:some-part"
    redis.set(key, "2026-01-01 00:00:00.000000")
    renewed = threading.Event()
    with heartbeat.beating("some-part"):
        while not renewed.wait(0.005):
            if redis.get(key) > "2026-01-02":
                renewed.set()
    # The form that `ckan harvester run` reads.
    assert datetime.strptime(redis.get(key), "%Y-%m-%d %H:%M:%S.%f")  # noqa: DTZ007 (as ckanext-harvest does)
    redis.delete(key)


def test_no_sign_of_life_is_made_where_no_consumer_is(portal, monkeypatch):
    monkeypatch.setattr(heartbeat, "INTERVAL", 0.001)
    beats = []
    redis = queue.get_connection_redis()
    monkeypatch.setattr(queue, "get_connection_redis", lambda: redis)
    real = redis.set
    monkeypatch.setattr(redis, "set", lambda *args, **options: (beats.append(1), real(*args, **options)))
    with heartbeat.beating("nobody"):
        while len(beats) < 3:
            pass
    assert redis.keys(f"{queue.get_fetch_routing_key()}:*") == []


def test_a_source_with_a_wrong_configuration_is_not_made(portal, department):
    with pytest.raises(Exception, match="never the key itself"):
        Source(department.url, "errada", key_env="s3gr3d0")
