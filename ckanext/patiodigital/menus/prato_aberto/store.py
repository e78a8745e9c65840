"""The menus of some groups, in one query. It only reads."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from psycopg2.extensions import connection as Connection  # noqa: N812 (psycopg2 names its class in lower case)
from psycopg2.sql import SQL, Identifier

from ckanext.patiodigital.menus.core.prato_aberto.menus import DishRow

_ORDINARY_DIET = "common"


def dishes(
    connection: Connection,
    resource_id: str,
    groups: Collection[str],
    start: dt.date,
    end: dt.date,
    age_band: str | None = None,
) -> list[DishRow]:
    """Published dishes, by day, group, age band, meal and position."""
    query = SQL(
        "SELECT {} FROM {} WHERE menu_group = ANY(%s) AND date BETWEEN %s AND %s AND status = 'published' AND diet = %s"
        " AND (%s IS NULL OR age_band = %s) ORDER BY date, menu_group, age_band, meal, position"
    ).format(SQL(", ").join(map(Identifier, DishRow._fields)), Identifier(resource_id))
    with connection.cursor() as cursor:
        cursor.execute(query, (list(groups), start, end, _ORDINARY_DIET, age_band, age_band))
        return [DishRow(*row) for row in cursor]
