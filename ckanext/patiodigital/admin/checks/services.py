"""Services: whether they answer, and whether they are what this extension needs."""

from __future__ import annotations

import math
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import datetime, timezone

import rq
from ckan.lib import jobs
from ckan.lib.redis import connect_to_redis
from ckan.lib.search import SearchError, check_solr_schema_version
from ckanext.harvest import queue
from ckanext.harvest.model import HarvestSource
from psycopg2.extensions import connection as Connection  # noqa: N812 (psycopg2 names its class in lower case)
from redis.exceptions import RedisError

from ckanext.patiodigital import clock, config
from ckanext.patiodigital.admin import harvest_queues
from ckanext.patiodigital.admin.core import services as verdicts
from ckanext.patiodigital.admin.core.findings import Finding, error, ok
from ckanext.patiodigital.admin.harvest_queues import HarvestQueue
from ckanext.patiodigital.harvesters import service as harvests
from ckanext.patiodigital.tables import service as tables

#: Seconds in which an idle consumer takes a message.
_TAKEN_WITHIN = 5.0
_MEANINGLESS = "patiodigital-doctor"

# What `ckan datastore set-permissions` makes, and how to find each.
_OBJECTS = {
    "_table_metadata": "to_regclass('public._table_metadata')",
    "_table_stats": "to_regclass('public._table_stats')",
    "populate_full_text_trigger": "to_regprocedure('populate_full_text_trigger()')",
    "update_cached_table_row_count": "to_regprocedure('update_cached_table_row_count(name)')",
    "cached_table_row_count": "to_regprocedure('cached_table_row_count(name)')",
}
# CKAN keeps _table_stats from the read user on purpose.
_TABLES = """
    SELECT relname, has_table_privilege(oid, 'SELECT'), has_table_privilege(oid, 'INSERT, UPDATE, DELETE, TRUNCATE')
    FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'v') AND relname <> '_table_stats'
    ORDER BY relname
"""


def datastore() -> Iterator[Finding]:
    """The rights of the DataStore's two users, as PostgreSQL knows them."""
    with tables.reading() as connection:
        [(reader, reader_creates)] = _rows(connection, "SELECT current_user, has_schema_privilege('public', 'CREATE')")
        found = _rows(connection, _TABLES)
    with tables.writing() as connection:
        [(writer, creates, stages, *objects)] = _rows(
            connection,
            "SELECT current_user, has_schema_privilege('public', 'CREATE'),"
            " has_database_privilege(current_database(), 'TEMPORARY'), " + ", ".join(_OBJECTS.values()),
        )
        connection.rollback()
    rights = verdicts.DatastoreRights(
        read_user=reader,
        write_user=writer,
        unreadable=[name for name, readable, _ in found if not readable],
        writable=[name for name, _, writable in found if writable],
        reader_creates=reader_creates,
        writer_creates=creates,
        writer_stages=stages,
        missing=[name for name, known in zip(_OBJECTS, objects, strict=True) if known is None],
    )
    yield from verdicts.datastore(rights)


def _rows(connection: Connection, statement: str) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall()


def solr() -> Iterator[Finding]:
    """Whether Solr's core has CKAN's schema."""
    try:
        check_solr_schema_version()
    except SearchError as fault:
        yield error("Solr", str(fault), "give its core CKAN's own schema.xml, then ckan search-index rebuild")
    else:
        yield ok("Solr", "Its schema is one of CKAN's.")


def workers() -> Iterator[Finding]:
    """Whether background jobs are being done."""
    waiting = jobs.get_queue()
    found = [
        verdicts.Worker(worker.queue_names(), _age(worker.last_heartbeat.replace(tzinfo=timezone.utc)))
        for worker in rq.Worker.all(connection=connect_to_redis())
        if worker.last_heartbeat
    ]
    yield verdicts.workers(waiting.name, found, waiting.count)


def _age(instant: datetime) -> float:
    return (clock.now() - instant).total_seconds()


def consumers() -> Iterator[Finding]:
    """Whether harvest queues are being emptied.

    An idle consumer can't be seen from outside, so one is asked to work: by a message about a job or part that
    does not exist, which it drops with a line in its log, or which is taken back.
    """
    if not harvest_queues.can_be_read():
        return
    for waiting_line in harvest_queues.queues():
        ages = [_age(stamp) for stamp in waiting_line.stamps().values()]
        busy = any(age < verdicts.LOST_AFTER for age in ages)
        yield verdicts.consumer(
            verdicts.Consumer(
                command=waiting_line.command,
                waiting=len(waiting_line.waiting()),
                stages=ages,
                took_message=None if busy else _takes_message(waiting_line),
            )
        )
    timeout = _socket_timeout()
    yield verdicts.consumer_patience(timeout, seen_longer=timeout < verdicts.LONG_ENOUGH and _seen_longer(timeout))


def _takes_message(waiting_line: HarvestQueue) -> bool:
    message = waiting_line.put(_MEANINGLESS)
    deadline = time.monotonic() + _TAKEN_WITHIN
    while _MEANINGLESS in waiting_line.waiting():
        if time.monotonic() > deadline:
            return not waiting_line.take_back(message)
        time.sleep(0.1)
    return True


def _socket_timeout() -> float:
    """Seconds after which ckanext-harvest's connections give up reading; by default it is redis-py that decides."""
    timeout = queue.get_connection_redis().connection_pool.make_connection().socket_timeout
    return math.inf if timeout is None else timeout


def _seen_longer(timeout: float) -> bool:
    """Whether a consumer waits longer than ``timeout``; looked at until each that waits now must have given up."""
    deadline = time.monotonic() + timeout + 1
    while waits := _waits():
        if max(waits) > timeout:
            return True
        if time.monotonic() > deadline:
            break
        time.sleep(0.5)
    return False


def _waits() -> Sequence[float]:
    """For how many seconds each client of Redis has waited at a list. Job workers, who do too, have names."""
    try:
        clients = queue.get_connection_redis().client_list()
    except RedisError:  # an administrator may forbid this command
        return []
    return [float(client["idle"]) for client in clients if client["cmd"] == "blpop" and not client["name"]]


def harvest_clock() -> Iterator[Finding]:
    """Whether somebody calls ``ckan harvester run``."""
    if not harvest_queues.can_be_read():
        return
    ages = [_age(stamp) for stamp in harvest_queues.queues()[1].stamps().values()]
    yield verdicts.harvest_clock(ages, sum(map(_is_overdue, harvests.ours())))


def _is_overdue(source: HarvestSource) -> bool:
    """Whether all of a source's run is done and nobody has ended it for a while."""
    job = harvest_queues.running_job(source.id)
    if job is None or not job.gather_finished:
        return False
    report = harvests.run(source.id, job.id)
    still = harvest_queues.still_for(job).total_seconds()
    return report.done == len(report.parts) and still > 2 * verdicts.LOST_AFTER


def storage() -> Iterator[Finding]:
    """Whether the folder for downloads and fetched pages can be written."""
    folder = config.storage_path()
    mend = f"make {folder} a folder that CKAN's user may write, with space left on its disk"
    try:
        tempfile.TemporaryFile(dir=folder).close()
    except OSError as fault:
        yield error("ckan.storage_path", f"{folder} can't be written: {fault.strerror}.", mend)
    else:
        yield ok("ckan.storage_path", f"{folder} can be written by this user.")
