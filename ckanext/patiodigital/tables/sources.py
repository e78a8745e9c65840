"""Whether sources are up, and what was last read of them: one row a source and partition.

Harvesters write it; readers ask :func:`health`, so that a page can say since when it shows an old state.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timezone

import sqlalchemy as sa
from ckan import model

from ckanext.patiodigital import clock
from ckanext.patiodigital.tables.model import SourceState, TableResource

#: An error's text as it is kept and shown.
ERROR_LIMIT = 500


@dataclass(frozen=True, slots=True)
class Health:
    """``last_seen``: when the source last answered; ``down_since``: set while it fails."""

    last_seen: datetime | None
    down_since: datetime | None


def state(source_id: str, partition: str) -> SourceState:
    """The row of a partition, made where it is missing."""
    row = model.Session.get(SourceState, (source_id, partition))
    if row is None:
        row = SourceState(source_id=source_id, partition=partition)
        model.Session.add(row)
    return row


def note_answer(source_id: str, partition: str) -> None:
    """The source answered for this partition."""
    row = state(source_id, partition)
    row.checked_at = clock.now()
    row.down_since = row.error = None
    model.Session.commit()


def note_failure(source_id: str, partition: str, error: str) -> None:
    """The source did not answer, or not in a form that can be used."""
    row = state(source_id, partition)
    row.down_since = row.down_since or clock.now()
    row.error = error[:ERROR_LIMIT]
    model.Session.commit()


def note_loaded(source_id: str, partition: str, fingerprint: str) -> None:
    """The partition's content is published."""
    row = state(source_id, partition)
    row.read_at = clock.now()
    row.fingerprint = fingerprint
    model.Session.commit()


def forget_others(source_id: str, partitions: Collection[str]) -> None:
    """Forget the partitions that are no longer read, or one that failed last would look down for ever."""
    query = model.Session.query(SourceState).filter_by(source_id=source_id)
    query.filter(SourceState.partition.not_in(partitions)).delete()
    model.Session.commit()


def of_source(source_id: str) -> list[SourceState]:
    """All partitions of a source, by name."""
    query = model.Session.query(SourceState).filter_by(source_id=source_id)
    return list(query.order_by(SourceState.partition))


def health(resource_id: str) -> Health:
    """Of the source that fills a table: down while any of its partitions fails."""
    last_seen, down_since = model.Session.execute(
        sa.select(sa.func.max(SourceState.checked_at), sa.func.min(SourceState.down_since))
        .join(TableResource, TableResource.source == SourceState.source_id)
        .where(TableResource.resource_id == resource_id)
    ).one()
    return Health(last_seen, down_since)


def down_partitions(resource_id: str) -> dict[str, datetime]:
    """The partitions of a table whose source fails, each with the instant at which it last answered.

    A partition that never answered is left out: nothing of it was ever seen.
    """
    rows = model.Session.execute(
        sa.select(SourceState.partition, SourceState.checked_at)
        .join(TableResource, TableResource.source == SourceState.source_id)
        .where(
            TableResource.resource_id == resource_id,
            SourceState.down_since.is_not(None),
            SourceState.checked_at.is_not(None),
        )
    )
    return {partition: checked_at.astimezone(timezone.utc) for partition, checked_at in rows}
