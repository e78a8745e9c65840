"""Which menus the department writes for a school day: one for each management, school type, grouping and age.

The plan covers the department's usual groups and whatever the schools at hand need beyond them, so that each
school finds all its ages and meals in the menus of the group that its contract names.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from simulator.dishes import BABY_AGES
from simulator.vocabulary import AGES, MEALS

OUTSOURCED = "TERCEIRIZADA"
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
_CEI_AGES = (
    "A - 0 A 1 MES",
    "B - 1 A 3 MESES",
    "C - 4 A 5 MESES",
    "D - 6 A 7 MESES",
    "E - 8 A 11 MESES",
    "X - 1A -1A E 11MES",
    "F - 2 A 3 ANOS",
    "G - 4 A 6 ANOS",
)
_PARTIAL = ("P - 2 A 3 ANOS PARCIAL", "Q - 4 A 6 ANOS PARCIAL")
_EDITAL_AGES = ("D - 0 A 5 MESES", "D - 6 MESES", "D - 7 MESES", "I - 2 A 6 ANOS")
_ADULT = "H - ADULTO"
_ANY_AGE = "Z - UNIDADES SEM FAIXA"
_CEMEI = "W - EMEI DA CEMEI"
_ADULT_MEALS = frozenset({"AA - ALMOCO ADULTO", "R1 - REFEICAO 1"})
_CEI_MEALS = ("D - DESJEJUM", "C - COLACAO", "A - ALMOCO", "L - LANCHE", "J - JANTAR")
_WITH_ADULTS = (*_CEI_MEALS, "AA - ALMOCO ADULTO")
_SCHOOL_MEALS = ("L4 - LANCHE 4 HORAS", "L5 - LANCHE 5 HORAS", "R1 - REFEICAO 1")
_PART_OF_MEALS = {
    **dict.fromkeys(BABY_AGES, frozenset({"D - DESJEJUM", "A - ALMOCO", "L - LANCHE", "J - JANTAR"})),
    **dict.fromkeys((*_PARTIAL, _CEMEI), frozenset({"D - DESJEJUM", "A - ALMOCO"})),
    _ADULT: _ADULT_MEALS,
}

_USUAL: tuple[tuple[str, str, tuple[str, ...], tuple[str, ...], tuple[str, ...]], ...] = (
    ("CEI_CONVENIADO", "DIRETA", ("1", "2", "3", "4"), (*_CEI_AGES, _ADULT), _WITH_ADULTS),
    ("CEI_PARCEIRO_(RP)", "DIRETA", ("1", "2", "3", "4"), (*_CEI_AGES, _ADULT), _WITH_ADULTS),
    ("CEI_MUNICIPAL", "MISTA", ("1", "3", "4"), (*_CEI_AGES, *_PARTIAL), _CEI_MEALS),
    ("CEI_MUNICIPAL", OUTSOURCED, _EDITAIS, (*_CEI_AGES, *_PARTIAL, *_EDITAL_AGES), _CEI_MEALS),
    ("CEMEI", "MISTA", ("1", "3"), (*_CEI_AGES, _CEMEI), _CEI_MEALS),
    ("CEMEI", OUTSOURCED, _EDITAIS, (*_CEI_AGES, _CEMEI, _ANY_AGE), _CEI_MEALS),
    ("CCI", "DIRETA", ("3",), (*_CEI_AGES[2:7], _ANY_AGE), _CEI_MEALS),
    ("CCI", OUTSOURCED, _EDITAIS[:1], (*_CEI_AGES[2:7], *_EDITAL_AGES, _ANY_AGE), _CEI_MEALS),
    ("EMEF", "MISTA", ("1", "3", "4"), (_ANY_AGE, _ADULT), _SCHOOL_MEALS),
    ("EMEF", OUTSOURCED, _EDITAIS, (_ANY_AGE, _ADULT), _SCHOOL_MEALS),
    ("EMEFM", OUTSOURCED, _EDITAIS, (_ANY_AGE, _ADULT), _SCHOOL_MEALS),
    ("EMEI", "DIRETA", ("4",), (_ANY_AGE,), _SCHOOL_MEALS),
    ("EMEI", "MISTA", ("1", "3", "4"), (_ANY_AGE,), _SCHOOL_MEALS),
    ("EMEI", OUTSOURCED, _EDITAIS, (_ANY_AGE,), _SCHOOL_MEALS),
    (
        "EMEBS",
        "MISTA",
        ("1", "3"),
        (_ANY_AGE,),
        (*_SCHOOL_MEALS, "MI - MERENDA INICIAL", "AA - ALMOCO ADULTO"),
    ),
    ("EMEBS", OUTSOURCED, _EDITAIS, (_ANY_AGE,), _SCHOOL_MEALS),
    ("CIEJA", "DIRETA", ("1", "2", "3", "4"), (_ANY_AGE,), ("MS - MERENDA SECA",)),
    ("CIEJA", "MISTA", ("1", "3"), (_ANY_AGE, _ADULT), ("L4 - LANCHE 4 HORAS", "R1 - REFEICAO 1")),
    ("CIEJA", OUTSOURCED, _EDITAIS, (_ANY_AGE,), ("L4 - LANCHE 4 HORAS",)),
    ("CEU_GESTÃO", "MISTA", ("1", "4"), (_ANY_AGE,), _SCHOOL_MEALS),
    ("PROJETO_CECI", "DIRETA", ("1", "3"), (*_CEI_AGES[3:], _ADULT, _ANY_AGE), _WITH_ADULTS),
    (
        "SME_CONVÊNIO",
        "DIRETA",
        ("1", "2", "3", "4"),
        (_ANY_AGE, _ADULT),
        (*_SCHOOL_MEALS, "AA - ALMOCO ADULTO"),
    ),
    ("CMCT", "DIRETA", ("2",), (_ANY_AGE,), ("MS - MERENDA SECA",)),
)
"""Type, management, groupings, ages and meals that always have menus, whichever schools there are."""

_SPECIAL_UNIT_AGES = (*_CEI_AGES, _ANY_AGE, _ADULT)
_SPECIAL_UNIT_MEALS = ("D - DESJEJUM", "A - ALMOCO", "L - LANCHE", *_SCHOOL_MEALS)
_ORDER = {code: position for position, code in enumerate((*AGES, *MEALS))}


class Need(NamedTuple):
    """What a school asks of the menus of one of its groups."""

    group: Group
    ages: tuple[str, ...]
    meals: tuple[str, ...]


def clean_code(raw: str) -> str:
    """A school's age code as the menus spell it: blanks and line breaks collapsed, one blank around the dash."""
    prefix, dash, rest = " ".join(raw.split()).partition("-")
    return f"{prefix.strip()} {dash} {rest.strip()}" if dash else prefix


def menu_code(management: str, meal: str) -> str:
    """A school's meal code as the menus spell it: imported lists write L5 in another way than schools do."""
    if meal == "L5 - LANCHE 5 HORAS" and management != OUTSOURCED:
        return "L5 - LANCHE 5 OU 6 HORAS"
    return meal


def _meals_at(age: str, need: Need) -> set[str]:
    meals = {menu_code(need.group.management, meal) for meal in need.meals}
    part = _PART_OF_MEALS.get(age)
    if part is not None:
        return meals & part
    return meals - _ADULT_MEALS if _ADULT in need.ages else meals


def _usual_needs() -> Iterable[Need]:
    for school_type, management, groupings, ages, meals in _USUAL:
        for grouping in groupings:
            yield Need(Group(management, school_type, grouping), ages, meals)


def special_unit_need(group: Group) -> Need:
    """What a holiday unit cooks: for every age, since it takes children of all school types."""
    return Need(group, _SPECIAL_UNIT_AGES, _SPECIAL_UNIT_MEALS)


def make_plan(needs: Iterable[Need]) -> Plan:
    """The documents of one day, and their meals, for these needs alone."""
    wanted: dict[Slot, set[str]] = {}
    for need in needs:
        for age in map(clean_code, need.ages):
            wanted.setdefault(Slot(need.group, age), set()).update(_meals_at(age, need))
    order = {code: position for position, code in enumerate((*AGES, *MEALS))}
    last = len(order)
    slots = sorted(wanted, key=lambda slot: (slot.group, order.get(slot.age, last), slot.age))
    return {
        slot: tuple(sorted(wanted[slot], key=lambda m: (order.get(m, last), m)))
        for slot in slots
        if wanted[slot]
    }


def whole_plan(needs: Iterable[Need]) -> Plan:
    """The documents of a school day: the usual groups, and what the schools need."""
    return make_plan([*_usual_needs(), *needs])


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
