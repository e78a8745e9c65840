"""Sets up a demonstration: the department's organisation, its harvest source, a school calendar, a first harvest.

Each step looks at what is there before it makes anything, so running it again changes nothing.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any
from urllib.parse import urlsplit

import ckan.plugins as p
import ckantoolkit as tk
from ckan import model
from ckanext.harvest.model import HarvestJob, HarvestSource

from ckanext.patiodigital import clock, config
from ckanext.patiodigital.admin import harvest_queues
from ckanext.patiodigital.admin.core.seeding import PATIENCE, Progress, SeedError, in_words, is_over
from ckanext.patiodigital.harvesters import service as harvests
from ckanext.patiodigital.harvesters.core import plan
from ckanext.patiodigital.harvesters.dataset import DatasetError, ensure_dataset
from ckanext.patiodigital.school_calendar import service as school_calendar
from ckanext.patiodigital.tables import service as tables
from ckanext.patiodigital.tables import sources

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


def seed(url: str, options: dict[str, str], *, until_current_month: bool, say: Say) -> None:
    """Set up the demonstration. ``options`` are of the harvest source's configuration: ``key_env``, ``from``."""
    _check(url)
    source = ensure_source(ensure_organization(say), url, options, say)
    today = clock.today(config.zone())
    ensure_calendar(source, today, say)
    wanted = [*plan.WHOLE_TABLES, plan.Part("menus", plan.month(today.replace(day=1))).name]
    if _published(source).issuperset(wanted):
        say("This month's menus are published")
        return
    job = ensure_harvest(source, say)
    if until_current_month:
        wait(job, wanted, say)


def _check(url: str) -> None:
    """Refuse what no harvest could come of, before anything is made."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise SeedError(f"{url!r} is no address of a menu system. Give one such as https://menus.example.org.")
    missing = [name for name in ("harvest", "prato_aberto_harvester") if not p.plugin_loaded(name)]
    if missing:
        raise SeedError(f"The plugins {', '.join(missing)} are switched off. Add them to ckan.plugins.")


def ensure_organization(say: Say) -> str:
    """The id of the department's organisation, made where it is missing."""
    group = model.Group.get(ORGANIZATION["name"])
    if group is None:
        say(f"Creating the organisation {ORGANIZATION['title']}")
        return str(tk.get_action("organization_create")(tables.as_site(), dict(ORGANIZATION))["id"])
    if not group.is_organization or not group.is_active():
        raise SeedError(
            f"The name {group.name} belongs to something that is no active organisation. Purge it on the page "
            "/ckan-admin/trash, then seed again."
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
    # ckanext-harvest still takes the session, and the model, from the context.
    context = tables.as_site() | {"model": model, "session": model.Session}
    try:
        saved = tk.get_action(action)(context, fields)
    except tk.ValidationError as error:
        faults = "; ".join(f"{field}: {fault}" for field, fault in error.error_summary.items())
        raise SeedError(f"The harvest source can't be made or changed. {faults}") from error
    return model.Session.get(HarvestSource, saved["id"])


def ensure_calendar(source: HarvestSource, today: date, say: Say) -> None:
    """Holidays and a demonstration's recess of the years that can be looked up, in the dataset of the source."""
    first = plan.parse_config(source.config).first
    years = range(first.year if first else today.year - 1, today.year + 2)
    _, harvester = harvests.find(source.id)
    try:
        package_id = ensure_dataset(source, harvester.metadata(source))
    except DatasetError as error:
        raise SeedError(str(error)) from error
    school_calendar.ensure_calendar(package_id, years)
    entered = school_calendar.generate(years, tables.as_site()["user"])
    if entered:
        say(f"Entered {len(entered)} periods of recess into the school calendar")


def ensure_harvest(source: HarvestSource, say: Say) -> HarvestJob:
    """The job of the source that is under way, begun where there is none. What of it was lost is queued again."""
    job = harvest_queues.running_job(source.id)
    if job is None:
        say("Starting the first harvest")
        return harvests.begin(source, queued=True)
    for name in harvest_queues.queue_again(job):
        say(f"Queued again, for it was lost: {name}")
    return job


def wait(job: HarvestJob, wanted: list[str], say: Say) -> None:
    """Return when the ``wanted`` parts are published; :class:`SeedError` where one fails, or nothing moves."""
    last: Progress | None = None
    last_words = ""
    moved = time.monotonic()
    for progress in _progress(job):
        over, words = is_over(wanted, progress), in_words(wanted, progress)
        if words != last_words:
            last_words = words
            say(words)
        if over:
            return
        if progress != last:
            last, moved = progress, time.monotonic()
        elif time.monotonic() - moved > PATIENCE:
            raise SeedError(
                f"Nothing of the harvest has moved for {PATIENCE} seconds: {words}. Are the consumers running (ckan "
                "harvester gather-consumer, fetch-consumer)? ckan patiodigital doctor tells."
            )
        time.sleep(_POLL)


def _published(source: HarvestSource) -> frozenset[str]:
    """The parts whose content was loaded, now or before."""
    return frozenset(state.partition for state in sources.of_source(source.id) if state.read_at)


def _progress(job: HarvestJob) -> Iterator[Progress]:
    while True:
        # End the transaction, or it would still show the state of its begin.
        model.Session.rollback()
        model.Session.expire_all()
        report = harvests.run(job.source_id, job.id)
        stamps = harvest_queues.queues()[1].stamps() if harvest_queues.can_be_read() else {}
        yield Progress(
            published=_published(job.source),
            at_work=frozenset(part.name for part in report.parts if part.at_work),
            outcomes={part.name: part.outcome for part in report.parts if part.outcome},
            faults=report.faults,
            beats=sorted(map(str, stamps.items())),
        )
