"""What a menu was before it changed, from the change log."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from ckanext.patiodigital.menus.core.rows import MenuChange, MenuRow

DishKey = tuple[dt.date, str, str, str, str, int]


class Version(NamedTuple):
    """Rows of a meal by position, as they stood until an instant."""

    until: dt.datetime
    rows: list[MenuRow]


def earlier_versions(rows: Iterable[MenuRow], changes: Iterable[MenuChange]) -> Iterator[Version]:
    """Versions of one meal before each of its changes, newest first.

    Args:
        rows: the meal's rows as they stand.
        changes: that meal's rows of the change log, in any order; those of one instant are one change.
    """
    state = {row.position: row for row in rows}
    newest_first = sorted(changes, key=lambda change: change.at, reverse=True)
    for until, together in groupby(newest_first, key=lambda change: change.at):
        for change in together:
            if change.old is None:
                state.pop(change.position, None)
            else:
                state[change.position] = change.old
        yield Version(until, [state[position] for position in sorted(state)])


def as_of(
    rows: Iterable[MenuRow], changes: Sequence[MenuChange], instant: dt.datetime
) -> tuple[list[MenuRow], list[MenuChange]]:
    """Rows and changes of the table as they stood at an instant, to read an older version."""
    state: dict[DishKey, MenuRow] = {_key(row): row for row in rows}
    for change in sorted(changes, key=lambda change: change.at, reverse=True):
        if change.at <= instant:
            break
        if change.old is None:
            state.pop(_key(change), None)
        else:
            state[_key(change)] = change.old
    return list(state.values()), [change for change in changes if change.at <= instant]


def _key(row: MenuRow | MenuChange) -> DishKey:
    return (row.date, row.menu_group, row.age_band, row.diet, row.meal, row.position)
