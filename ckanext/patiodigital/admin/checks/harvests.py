"""Harvests: sources that are down, loads that wait, parts and files left behind, and their repair."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

from ckan import model
from ckanext.harvest.model import HarvestSource

from ckanext.patiodigital import clock, config
from ckanext.patiodigital.admin import harvest_queues
from ckanext.patiodigital.admin.core import harvests as verdicts
from ckanext.patiodigital.admin.core.findings import Finding
from ckanext.patiodigital.harvesters import service
from ckanext.patiodigital.tables import sources

#: Seconds after which an unfinished file belongs to nobody.
_ABANDONED = 3600


def _ours() -> list[HarvestSource]:
    return service.ours() if harvest_queues.harvesters_on() else []


def _name(source: HarvestSource) -> str:
    """The name that commands know a source by."""
    package = model.Package.get(source.id)
    return package.name if package else source.id


def all_sources() -> Iterator[Finding]:
    """Each source of ours."""
    for source in _ours():
        yield from verdicts.source(_facts_of(source))


def _facts_of(source: HarvestSource) -> verdicts.SourceFacts:
    job = harvest_queues.running_job(source.id)
    return verdicts.SourceFacts(
        name=_name(source),
        down={
            state.partition: f"since {clock.rfc3339(state.down_since)}: {state.error}"
            for state in sources.of_source(source.id)
            if state.down_since
        },
        refused=service.standing(source).waiting,
        lost=harvest_queues.lost(job) if job else [],
        still_for=harvest_queues.still_for(job).total_seconds() / 60 if job else None,
    )


def spool() -> Iterator[Finding]:
    """Files that fetches left unfinished."""
    yield verdicts.spool([str(path) for path in _leftovers()])


def _leftovers() -> list[Path]:
    folder = config.storage_path() / "patiodigital" / "spool"
    now = time.time()
    return sorted(path for path in folder.rglob("*.part") if now - path.stat().st_mtime > _ABANDONED)


def repair() -> Iterator[str]:
    """Queue lost parts again and delete unfinished files; a sentence on each thing done."""
    for source in _ours():
        job = harvest_queues.running_job(source.id)
        for name in harvest_queues.queue_again(job) if job else []:
            yield f"{_name(source)}: {name} queued again."
    for path in _leftovers():
        path.unlink(missing_ok=True)
        yield f"{path}: deleted."
