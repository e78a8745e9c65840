"""Schools as the department's documents, and what a school has in force on a day."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from ckanext.patiodigital.menus.core.groups import MenuGroups, ServedMeals, is_valid
from ckanext.patiodigital.menus.core.prato_aberto import spellings
from ckanext.patiodigital.menus.core.prato_aberto.spellings import Document, Terms
from ckanext.patiodigital.menus.core.rows import MenuGroupRow, SchoolMealRow, SchoolRow
from ckanext.patiodigital.school_names.folding import plain

#: Priority of contracts in ``school_menu_groups``; special units stand above them.
_CONTRACT = 0


class Register:
    """The active schools by name, in the order of their codes; built once per data version."""

    def __init__(self, schools: Iterable[SchoolRow]) -> None:
        self._schools = sorted(schools, key=lambda school: school.eol)
        self._plain = [plain(name(school)) for school in self._schools]
        self._named: defaultdict[str, list[SchoolRow]] = defaultdict(list)
        for school in self._schools:
            self._named[name(school)].append(school)

    def __iter__(self) -> Iterator[SchoolRow]:
        return iter(self._schools)

    def named(self, wanted: str) -> list[SchoolRow]:
        """All schools of exactly this name; blanks are counted once, as the tables have them."""
        return self._named.get(_single_spaced(wanted), [])

    def search(self, text: str, limit: int) -> list[SchoolRow]:
        """Schools whose name has the words of ``text`` in this order, without regard to case and accents.

        A school of exactly this name comes first: clients take the first one for the one that was chosen. With a
        ``limit`` of 0 all are given.
        """
        parts = plain(text).split()
        found = [
            school for school, folded in zip(self._schools, self._plain, strict=True) if _has_in_order(folded, parts)
        ]
        found.sort(key=lambda school: name(school) != _single_spaced(text))
        return found[:limit] if limit else found


def name(school: SchoolRow) -> str:
    """``nome``, the name as the department spells it."""
    return school.official_name or school.name


def entry(school: SchoolRow) -> Document:
    """A line of ``/escolas``."""
    return {
        "_id": int(school.eol),
        "nome": name(school),
        "endereco": school.address,
        "bairro": school.neighbourhood,
        "lat": school.lat,
        "lon": school.lon,
    }


def suggestion(school: SchoolRow) -> Document:
    """A line of ``/escolas?nome=``."""
    return {"_id": int(school.eol), "nome": name(school)}


def page(school: SchoolRow, groups: MenuGroups, today: dt.date, *, as_codes: bool) -> Document:
    """``/escola/{eol}``, with labels or, ``as_codes``, with the department's codes.

    Who runs the kitchen, and the grouping, are those of the contract of today, for menus are asked for with them.
    """
    own = terms_on(school, groups, today)
    if as_codes:
        ages = [spellings.raw("age_bands", code) for code in school.age_bands]
        meals = [spellings.raw("meals", code) for code in school.meals]
    else:
        ages = [spellings.label("age_bands", code) for code in school.age_bands]
        meals = [spellings.label("meals", code) for code in sorted(school.meals, key=spellings.meal_rank)]
    return {
        "nome": name(school),
        "tipo_unidade": spellings.raw("school_types", school.school_type),
        "tipo_atendimento": spellings.raw("managements", own.management) if own else None,
        "agrupamento": spellings.grouping(own.grouping) if own else None,
        "endereco": school.address,
        "bairro": school.neighbourhood,
        "telefone": " ".join(map(_phone, school.phones)) or None,
        "lat": school.lat,
        "lon": school.lon,
        "idades": ages,
        "refeicoes": meals,
        "editais": [_contract(row) for row in _contracts(school, groups)],
    }


def terms_on(school: SchoolRow, groups: MenuGroups, date: dt.date) -> Terms | None:
    """Those of the school's contract of a day, else of its last one; None without any."""
    contracts = _contracts(school, groups)
    latest = ([row for row in contracts if is_valid(row, date)] or contracts)[-1:]
    return spellings.terms(latest[0].menu_group) if latest else None


def group_on(school: SchoolRow, groups: MenuGroups, date: dt.date, asked: Sequence[dt.date]) -> str | None:
    """The menu group of a day. As with the department, a special unit counts where it takes the school in on all days
    asked for, and else the contract does.
    """
    for row in groups.of(school.eol):
        if is_valid(row, date) and (row.priority == _CONTRACT or all(is_valid(row, asked[end]) for end in (0, -1))):
            return row.menu_group
    return None


def meals_on(school: SchoolRow, periods: Sequence[SchoolMealRow], date: dt.date) -> frozenset[str]:
    """Codes of the meals that a school has on a day. Empty = all that is planned."""
    return frozenset(row.meal for row in periods if is_valid(row, date)) or frozenset(school.meals)


class Unit(NamedTuple):
    """A special unit, such as a holiday centre, which takes in schools from day to day."""

    group: str
    first: dt.date
    last: dt.date

    def document(self, eols: Iterable[str]) -> Document:
        """A line of ``/editor/unidades_especiais``."""
        return {
            "_id": spellings.object_id("unit", *self),
            "nome": spellings.unit_name(self.group),
            "data_inicio": spellings.day(self.first),
            "data_fim": spellings.day(self.last),
            "escolas": [str(int(eol)) for eol in sorted(eols)],
        }


def special_units(groups: MenuGroups) -> dict[Unit, Document]:
    """``/editor/unidades_especiais``: each unit, in the order of its days, with its document."""
    members: defaultdict[Unit, list[str]] = defaultdict(list)
    for row in groups:
        if row.priority != _CONTRACT and row.valid_to is not None:
            members[Unit(row.menu_group, row.valid_from, row.valid_to)].append(row.eol)
    in_order = sorted(members, key=lambda unit: (unit.first, unit.group, unit.last))
    return {unit: unit.document(members[unit]) for unit in in_order}


def meal_periods(register: Register, meals: ServedMeals) -> list[Document]:
    """``/editor/vigencias_tipo_alimentacao``: meals that a school has for a while.

    The table has all that a school has from day to day, the department tells only the meals that come and go.
    """
    documents = []
    for school in register:
        spans: defaultdict[str, list[tuple[dt.date, dt.date]]] = defaultdict(list)
        for row in meals.of(school.eol):
            spans[row.meal].append((row.valid_from, row.valid_to or dt.date.max))
        whole = (
            min((first for days in spans.values() for first, _ in days), default=dt.date.max),
            max((last for days in spans.values() for _, last in days), default=dt.date.min),
        )
        periods: defaultdict[tuple[dt.date, dt.date], list[str]] = defaultdict(list)
        for meal, days in spans.items():
            span = (min(first for first, _ in days), max(last for _, last in days))
            if span != whole or meal not in school.meals:
                periods[span].append(meal)
        for (first, last), codes in periods.items():
            end = None if last == dt.date.max else last
            documents.append(
                {
                    "_id": spellings.object_id("meal period", school.eol, first, end),
                    "data_inicio": spellings.day(first),
                    "data_fim": _day(end),
                    "escola_id": str(int(school.eol)),
                    "escola": name(school),
                    "refeicoes": [spellings.raw("meals", code) for code in sorted(codes)],
                }
            )
    return documents


def _contracts(school: SchoolRow, groups: MenuGroups) -> list[MenuGroupRow]:
    """A school's contracts, the oldest first."""
    rows = (row for row in groups.of(school.eol) if row.priority == _CONTRACT)
    return sorted(rows, key=lambda row: row.valid_from)


def _contract(row: MenuGroupRow) -> Document:
    own = spellings.eater(row.menu_group)
    return {
        "_id": spellings.object_id("contract", row.eol, row.valid_from),
        "edital": own["agrupamento"],
        "escola": int(row.eol),
        "data_inicio": spellings.day(row.valid_from),
        "data_fim": _day(row.valid_to),
        "tipo_atendimento": own["tipo_atendimento"],
    }


def _day(date: dt.date | None) -> str | None:
    return None if date is None else spellings.day(date)


def _phone(number: str) -> str:
    """``(11) 2557-8348`` as the department writes it: ``(11)25578348``."""
    return number.replace(" ", "").replace("-", "")


def _single_spaced(text: str) -> str:
    return " ".join(text.split())


def _has_in_order(text: str, parts: Iterable[str]) -> bool:
    position = 0
    for part in parts:
        found = text.find(part, position)
        if found < 0:
            return False
        position = found + len(part)
    return True
