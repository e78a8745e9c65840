"""Which menus the department writes for a school day: one for each management, school type, grouping and age.

The plan covers the department's usual groups and whatever the schools at hand need beyond them, so that each
school finds all its ages and meals in the menus of the group that its contract names.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from simulator import services
from simulator.services import Service
from simulator.vocabulary import AGES, MEALS, OUTSOURCED

JOINT = "DIRETA + MISTA"
"""One document for two managements, as grouping 4 writes them in some weeks."""
JOINT_GROUPING = "4"


class Group(NamedTuple):
    """Schools that eat from one plan, in the source's raw codes."""

    management: str
    school_type: str
    grouping: str


class Slot(NamedTuple):
    """A group and an age band: with a day, the key of one menu document."""

    group: Group
    age: str


Plan = Mapping[Slot, tuple[str, ...]]
"""The meal codes of each document, in the order of the code list."""

_EDITAIS = ("EDITAL 78/2016", "Novo Edital", "Edital 2024")
_REGIONS = ("1", "2", "3", "4")
_USUAL: tuple[tuple[str, str, tuple[str, ...], Service], ...] = (
    ("CEI_CONVENIADO", "DIRETA", _REGIONS, services.USUAL_PARTNER),
    ("CEI_PARCEIRO_(RP)", "DIRETA", _REGIONS, services.USUAL_PARTNER),
    ("CEI_MUNICIPAL", "MISTA", _REGIONS, services.USUAL_MUNICIPAL),
    ("CEI_MUNICIPAL", OUTSOURCED, _EDITAIS, services.USUAL_OUTSOURCED_NURSERY),
    ("CEMEI", "MISTA", ("1", "3", "4"), services.CEMEI),
    ("CEMEI", OUTSOURCED, _EDITAIS, services.USUAL_OUTSOURCED_CEMEI),
    ("CCI", "DIRETA", ("3",), services.USUAL_STAFF_NURSERY),
    ("CCI", OUTSOURCED, _EDITAIS[:1], services.USUAL_OUTSOURCED_STAFF_NURSERY),
    ("EMEF", "MISTA", ("1", "3", "4"), services.FUNDAMENTAL_THREE_SHIFTS),
    ("EMEF", OUTSOURCED, _EDITAIS, services.FUNDAMENTAL_THREE_SHIFTS),
    ("EMEFM", OUTSOURCED, _EDITAIS, services.FUNDAMENTAL_THREE_SHIFTS),
    ("EMEI", "DIRETA", ("4",), services.USUAL_PRESCHOOL),
    ("EMEI", "MISTA", ("1", "3", "4"), services.USUAL_PRESCHOOL),
    ("EMEI", OUTSOURCED, _EDITAIS, services.USUAL_PRESCHOOL),
    ("EMEBS", "MISTA", ("1", "3"), services.USUAL_DEAF),
    ("EMEBS", OUTSOURCED, _EDITAIS, services.USUAL_PRESCHOOL),
    ("CIEJA", "DIRETA", _REGIONS, services.DRY),
    ("CIEJA", "MISTA", ("1", "3"), services.USUAL_EVENING),
    ("CIEJA", OUTSOURCED, _EDITAIS, services.SNACK),
    ("CEU_GESTÃO", "MISTA", ("1", "4"), services.USUAL_PRESCHOOL),
    ("PROJETO_CECI", "DIRETA", ("1", "3"), services.USUAL_INDIGENOUS),
    ("SME_CONVÊNIO", "DIRETA", _REGIONS, services.USUAL_COVENANT),
    ("CMCT", "DIRETA", ("2",), services.DRY),
)
"""Type, management, groupings and services that always have menus, whichever schools there are."""

_ORDER = {code: position for position, code in enumerate((*AGES, *MEALS))}


class Need(NamedTuple):
    """What a school asks of the menus of one of its groups."""

    group: Group
    service: Service


def clean_code(raw: str) -> str:
    """A school's age code as the menus spell it: white space collapsed, one blank around the dash."""
    prefix, dash, rest = " ".join(raw.split()).partition("-")
    return f"{prefix.strip()} {dash} {rest.strip()}" if dash else prefix


def menu_code(management: str, meal: str) -> str:
    """A school's meal code as the menus spell it: imported lists write L5 in another way than schools do."""
    if meal == "L5 - LANCHE 5 HORAS" and management != OUTSOURCED:
        return "L5 - LANCHE 5 OU 6 HORAS"
    return meal


def _meals_at(age: str, need: Need) -> set[str]:
    meals = {menu_code(need.group.management, meal) for meal in need.service.meals}
    if age in services.PART_OF_MEALS:
        return meals & services.PART_OF_MEALS[age]
    return meals - services.ADULT_MEALS if services.ADULT in need.service.ages else meals


def make_plan(needs: Iterable[Need]) -> Plan:
    """The documents of one day, and their meals, for these needs alone."""
    wanted: dict[Slot, set[str]] = {}
    for need in needs:
        for age in map(clean_code, need.service.ages):
            wanted.setdefault(Slot(need.group, age), set()).update(_meals_at(age, need))
    order = {code: position for position, code in enumerate((*AGES, *MEALS))}
    last = len(order)
    slots = sorted(wanted, key=lambda slot: (slot.group, order.get(slot.age, last), slot.age))
    return {slot: tuple(sorted(wanted[slot], key=lambda m: (order.get(m, last), m))) for slot in slots if wanted[slot]}


def whole_plan(needs: Iterable[Need]) -> Plan:
    """The documents of a school day: the usual groups, and what the schools need."""
    usual = [
        Need(Group(management, school_type, grouping), service)
        for school_type, management, groupings, service in _USUAL
        for grouping in groupings
    ]
    return make_plan([*usual, *needs])


def joint_plan(plan: Plan) -> Plan:
    """The plan of a week in which grouping 4 writes one document for its direct and mixed kitchens."""
    merged: dict[Slot, set[str]] = {}
    for slot, meals in plan.items():
        group = slot.group
        if group.grouping == JOINT_GROUPING and group.management != OUTSOURCED:
            group = group._replace(management=JOINT)
        merged.setdefault(Slot(group, slot.age), set()).update(meals)
    return {slot: tuple(sorted(meals, key=_rank)) for slot, meals in merged.items()}


def _rank(code: str) -> tuple[int, str]:
    """Codes in the order of the code list, unknown ones after them."""
    return _ORDER.get(code, len(_ORDER)), code
