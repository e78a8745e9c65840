"""Sets up a demonstration: the department's organisation, its harvest source, a school calendar, a first harvest.

Each step looks at what is there before it makes anything, so running it again changes nothing.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import ckantoolkit as tk
from ckan import model
from ckanext.harvest import queue
from ckanext.harvest.model import HarvestGatherError, HarvestJob, HarvestSource

from ckanext.patiodigital import clock, config
from ckanext.patiodigital.admin import harvests
from ckanext.patiodigital.admin.core.seeding import PATIENCE, Progress, SeedError, in_words, is_over
from ckanext.patiodigital.harvesters.core import plan
from ckanext.patiodigital.harvesters.dataset import DatasetError, ensure_dataset
from ckanext.patiodigital.school_calendar import service as school_calendar
from ckanext.patiodigital.tables import service, sources

ORGANIZATION = {
    "name": "secretaria-municipal-de-educacao",
    "title": "Secretaria Municipal de Educação",
    "description": (
        "Responsável pela rede municipal de ensino da cidade de São Paulo: creches, pré-escolas, ensino fundamental, "
        "ensino médio e educação de jovens e adultos. Publica aqui o que as escolas servem, quem elas atendem e como "
        "funcionam."
    ),
}
SOURCE = {
    "name": "prato-aberto",
    "title": "Prato Aberto",
    "notes": "O sistema de cardápios da alimentação escolar: escolas, contratos e o que está planejado para cada dia.",
    "source_type": "prato_aberto",
    "frequency": "DAILY",
}
#: Seconds between two looks at a harvest that is waited for.
_POLL = 0.5

Say = Callable[[str], None]


def _context() -> dict[str, Any]:
    # ckanext-harvest still takes the session, and the model, from the context.
    return service.as_site() | {"model": model, "session": model.Session}


def ensure_organization(say: Say) -> str:
    """The id of the department's organisation, made where it is missing."""
    group = model.Group.get(ORGANIZATION["name"])
    if group is None:
        say(f"Creating the organisation {ORGANIZATION['title']}")
        return tk.get_action("organization_create")(_context(), dict(ORGANIZATION))["id"]
    if not group.is_organization or group.state != model.State.ACTIVE:
        raise SeedError(
            f"The name {group.name} belongs to something that is no active organisation. Purge it, then seed again: "
            "the page /ckan-admin/trash does it."
        )
    return group.id


def ensure_source(organization_id: str, url: str, options: dict[str, str], say: Say) -> HarvestSource:
    """The harvest source, made or brought to ``url`` and ``options``; what else an admin set in it stays."""
    package = model.Package.get(SOURCE["name"])
    if package is None:
        say(f"Creating the harvest source {SOURCE['title']} at {url}")
        fields = {**SOURCE, "url": url, "owner_org": organization_id, "config": json.dumps(options)}
        return _save_source("harvest_source_create", fields)
    source = model.Session.get(HarvestSource, package.id)
    if source is None or not source.active:
        raise SeedError(
            f"The name {package.name} belongs to something that is no active harvest source. Purge it, then seed "
            f"again: ckan dataset purge {package.name}"
        )
    kept = json.loads(source.config or "{}")
    if (source.url, kept) == (url, kept | options):
        return source
    say(f"Changing the harvest source {SOURCE['title']} to {url}")
    fields = {"id": source.id, "url": url, "config": json.dumps(kept | options)}
    return _save_source("harvest_source_patch", fields)


def _save_source(action: str, fields: dict[str, Any]) -> HarvestSource:
    try:
        saved = tk.get_action(action)(_context(), fields)
    except tk.ValidationError as error:
        faults = "; ".join(f"{field}: {fault}" for field, fault in error.error_summary.items())
        raise SeedError(f"The harvest source can't be made or changed. {faults}") from error
    return model.Session.get(HarvestSource, saved["id"])


def ensure_calendar(source: HarvestSource, years: range, say: Say) -> None:
    """Holidays and a demonstration's recess of ``years``, in the dataset that the source fills."""
    try:
        package_id = ensure_dataset(source, queue.get_harvester(source.type).metadata(source))
    except DatasetError as error:
        raise SeedError(str(error)) from error
    school_calendar.ensure_calendar(package_id, years)
    entered = school_calendar.generate(years, _context()["user"])
    if entered:
        say(f"Entered {len(entered)} periods of recess into the school calendar")


def _years(source: HarvestSource, today: date) -> range:
    """The years that the look-up can show: from the first month that is read to the next year."""
    first = plan.parse_config(source.config).first
    return range(first.year if first else today.year - 1, today.year + 2)


def parts_of_month(today: date) -> list[str]:
    """The parts that a reader of this month's menus needs."""
    menus = plan.Part("menus", plan.month(today.replace(day=1)))
    return ["schools", "school_menu_groups", "school_meals", menus.name]


def ensure_harvest(source: HarvestSource, say: Say) -> HarvestJob:
    """The job of the source that is under way, begun where there is none. What of it was lost is queued again."""
    job = harvests.running_job(source.id)
    if job is None:
        say("Starting the first harvest")
        begun = tk.get_action("harvest_job_create")(_context(), {"source_id": source.id})
        return model.Session.get(HarvestJob, begun["id"])
    for name in harvests.queue_again(job):
        say(f"Queued again, for it was lost: {name}")
    return job


def wait(source: HarvestSource, job: HarvestJob, wanted: list[str], say: Say) -> None:
    """Return when the ``wanted`` parts are published; :class:`SeedError` where one fails, or nothing moves."""
    last: Progress | None = None
    last_words = ""
    moved = time.monotonic()
    for progress in _progress(source, job, wanted):
        if is_over(wanted, progress):
            say(in_words(wanted, progress))
            return
        if progress != last:
            last, moved = progress, time.monotonic()
        elif time.monotonic() - moved > PATIENCE:
            raise SeedError(
                f"Nothing of the harvest has moved for {PATIENCE} seconds: {in_words(wanted, progress)}. Are the "
                "consumers running (ckan harvester gather-consumer, fetch-consumer)? ckan patiodigital doctor tells."
            )
        words = in_words(wanted, progress)
        if words != last_words:
            last_words = words
            say(words)
        time.sleep(_POLL)


def published(source: HarvestSource, wanted: list[str]) -> frozenset[str]:
    """Those of ``wanted`` whose content was loaded, now or before."""
    read = {state.partition for state in sources.of_source(source.id) if state.read_at}
    return frozenset(name for name in wanted if name in read)


def _progress(source: HarvestSource, job: HarvestJob, wanted: list[str]) -> Iterator[Progress]:
    while True:
        # End the transaction, or it would still show the state of its begin.
        model.Session.rollback()
        model.Session.expire_all()
        faults = model.Session.query(HarvestGatherError.message).filter_by(harvest_job_id=job.id).first()
        stamps = harvests.queues()[1].stamps() if harvests.queued_in_redis() else {}
        yield Progress(
            published=published(source, wanted),
            states=harvests.parts_of(job),
            faults=harvests.faults_of(job),
            gather_fault=faults[0] if faults else None,
            beats=sorted(map(str, stamps.items())),
        )


def seed(url: str, options: dict[str, str], *, until_current_month: bool, say: Say) -> None:
    """Set up the demonstration. ``options`` are of the harvest source's configuration: ``key_env``, ``from``."""
    organization_id = ensure_organization(say)
    source = ensure_source(organization_id, url, options, say)
    today = clock.today(config.zone())
    ensure_calendar(source, _years(source, today), say)
    wanted = parts_of_month(today)
    if published(source, wanted).issuperset(wanted):
        say("This month's menus are published")
        return
    job = ensure_harvest(source, say)
    if until_current_month:
        wait(source, job, wanted, say)
