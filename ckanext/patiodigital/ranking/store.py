"""Scores, their history and links, in SQL. Each function uses the session's transaction."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import sqlalchemy as sa
from ckan import model
from sqlalchemy.dialects.postgresql import insert

from ckanext.patiodigital.ranking.core import links
from ckanext.patiodigital.ranking.core.evidence import LinkState
from ckanext.patiodigital.ranking.core.standing import Department, Place
from ckanext.patiodigital.ranking.model import SEQUENCE, DatasetDay, DatasetScore, Link, RankingDay

# What a score was made from: the fragments and what the shapes said of them, the rows of its tables, and fields that no
# feed tells. A link or a day that changed is asked for beside.
_BASES = sa.text(
    """
    SELECT feed.dataset_id, concat_ws('|', feed.sequence, feed.checked, package.extras->>'observation_unit',
                                      package.extras->>'geographic_grain', package.extras->>'data_date', tables.rows)
    FROM patiodigital_feed_dataset AS feed
    JOIN package ON package.id = feed.dataset_id
    LEFT JOIN (
        SELECT package_id, string_agg(concat_ws('/', id, extras::json->>'row_count', extras::json->>'set_aside_count'),
                                      ',' ORDER BY id) AS rows
        FROM resource WHERE state = 'active' AND extras LIKE '%"table_schema": "%' GROUP BY package_id
    ) AS tables ON tables.package_id = feed.dataset_id
    WHERE feed.state = 'listed' AND package.state = 'active' AND NOT package.private
    """
)
_FACTS = sa.text(
    """
    SELECT package.id, package.name, package.title, package.owner_org, package.metadata_created, package.extras,
           (SELECT json_agg(json_build_object('id', id, 'url', url, 'url_type', url_type, 'size', size, 'hash', hash,
                                              'created', created, 'last_modified', last_modified,
                                              'extras', extras::json) ORDER BY id)
            FROM resource WHERE package_id = package.id AND state = 'active')
    FROM package WHERE package.id IN :ids
    """
).bindparams(sa.bindparam("ids", expanding=True))
# What was known of a dataset's links, as :func:`links_digest` has it.
_LINKS = sa.text(
    """
    SELECT score.dataset_id, md5(string_agg(
        concat_ws('/', link.address, link.alive::text, link.status, link.size), ',' ORDER BY link.address COLLATE "C"
    ))
    FROM patiodigital_score AS score
    CROSS JOIN LATERAL unnest(score.addresses) AS named (address)
    JOIN patiodigital_link AS link ON link.address = named.address
    WHERE link.alive IS NOT NULL
    GROUP BY score.dataset_id
    """
)
_GROUP = model.group_table.c


class Facts(NamedTuple):
    """What CKAN's tables say of a dataset beside its fragments. ``resources`` are mappings of id, url, hash, created,
    last_modified and extras."""

    dataset_id: str
    name: str
    title: str
    organization: str
    created: dt.datetime
    fields: Mapping[str, str]
    resources: Sequence[Mapping[str, Any]]


class Look(NamedTuple):
    """What following an address came to: the last status, or an error in words; ``size`` in bytes where it was told."""

    status: int | None
    error: str | None
    size: int | None
    milliseconds: int


class Due(NamedTuple):
    """What is to be scored, with its new basis; and scores of datasets that are public no more."""

    anew: Mapping[str, str]
    gone: Sequence[str]


# -- scores


def due(recipe: str, today: dt.date) -> Due:
    """Compare scores with what they are made from. ``recipe`` names the methods with their settings."""
    wanted = {key: f"{recipe}|{basis}" for key, basis in model.Session.execute(_BASES)}
    linked = {key: digest for key, digest in model.Session.execute(_LINKS)}  # noqa: C416 (rows are no pairs to mypy)
    columns = (DatasetScore.dataset_id, DatasetScore.basis, DatasetScore.links, DatasetScore.valid_until)
    held = {key: (basis, links, until) for key, basis, links, until in model.Session.execute(sa.select(*columns))}
    anew = {
        key: basis
        for key, basis in wanted.items()
        if key not in held or held[key][:2] != (basis, linked.get(key, "")) or (held[key][2] or dt.date.max) <= today
    }
    return Due(anew, [key for key in held if key not in wanted])


def facts(ids: Collection[str]) -> list[Facts]:
    """What CKAN's tables say of datasets."""
    return [
        Facts(key, name, title, organization or "", created, fields or {}, resources or [])
        for key, name, title, organization, created, fields, resources in model.Session.execute(
            _FACTS, {"ids": list(ids)}
        )
    ]


def put(dataset_id: str, **values: Any) -> None:
    """Keep a score: the columns of :class:`DatasetScore`."""
    _upsert(DatasetScore, {"dataset_id": dataset_id}, {**values, "sequence": _next(), "error": None})


def _next() -> int:
    return int(model.Session.execute(SEQUENCE.next_value()).scalar_one())


def touch() -> None:
    """Have readers look anew, though no score changed."""
    newest = sa.select(DatasetScore.dataset_id).order_by(DatasetScore.sequence.desc()).limit(1).scalar_subquery()
    model.Session.execute(sa.update(DatasetScore).where(DatasetScore.dataset_id == newest).values(sequence=_next()))


def fail(dataset_id: str, basis: str, now: dt.datetime, error: str) -> None:
    """A dataset could not be scored: its last score stays. Tomorrow it is tried again, whatever changed."""
    tomorrow = (now + dt.timedelta(days=1)).date()
    values = {"basis": basis, "scored": now, "valid_until": tomorrow, "error": error[:1_000], "sequence": _next()}
    _upsert(DatasetScore, {"dataset_id": dataset_id}, values, {"addresses": [], "links": ""})


def put_day(dataset_id: str, day: dt.date, points: Mapping[str, float], method: str) -> None:
    """Keep a dataset's points of a day; the last of a day counts."""
    _upsert(DatasetDay, {"dataset_id": dataset_id, "day": day}, {"points": dict(points), "method": method})


def drop(dataset_ids: Collection[str]) -> None:
    """Forget datasets that are public no more, with their history."""
    for table in (DatasetScore, DatasetDay):
        model.Session.execute(sa.delete(table).where(table.dataset_id.in_(list(dataset_ids))))


def score(dataset_id: str) -> DatasetScore | None:
    """A dataset's score."""
    return model.Session.get(DatasetScore, dataset_id)


def days(dataset_id: str) -> list[DatasetDay]:
    """A dataset's points over time, the oldest first."""
    return list(model.Session.scalars(sa.select(DatasetDay).filter_by(dataset_id=dataset_id).order_by(DatasetDay.day)))


def _public(*columns: Any) -> Any:
    """Scores of datasets that are public at this moment, whether or not a run has dropped the others yet."""
    package = model.package_table.c
    public = sa.and_(package.state == "active", package.private.is_(False))
    return sa.select(*columns).join(model.package_table, package.id == DatasetScore.dataset_id).where(public)


def sequences() -> dict[str, int]:
    """The last change of each dataset's score."""
    columns = (DatasetScore.dataset_id, DatasetScore.sequence)
    rows = model.Session.execute(_public(*columns).where(DatasetScore.summary.is_not(None)))
    return {key: sequence for key, sequence in rows}  # noqa: C416 (rows are no pairs to mypy)


def summaries(dataset_ids: Collection[str]) -> list[tuple[str, dict[str, Any]]]:
    """What the ranking needs of datasets."""
    wanted = DatasetScore.dataset_id.in_(list(dataset_ids))
    columns = (DatasetScore.dataset_id, DatasetScore.summary)
    rows = model.Session.execute(_public(*columns).where(wanted, DatasetScore.summary.is_not(None)))
    return [(key, summary) for key, summary in rows]


def measured(dataset_ids: Collection[str], yardstick: str) -> dict[str, list[Any]]:
    """Each metric of datasets by a yardstick."""
    wanted = DatasetScore.dataset_id.in_(list(dataset_ids))
    columns = (DatasetScore.dataset_id, DatasetScore.measured[yardstick])
    rows = model.Session.execute(_public(*columns).where(wanted, DatasetScore.measured.is_not(None)))
    return {key: list(of or ()) for key, of in rows}


def version() -> tuple[int, int, dt.datetime | None]:
    """How many public datasets are scored, the last change of any, and when, on a connection of its own."""
    columns = (sa.func.count(), sa.func.max(DatasetScore.sequence), sa.func.max(DatasetScore.scored))
    with model.ensure_engine().connect() as connection:
        count, sequence, last = connection.execute(_public(*columns).select_from(DatasetScore)).one()
        return int(count), int(sequence or 0), last


def troubled() -> list[DatasetScore]:
    """Datasets that could not be scored the last time."""
    return list(model.Session.scalars(sa.select(DatasetScore).where(DatasetScore.error.is_not(None))))


# -- the ranking's days


def departments() -> list[Department]:
    """All organisations that are active. ``transparencia_ativa`` is an extra of theirs, 0 to 10, that editors enter."""
    rows = model.Session.execute(
        sa.select(_GROUP.id, _GROUP.name, _GROUP.title, _GROUP.extras["transparencia_ativa"].astext).where(
            _GROUP.is_organization, _GROUP.state == "active"
        )
    )
    return [Department(key, name, title or name, _tenth(stated)) for key, name, title, stated in rows]


def _tenth(stated: str | None) -> float | None:
    try:
        number = float((stated or "").replace(",", "."))
    except ValueError:
        return None
    return number if 0 <= number <= 10 else None


def put_places(day: dt.date, yardstick: str, places: Sequence[Place], method: str) -> None:
    """Keep a yardstick's places of a day; the last of a day count."""
    if not places:
        return
    rows = [
        {
            "day": day,
            "yardstick": yardstick,
            "organization_id": place.department.id,
            "position": place.position,
            "value": place.value,
            "mean": place.mean,
            "median": place.median,
            "worst": place.worst,
            "datasets": place.datasets,
            "late": place.late,
            "bands": dict(place.bands),
            "method": method,
        }
        for place in places
    ]
    key = ("day", "yardstick", "organization_id")
    statement = insert(RankingDay).values(rows)
    changed = {name: statement.excluded[name] for name in rows[0] if name not in key}
    model.Session.execute(statement.on_conflict_do_update(index_elements=key, set_=changed))
    model.Session.expire_all()


def places(yardstick: str, since: dt.date) -> list[RankingDay]:
    """A yardstick's places since a day, the oldest first."""
    found = sa.select(RankingDay).where(RankingDay.yardstick == yardstick, RankingDay.day >= since)
    return list(model.Session.scalars(found.order_by(RankingDay.day)))


# -- links


def fill_sizes(dataset_id: str) -> int:
    """Give a dataset's files that lie elsewhere the size that they were seen to have, where nobody stated one; returns
    how many. Like CKAN's own ``datastore_active`` it is no change of the dataset by a person.
    """
    done = model.Session.execute(
        sa.text(
            "UPDATE resource SET size = link.size FROM patiodigital_link AS link"
            " WHERE resource.package_id = :id AND resource.state = 'active' AND resource.size IS NULL"
            " AND coalesce(resource.url_type, '') = '' AND link.address = resource.url AND link.alive AND link.size > 0"
        ),
        {"id": dataset_id},
    )
    return int(done.rowcount)  # type: ignore[attr-defined]  # a CursorResult


def link_states(addresses: Collection[str]) -> dict[str, LinkState]:
    """What is known of addresses that were followed."""
    columns = (Link.address, Link.alive, Link.status, Link.size)
    rows = model.Session.execute(sa.select(*columns).where(Link.address.in_(list(addresses)), Link.alive.is_not(None)))
    found = {address: LinkState(alive, status, size) for address, alive, status, size in rows}
    # What can't be asked, or is too long to be kept, does not answer.
    return found | {each: LinkState(alive=False) for each in addresses if not links.may_be_asked(each)}


def links_digest(states: Mapping[str, LinkState]) -> str:
    """A name for what is known of links, as the query of :func:`due` makes it; empty where nothing is."""
    lines = [
        "/".join(str(each) for each in (address, str(of.alive).lower(), of.status, of.size) if each is not None)
        for address, of in sorted(states.items())
        if links.may_be_asked(address)
    ]
    return hashlib.md5(",".join(lines).encode(), usedforsecurity=False).hexdigest() if lines else ""


def know(addresses: Iterable[str], now: dt.datetime) -> None:
    """Have addresses followed that are new."""
    rows = [
        {"address": each, "host": urlsplit(each).hostname or "", "next_look": now}
        | {"successes": 0, "failures": 0, "history": []}
        for each in addresses
        if links.may_be_asked(each)
    ]
    if rows:
        model.Session.execute(insert(Link).values(rows).on_conflict_do_nothing())


def forget_links() -> int:
    """Delete links that no score names any more; returns their number."""
    used = sa.select(sa.func.unnest(DatasetScore.addresses))
    done = model.Session.execute(sa.delete(Link).where(Link.address.not_in(used)))
    return int(done.rowcount)  # type: ignore[attr-defined]  # a CursorResult


def links_due(now: dt.datetime, most: int) -> list[str]:
    """Addresses whose next look has come, the longest waiting first."""
    found = sa.select(Link.address).where(Link.next_look <= now).order_by(Link.next_look, Link.address).limit(most)
    return list(model.Session.scalars(found))


def saw(address: str, now: dt.datetime, look: Look) -> None:
    """Keep what following an address came to."""
    link = model.Session.get(Link, address)
    if link is None:  # no dataset names it any more
        return
    alive = look.error is None and links.is_alive(look.status)
    link.alive, link.status, link.error, link.size, link.checked = alive, look.status, look.error, look.size, now
    link.successes = link.successes + 1 if alive else 0
    link.failures = 0 if alive else link.failures + 1
    link.next_look = links.next_look(now, link.successes, link.failures)
    told = {"at": now.isoformat(), "status": look.status, "error": look.error, "ms": look.milliseconds}
    link.history = [told, *link.history][: links.REMEMBERED]
    model.Session.flush()


def link_counts() -> tuple[int, int, int]:
    """How many links answer, how many do not, and how many were not followed yet."""
    rows = model.Session.execute(sa.select(Link.alive, sa.func.count()).group_by(Link.alive))
    counts: dict[bool | None, int] = {alive: count for alive, count in rows}  # noqa: C416 (rows are no pairs to mypy)
    return counts.get(True, 0), counts.get(False, 0), counts.get(None, 0)


def links_of(addresses: Collection[str]) -> list[Link]:
    """Links, with their history."""
    return list(model.Session.scalars(sa.select(Link).where(Link.address.in_(list(addresses))).order_by(Link.address)))


_Values = Mapping[str, Any]


def _upsert(table: Any, key: _Values, values: _Values, first: _Values | None = None) -> None:
    """Insert a row, or change the one with this key; ``first`` is for a new one alone."""
    statement = insert(table).values(**key, **(first or {}), **values)
    model.Session.execute(statement.on_conflict_do_update(index_elements=list(key), set_=dict(values)))
    model.Session.expire_all()
