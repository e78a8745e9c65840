"""The queues of ckanext-harvest in Redis: what waits, what is being worked on, and what was given up.

A message that a consumer takes leaves a key with a time stamp until its stage has ended; whoever works on
something long renews it (``harvesters/heartbeat.py``).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

import ckan.plugins as p
import ckantoolkit as tk
from ckan import model
from ckanext.harvest import queue
from ckanext.harvest.interfaces import IHarvester
from ckanext.harvest.model import HarvestJob, HarvestObject

from ckanext.patiodigital import clock
from ckanext.patiodigital.harvesters.base import TableHarvester

#: What a run that no consumer has planned yet is called among its parts.
PLANNING = "the planning of the run"


@dataclass(frozen=True, slots=True)
class HarvestQueue:
    """One of the two queues. ``command`` starts its consumer; ``id_field`` is of its messages."""

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


def harvesters_on() -> bool:
    """Whether a harvester of this extension is among the portal's plugins."""
    return any(isinstance(plugin, TableHarvester) for plugin in p.PluginImplementations(IHarvester))


def can_be_read() -> bool:
    """Whether there are harvest queues, of the kind that can be looked into."""
    return harvesters_on() and tk.config["ckan.harvest.mq.type"] == "redis"


def running_job(source_id: str) -> HarvestJob | None:
    """The job of a source that was begun and has not ended, as it is now."""
    query = model.Session.query(HarvestJob).filter_by(source_id=source_id).populate_existing()
    return query.filter(HarvestJob.status.in_(("New", "Running"))).order_by(HarvestJob.created.desc()).first()


def still_for(job: HarvestJob) -> timedelta:
    """For how long nothing of a job has moved."""
    moments = [job.created, job.gather_finished]
    for row in model.Session.query(
        HarvestObject.fetch_started, HarvestObject.fetch_finished, HarvestObject.import_finished
    ).filter_by(harvest_job_id=job.id):
        moments += row
    return clock.now() - max(filter(None, moments)).replace(tzinfo=timezone.utc)


def lost(job: HarvestJob) -> list[str]:
    """What of a job was begun, and neither a consumer nor a queue knows of any more: names of its parts.

    Redis lost its content, say: ckanext-harvest queues only what it finds there or what was never begun.
    """
    if not can_be_read():
        return []
    if not job.gather_finished:
        gather, _ = queues()
        return [] if job.id in {*gather.stamps(), *gather.waiting()} else [PLANNING]
    return [part.content for part in _lost_parts(job)]


def _lost_parts(job: HarvestJob) -> list[HarvestObject]:
    begun = _begun(job)
    _, fetch = queues()
    # In this order: what is queued again gets its place in the queue first, and loses its stamp then.
    known = {*fetch.stamps(), *fetch.waiting()}
    # Asked again: a part may have ended, and its stamp gone, since.
    return [part for identifier, part in _begun(job).items() if identifier in begun and identifier not in known]


def _begun(job: HarvestJob) -> dict[str, HarvestObject]:
    query = model.Session.query(HarvestObject).filter_by(harvest_job_id=job.id).populate_existing()
    return {part.id: part for part in query.filter(HarvestObject.state.in_(("FETCH", "IMPORT")))}


def queue_again(job: HarvestJob) -> list[str]:
    """Queue anew what of a job was lost; the names of it."""
    names = lost(job)
    gather, fetch = queues()
    if names == [PLANNING]:
        gather.put(job.id)
        return names
    parts = [part for part in _begun(job).values() if part.content in names]
    for part in parts:
        part.state = "WAITING"
    model.Session.commit()
    for part in parts:
        fetch.put(part.id)
    return names
