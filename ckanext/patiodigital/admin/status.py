"""The portal's state in a few lines: tables, sources, running harvests, queues."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from ckanext.harvest.model import HarvestSource

from ckanext.patiodigital import clock
from ckanext.patiodigital.admin import harvests
from ckanext.patiodigital.tables import service, sources


def lines() -> Iterator[str]:
    """All of it, a line a thing."""
    for row in service.registered():
        version = service.version_of(row.resource_id)
        state = (
            f"{version.row_count} rows, changed {clock.rfc3339(version.data_version)}" if version else "never loaded"
        )
        yield f"table {row.table}/{row.major}{' (primary)' if row.primary else ''}: {state}"
    for source in harvests.our_sources():
        yield _source_line(source)
        job = harvests.running_job(source.id)
        if job is not None:
            yield f"harvest of {source.title}: {_counted(harvests.parts_of(job))}"
    if harvests.queued_in_redis():
        lengths = ", ".join(f"{length} in {name}" for name, length in harvests.lengths().items())
        yield f"queues: {lengths}"


def _source_line(source: HarvestSource) -> str:
    states = sources.of_source(source.id)
    read = sum(state.read_at is not None for state in states)
    down = [state.down_since for state in states if state.down_since]
    seen = [state.checked_at for state in states if state.checked_at]
    words = f"down since {clock.rfc3339(min(down))}" if down else "up"
    last = clock.rfc3339(max(seen)) if seen else "never"
    return f"source {source.title}: {words}, last answered {last}, {read} partitions read"


def _counted(states: dict[str, str]) -> str:
    counts = Counter(states.values())
    done, failed = counts["COMPLETE"], counts["ERROR"]
    return f"{done} of {len(states)} partitions done, {failed} failed, {len(states) - done - failed} pending"
