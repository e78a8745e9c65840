"""Which schools to ask for, where only the public menu route is open.

``/cardapios/`` takes a school's exact name, answers for the first school of that name (B3), and leaves out
the ages and meals that this school has not. So a group of schools is read through as few of its schools as
together have all its ages and meals, each with a name that no other school has.

It is asked without ``tipo_atendimento``, for with it a menu for two managements at once is not found.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from ckanext.patiodigital.harvesters.core.prato_aberto.documents import Document, day, entries
from ckanext.patiodigital.harvesters.core.prato_aberto.menus import Served, served
from ckanext.patiodigital.tables.core.load import Partition

#: The one type for which the route finds nothing without ``tipo_atendimento``.
ASKED_WITH_MANAGEMENT = "PROJETO_CECI"

Params = tuple[tuple[str, str], ...]


class Group(NamedTuple):
    """Schools that one question can be asked through, in the source's spelling."""

    school_type: str
    grouping: str
    management: str | None


@dataclass(frozen=True, slots=True)
class Plan:
    """Parameters of the questions to ask, and the groups that no question can reach."""

    questions: list[Params]
    unreachable: list[Group]


def _group(school_type: Any, grouping: Any, management: Any) -> Group:
    kind = str(school_type)
    return Group(kind, str(grouping), str(management) if kind == ASKED_WITH_MANAGEMENT else None)


def groups_of(school: Document, partition: Partition) -> Iterator[Group]:
    """The groups that a school belongs to on some day of the partition, by its contracts."""
    first, last = str(partition.first), str(partition.last)
    for contract in entries(school.get("editais")):
        if not isinstance(contract, Mapping):
            continue
        start, end = day(contract.get("data_inicio")) or "", day(contract.get("data_fim")) or "9999"
        if str(start) <= last and str(end) >= first:
            yield _group(school.get("tipo_unidade"), contract.get("edital"), contract.get("tipo_atendimento"))


def served_by_group(schools: Iterable[Document], partition: Partition) -> dict[Group, Served]:
    """What the schools of each group have together."""
    members: defaultdict[Group, list[Document]] = defaultdict(list)
    for school in schools:
        for group in groups_of(school, partition):
            members[group].append(school)
    return {group: served(schools) for group, schools in members.items()}


def group_of(menu: Document) -> Group:
    """The group that a menu document is for."""
    return _group(menu.get("tipo_unidade"), menu.get("agrupamento"), menu.get("tipo_atendimento"))


def plan(schools: Iterable[Document], partition: Partition) -> Plan:
    """What to ask for a partition of days."""
    known = list(schools)
    names = Counter(str(school.get("nome")) for school in known)
    members: defaultdict[Group, list[Document]] = defaultdict(list)
    for school in known:
        for group in groups_of(school, partition):
            members[group] += [school] if names[str(school.get("nome"))] == 1 else []
    groups = sorted(members, key=str)
    questions = [_question(group, school, partition) for group in groups for school in _cover(members[group])]
    return Plan(questions, [group for group in groups if not members[group]])


def _shows(school: Document) -> frozenset[tuple[str, str]]:
    """The pairs of age and meal that the route shows for this school."""
    meals = entries(school.get("refeicoes"))
    return frozenset((str(age), str(meal)) for age in entries(school.get("idades")) for meal in meals)


def _cover(schools: list[Document]) -> Iterator[Document]:
    """Few of the schools that together show what all of them show: the one that adds most, again and again."""
    rest = sorted(schools, key=lambda school: (-len(_shows(school)), str(school.get("nome"))))
    covered: frozenset[tuple[str, str]] = frozenset()
    while rest:
        best = max(rest, key=lambda school: len(_shows(school) - covered))
        if not _shows(best) - covered:
            return
        covered |= _shows(best)
        rest.remove(best)
        yield best


def _question(group: Group, school: Document, partition: Partition) -> Params:
    return (
        ("nome", str(school.get("nome"))),
        ("tipo_unidade", group.school_type),
        *([("tipo_atendimento", group.management)] if group.management is not None else []),
        ("agrupamento", group.grouping),
        ("data_inicial", f"{partition.first:%Y%m%d}"),
        ("data_final", f"{partition.last:%Y%m%d}"),
    )


def unit_question(unit: Any, partition: Partition) -> Params | None:
    """What to ask for the menus of a special unit; None where it has no day in the partition.

    The route wants the unit's own first and last day to the letter, and answers with all of its days.
    """
    if not isinstance(unit, Mapping) or not isinstance(unit.get("_id"), Mapping):
        return None
    start, end = unit.get("data_inicio"), unit.get("data_fim")
    if str(day(start)) > str(partition.last) or str(day(end)) < str(partition.first):
        return None
    return (("unidade", str(unit["_id"].get("$oid"))), ("inicio", str(start)), ("fim", str(end)))


def is_elsewhere(menu: Any, partition: Partition) -> bool:
    """Whether a menu in a special unit's answer is of a day of another partition, which answers for it."""
    date = day(menu.get("data")) if isinstance(menu, Mapping) else None
    is_day = isinstance(date, str) and date != menu.get("data")
    return is_day and not str(partition.first) <= str(date) <= str(partition.last)
