"""Which ages and meals each kind of school serves, and what of a meal list each age is given.

The plain names are what one school lists, the USUAL ones what the department writes for all of a kind.
"""

from __future__ import annotations

from typing import NamedTuple

from simulator.dishes import BABY_AGES


class Service(NamedTuple):
    """Age and meal codes of a school, in the order in which its kind of school lists them."""

    ages: tuple[str, ...]
    meals: tuple[str, ...]


_ANY_AGE, ADULT = "Z - UNIDADES SEM FAIXA", "H - ADULTO"
_NEWBORN = "A - 0 A 1 MES"
_BABIES = ("B - 1 A 3 MESES", "C - 4 A 5 MESES")
_INFANTS = ("D - 6 A 7 MESES", "E - 8 A 11 MESES")
_ONE = "X - 1A -1A E 11MES"
_CHILDREN = ("F - 2 A 3 ANOS", "G - 4 A 6 ANOS")
_DAY = ("D - DESJEJUM", "C - COLACAO", "A - ALMOCO", "L - LANCHE", "J - JANTAR")
_SNACK, _SHIFT = "L4 - LANCHE 4 HORAS", ("L5 - LANCHE 5 HORAS", "R1 - REFEICAO 1")
SNACKS_AND_LUNCH = (_SNACK, *_SHIFT)
"""What a school with three shifts serves."""
_ADULT_LUNCH = "AA - ALMOCO ADULTO"
_PARTNER_DAY = (*_DAY[:2], _ADULT_LUNCH, *_DAY[2:])

PARTNER = Service((_ONE, ADULT, *_CHILDREN, *_BABIES, *reversed(_INFANTS)), _PARTNER_DAY)
PARTNER_FROM_BIRTH = Service((*PARTNER.ages, _NEWBORN), _PARTNER_DAY)
MUNICIPAL = Service((_ONE, "Q - 4 A 6 ANOS PARCIAL", *_INFANTS, *_CHILDREN), _DAY)
BY_EDITAL = Service(("D - 0 A 5 MESES", "D - 6 MESES", "D - 7 MESES", "E - 8 A 11 MESES", _ONE, "I - 2 A 6 ANOS"), _DAY)
CEMEI = Service((_NEWBORN, *_BABIES, *_INFANTS, _ONE, *_CHILDREN, "W - EMEI DA CEMEI"), _DAY)
INDIGENOUS = Service((_ANY_AGE,), _PARTNER_DAY)
STAFF_NURSERY = Service((_ANY_AGE,), _DAY)
FUNDAMENTAL = Service((_ANY_AGE, ADULT), _SHIFT)
FUNDAMENTAL_THREE_SHIFTS = Service((_ANY_AGE, ADULT), SNACKS_AND_LUNCH)
PRESCHOOL = Service((_ANY_AGE,), _SHIFT)
DEAF = Service((_ANY_AGE,), ("MI - MERENDA INICIAL", _ADULT_LUNCH, *_SHIFT))
DRY = Service((_ANY_AGE,), ("MS - MERENDA SECA",))
SNACK = Service((_ANY_AGE,), (_SNACK,))
COVENANT = Service((_ANY_AGE, ADULT), (_ADULT_LUNCH, _SNACK))
COVENANT_WITH_LUNCH = Service((_ANY_AGE, ADULT), (_ADULT_LUNCH, _SNACK, "R1 - REFEICAO 1"))

USUAL_PARTNER = Service((_NEWBORN, *_BABIES, *_INFANTS, _ONE, *_CHILDREN, ADULT), _PARTNER_DAY)
USUAL_MUNICIPAL = Service((_NEWBORN, *_BABIES, *MUNICIPAL.ages, "P - 2 A 3 ANOS PARCIAL"), _DAY)
USUAL_OUTSOURCED_NURSERY = Service((*USUAL_MUNICIPAL.ages, *BY_EDITAL.ages), _DAY)
USUAL_OUTSOURCED_CEMEI = Service((*CEMEI.ages, _ANY_AGE), _DAY)
USUAL_STAFF_NURSERY = Service((_BABIES[1], *_INFANTS, _ONE, _CHILDREN[0], _ANY_AGE), _DAY)
USUAL_OUTSOURCED_STAFF_NURSERY = Service((*USUAL_STAFF_NURSERY.ages, *BY_EDITAL.ages), _DAY)
USUAL_INDIGENOUS = Service((*_INFANTS, _ONE, *_CHILDREN, ADULT, _ANY_AGE), _PARTNER_DAY)
USUAL_PRESCHOOL = Service((_ANY_AGE,), SNACKS_AND_LUNCH)
USUAL_DEAF = Service((_ANY_AGE,), (*SNACKS_AND_LUNCH, "MI - MERENDA INICIAL", _ADULT_LUNCH))
USUAL_EVENING = Service((_ANY_AGE, ADULT), (_SNACK, "R1 - REFEICAO 1"))
USUAL_COVENANT = Service((_ANY_AGE, ADULT), (*SNACKS_AND_LUNCH, _ADULT_LUNCH))
HOLIDAY_UNIT = Service(
    (*CEMEI.ages[:-1], _ANY_AGE, ADULT), ("D - DESJEJUM", "A - ALMOCO", "L - LANCHE", *SNACKS_AND_LUNCH)
)

ADULT_MEALS = frozenset({_ADULT_LUNCH, "R1 - REFEICAO 1"})
"""Meals written under the adults' age wherever a school lists that age."""
PART_OF_MEALS = {
    **dict.fromkeys(BABY_AGES, frozenset(_DAY) - {"C - COLACAO"}),
    **dict.fromkeys(
        ("P - 2 A 3 ANOS PARCIAL", "Q - 4 A 6 ANOS PARCIAL", "W - EMEI DA CEMEI"),
        frozenset({"D - DESJEJUM", "A - ALMOCO"}),
    ),
    ADULT: ADULT_MEALS,
}
"""Ages that are given some meals alone; the others are given all."""
