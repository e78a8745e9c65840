"""When what is published came to be, read of the tables, their loads and their change log. It only reads."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator

from psycopg2.extensions import connection as Connection  # noqa: N812 (psycopg2 names its class in lower case)
from psycopg2.sql import SQL, Identifier


def first_published(
    connection: Connection, resource_id: str, groups: Collection[str], start: dt.date, end: dt.date
) -> Iterator[tuple[dt.date, str, str, str, str, dt.datetime | None]]:
    """``(date, menu_group, age_band, diet, meal, instant)`` of each meal: the instant (UTC) that its source states,
    else that of the load which brought it.

    Old versions count, too: a meal is not published anew where all its dishes are replaced.
    """
    query = SQL(
        "SELECT date, menu_group, age_band, diet, meal,"
        " min(COALESCE(published_at AT TIME ZONE 'UTC', load.at)) AT TIME ZONE 'UTC' FROM ("
        "SELECT date, menu_group, age_band, diet, meal, published_at, run FROM {menus}"
        " WHERE menu_group = ANY(%(groups)s) AND date BETWEEN %(start)s AND %(end)s UNION ALL "
        "SELECT (old ->> 'date')::date, old ->> 'menu_group', old ->> 'age_band', old ->> 'diet', old ->> 'meal',"
        " (old ->> 'published_at')::timestamp, old ->> 'run' FROM _patiodigital_change WHERE resource_id = %(id)s"
        " AND key ->> 'date' BETWEEN %(first)s AND %(last)s AND key ->> 'menu_group' = ANY(%(groups)s)"
        ") AS version LEFT JOIN _patiodigital_load AS load USING (run) GROUP BY 1, 2, 3, 4, 5"
    ).format(menus=Identifier(resource_id))
    values = {
        "id": resource_id,
        "groups": list(groups),
        "start": start,
        "end": end,
        "first": start.isoformat(),
        "last": end.isoformat(),
    }
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        for *key, instant in cursor:
            yield *key, instant and instant.replace(tzinfo=dt.timezone.utc)


def calendar_turns(
    connection: Connection, resource_id: str, scopes: Collection[str]
) -> Iterator[tuple[dt.date, dt.datetime]]:
    """``(date, instant)`` (UTC) for each time that some scopes of the calendar said something new of a day."""
    query = SQL(
        "SELECT date, load.at FROM {calendar} JOIN _patiodigital_load AS load USING (run)"
        " WHERE scope = ANY(%(scopes)s) UNION "
        "SELECT (key ->> 'date')::date, unnest(ARRAY[change.at, load.at]) FROM _patiodigital_change AS change"
        " LEFT JOIN _patiodigital_load AS load ON load.run = old ->> 'run'"
        " WHERE change.resource_id = %(id)s AND key ->> 'scope' = ANY(%(scopes)s)"
    ).format(calendar=Identifier(resource_id))
    with connection.cursor() as cursor:
        cursor.execute(query, {"id": resource_id, "scopes": list(scopes)})
        for day, at in cursor:
            if at is not None:
                yield day, at.astimezone(dt.timezone.utc)


def closed_at(connection: Connection, resource_id: str, eol: str) -> dt.datetime | None:
    """When it became known (UTC) that a school is no longer active: its last change from active, or its first load."""
    query = SQL(
        "SELECT COALESCE((SELECT max(at) FROM _patiodigital_change WHERE resource_id = %(id)s"
        " AND key ->> 'eol' = %(eol)s AND old ->> 'status' = 'active'),"
        " (SELECT load.at FROM {schools} JOIN _patiodigital_load AS load USING (run) WHERE eol = %(eol)s))"
    ).format(schools=Identifier(resource_id))
    with connection.cursor() as cursor:
        cursor.execute(query, {"id": resource_id, "eol": eol})
        (at,) = cursor.fetchone()
    return at and at.astimezone(dt.timezone.utc)
