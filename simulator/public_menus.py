"""Menus as the department's public routes give them to families, with their bugs B1 to B5, B7 and B9.

Whatever the real service trips over raises here too, and becomes its HTTP 500.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from simulator.answers import Request
from simulator.department import Department
from simulator.menus import PLACEHOLDER, Search
from simulator.school_days import DAY
from simulator.vocabulary import (
    AGE_CODES,
    AGES,
    FALLBACK_GROUPING,
    FALLBACK_MANAGEMENT,
    MEAL_LABEL_ORDER,
    MEALS,
    SPECIAL_UNIT,
    Document,
)

_SCHOOL_MENUS = 15
_HIDDEN = frozenset({"_id", "status", "cardapio_original"})
_NOBODYS_AGE = "?"


def school_menus(department: Department, school: Document, request: Request, day: str | None) -> list[Document]:
    """`/escola/<id>/cardapios/`: the newest 15 menus of the school document's own group, each without meals
    (B1).
    """
    menus = department.menus.find(
        Search(
            management=school["tipo_atendimento"],
            school_type=school["tipo_unidade"],
            grouping=str(school["agrupamento"]),
            age=_age_code(request),
            first=day or request.argument("data_inicial") or None,
            last=day or request.argument("data_final") or None,
        ),
        limit=_SCHOOL_MENUS,
    )
    # Meals are put in the order of the labels while they still are codes, so that none is left to translate.
    return [
        {
            **_public(menu),
            "idade": AGES[menu["idade"]],
            "cardapio": _translate(_in_label_order(menu["cardapio"])),
        }
        for menu in menus
    ]


def family_menus(department: Department, request: Request, day: str | None) -> list[Document]:
    """`/cardapios/`: the menus of the first school of that name (B3), by age band and day.

    Raises for a request without `nome`, `tipo_unidade` or dates (B2), and for a school without ages or meals.
    """
    name = request.argument("nome")
    school_type = request.argument("tipo_unidade")
    if not school_type:
        raise LookupError("tipo_unidade is missing")
    first, last = (day, day) if day else (request.argument("data_inicial"), request.argument("data_final"))
    days = [day] if day else _days(first, last)
    if not (days or name):
        return []
    school = next(school for school in department.schools.values() if school.get("nome") == name)
    unit = _special_unit(department, school, first, last)
    menus = [menu for each in days for menu in department.menus.find(_search(department, school, unit, request, each))]
    ages, meals = school["idades"], school["refeicoes"]
    ordered = [_public(menu) for age in AGES for menu in menus if menu["idade"] == age and age in ages]
    shown = [_shown(department, school["_id"], menu, meals) for menu in ordered]
    _drop_placeholders(shown)
    for menu in shown:
        menu["cardapio"] = _in_label_order(menu["cardapio"])
    return _without_doubles(shown) if school_type == "SME_CONVÊNIO" and unit is None and shown else shown


def _search(department: Department, school: Document, unit: Document | None, request: Request, day: str) -> Search:
    """Where a school's menus of one day are: at its special unit, else at the group of that day's contract
    (B7).
    """
    asked_type, asked_management = request.argument("tipo_unidade"), request.argument("tipo_atendimento")
    contract = next((row for row in department.contracts.get(school["_id"], ()) if _holds(row, day)), None)
    management = contract["tipo_atendimento"] if contract else FALLBACK_MANAGEMENT
    grouping = contract["edital"] if contract else FALLBACK_GROUPING
    search = Search(
        management=management if asked_management else None,
        school_type=asked_type or None,
        grouping=grouping,
        age=_age_code(request),
        first=day,
        last=day,
    )
    if asked_type == "PROJETO_CECI":
        return search._replace(management=asked_management or "", grouping=request.argument("agrupamento") or "")
    if unit is not None:
        return search._replace(
            management=SPECIAL_UNIT if asked_management else None,
            school_type=unit["nome"] if asked_type else None,
            grouping=SPECIAL_UNIT,
        )
    return search


def _special_unit(department: Department, school: Document, first: str | None, last: str | None) -> Document | None:
    """The first unit that takes the school in for the whole time asked for."""
    if first is None or last is None:
        return None
    eol = str(school["_id"])
    return next(
        (
            unit
            for unit in department.special_units
            if eol in unit["escolas"] and unit["data_inicio"] <= first and last <= unit["data_fim"]
        ),
        None,
    )


def _holds(row: Document, day: str) -> bool:
    last = row["data_fim"]
    return bool(row["data_inicio"] <= day and (last is None or day <= last))


def _age_code(request: Request) -> str | None:
    label = request.argument("idade")
    return AGE_CODES.get(label, _NOBODYS_AGE) if label else None


def _public(menu: Document) -> Document:
    return {key: value for key, value in menu.items() if key not in _HIDDEN}


def _days(first: str | None, last: str | None) -> list[str]:
    start, end = _date(first), _date(last)
    return [f"{start + n * DAY:%Y%m%d}" for n in range((end - start).days + 1)]


def _date(text: str | None) -> date:
    if text is None:
        raise LookupError("a date is missing")
    return datetime.strptime(text, "%Y%m%d").date()  # noqa: DTZ007 - a calendar day has no zone


def _shown(department: Department, eol: int, menu: Document, meals: list[str]) -> Document:
    """The menu with labels, for the meals that the school has that day.

    An unknown meal code leaves the document half translated (B5): its label of the age, its raw meals.
    """
    wanted = _meals_on(department, eol, menu["data"], meals)
    try:
        labels = {MEALS[meal] for meal in wanted}
    except KeyError:
        return menu
    translated = {**menu, "idade": AGES[menu["idade"]]}
    try:
        served = _translate(menu["cardapio"])
    except KeyError:
        return translated
    return {
        **translated,
        "cardapio": {label: dishes for label, dishes in served.items() if label in labels or not labels},
    }


def _meals_on(department: Department, eol: int, day: str, meals: list[str]) -> list[str]:
    """A school's meals with those of its periods: added while one holds, taken away while it does not."""
    added: list[str] = []
    taken: list[str] = []
    for period in department.meal_periods:
        if period["escola_id"] == str(eol):
            first, last = period["data_inicio"], period["data_fim"]
            holds = (not first or first <= day) and (last is None or day <= last)
            (added if holds else taken).extend(period["refeicoes"])
    return [meal for meal in dict.fromkeys([*meals, *added]) if meal not in taken]


def _translate(meals: dict[str, Any]) -> dict[str, Any]:
    """Labels for codes; of codes that share a label the last one stays (B4). KeyError for an unknown code."""
    return {MEALS[code]: dishes for code, dishes in meals.items()}


def _in_label_order(meals: dict[str, Any]) -> dict[str, Any]:
    """The meals whose key is a known label and that have dishes."""
    return {label: meals[label] for label in MEAL_LABEL_ORDER if meals.get(label)}


def _drop_placeholders(menus: list[Document]) -> None:
    """Takes out the first menu's meals that are nothing but the placeholder in every menu (B9)."""
    if not menus:
        return
    empty = {
        meal
        for meal in menus[0]["cardapio"]
        if all(menu["cardapio"].get(meal, [PLACEHOLDER]) == [PLACEHOLDER] for menu in menus)
    }
    for menu in menus:
        menu["cardapio"] = {meal: dishes for meal, dishes in menu["cardapio"].items() if meal not in empty}


def _without_doubles(menus: list[Document]) -> list[Document]:
    """Partner schools: the fullest menu decides whether those for adults are left out."""
    fullest_first = sorted(menus, key=lambda menu: len(menu["cardapio"]), reverse=True)
    meals = fullest_first[0]["cardapio"]
    return [
        menu
        for menu in fullest_first
        if len(meals) == 1 or "Refeição" not in meals or (len(meals) == 2 and menu["idade"] != AGES["H - ADULTO"])
    ]
