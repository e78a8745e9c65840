"""Harvests: sources that are down, loads that wait, parts and files left behind, and their repair."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

from ckan import model
from ckanext.harvest.model import HarvestObject, HarvestSource

from ckanext.patiodigital import clock, config
from ckanext.patiodigital.admin import harvests
from ckanext.patiodigital.admin.core import harvests as verdicts
from ckanext.patiodigital.admin.core.findings import Finding
from ckanext.patiodigital.harvesters.outcomes import outcome_of
from ckanext.patiodigital.harvesters.core.outcome import State
from ckanext.patiodigital.tables import sources

#: Seconds after which an unfinished file belongs to nobody.
_ABANDONED = 3600


def all_sources() -> Iterator[Finding]:
    """Each source of ours."""
    for source in harvests.our_sources():
        yield from verdicts.source(facts_of(source))


def facts_of(source: HarvestSource) -> verdicts.SourceFacts:
    """What is known of a source and of its running job."""
    job = harvests.running_job(source.id)
    lost = [part.content for part in harvests.lost_parts(job)] if job else []
    if job and harvests.is_lost(job):
        lost.append("the planning of the run")
    return verdicts.SourceFacts(
        name=harvests.name_of(source),
        down={
            state.partition: f"since {clock.rfc3339(state.down_since)}: {state.error}"
            for state in sources.of_source(source.id)
            if state.down_since
        },
        refused=_refused(source),
        lost=lost,
        still_for=harvests.still_for(job).total_seconds() / 60 if job else None,
    )


def _refused(source: HarvestSource) -> dict[str, str]:
    """Why partitions wait for an admin: those whose newest part ended so."""
    newest = (
        model.Session.query(HarvestObject)
        .filter_by(harvest_source_id=source.id)
        .distinct(HarvestObject.content)
        .order_by(HarvestObject.content, HarvestObject.gathered.desc())
    )
    outcomes = {part.content: outcome_of(part) for part in newest}
    return {
        name: " ".join(outcome.messages)
        for name, outcome in outcomes.items()
        if outcome and outcome.state is State.REFUSED
    }


def spool() -> Iterator[Finding]:
    """Files that fetches left unfinished."""
    yield verdicts.spool([str(path) for path in _leftovers()])


def _leftovers() -> list[Path]:
    folder = config.storage_path() / "patiodigital" / "spool"
    now = time.time()
    return sorted(path for path in folder.rglob("*.part") if now - path.stat().st_mtime > _ABANDONED)


def repair() -> Iterator[str]:
    """Queue lost parts again and delete unfinished files; a sentence on each thing done."""
    for source in harvests.our_sources():
        job = harvests.running_job(source.id)
        for name in harvests.queue_again(job) if job else []:
            yield f"{harvests.name_of(source)}: {name} queued again."
    for path in _leftovers():
        path.unlink(missing_ok=True)
        yield f"{path}: deleted."
