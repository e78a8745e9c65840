"""The one door to harvests for pages and commands: how sources stand, how runs went, and loads that wait."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

import ckantoolkit as tk
import sqlalchemy as sa
from ckan import model
from ckanext.harvest import queue
from ckanext.harvest.model import HarvestGatherError, HarvestJob, HarvestObject, HarvestObjectExtra, HarvestSource
from sqlalchemy.dialects.postgresql import JSONB

from ckanext.patiodigital import clock
from ckanext.patiodigital.harvesters import outcomes
from ckanext.patiodigital.harvesters.base import TableHarvester, told
from ckanext.patiodigital.harvesters.core.outcome import Outcome, State, total
from ckanext.patiodigital.tables import service as tables
from ckanext.patiodigital.tables import sources

log = logging.getLogger(__name__)

_UNDER_WAY = ("FETCH", "IMPORT")


class HarvestError(Exception):
    """What was asked for is not there, or can't be done now; the message says why."""


@dataclass(frozen=True, slots=True)
class PartReport:
    """A partition in a run. ``outcome`` is None while it waits, and while somebody is at work on it."""

    name: str
    at_work: bool
    outcome: Outcome | None


@dataclass(frozen=True, slots=True)
class RunReport:
    """A run with its partitions in their order. ``faults`` kept it from being planned."""

    id: str
    begun: datetime
    ended: datetime | None
    parts: list[PartReport]
    faults: list[str]

    @property
    def outcome(self) -> Outcome | None:
        """Of all partitions that were tried; None where none was."""
        if self.faults:
            return Outcome(State.FAILED, messages=self.faults)
        return total(part.outcome for part in self.parts if part.outcome)

    @property
    def done(self) -> int:
        return sum(part.outcome is not None for part in self.parts)


@dataclass(frozen=True, slots=True)
class Standing:
    """How a source stands. ``last``: its newest run; ``failing``: its partitions that can't be read, of ``known``;
    ``waiting``: why each load that was refused waits for an admin. History that was cleared is not told.
    """

    last: RunReport | None
    known: int
    failing: list[str]
    down_since: datetime | None
    last_answer: datetime | None
    waiting: dict[str, str]


def find(name: str) -> tuple[HarvestSource, TableHarvester]:
    """The source of that name or id, and its harvester."""
    package = model.Package.get(name)
    source = model.Session.get(HarvestSource, package.id) if package else None
    if source is None:
        raise HarvestError(f"There is no harvest source {name}. `ckan harvester sources` lists them.")
    harvester = queue.get_harvester(source.type)
    if not isinstance(harvester, TableHarvester):
        raise HarvestError(f"{name} is no source for a harvester of this extension that is among ckan.plugins.")
    return source, harvester


def ours() -> list[HarvestSource]:
    """The active sources of this extension's harvesters, by title."""
    query = model.Session.query(HarvestSource).filter_by(active=True).order_by(HarvestSource.title)
    return [source for source in query if isinstance(queue.get_harvester(source.type), TableHarvester)]


# -- what was


def runs(source_id: str, limit: int) -> list[RunReport]:
    """The newest runs of a source, newest first."""
    jobs = (
        model.Session.query(HarvestJob)
        .filter_by(source_id=source_id)
        .order_by(HarvestJob.created.desc())
        .limit(limit)
        .all()
    )
    return _reports(jobs)


def run(source_id: str, job_id: str) -> RunReport:
    """One run of a source."""
    job = model.Session.get(HarvestJob, job_id)
    if job is None or job.source_id != source_id:
        raise HarvestError("There is no such run of this source. Its history may have been cleared.")
    return _reports([job])[0]


def _reports(jobs: list[HarvestJob]) -> list[RunReport]:
    """The jobs with all that belongs to them, in two queries however many they are."""
    parts: dict[str, list[PartReport]] = {job.id: [] for job in jobs}
    kept = sa.and_(HarvestObjectExtra.harvest_object_id == HarvestObject.id, HarvestObjectExtra.key == outcomes.EXTRA)
    query = (
        model.Session.query(HarvestObject, HarvestObjectExtra.value)
        .outerjoin(HarvestObjectExtra, kept)
        .filter(HarvestObject.harvest_job_id.in_(parts))
        .order_by(HarvestObject.gathered, HarvestObject.id)
    )
    for part, value in query:
        outcome = outcomes.parsed(value).outcome if value else None
        parts[part.harvest_job_id].append(PartReport(part.content, part.state in _UNDER_WAY, outcome))
    faults: dict[str, list[str]] = {job.id: [] for job in jobs}
    for fault in model.Session.query(HarvestGatherError).filter(HarvestGatherError.harvest_job_id.in_(faults)):
        faults[fault.harvest_job_id].append(fault.message)
    return [RunReport(job.id, _aware(job.created), _end(job), parts[job.id], faults[job.id]) for job in jobs]


def _end(job: HarvestJob) -> datetime | None:
    if job.status != "Finished":
        return None
    return _aware(job.finished or job.gather_finished or job.created)


def _aware(moment: datetime) -> datetime:
    """ckanext-harvest keeps UTC without saying so."""
    return moment.replace(tzinfo=timezone.utc)


# -- what is


def standing(source: HarvestSource) -> Standing:
    """How a source stands now."""
    states = sources.of_source(source.id)
    waiting = {part.content: _why(part) for part in _waiting(source)}
    return Standing(
        last=next(iter(runs(source.id, 1)), None),
        known=len(states),
        failing=[state.partition for state in states if state.down_since],
        down_since=min((state.down_since for state in states if state.down_since), default=None),
        last_answer=max((state.checked_at for state in states if state.checked_at), default=None),
        waiting=waiting,
    )


def _waiting(source: HarvestSource) -> list[HarvestObject]:
    """The newest refused load of each partition, if nothing else was read or published since."""
    harvester = queue.get_harvester(source.type)
    state = sa.cast(HarvestObjectExtra.value, JSONB)["state"].astext
    refused = (
        model.Session.query(HarvestObject)
        .join(HarvestObjectExtra, HarvestObjectExtra.harvest_object_id == HarvestObject.id)
        .filter(HarvestObject.harvest_source_id == source.id, HarvestObjectExtra.key == outcomes.EXTRA)
        .filter(state == State.REFUSED.value)
        .distinct(HarvestObject.content)
        .order_by(HarvestObject.content, HarvestObject.gathered.desc())
    )
    return [part for part in refused if harvester.waits(part)]


def _why(part: HarvestObject) -> str:
    outcome = outcomes.outcome_of(part)
    return " ".join(outcome.messages) if outcome else ""


def set_aside_resources(source_id: str) -> dict[str, model.Resource]:
    """The resource that lists what was set aside, of each table of which something ever was."""
    found = {}
    for row in tables.registered():
        if row.source == source_id:
            resource = model.Session.get(model.Resource, tables.set_aside_resource_id_of(row.resource_id))
            if resource is not None and resource.state == model.State.ACTIVE:
                found[row.table] = resource
    return found


# -- what to do


def accept(source: HarvestSource, part_name: str, who: str, reason: str) -> Outcome:
    """Publish the load of a partition that was refused, as it was spooled; its outcome."""
    waiting = {part.content: part for part in _waiting(source)}
    part = waiting.get(part_name)
    if part is None:
        names = ", ".join(waiting) or "nothing"
        raise HarvestError(f"No refused load of {part_name} waits (any more). There waits: {names}.")
    try:
        queue.get_harvester(source.type).accept(part, who, reason)
    except Exception as error:
        log.exception("Accepting %s of source %s failed.", part_name, source.id)
        model.Session.rollback()
        raise HarvestError(told(error)) from error
    part.state, part.report_status = "COMPLETE", "updated"
    part.import_finished = clock.now().replace(tzinfo=None)
    part.save()
    return outcomes.outcome_of(part) or Outcome(State.CHANGED)


def _context() -> dict[str, Any]:
    # ckanext-harvest still takes the model and the session from the context.
    return tables.as_site() | {"model": model, "session": model.Session}


def begin(source: HarvestSource, *, queued: bool) -> HarvestJob:
    """A new run of a source, handed to the queues or not; :class:`HarvestError` while another is under way."""
    if not source.active:
        raise HarvestError("This source is switched off. Set its state to active on its page, then run it.")
    query = model.Session.query(HarvestJob).filter_by(source_id=source.id)
    other = query.filter(HarvestJob.status.in_(("New", "Running"))).first()
    if other is not None:
        raise HarvestError(
            f"A run of this source is under way since {clock.rfc3339(_aware(other.created))}. If nobody works on it "
            f"any more, end it: ckan harvester job-abort {other.id}."
        )
    made = tk.get_action("harvest_job_create")(_context(), {"source_id": source.id, "run": queued})
    return model.Session.get(HarvestJob, made["id"])


def work_through(job: HarvestJob, harvester: TableHarvester) -> Iterator[PartReport]:
    """Do all of a run in this process, past the queues: each partition as it is done."""
    job.status = "Running"
    job.save()
    parts: Sequence[HarvestObject] = ()
    try:
        parts = [HarvestObject.get(identifier) for identifier in queue.gather_stage(harvester, job)]
        for part in parts:
            # Whatever still waits is put into the queue by `ckan harvester run`.
            part.state = "FETCH"
        model.Session.commit()
        for part in parts:
            queue.fetch_and_import_stages(harvester, part)
            yield PartReport(part.content, at_work=False, outcome=outcomes.outcome_of(part))
    finally:
        model.Session.rollback()
        for part in parts:
            if part.state not in ("COMPLETE", "ERROR"):
                part.state, part.report_status = "ERROR", "errored"
        job.status, job.finished = "Finished", datetime.now(timezone.utc).replace(tzinfo=None)
        model.Session.commit()
    tk.get_action("harvest_source_reindex")(_context(), {"id": job.source_id})
