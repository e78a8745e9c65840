"""Which schools to ask for, where only the public menu route is open.

``/cardapios/`` takes a school's exact name, answers for the first school of that name (B3), and leaves out
the ages and meals that this school has not. So a group of schools is read through as few of its schools as
together have all its ages and meals, each with a name that no other school has.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ckanext.patiodigital.harvesters.core.prato_aberto import Document, day
from ckanext.patiodigital.tables.core.load import Partition

#: ``(tipo_atendimento, tipo_unidade, agrupamento)`` in the source's spelling.
Group = tuple[str, str, str]
Params = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """Parameters of the questions to ask, and the groups that no question can reach."""

    questions: list[Params]
    unreachable: list[Group]


def groups_of(school: Document, partition: Partition) -> Iterator[Group]:
    """The groups that a school belongs to on some day of the partition, by its contracts."""
    first, last = str(partition.first), str(partition.last)
    for contract in school.get("editais") or ():
        if not isinstance(contract, Mapping):
            continue
        start, end = day(contract.get("data_inicio")) or "", day(contract.get("data_fim")) or "9999"
        if str(start) <= last and str(end) >= first:
            yield (
                str(contract.get("tipo_atendimento")),
                str(school.get("tipo_unidade")),
                str(contract.get("edital")),
            )


def group_of(menu: Document) -> Group:
    """The group that a menu document is for."""
    return (str(menu.get("tipo_atendimento")), str(menu.get("tipo_unidade")), str(menu.get("agrupamento")))


def _serves(school: Document) -> frozenset[tuple[Any, Any]]:
    """The pairs of age and meal that the route shows for this school."""
    return frozenset(
        (str(age), str(meal)) for age in school.get("idades") or () for meal in school.get("refeicoes") or ()
    )


def plan(schools: Iterable[Document], partition: Partition) -> Plan:
    """What to ask for a partition of days."""
    known = [school for school in schools if isinstance(school, Mapping)]
    names = Counter(school.get("nome") for school in known)
    members: defaultdict[Group, list[Document]] = defaultdict(list)
    groups: set[Group] = set()
    for school in known:
        for group in groups_of(school, partition):
            groups.add(group)
            if names[school.get("nome")] == 1:
                members[group].append(school)
    questions = [
        _question(group, school, partition)
        for group in sorted(groups)
        for school in _cover(members[group])
    ]
    return Plan(questions, sorted(group for group in groups if not members[group]))


def _cover(schools: list[Document]) -> Iterator[Document]:
    """Few of the schools that together serve what all of them serve: the one that adds most, again and again."""
    rest = sorted(schools, key=lambda school: (-len(_serves(school)), str(school.get("nome"))))
    covered: frozenset[tuple[Any, Any]] = frozenset()
    while rest:
        best = max(rest, key=lambda school: len(_serves(school) - covered))
        if not _serves(best) - covered:
            return
        covered |= _serves(best)
        rest.remove(best)
        yield best


def _question(group: Group, school: Document, partition: Partition) -> Params:
    management, school_type, grouping = group
    return (
        ("nome", str(school.get("nome"))),
        ("tipo_unidade", school_type),
        ("tipo_atendimento", management),
        ("agrupamento", grouping),
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


def of_another_part(menu: Any, url: str, partition: Partition) -> bool:
    """Whether a unit's answer holds this menu only because the route answers with all of its days."""
    if "/editor/cardapios-unidade-especial/" not in url or not isinstance(menu, Mapping):
        return False
    return not str(partition.first) <= str(day(menu.get("data"))) <= str(partition.last)
