"""Contracts, special units and meal periods to rows of ``school_menu_groups`` and ``school_meals``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple

from ckanext.patiodigital.harvesters.core.prato_aberto.documents import day, eol_code, fault, no_eol, no_object
from ckanext.patiodigital.schemas import vocabularies
from ckanext.patiodigital.schemas.vocabularies import slug
from ckanext.patiodigital.tables.core.reasons import Reason, SourceFault

#: The contract history leaves out the start of what always held.
EVER = date(1900, 1, 1)
CONTRACT_PRIORITY, SPECIAL_UNIT_PRIORITY = 0, 10

#: What :func:`contract`, :func:`special_unit` and :func:`meal_period` read, or leave out on purpose.
CONTRACT_KEYS = frozenset({"_id", "edital", "escola", "data_inicio", "data_fim", "tipo_atendimento"})
UNIT_KEYS = frozenset({"_id", "nome", "escolas", "data_inicio", "data_fim", "data_criacao"})
PERIOD_KEYS = frozenset({"_id", "escola_id", "escola", "refeicoes", "data_inicio", "data_fim", "data_criacao"})


class GroupRow(NamedTuple):
    """A row of ``school_menu_groups``."""

    eol: str
    valid_from: Any
    valid_to: Any
    priority: int
    menu_group: str
    source_url: str


class SchoolMealRow(NamedTuple):
    """A row of ``school_meals``."""

    eol: str
    valid_from: Any
    valid_to: Any
    meal: Any
    source_url: str


def menu_group(management: str, school_type: str, grouping: str) -> str:
    """The name of a group of schools that eat from one plan, by its codes."""
    return f"{management}/{school_type}/{grouping}"


def grouping_code(value: Any) -> str:
    """A grouping (a number or its text, B8) or a tender as a slug; ``""`` where it is none."""
    return slug(str(value)) if isinstance(value, str | int) and not isinstance(value, bool) else ""


def special_unit_group(name: Any) -> str | None:
    """The group of a special unit, such as a holiday centre: its menus carry its name. None without a name."""
    code = slug(name) if isinstance(name, str) else ""
    return f"unit/{code}" if code else None


def contract(document: Any, school_types: Mapping[str, str], url: str) -> Iterator[GroupRow | SourceFault]:
    """A contract of ``/editor/escolas_editais`` or of a school's own page.

    ``school_types`` gives each school's type by its EOL code.
    """
    if not isinstance(document, Mapping):
        yield no_object(document, url)
        return
    eol = eol_code(document.get("escola"))
    if eol is None:
        yield no_eol("-", document.get("escola"), url)
        return
    school_type = school_types.get(eol)
    if school_type is None:
        yield SourceFault(eol, [fault("eol", eol, Reason.FOREIGN_KEY, "Not in the table schools.")], url)
        return
    raw = document.get("tipo_atendimento")
    management = vocabularies.load("managements").code(raw) if isinstance(raw, str) else None
    if management is None:
        message = "Not a known way of running the kitchen (tipo_atendimento)."
        yield SourceFault(eol, [fault("menu_group", raw, Reason.UNKNOWN_CODE, message)], url)
        return
    grouping = grouping_code(document.get("edital"))
    if not grouping:
        message = "No grouping or tender (edital)."
        yield SourceFault(eol, [fault("menu_group", document.get("edital"), Reason.REQUIRED, message)], url)
        return
    yield GroupRow(
        eol=eol,
        valid_from=day(document.get("data_inicio")) or EVER,
        valid_to=day(document.get("data_fim")),
        priority=CONTRACT_PRIORITY,
        menu_group=menu_group(management, school_type, grouping),
        source_url=url,
    )


def special_unit(document: Any, url: str) -> Iterator[GroupRow | SourceFault]:
    """A document of ``/editor/unidades_especiais``: one row for each school that it gathers."""
    if not isinstance(document, Mapping):
        yield no_object(document, url)
        return
    name, schools = document.get("nome"), document.get("escolas")
    group = special_unit_group(name)
    if group is None or not isinstance(schools, list):
        message = "A special unit needs a name (nome) and a list of schools (escolas)."
        yield SourceFault(str(name)[:200], [fault("menu_group", schools, Reason.TYPE, message)], url)
        return
    for value in schools:
        eol = eol_code(value)
        if eol is None:
            yield no_eol(group, value, url)
            continue
        yield GroupRow(
            eol=eol,
            valid_from=day(document.get("data_inicio")),
            valid_to=day(document.get("data_fim")),
            priority=SPECIAL_UNIT_PRIORITY,
            menu_group=group,
            source_url=url,
        )


def meal_period(document: Any, url: str) -> Iterator[SchoolMealRow | SourceFault]:
    """A document of ``/editor/vigencias_tipo_alimentacao``: one row for each meal of the period."""
    if not isinstance(document, Mapping):
        yield no_object(document, url)
        return
    eol = eol_code(document.get("escola_id"))
    meals = document.get("refeicoes")
    if eol is None:
        yield no_eol("-", document.get("escola_id"), url)
        return
    if not isinstance(meals, list):
        message = "Expected a list of meals (refeicoes)."
        yield SourceFault(eol, [fault("meal", meals, Reason.TYPE, message)], url)
        return
    for meal in meals:
        yield SchoolMealRow(
            eol=eol,
            valid_from=day(document.get("data_inicio")) or EVER,
            valid_to=day(document.get("data_fim")),
            meal=meal,
            source_url=url,
        )
