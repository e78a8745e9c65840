"""The search over a simulated network: what families type, and the schools that they mean.

``search_golden.csv`` was written from the schools' names, never from what the search answers. Several codes are
twins: any of them may stand first.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from ckanext.patiodigital.harvesters.core.prato_aberto import schools as mapping
from ckanext.patiodigital.menus.core.queries import SchoolsQuery
from ckanext.patiodigital.menus.core.rows import SchoolRow
from ckanext.patiodigital.menus.core.search import SchoolIndex
from ckanext.patiodigital.menus.labels import LABELS
from ckanext.patiodigital.schemas import vocabularies
from simulator.names import NEIGHBOURHOODS
from simulator.schools import make_schools

SCHOOLS = 900
SEED = 1
#: The simulator tells no boards: one for each of its kitchen regions.
BOARDS = {1: "108200", 2: "108500", 3: "108400", 4: "108600"}
REGIONS = {neighbourhood.name: neighbourhood.region for neighbourhood in NEIGHBOURHOODS}
#: Names with what the simulator's names lack.
MORE = [
    (990_001, "EMEF PRES. ARTUR LUME", "EMEF"),
    (990_002, "EMEI CAP. ÉLCIO BRASA (TERC)", "EMEI"),
    (990_003, "EMEF ENG. RUTE TELHA - (MIST)", "EMEF"),
    (990_004, "EMEI MIN. CÉLIO VENTO", "EMEI"),
    (990_005, "CEI CONV. N. SRA. DA COLINA", "CEI_CONVENIADO"),
    (990_006, "EMEF COM. OTTO BRISA", "EMEF"),
    (990_007, "EMEF SETE DE OUTUBRO", "EMEF"),
    (990_008, "EMEI LUZ DO 3º MILÊNIO", "EMEI"),
]


class Golden(NamedTuple):
    kind: str
    query: str
    right: frozenset[str]


def golden() -> Iterator[Golden]:
    with (Path(__file__).parent / "search_golden.csv").open(encoding="utf-8", newline="") as file:
        for line in csv.DictReader(file, delimiter=";"):
            yield Golden(line["kind"], line["query"], frozenset(line["right"].split()))


def network() -> Iterator[SchoolRow]:
    """The schools as the harvest publishes them, with INEP codes and boards."""
    more = [{"_id": eol, "nome": name, "tipo_unidade": kind, "bairro": "PENHA"} for eol, name, kind in MORE]
    types = vocabularies.load("school_types")
    for document in [*make_schools(SCHOOLS, SEED), *more]:
        for row in mapping.school(document, "https://example.org/escola"):
            if isinstance(row, mapping.SchoolRow):
                yield SchoolRow(
                    eol=row.eol,
                    inep=f"35{row.eol}",
                    name=row.name,
                    school_type=types.code(row.school_type),
                    neighbourhood=row.neighbourhood,
                    dre=BOARDS[REGIONS[document["bairro"]]],
                )


@pytest.fixture(scope="module")
def index():
    return SchoolIndex(network(), LABELS)


GOLDEN = list(golden())
ASKED = [line for line in GOLDEN if line.right]


def answers(index, line):
    return [found.school.eol for found in index.find(SchoolsQuery(q=line.query, limit=3)).items]


def test_the_set_is_large_and_names_schools_that_exist(index):
    assert len(ASKED) >= 200
    assert not [line for line in ASKED for eol in line.right if index.get(eol) is None]


@pytest.mark.parametrize("kind", sorted({line.kind for line in ASKED}))
def test_the_right_school_is_among_the_first_three(index, kind):
    lines = [line for line in ASKED if line.kind == kind]
    missed = [line.query for line in lines if not line.right.intersection(answers(index, line))]
    assert len(missed) <= 0.03 * len(lines), missed


def test_the_right_school_stands_first(index):
    missed = [line.query for line in ASKED if not line.right.intersection(answers(index, line)[:1])]
    assert len(missed) <= 0.03 * len(ASKED), missed


def test_twins_stand_first_together(index):
    twins = [line for line in ASKED if line.kind == "twins"]
    assert twins
    for line in twins:
        assert set(answers(index, line)[: len(line.right)]) == line.right, line.query


@pytest.mark.parametrize("query", [line.query for line in GOLDEN if not line.right])
def test_what_means_no_school_finds_none(index, query):
    result = index.find(SchoolsQuery(q=query))
    assert [found.school.name for found in result.items] == []


@pytest.mark.parametrize(
    ("ruined", "meant"),
    [("lispkttr", "000086"), ("klrisse lspktr", "000086"), ("orkydias", "450461"), ("hellenn kellrr", "000205")],
)
def test_a_name_beyond_recognition_is_offered_as_near(index, ruined, meant):
    result = index.find(SchoolsQuery(q=ruined))
    offered = [school.eol for school in result.nearest] or [found.school.eol for found in result.items]
    assert meant in offered[:5]


@pytest.mark.parametrize("query", ["asdfgh", "xyzzy qwerty", "emef wxkzzt", "zzzz"])
def test_where_nothing_is_found_names_are_offered_by_their_spelling(index, query):
    result = index.find(SchoolsQuery(q=query))
    assert (result.items, len(result.nearest), result.interpreted) == ([], 5, query)


def test_nothing_is_offered_for_a_code_that_nobody_has(index):
    result = index.find(SchoolsQuery(q="12345678"))
    assert (result.items, result.nearest, result.interpreted) == ([], [], "12345678")


@pytest.mark.parametrize("query", ["dre freguesia", "DRE Freguesia Brasilândia", "108400", "dre 108400"])
def test_a_board_finds_its_schools_and_those_first(index, query):
    of_board = {row.eol for row in index if row.dre == "108400"}
    result = index.find(SchoolsQuery(q=query, limit=1_000))
    assert {found.school.eol for found in result.items[: len(of_board)]} == of_board
