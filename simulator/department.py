"""The department: its collections, what was asked of it, and how to change it."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any, NamedTuple, TypeGuard

from simulator.contracts import Terms, all_contracts, contract, meal_periods, special_unit, special_units
from simulator.edits import (
    AddSpecialUnit,
    ChangeContract,
    ChangeSchool,
    DeleteMenu,
    Edit,
    ReplaceDishes,
    ReviseMenus,
    WithdrawSchool,
)
from simulator.faults import Faults
from simulator.menus import PUBLISHED, Menus
from simulator.plan import Group, Need, Plan, whole_plan
from simulator.schools import make_schools
from simulator.services import Service
from simulator.vocabulary import Document

# Brazil has had no summer time since 2019, so that a fixed offset needs no zone database.
_SAO_PAULO = timezone(timedelta(hours=-3))
_REMEMBERED = 10_000


class Seen(NamedTuple):
    """One request that was answered. `headers` holds those that a harvester must get right, in lower case."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    status: int


class Department:
    """A city's education department as Prato Aberto publishes it.

    `schools` generated ones, or the documents of `real`, a JSON array as in the department's own dump.
    `today` decides which menus are public; None = the day it is in São Paulo. `key` opens the editor's
    routes; None = nothing does. With `etags`, answers carry a strong ETag and know 304, which the real
    service does not. ValueError for a number of schools without codes or a file that is no such array;
    OSError for one that can't be read.
    """

    def __init__(
        self,
        schools: int = 50,
        seed: int = 1,
        *,
        real: Path | str | None = None,
        today: date | None = None,
        key: str | None = "k",
        etags: bool = False,
    ) -> None:
        self._today = today
        self.key = key
        self.etags = etags
        self.faults = Faults()
        self.requests: deque[Seen] = deque(maxlen=_REMEMBERED)
        self.mutations: deque[tuple[str, str]] = deque(maxlen=_REMEMBERED)
        """Method and path of each call that would have changed the real service's data."""
        documents = make_schools(schools, seed) if real is None else _read_schools(Path(real))
        year = self.today.year
        self.schools: dict[int, Document] = {school["_id"]: school for school in documents}
        self.contracts = all_contracts(documents, seed, year, some_without=real is None)
        self.special_units = special_units(documents, seed, year)
        self.meal_periods = meal_periods(documents, seed, year)
        self.notes: Document = {
            "_id": 1,
            "notas": "<p>Os cardápios podem mudar sem aviso.</p><p>AF: <b>agricultura familiar</b>.</p>",
        }
        self._needs: set[Need] = set()
        self._edits = 0
        self.menus = Menus(seed, lambda: self.today, self._plan, lambda: self.special_units)

    @property
    def today(self) -> date:
        """The day that decides what is public. Set it to let time pass."""
        return self._today or datetime.now(_SAO_PAULO).date()

    @today.setter
    def today(self, day: date) -> None:
        self._today = day

    def active_schools(self) -> list[Document]:
        """The schools that public routes know, in no particular order."""
        return [school for school in self.schools.values() if school.get("status") == "ativo"]

    def edit(self, change: Edit) -> None:
        """Change the data; the next request sees it. ValueError for a menu or school that does not exist."""
        match change:
            case ReplaceDishes(menu, meals):
                document = self.menus.document(menu.slot(), menu.day)
                published = f"{self.today}T15:00:00.000Z"
                self.menus.put(
                    menu.slot(),
                    menu.day,
                    {**document, "cardapio": dict(meals), "data_publicacao": published, "status": PUBLISHED},
                )
            case DeleteMenu(menu):
                self.menus.put(menu.slot(), menu.day, None)
            case ReviseMenus(first, last):
                self.menus.revise(first, last)
            case ChangeSchool(eol, fields):
                # Replaced, not changed: readers in other threads go on with the collection they began with.
                self.schools = {**self.schools, eol: {"_id": eol, **self.schools.get(eol, {}), **fields}}
            case WithdrawSchool(eol):
                if eol not in self.schools:
                    raise ValueError(f"no school {eol}")
                self.schools = {code: school for code, school in self.schools.items() if code != eol}
            case ChangeContract(eol, intervals):
                rows = [
                    contract(eol, Terms(each.management, each.grouping), each.first, each.last) for each in intervals
                ]
                self.contracts = {**self.contracts, eol: rows}
            case AddSpecialUnit(name, first, last, schools):
                self.special_units = [*self.special_units, special_unit(name, first, last, schools)]
        self.menus.forget()
        self._edits += 1

    def state(self) -> tuple[int, date]:
        """Stays equal as long as the same question has the same answer: number of edits, and today."""
        return self._edits, self.today

    def _plan(self) -> Plan:
        """What schools need, or once needed: menus go on when the last school that ate from them is gone."""
        self._needs |= set(self._present_needs())
        return whole_plan(self._needs)

    def _present_needs(self) -> Iterator[Need]:
        """Each active school's ages and meals, at each group that its contracts name."""
        extra = {period["escola_id"]: period["refeicoes"] for period in self.meal_periods}
        for school in self.active_schools():
            eol, ages, meals = school["_id"], school.get("idades"), school.get("refeicoes")
            if not (_are_codes(ages) and _are_codes(meals)):
                continue
            for row in self.contracts.get(eol, ()):
                group = Group(row["tipo_atendimento"], str(school.get("tipo_unidade")), str(row["edital"]))
                yield Need(group, Service(tuple(ages), (*meals, *extra.get(str(eol), ()))))


def _are_codes(values: Any) -> TypeGuard[list[str]]:
    """False for what an edit may have put in a code list's place."""
    return isinstance(values, list) and all(isinstance(value, str) for value in values)


def _read_schools(path: Path) -> list[Document]:
    documents = json.loads(path.read_bytes())
    wanted = ("_id", "nome", "tipo_unidade", "tipo_atendimento", "agrupamento")
    if not isinstance(documents, list) or not all(
        isinstance(document, dict) and all(field in document for field in wanted) for document in documents
    ):
        raise ValueError(f"{path}: expected a JSON array of school documents with {', '.join(wanted)}")
    return documents
