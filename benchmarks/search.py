"""The school search over a network of 3,500 schools: is the right one found, and how quickly.

The names are the department's real ones, from ``../shared/data/sme``, which is no part of the repository. Asked are
the queries of ``search_queries.csv``, written by hand from the schools' names, and thousands that chance makes
(`benchmarks._queries`), with another seed at each release, so that rules are measured and not answers. Invented
schools bring the network to its full size where time and memory are measured.
"""

from __future__ import annotations

import csv
import json
import time
import tracemalloc
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from random import Random

from benchmarks._portal import Report
from benchmarks._queries import Named, Query, make_queries
from ckanext.patiodigital.harvesters.core.prato_aberto import schools as mapping
from ckanext.patiodigital.menus.core.queries import SchoolsQuery
from ckanext.patiodigital.menus.core.rows import SchoolRow
from ckanext.patiodigital.menus.core.search import SchoolIndex
from ckanext.patiodigital.menus.labels import LABELS
from ckanext.patiodigital.schemas import vocabularies
from simulator.schools import make_schools

HERE = Path(__file__).parent
REAL = HERE.parents[1] / "shared" / "data" / "sme"
SCHOOLS = 3_500
NEARBY = 5_000
QUERIES_OF_A_CLASS = 300
SEED = 1
CENTRE = (-23.55, -46.63)

Network = list[tuple[SchoolRow, Named]]


def real_network() -> Network:
    if not REAL.is_dir():
        raise SystemExit(f"This benchmark reads real names from {REAL}, and there is no such folder.")
    boards = vocabularies.load("dres")
    with (REAL / "escolas_dre.csv").open(encoding="utf-8", newline="") as file:
        board_of = {line["cod_eol"]: boards.code(line["dre"]) for line in csv.DictReader(file, delimiter=";")}
    return list(_network(json.loads((REAL / "escolas.json").read_text(encoding="utf-8")), board_of))


def _network(
    documents: Iterable[dict[str, object]], board_of: dict[str, str | None]
) -> Iterator[tuple[SchoolRow, Named]]:
    types = vocabularies.load("school_types")
    for document in documents:
        for row in mapping.school(document, ""):
            if isinstance(row, mapping.SchoolRow):
                board = board_of.get(row.eol)
                school = SchoolRow(
                    eol=row.eol,
                    name=row.name,
                    school_type=types.code(row.school_type) or row.school_type,
                    neighbourhood=row.neighbourhood,
                    dre=board,
                    lat=row.lat,
                    lon=row.lon,
                )
                words_of_board = LABELS.label("dres", board, "pt") if board else ""
                yield school, Named(row.eol, row.official_name, row.neighbourhood or "", words_of_board)


def written_by_hand() -> Iterator[Query]:
    with (HERE / "search_queries.csv").open(encoding="utf-8", newline="") as file:
        for line in csv.DictReader(file, delimiter=";"):
            yield Query(line["kind"], line["query"], frozenset(line["right"].split()))


def ask(index: SchoolIndex, queries: Iterable[Query], title: str, report: Report) -> None:
    """Ask them all, and say how many found the right school first, and among the first three."""
    tallies: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for query in queries:
        eols = [found.school.eol for found in index.find(SchoolsQuery(q=query.typed, limit=3)).items]
        tally = tallies[query.kind]
        tally[0] += 1
        tally[1] += bool(query.right.intersection(eols[:1]))
        tally[2] += bool(query.right.intersection(eols))
    print(f"\n{title + ': class':<50}{'queries':>10}{'first %':>10}{'in 3 %':>10}")
    for kind, (asked, first, three) in tallies.items():
        print(f"{kind:<50}{asked:>10}{100 * first / asked:>10.1f}{100 * three / asked:>10.1f}")
    asked, first, three = map(sum, zip(*tallies.values(), strict=True))
    report.figure(f"{title}: queries", asked, "queries", least=200)
    report.figure(f"{title}: the right school first", 100 * first / asked, "%", least=90)
    report.figure(f"{title}: the right school in the first three", 100 * three / asked, "%", least=97)


def time_answers(rows: list[SchoolRow], queries: list[Query], report: Report) -> None:
    start = time.thread_time()
    index = SchoolIndex(rows, LABELS)
    report.figure(f"index of {len(index):,} schools: built in", 1000 * (time.thread_time() - start), "ms", most=1000)
    tracemalloc.start()
    held = SchoolIndex(rows, LABELS)
    report.figure(f"index of {len(held):,} schools: memory", tracemalloc.get_traced_memory()[0] / 2**20, "MB", most=20)
    tracemalloc.stop()
    answers = [SchoolsQuery(q=query.typed) for query in queries]
    _percentiles("search", index, answers, report)
    hostile = ["x" * 10_000, "a " * 5_000, "jd" * 100, "maria jose da silva santos vila jardim " * 10]
    _percentiles("hostile search", index, [SchoolsQuery(q=text) for text in hostile], report)


def time_nearby(report: Report) -> None:
    rng = Random(SEED)  # noqa: S311 (repeatable is the point)
    rows = [
        SchoolRow(
            eol=f"{number:06}",
            name=f"EMEI {number}",
            school_type="emei",
            lat=CENTRE[0] + rng.uniform(-0.02, 0.02),
            lon=CENTRE[1] + rng.uniform(-0.02, 0.02),
        )
        for number in range(NEARBY)
    ]
    index = SchoolIndex(rows, LABELS)
    query = SchoolsQuery(near=CENTRE, radius_m=5_000)
    if index.find(query).total != NEARBY:
        raise SystemExit("Not all schools are within the radius.")
    _percentiles(f"{NEARBY:,} schools within a radius", index, [query] * 50, report)


def _percentiles(title: str, index: SchoolIndex, queries: list[SchoolsQuery], report: Report) -> None:
    """In processor time, which is what it takes where it need not share: a search waits for nothing."""
    seconds = []
    for query in queries:
        start = time.thread_time()
        index.find(query)
        seconds.append(time.thread_time() - start)
    seconds.sort()
    for percent, most in ((50, None), (95, 10)):
        report.figure(f"{title}: p{percent}", 1000 * seconds[len(seconds) * percent // 100], "ms", most=most)


def main() -> None:
    report = Report()
    real = real_network()
    rows = [school for school, _ in real]
    index = SchoolIndex(rows, LABELS)
    made = list(make_queries([named for _, named in real], QUERIES_OF_A_CLASS, SEED))
    ask(index, written_by_hand(), "by hand", report)
    ask(index, made, "by chance", report)
    known = {school.eol for school in rows}
    invented = [school for school, _ in _network(make_schools(SCHOOLS, SEED), {}) if school.eol not in known]
    print()
    time_answers(rows + invented[: SCHOOLS - len(rows)], made, report)
    time_nearby(report)
    report.close()


if __name__ == "__main__":
    main()
