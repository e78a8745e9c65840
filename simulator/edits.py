"""Changes to a department's data, as its clerks make them, so that the next harvest has something to find.

In process: `department.edit(DeleteMenu(...))`. Over HTTP: the same fields as JSON, with `"edit"` naming the
kind in lower_snake, e.g. `{"edit": "withdraw_school", "eol": 86}`.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from msgspec import Struct

from simulator.plan import Group, Slot


class MenuKey(Struct, frozen=True, forbid_unknown_fields=True):
    """One menu document by its raw codes: day, `tipo_atendimento`, `tipo_unidade`, `agrupamento`, `idade`."""

    day: date
    management: str
    school_type: str
    grouping: str
    age: str

    def slot(self) -> Slot:
        """The key without the day."""
        return Slot(Group(self.management, self.school_type, self.grouping), self.age)


class _Edit(Struct, frozen=True, forbid_unknown_fields=True, tag_field="edit"):
    """What all edits share."""


class ReplaceDishes(_Edit, frozen=True, tag="replace_dishes"):
    """Publish a menu again, today, with other dishes by meal code."""

    menu: MenuKey
    meals: dict[str, list[str]]


class DeleteMenu(_Edit, frozen=True, tag="delete_menu"):
    """Remove a menu."""

    menu: MenuKey


class ReviseMenus(_Edit, frozen=True, tag="revise_menus"):
    """Give every menu from `first` to `last` (inclusive) other dishes."""

    first: date
    last: date


class ChangeSchool(_Edit, frozen=True, tag="change_school"):
    """Set fields of a school document: rename it, close it (`{"status": "inativo"}`), or make a new one."""

    eol: int
    fields: dict[str, Any]


class WithdrawSchool(_Edit, frozen=True, tag="withdraw_school"):
    """Remove a school document; its contracts stay, as in the source."""

    eol: int


class Interval(Struct, frozen=True, forbid_unknown_fields=True):
    """Terms of a contract from `first` to `last` (inclusive, None = without end), days as YYYYMMDD."""

    first: str
    last: str | None
    management: str
    grouping: str | int


class ChangeContract(_Edit, frozen=True, tag="change_contract"):
    """Replace a school's whole contract history."""

    eol: int
    intervals: list[Interval]


class AddSpecialUnit(_Edit, frozen=True, tag="add_special_unit"):
    """Open a unit for these schools (EOL codes as text) from `first` to `last`, days as YYYYMMDD."""

    name: str
    first: str
    last: str
    schools: list[str]


Edit = ReplaceDishes | DeleteMenu | ReviseMenus | ChangeSchool | WithdrawSchool | ChangeContract | AddSpecialUnit
