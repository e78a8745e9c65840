"""Contracts, special units and meal periods to rows of ``school_menu_groups`` and ``school_meals``."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from datetime import date, timedelta
from itertools import zip_longest
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


def meal_periods(
    found: Iterable[tuple[str, Any]], usual: Mapping[str, frozenset[str]]
) -> Iterator[SchoolMealRow | SourceFault]:
    """Documents of ``/editor/vigencias_tipo_alimentacao``, each with its address, to what their schools have when.

    The department adds a period's meals to the school's usual ones on the period's days, and takes them away on all
    others; a row of ``school_meals`` stands in place of the usual list. So each school that has periods gets rows for
    all days, cut where one begins or ends. ``usual``: codes of meals by EOL code. What can't be read as a period is
    passed on as it is, for the validator to say why.
    """
    periods: defaultdict[str, list[_MealPeriod]] = defaultdict(list)
    for url, document in found:
        fault_found = _meal_period_fault(document, url, usual.keys())
        if fault_found:
            yield fault_found
            continue
        eol = str(eol_code(document["escola_id"]))
        first, last = day(document.get("data_inicio")) or EVER, day(document.get("data_fim")) or None
        codes = [(raw, _meal_code(raw)) for raw in document["refeicoes"]]
        span = _span(first, last)
        yield from (SchoolMealRow(eol, first, last, raw, url) for raw, code in codes if not (span and code))
        if span:
            periods[eol].append(_MealPeriod(*span, frozenset(code for _, code in codes if code), url))
    for eol, of_school in periods.items():
        yield from _from_day_to_day(eol, of_school, usual[eol])


class _MealPeriod(NamedTuple):
    """Meals that a school has from the first day until before another, if there is one."""

    first: date
    until: date | None
    meals: frozenset[str]
    url: str


def _meal_period_fault(document: Any, url: str, schools: Set[str]) -> SourceFault | None:
    if not isinstance(document, Mapping):
        return no_object(document, url)
    eol, meals = eol_code(document.get("escola_id")), document.get("refeicoes")
    if eol is None:
        return no_eol("-", document.get("escola_id"), url)
    if eol not in schools:
        # What is published under it stays, as its contracts do, until the list of schools is in force again.
        return SourceFault(eol, [fault("eol", eol, Reason.FOREIGN_KEY, "Not in the table schools.")], url, {"eol": eol})
    if not isinstance(meals, list):
        message = "Expected a list of meals (refeicoes)."
        return SourceFault(eol, [fault("meal", meals, Reason.TYPE, message)], url)
    return None


def _meal_code(raw: Any) -> str | None:
    return vocabularies.load("meals").code(raw) if isinstance(raw, str) else None


def _span(first: Any, last: Any) -> tuple[date, date | None] | None:
    """The first day, and that after the last one; None where they are no days in this order."""
    try:
        begin = first if isinstance(first, date) else date.fromisoformat(first)
        end = date.fromisoformat(last) if last else date.max
    except (TypeError, ValueError):
        return None
    if begin > end:
        return None
    return max(begin, EVER), None if end == date.max else end + timedelta(days=1)


def _from_day_to_day(eol: str, periods: Sequence[_MealPeriod], usual: frozenset[str]) -> Iterator[SchoolMealRow]:
    """A meal of periods is served on the days that all periods which name it have in common."""
    named = Counter(meal for period in periods for meal in period.meals)
    changes: defaultdict[date, Counter[str]] = defaultdict(Counter)
    changes[EVER].update()
    for period in periods:
        changes[period.first].update(period.meals)
        if period.until:
            changes[period.until].subtract(period.meals)
    in_force: Counter[str] = Counter()
    spans: list[tuple[date, frozenset[str]]] = []
    for begin in sorted(changes):
        in_force.update(changes[begin])
        meals = (usual - named.keys()) | {meal for meal, count in named.items() if in_force[meal] == count}
        if not spans or spans[-1][1] != meals:
            spans.append((begin, frozenset(meals)))
    ends = [begin - timedelta(days=1) for begin, _ in spans[1:]]
    for (begin, meals), end in zip_longest(spans, ends):
        yield from (SchoolMealRow(eol, begin, end, meal, periods[0].url) for meal in sorted(meals))
