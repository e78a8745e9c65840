"""The portal's state in a few lines: tables, sources, running harvests, queues."""

from __future__ import annotations

from collections.abc import Iterator

from ckan.lib import jobs
from ckanext.harvest.model import HarvestSource

from ckanext.patiodigital import clock
from ckanext.patiodigital.admin import harvest_queues
from ckanext.patiodigital.harvesters import service as harvests
from ckanext.patiodigital.tables import service as tables


def lines() -> Iterator[str]:
    """All of it, a line a thing."""
    for row in tables.registered():
        version = tables.version_of(row.resource_id)
        state = (
            f"{version.row_count} rows, changed {clock.rfc3339(version.data_version)}" if version else "never loaded"
        )
        yield f"table {row.table}/{row.major}{' (primary)' if row.primary else ''}: {state}"
    if harvest_queues.harvesters_on():
        for source in harvests.ours():
            yield from _source(source)
    yield f"queues: {', '.join(f'{length} in {name}' for name, length in _lengths())}"


def _source(source: HarvestSource) -> Iterator[str]:
    standing = harvests.standing(source)
    seen = f"last answered {clock.rfc3339(standing.last_answer)}" if standing.last_answer else "not read yet"
    down = f"{len(standing.failing)} down since {clock.rfc3339(standing.down_since)}" if standing.down_since else "up"
    yield f"source {source.title}: {down}, {seen}, {standing.known} partitions known, {len(standing.waiting)} refused"
    if standing.last and standing.last.ended is None:
        done, total = standing.last.done, len(standing.last.parts)
        yield f"harvest of {source.title}: {done} of {total} partitions done, {total - done} pending"


def _lengths() -> Iterator[tuple[str, int]]:
    if harvest_queues.can_be_read():
        for name, queue in zip(("gather", "fetch"), harvest_queues.queues(), strict=True):
            yield name, len(queue.waiting())
    yield "background jobs", jobs.get_queue().count
