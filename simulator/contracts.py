"""What decides which menu a school eats from: contract history, special units and periods of meal types (B7).

Dates are text YYYYMMDD. The shares are exact in the long run: one school in ten has a contract that changed,
one generated school in 500 has no contract at all, one in twenty has a period of meal types.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from simulator.chance import draw, object_id, one_in
from simulator.school_days import DAY, january_recess, july_recess
from simulator.vocabulary import FIRST_DAY, OUTSOURCED, Document

_CHANGED, _WITHOUT, _WITH_PERIOD = 10, 500, 20
_SCHOOLS_A_UNIT = 30
_NEWEST_EDITAL, _OTHER_EDITAL = "Edital 2024", "Novo Edital"


class Terms(NamedTuple):
    """Who runs the kitchen, and under which grouping or public tender."""

    management: str
    grouping: object


def contract(eol: int, terms: Terms, first: str, last: str | None) -> Document:
    """One row of `escolas_editais`; `last` is inclusive, None = without end."""
    return {
        "_id": object_id("contract", eol, first),
        "edital": terms.grouping,
        "escola": eol,
        "data_inicio": first,
        "data_fim": last,
        "tipo_atendimento": terms.management,
    }


def contracts(school: Document, seed: int, year: int) -> list[Document]:
    """A school's history, oldest first, without gaps, the last row without end.

    Terms change on the first of a month of this year or the year before. A school document is not kept up to
    date: where the last terms are newer than it, it still tells those before.
    """
    eol = school["_id"]
    own = Terms(school["tipo_atendimento"], str(school["agrupamento"]))
    if not one_in(_CHANGED, seed, "changed", eol):
        return [contract(eol, own, FIRST_DAY, None)]
    region = int(school.get("agrupamento_regiao") or 1)
    history = (
        [_before(own, region), own],
        [own, _after(own, region)],
        [_before(own, region), own, _after(own, region)],
    )
    steps = history[draw(3, seed, "history", eol)]
    month = 2 + draw(10, seed, "month", eol)
    starts = [date(year - 1, month, 1), date(year, month, 1)][-len(steps) + 1 :]
    firsts = [FIRST_DAY, *(f"{start:%Y%m%d}" for start in starts)]
    lasts = [*(f"{start - DAY:%Y%m%d}" for start in starts), None]
    return [contract(eol, *row) for row in zip(steps, firsts, lasts, strict=True)]


def all_contracts(
    schools: Iterable[Document], seed: int, year: int, *, some_without: bool
) -> dict[int, list[Document]]:
    """The histories of these schools by EOL code; `some_without` leaves a few with none."""
    return {
        school["_id"]: []
        if some_without and one_in(_WITHOUT, seed, "without", school["_id"])
        else contracts(school, seed, year)
        for school in schools
    }


def _before(own: Terms, region: int) -> Terms:
    if own.management == OUTSOURCED:
        return Terms("MISTA", str(region))
    return Terms(own.management, str(region % 4 + 1))


def _after(own: Terms, region: int) -> Terms:
    if own.management == "DIRETA":
        return Terms("DIRETA", str((region + 1) % 4 + 1))
    return Terms(OUTSOURCED, _OTHER_EDITAL if own.grouping == _NEWEST_EDITAL else _NEWEST_EDITAL)


def special_unit(name: str, first: str, last: str, schools: Sequence[str]) -> Document:
    """A unit that takes the children of these schools (EOL codes as text) while their own are in recess."""
    return {
        "_id": object_id("special unit", name, first),
        "nome": name,
        "data_criacao": f"{int(first[:4])}0102",
        "data_inicio": first,
        "data_fim": last,
        "escolas": list(schools),
    }


def special_units(schools: Sequence[Document], seed: int, year: int) -> list[Document]:
    """Two units in each recess of this year and the year before.

    The two of one recess have no school in common; one of them has the same name in every recess, as the
    department names them, so that the name is no key.
    """
    eligible = [str(school["_id"]) for school in schools if school.get("refeicoes")]
    size = min(_SCHOOLS_A_UNIT, len(eligible) // 2)
    units = []
    for holiday_year in (year - 1, year):
        january, july = january_recess(holiday_year), july_recess(holiday_year)
        for first, last in ((january[0] + timedelta(days=10), january[1] - timedelta(days=3)), july):
            start = draw(max(1, len(eligible) - 2 * size + 1), seed, "unit", first)
            days = f"{first:%Y%m%d}", f"{last:%Y%m%d}"
            units.append(special_unit("RECREIO_FERIAS", *days, eligible[start : start + size]))
            units.append(special_unit("POLO CEU BUTANTÃ", *days, eligible[start + size : start + 2 * size]))
    return units


def meal_periods(schools: Sequence[Document], seed: int, year: int) -> list[Document]:
    """`vigencias_tipo_alimentacao`: meals that a school has for 60 days, or until further notice, and at no
    other time.

    The source adds them to the school's own list while the period holds and takes them away while it does
    not: a school with shifts gains a snack, a nursery has its last meal only in the period. `escola_id` is
    text here, alone among the collections.
    """
    periods = []
    for school in schools:
        meals, eol = school.get("refeicoes"), school["_id"]
        if not meals or not one_in(_WITH_PERIOD, seed, "period", eol):
            continue
        first = date(year, 3 + draw(6, seed, "period month", eol), 1)
        periods.append(
            {
                "_id": object_id("meal period", eol, first),
                "data_criacao": f"{first - timedelta(days=20):%Y%m%d}",
                "data_inicio": f"{first:%Y%m%d}",
                "data_fim": None if one_in(4, seed, "open", eol) else f"{first + timedelta(days=60):%Y%m%d}",
                "escola_id": str(eol),
                "escola": school["nome"],
                "refeicoes": ["L4 - LANCHE 4 HORAS"] if "R1 - REFEICAO 1" in meals else meals[-1:],
            }
        )
    return periods
