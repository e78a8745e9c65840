"""What ckanext-harvest is doing: its queues, its running jobs, and what was begun and given up.

A message that a consumer takes leaves a key with a time stamp in Redis until its stage has ended; whoever works
on something long renews it (``harvesters/heartbeat.py``).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

import ckan.plugins as p
import ckantoolkit as tk
from ckan import model
from ckan.lib import jobs
from ckanext.harvest import queue
from ckanext.harvest.interfaces import IHarvester
from ckanext.harvest.model import HarvestJob, HarvestObject, HarvestObjectError, HarvestSource

from ckanext.patiodigital import clock
from ckanext.patiodigital.harvesters.base import TableHarvester

UNDER_WAY = ("FETCH", "IMPORT")
ENDED = ("COMPLETE", "ERROR")


@dataclass(frozen=True, slots=True)
class HarvestQueue:
    """One of the two queues of ckanext-harvest in Redis. ``command`` starts its consumer."""

    command: str
    key: str
    id_field: str

    def waiting(self) -> list[str]:
        """The ids of jobs or parts that wait, in order."""
        messages = queue.get_connection_redis().lrange(self.key, 0, -1)
        return [json.loads(message)[self.id_field] for message in messages]

    def stamps(self) -> dict[str, datetime]:
        """When each job or part that is being worked on last gave a sign of life, by its id."""
        redis = queue.get_connection_redis()
        keys = list(redis.scan_iter(f"{self.key}:*", count=1000))
        values = redis.mget(keys) if keys else []
        return {
            key.rpartition(":")[2]: datetime.fromisoformat(value).astimezone(timezone.utc)
            for key, value in zip(keys, values, strict=True)
            if value is not None
        }

    def put(self, identifier: str) -> str:
        """Put a message at the end of the queue; the message."""
        message = json.dumps({self.id_field: identifier})
        queue.get_connection_redis().rpush(self.key, message)
        return message

    def take_back(self, message: str) -> bool:
        """Remove a message; False where somebody has taken it."""
        return bool(queue.get_connection_redis().lrem(self.key, 0, message))


def queues() -> tuple[HarvestQueue, HarvestQueue]:
    """The queue of jobs to be gathered, and that of parts to be fetched and imported."""
    return (
        HarvestQueue("harvester gather-consumer", queue.get_gather_routing_key(), "harvest_job_id"),
        HarvestQueue("harvester fetch-consumer", queue.get_fetch_routing_key(), "harvest_object_id"),
    )


def lengths() -> dict[str, int]:
    """How much waits in each queue, by its name."""
    gather, fetch = queues()
    return {
        "gather": len(gather.waiting()),
        "fetch": len(fetch.waiting()),
        "background jobs": jobs.get_queue().count,
    }


def switched_on() -> bool:
    """Whether a harvester of this extension is among the portal's plugins."""
    return any(isinstance(plugin, TableHarvester) for plugin in p.PluginImplementations(IHarvester))


def queued_in_redis() -> bool:
    """Whether there are harvest queues, of the kind that can be looked into."""
    return switched_on() and tk.config["ckan.harvest.mq.type"] == "redis"


def our_sources() -> list[HarvestSource]:
    """The active sources that a harvester of this extension reads, by title."""
    if not switched_on():
        return []
    query = model.Session.query(HarvestSource).filter_by(active=True).order_by(HarvestSource.title)
    return [source for source in query if isinstance(queue.get_harvester(source.type), TableHarvester)]


def name_of(source: HarvestSource) -> str:
    """The name that commands know a source by."""
    package = model.Package.get(source.id)
    return package.name if package else source.id


def running_job(source_id: str) -> HarvestJob | None:
    """The job of a source that was begun and has not ended."""
    query = model.Session.query(HarvestJob).filter_by(source_id=source_id)
    return query.filter(HarvestJob.status.in_(("New", "Running"))).order_by(HarvestJob.created.desc()).first()


def parts_of(job: HarvestJob) -> dict[str, str]:
    """The state of each part of a job by its name: ``WAITING``, ``FETCH``, ``IMPORT``, ``COMPLETE`` or ``ERROR``."""
    query = model.Session.query(HarvestObject.content, HarvestObject.state)
    return dict(query.filter_by(harvest_job_id=job.id).order_by(HarvestObject.gathered).all())


def faults_of(job: HarvestJob) -> dict[str, str]:
    """What went wrong with parts of a job, by their names."""
    query = model.Session.query(HarvestObject.content, HarvestObjectError.message)
    return dict(query.join(HarvestObjectError.object).filter(HarvestObject.harvest_job_id == job.id).all())


def still_for(job: HarvestJob) -> timedelta:
    """For how long nothing of a job has moved."""
    times = [job.created, job.gather_finished]
    for started, fetched, ended in model.Session.query(
        HarvestObject.fetch_started, HarvestObject.fetch_finished, HarvestObject.import_finished
    ).filter_by(harvest_job_id=job.id):
        times += [started, fetched, ended]
    return clock.now() - max(filter(None, times)).replace(tzinfo=timezone.utc)


def is_done(job: HarvestJob) -> bool:
    """Whether all parts of a job have ended."""
    states = parts_of(job).values()
    return bool(job.gather_finished) and all(state in ENDED for state in states)


def lost_parts(job: HarvestJob) -> list[HarvestObject]:
    """Parts of a job that were begun, and that neither a consumer nor the queue knows any more.

    Redis lost its content, say: ckanext-harvest queues only what it finds there or what still waits.
    """
    begun = _under_way(job)
    if not begun or not queued_in_redis():
        return []
    _, fetch = queues()
    # In this order: what is queued again gets its place in the queue first, and loses its stamp then.
    known = {*fetch.stamps(), *fetch.waiting()}
    # Asked again: a part may have ended, and its stamp gone, since.
    return [part for identifier, part in _under_way(job).items() if identifier in begun and identifier not in known]


def _under_way(job: HarvestJob) -> dict[str, HarvestObject]:
    query = model.Session.query(HarvestObject).filter_by(harvest_job_id=job.id)
    return {part.id: part for part in query.filter(HarvestObject.state.in_(UNDER_WAY)).populate_existing()}


def is_lost(job: HarvestJob) -> bool:
    """Whether a job waits to be gathered and no queue knows of it."""
    if job.gather_finished or not queued_in_redis():
        return False
    gather, _ = queues()
    return job.id not in {*gather.stamps(), *gather.waiting()}


def queue_again(job: HarvestJob) -> list[str]:
    """Queue anew what of a job was lost; the names of it."""
    gather, fetch = queues()
    if is_lost(job):
        gather.put(job.id)
        return ["the planning of the run"]
    lost = lost_parts(job)
    for part in lost:
        part.state = "WAITING"
    model.Session.commit()
    for part in lost:
        fetch.put(part.id)
    return [part.content for part in lost]
