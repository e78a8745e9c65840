"""What the look-up reads of the tables: small ones whole, menus by group and day. It only reads."""

from __future__ import annotations

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from typing import Any

from psycopg2.extensions import connection as Connection  # noqa: N812 (psycopg2 names its class in lower case)
from psycopg2.sql import SQL, Identifier

from ckanext.patiodigital.menus.core.rows import (
    CalendarRow,
    MenuChange,
    MenuGroupRow,
    MenuRow,
    SchoolMealRow,
    SchoolRow,
)

_SCHOOL = (
    "eol", "name", "official_name", "school_type", "status", "inep", "dre", "district", "neighbourhood", "address",
    "phones", "lat", "lon", "age_bands", "meals",
)  # fmt: skip
_SCHOOL_LISTS = frozenset({"phones", "age_bands", "meals"})
_MENU = (
    "date", "menu_group", "age_band", "diet", "meal", "position", "dish", "contains", "may_contain", "allergens",
    "family_farming", "status",
)  # fmt: skip

#: ``(date, menu_group, age_band, diet, meal)``
_Meal = tuple[dt.date, str, str, str, str]


def _split(cell: str | None) -> tuple[str, ...]:
    return tuple(cell.split(";")) if cell else ()


def _select(connection: Connection, resource_id: str, columns: Iterable[str]) -> Iterator[tuple[Any, ...]]:
    query = SQL("SELECT {} FROM {}").format(SQL(", ").join(map(Identifier, columns)), Identifier(resource_id))
    with connection.cursor() as cursor:
        cursor.execute(query)
        yield from cursor


def schools(connection: Connection, resource_id: str) -> Iterator[SchoolRow]:
    """The whole table ``schools``."""
    for row in _select(connection, resource_id, _SCHOOL):
        cells = dict(zip(_SCHOOL, row, strict=True))
        yield SchoolRow(**cells | {name: _split(cells[name]) for name in _SCHOOL_LISTS})


def menu_groups(connection: Connection, resource_id: str) -> Iterator[MenuGroupRow]:
    """The whole table ``school_menu_groups``."""
    columns = ("eol", "valid_from", "valid_to", "priority", "menu_group")
    return (MenuGroupRow(*row) for row in _select(connection, resource_id, columns))


def school_meals(connection: Connection, resource_id: str) -> Iterator[SchoolMealRow]:
    """The whole table ``school_meals``."""
    columns = ("eol", "valid_from", "valid_to", "meal")
    return (SchoolMealRow(*row) for row in _select(connection, resource_id, columns))


def calendar(connection: Connection, resource_id: str) -> Iterator[CalendarRow]:
    """The whole table ``school_calendar``."""
    return (CalendarRow(*row) for row in _select(connection, resource_id, ("date", "scope", "kind", "name")))


def menus(
    connection: Connection,
    resource_id: str,
    groups: Collection[str],
    start: dt.date,
    end: dt.date,
    *,
    whole_history: bool,
) -> tuple[list[MenuRow], list[MenuChange]]:
    """The rows of some groups and days, and what changed in them.

    That a dish came to be is told where its meal changed, or with ``whole_history`` for all: without it, the
    first publication of an unchanged meal, which is most of them, costs nothing.
    """
    names = (*_MENU, "run")
    query = SQL("SELECT {} FROM {} WHERE menu_group = ANY(%s) AND date BETWEEN %s AND %s").format(
        SQL(", ").join(map(Identifier, names)), Identifier(resource_id)
    )
    with connection.cursor() as cursor:
        cursor.execute(query, (list(groups), start, end))
        found = [(_menu(row), row[-1]) for row in cursor]
        cursor.execute(
            "SELECT old, at FROM _patiodigital_change WHERE resource_id = %s"
            " AND key ->> 'date' BETWEEN %s AND %s AND key ->> 'menu_group' = ANY(%s)",
            (resource_id, start.isoformat(), end.isoformat(), list(groups)),
        )
        logged = [(_old(json.loads(old)), at.astimezone(dt.timezone.utc)) for old, at in cursor]
        changes = [_change(row, at, row) for (row, _run), at in logged]
        changes += _births(cursor, found + [old for old, _at in logged], logged, whole_history=whole_history)
    return [row for row, _run in found], changes


def _menu(row: tuple[Any, ...]) -> MenuRow:
    return MenuRow(
        date=row[0],
        menu_group=row[1],
        age_band=row[2],
        diet=row[3],
        meal=row[4],
        position=row[5],
        dish=row[6],
        contains=_split(row[7]),
        may_contain=_split(row[8]),
        allergens=row[9],
        family_farming=row[10],
        status=row[11],
    )


def _old(cells: dict[str, Any]) -> tuple[MenuRow, str]:
    """An old row of the change log, and the run that had last changed it."""
    cells["date"] = dt.date.fromisoformat(cells["date"])
    return _menu(tuple(cells[name] for name in _MENU)), cells["run"]


def _change(row: MenuRow, at: dt.datetime, old: MenuRow | None) -> MenuChange:
    return MenuChange(
        date=row.date,
        menu_group=row.menu_group,
        age_band=row.age_band,
        diet=row.diet,
        meal=row.meal,
        position=row.position,
        at=at,
        old=old,
    )


def _meal_of(row: MenuRow) -> _Meal:
    return (row.date, row.menu_group, row.age_band, row.diet, row.meal)


def _births(
    cursor: Any,
    versions: list[tuple[MenuRow, str]],
    logged: list[tuple[tuple[MenuRow, str], dt.datetime]],
    *,
    whole_history: bool,
) -> list[MenuChange]:
    """When each dish came to be: with the run of its oldest version."""
    runs_of: defaultdict[_Meal, set[str]] = defaultdict(set)
    for row, run in versions:
        runs_of[_meal_of(row)].add(run)
    told = {_meal_of(row) for (row, _run), _at in logged}
    wanted = {meal for meal, runs in runs_of.items() if whole_history or len(runs) > 1 or meal in told}
    if not wanted:
        return []
    cursor.execute(
        "SELECT run, at FROM _patiodigital_load WHERE run = ANY(%s)",
        (list(set().union(*(runs_of[meal] for meal in wanted))),),
    )
    instants = {run: at.astimezone(dt.timezone.utc) for run, at in cursor}
    oldest: dict[tuple[_Meal, int], tuple[dt.datetime, MenuRow]] = {}
    for row, run in versions:
        key = (_meal_of(row), row.position)
        if key[0] in wanted and run in instants and (key not in oldest or instants[run] < oldest[key][0]):
            oldest[key] = (instants[run], row)
    return [_change(row, at, None) for at, row in oldest.values()]


def publications(
    connection: Connection, resource_id: str, group: str, since: dt.date, until: dt.date, zone: str
) -> list[tuple[dt.date, dt.date]]:
    """Each day of a group with the local day on which its menu was published."""
    query = SQL(
        "SELECT DISTINCT date, (published_at AT TIME ZONE 'UTC' AT TIME ZONE %s)::date FROM {}"
        " WHERE menu_group = %s AND date BETWEEN %s AND %s AND published_at IS NOT NULL"
    ).format(Identifier(resource_id))
    with connection.cursor() as cursor:
        cursor.execute(query, (zone, group, since, until))
        return cursor.fetchall()
