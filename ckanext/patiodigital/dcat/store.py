"""Records and fragments of the feeds, in SQL. Each function uses the session's transaction unless it says otherwise."""

from __future__ import annotations

import datetime as dt
import zlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa
from ckan import model
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.engine import Connection

from ckanext.patiodigital.dcat.model import SEQUENCE, FeedDataset, FeedFragment

#: Types of packages that are no datasets for other portals.
NOT_IN_FEEDS = ("harvest", "showcase", "plan_item", "challenge")
#: How long a deletion is told.
TOLD_FOR = dt.timedelta(days=90)

# What a dataset's fragments are made from, as far as the database knows it: the package, the name of its organisation,
# and what changes without touching the package: how many resources have an API, and the sizes that links showed.
_BASES = sa.text(
    """
    SELECT package.id, concat_ws('|', package.metadata_modified, "group".title, "group".name, resources.told)
    FROM package
    LEFT JOIN "group" ON "group".id = package.owner_org
    LEFT JOIN (
        SELECT package_id, concat_ws('/', count(*) FILTER (WHERE extras LIKE '%"datastore_active": true%'), sum(size))
            AS told
        FROM resource WHERE state = 'active' GROUP BY package_id
    ) AS resources ON resources.package_id = package.id
    WHERE package.state = 'active' AND NOT package.private AND package.type NOT IN :types
    """
).bindparams(sa.bindparam("types", NOT_IN_FEEDS, expanding=True))


class Due(NamedTuple):
    """What the feeds differ in from the catalogue: datasets to be made anew with their new basis, and those to go."""

    anew: Mapping[str, str]
    gone: Sequence[str]


class State(NamedTuple):
    """A state of all feeds: ``sequence`` grows with each change, ``changed`` is when the last one was."""

    sequence: int
    changed: dt.datetime | None


class Snapshot(NamedTuple):
    """One state of a feed: all fragments of a profile in a form, compressed, in the order of the datasets' ids."""

    state: State
    first: dt.datetime | None
    bodies: Sequence[bytes]


class Deletion(NamedTuple):
    """A tombstone."""

    dataset_id: str
    uri: str
    at: dt.datetime


def due(recipe: str) -> Due:
    """Compare the feeds with the catalogue. ``recipe`` names everything else that fragments are made with."""
    wanted = {key: f"{recipe}|{basis}" for key, basis in model.Session.execute(_BASES)}
    held = {
        key: (state, basis)
        for key, state, basis in model.Session.execute(
            sa.select(FeedDataset.dataset_id, FeedDataset.state, FeedDataset.basis)
        )
    }
    anew = {
        key: basis for key, basis in wanted.items() if held.get(key, ("", ""))[1] != basis or held[key][0] == "gone"
    }
    gone = [key for key, (state, _) in held.items() if state != "gone" and key not in wanted]
    return Due(anew, gone)


def put(
    dataset_id: str,
    uri: str,
    basis: str,
    now: dt.datetime,
    bodies: Mapping[tuple[str, str], bytes],
    gaps: Sequence[Mapping[str, Any]],
) -> None:
    """List a dataset with new fragments, ``bodies`` by profile and form. Where they are the same as before, nothing
    changes but what they were tried with.
    """
    packed = {key: zlib.compress(body, 6) for key, body in bodies.items()}
    before = {
        (profile, form): bytes(body)
        for profile, form, body in model.Session.execute(
            sa.select(FeedFragment.profile, FeedFragment.form, FeedFragment.body).filter_by(dataset_id=dataset_id)
        )
    }
    record = model.Session.get(FeedDataset, dataset_id)
    values: dict[str, Any] = {"basis": basis, "error": None, "failed": None, "gaps": list(gaps), "uri": uri}
    if before != packed or record is None or record.state != "listed":
        first = record.first_listed if record and record.first_listed else now
        values |= {"state": "listed", "sequence": _next(), "changed": now, "first_listed": first}
        model.Session.execute(sa.delete(FeedFragment).filter_by(dataset_id=dataset_id))
        rows = [
            {"dataset_id": dataset_id, "profile": profile, "form": form, "body": body}
            for (profile, form), body in packed.items()
        ]
        model.Session.execute(sa.insert(FeedFragment), rows)
    _upsert(dataset_id, values)


def fail(dataset_id: str, uri: str, basis: str, now: dt.datetime, error: str) -> None:
    """A dataset could not be described: its last fragments stay, or it is left out where there are none."""
    record = model.Session.get(FeedDataset, dataset_id)
    values: dict[str, Any] = {"basis": basis, "error": error[:1_000], "failed": now, "uri": uri}
    if record is None or record.state == "gone":
        values |= {"state": "left_out", "sequence": _next(), "changed": now}
    _upsert(dataset_id, values)


def withdraw(dataset_id: str, now: dt.datetime) -> None:
    """A dataset is public no more. One that never stood in the feeds leaves no trace."""
    model.Session.execute(sa.delete(FeedFragment).filter_by(dataset_id=dataset_id))
    record = model.Session.get(FeedDataset, dataset_id)
    if record is None:
        return
    if record.first_listed is None:
        model.Session.delete(record)
        model.Session.flush()
        return
    _upsert(
        dataset_id,
        {"state": "gone", "basis": "", "sequence": _next(), "changed": now, "error": None, "failed": None}
        | {"gaps": None, "findings": None, "checked": None},
    )


def forget_deletions(now: dt.datetime) -> int:
    """Delete tombstones that were told long enough; returns their number. The newest record stays: by its sequence,
    which must never go back, readers know what they have.
    """
    newest = sa.select(sa.func.max(FeedDataset.sequence)).scalar_subquery()
    done = model.Session.execute(
        sa.delete(FeedDataset).where(
            FeedDataset.state == "gone", FeedDataset.changed < now - TOLD_FOR, FeedDataset.sequence < newest
        )
    )
    return int(done.rowcount)  # type: ignore[attr-defined]  # a CursorResult


def unchecked(most: int) -> list[tuple[str, int]]:
    """Datasets whose present fragments the shapes have not judged, with the sequence of these."""
    rows = model.Session.execute(
        sa.select(FeedDataset.dataset_id, FeedDataset.sequence)
        .where(FeedDataset.state == "listed", FeedDataset.checked.is_distinct_from(FeedDataset.sequence))
        .order_by(FeedDataset.sequence)
        .limit(most)
    )
    return [(key, sequence) for key, sequence in rows]


def put_findings(dataset_id: str, sequence: int, findings: Mapping[str, Any]) -> None:
    """Keep what the shapes said of the fragments of a sequence."""
    model.Session.execute(
        sa.update(FeedDataset)
        .where(FeedDataset.dataset_id == dataset_id, FeedDataset.sequence == sequence)
        .values(findings=dict(findings), checked=sequence)
    )


def record(dataset_id: str) -> FeedDataset | None:
    """What is known of one dataset."""
    return model.Session.get(FeedDataset, dataset_id)


def fragments(dataset_ids: Collection[str], profile: str, form: str) -> dict[str, bytes]:
    """Fragments of datasets that the feeds list, by id; those that have none are missing."""
    rows = model.Session.execute(
        sa.select(FeedFragment.dataset_id, FeedFragment.body).where(
            FeedFragment.dataset_id.in_(list(dataset_ids)), FeedFragment.profile == profile, FeedFragment.form == form
        )
    )
    return {key: zlib.decompress(body) for key, body in rows}


def state() -> State:
    """The present state of the feeds, on a connection of its own."""
    with model.ensure_engine().connect() as connection:
        return _state(connection)


def snapshot(profile: str, form: str) -> Snapshot:
    """A whole feed as of one instant. What it holds is compressed still: whoever sends it unpacks one at a time."""
    with model.ensure_engine().connect().execution_options(isolation_level="REPEATABLE READ") as connection:
        found = _state(connection)
        first = connection.execute(sa.select(sa.func.min(FeedDataset.first_listed))).scalar()
        bodies = connection.execute(
            sa.select(FeedFragment.body).filter_by(profile=profile, form=form).order_by(FeedFragment.dataset_id)
        ).scalars()
        return Snapshot(found, first, [bytes(body) for body in bodies])


def deletions(now: dt.datetime) -> list[Deletion]:
    """Tombstones that are told, the newest first."""
    with model.ensure_engine().connect() as connection:
        rows = connection.execute(
            sa.select(FeedDataset.dataset_id, FeedDataset.uri, FeedDataset.changed)
            .where(FeedDataset.state == "gone", FeedDataset.changed >= now - TOLD_FOR)
            .order_by(FeedDataset.sequence.desc())
        )
        return [Deletion(*row) for row in rows]


def changes(most: int) -> list[FeedDataset]:
    """Records of datasets that are listed or gone, the last changed first."""
    return list(
        model.Session.scalars(
            sa.select(FeedDataset)
            .where(FeedDataset.state.in_(("listed", "gone")))
            .order_by(FeedDataset.sequence.desc())
            .limit(most)
        )
    )


def troubled() -> list[FeedDataset]:
    """Records of datasets that could not be described the last time."""
    return list(model.Session.scalars(sa.select(FeedDataset).where(FeedDataset.error.is_not(None))))


def listed() -> Iterable[FeedDataset]:
    """Records of all datasets in the feeds."""
    return model.Session.scalars(sa.select(FeedDataset).filter_by(state="listed").order_by(FeedDataset.dataset_id))


def _state(connection: Connection) -> State:
    highest, changed = connection.execute(
        sa.select(sa.func.max(FeedDataset.sequence), sa.func.max(FeedDataset.changed))
    ).one()
    return State(highest or 0, changed)


def _next() -> int:
    return int(model.Session.execute(SEQUENCE.next_value()).scalar_one())


def _upsert(dataset_id: str, values: Mapping[str, Any]) -> None:
    if model.Session.get(FeedDataset, dataset_id) is None:
        model.Session.execute(insert(FeedDataset).values(dataset_id=dataset_id, **values))
    else:
        model.Session.execute(sa.update(FeedDataset).filter_by(dataset_id=dataset_id).values(**values))
    model.Session.expire_all()
