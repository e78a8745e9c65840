"""Verdicts on the services: PostgreSQL's rights, Solr's schema, job workers, harvest consumers, the disk."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ckanext.patiodigital.admin.core.findings import Finding, error, ok, warning

_SET_PERMISSIONS = "ckan datastore set-permissions | psql (as PostgreSQL's superuser)"


@dataclass(frozen=True, slots=True)
class DatastoreRights:
    """What the two users of the DataStore may do.

    ``unreadable`` and ``writable`` are tables and views that the read user can't read, or can change;
    ``missing`` are the objects of ``datastore set-permissions`` that the database lacks.
    """

    read_user: str
    write_user: str
    unreadable: Sequence[str]
    writable: Sequence[str]
    reader_creates: bool
    writer_creates: bool
    writer_stages: bool
    missing: Sequence[str]


def datastore(rights: DatastoreRights) -> Iterator[Finding]:
    """Loads need a write user that can make tables, temporary ones too; readers must not be able to write."""
    where = "PostgreSQL, the DataStore"
    if rights.read_user == rights.write_user:
        yield error(
            where,
            f"Reading and writing go by the same user, {rights.read_user}, so that readers can write.",
            "give ckan.datastore.read_url a user of its own, then " + _SET_PERMISSIONS,
        )
        return
    if rights.unreadable:
        yield error(where, f"The read user can't read {_some(rights.unreadable)}.", _SET_PERMISSIONS)
    if rights.writable or rights.reader_creates:
        deed = f"change {_some(rights.writable)}" if rights.writable else "make tables"
        yield error(where, f"The read user can {deed}.", _SET_PERMISSIONS)
    if not rights.writer_creates:
        yield error(where, "The write user can't make tables.", _SET_PERMISSIONS)
    if not rights.writer_stages:
        yield error(
            where,
            "The write user can't make temporary tables, through which each load goes.",
            f'GRANT TEMPORARY ON DATABASE … TO "{rights.write_user}" (in psql, as superuser)',
        )
    if rights.missing:
        yield error(where, f"It lacks {_some(rights.missing)} of CKAN 2.12.", _SET_PERMISSIONS)
    if not (rights.unreadable or rights.writable or rights.reader_creates or rights.missing):
        yield ok(where, f"{rights.read_user} reads and can't write; {rights.write_user} writes.")


def _some(names: Sequence[str]) -> str:
    rest = len(names) - 3
    return ", ".join(names[:3]) + (f" and {rest} more" if rest > 0 else "")


#: A worker renews its time stamp at least every 420 seconds; it is given a minute more.
WORKER_PATIENCE = 480


@dataclass(frozen=True, slots=True)
class Worker:
    """``age``: seconds since the worker last said that it lives."""

    queues: Sequence[str]
    age: float


def workers(queue: str, found: Sequence[Worker], waiting: int) -> Finding:
    """Downloads of tables are written by background jobs."""
    where = "background jobs"
    alive = [worker for worker in found if queue in worker.queues and worker.age < WORKER_PATIENCE]
    if not alive:
        return error(where, f"No worker runs; {waiting} jobs wait.", "keep `ckan jobs worker` running by a supervisor")
    return ok(where, f"{len(alive)} running; {waiting} jobs wait.")


#: ckanext-harvest takes a stage for lost when its time stamp is this old, in seconds; ours renew theirs.
LOST_AFTER = 180


@dataclass(frozen=True, slots=True)
class Consumer:
    """A harvest queue and who empties it.

    ``command``: what a consumer is started by; ``stages``: the ages in seconds of the time stamps of what is
    being worked on; ``took_message``: whether a message that means nothing was taken, None where none was sent.
    """

    command: str
    waiting: int
    stages: Sequence[float]
    took_message: bool | None


def consumer(facts: Consumer) -> Finding:
    """Whether a harvest queue is being emptied."""
    if any(age < LOST_AFTER for age in facts.stages):
        return ok(facts.command, f"It is at work; {facts.waiting} wait.")
    if facts.took_message:
        return ok(facts.command, "It waits for work.")
    return error(
        facts.command,
        f"Nothing takes what is in its queue; {facts.waiting} wait.",
        f"keep `ckan {facts.command}` running by a supervisor",
    )


def harvest_clock(stages: Sequence[float], finished_but_running: int) -> Finding:
    """`ckan harvester run` ends finished jobs, and queues again what was lost."""
    where = "harvester run"
    overdue = sum(age > 2 * LOST_AFTER for age in stages)
    if overdue or finished_but_running:
        return error(
            where,
            f"{overdue} lost parts were not queued again, and {finished_but_running} jobs are done but not ended.",
            "call `ckan harvester run` every minute, by cron or a timer",
        )
    return ok(where, "Nothing waits for it.")


#: Seconds after which an idle consumer of a quiet night must still be waiting.
LONG_ENOUGH = 3600


def consumer_patience(timeout: float, *, seen_longer: bool) -> Finding:
    """Whether idle consumers stay alive.

    ``timeout``: seconds after which this process gives up reading from Redis; ``seen_longer``: one of the
    consumers has been seen to wait longer than that, so they have a setting of their own.
    """
    where = "ckan.redis.url"
    if timeout >= LONG_ENOUGH or seen_longer:
        return ok(where, "Harvest consumers wait as long as they need to.")
    return warning(
        where,
        f"A harvest consumer with this setting ends after {timeout:g} seconds without work, and may lose a message.",
        "give the consumers, and them alone, the environment variable CKAN_REDIS_URL with "
        "?socket_timeout=86400&socket_connect_timeout=5 at the end of the address",
    )
