"""The feeds against stock ckanext-dcat on the same portal, with 2,000 datasets of three resources each.

``PATIODIGITAL_BENCH_DATASETS`` takes another number. Datasets are made by CKAN's own action, so the first run takes
minutes; a page is asked of the action itself, in this process, so that only what makes the page is compared.
"""

from __future__ import annotations

import os
import resource
import time

import ckantoolkit as tk
from ckan import model
from ckan.lib import search

from benchmarks._portal import Report, Stopwatch, context, portal
from benchmarks._web import web
from benchmarks._wrk import Request, rate
from benchmarks.answers import tag_of
from ckanext.patiodigital.dcat import documents, renewal, store

DATASETS = int(os.environ.get("PATIODIGITAL_BENCH_DATASETS", "2000"))
RESOURCES = ("CSV", "XLSX", "PDF")


def make(number: int, department: str = "bench") -> None:
    name = f"feed-{number:05}"
    fields = {
        "name": name,
        "title": f"Conjunto {number}",
        "notes": "O que os dados são, para quem, e que perguntas respondem.",
        "owner_org": department,
        "subject": ["alimentacao"],
        "frequency": "daily",
        "maintainer_email": "dados@example.org",
        "temporal_start": "2025-01-01",
        "temporal_end": "2025-12-31",
        "tag_string": "merenda,escola,cardápio",
        "resources": [
            {"url": f"https://ex.org/{name}.{form.lower()}", "format": form, "name": f"Tabela em {form}"}
            for form in RESOURCES
        ],
    }
    tk.get_action("package_create")(context() | {"defer_commit": False}, fields)


def renewed() -> tuple[int, float]:
    """How many datasets a renewal made anew, and its seconds."""
    with Stopwatch() as watch:
        outcome = renewal.renew()
    return outcome.renewed, watch.seconds


def page(profile: str) -> float:
    """Seconds for a page of 100 of the catalogue, the best of three."""
    best = float("inf")
    for _ in range(3):
        with Stopwatch() as watch:
            tk.get_action("dcat_catalog_show")(context(), {"format": "ttl", "profiles": [profile]})
        best = min(best, watch.seconds)
    return best


def main() -> None:
    report = Report()
    with portal():
        known = model.Session.query(model.Package).filter(model.Package.name.like("feed-%")).count()
        for number in range(known, DATASETS // 2):
            make(number)
        first, first_seconds = renewed()
        for number in range(max(known, DATASETS // 2), DATASETS):
            make(number)
        second, second_seconds = renewed()
        search.commit()
        if first and second:
            report.figure(f"the first {first} fragments, each", 1_000 * first_seconds / first, "ms")
            report.figure(
                f"the next {second}: cost of one to that",
                second_seconds / second * first / first_seconds,
                "times",
                most=1.2,
            )
        stock, own = page("euro_dcat_ap_3"), page("patiodigital_dcat_ap")
        report.figure("a page of 100, stock", stock, "s")
        report.figure("a page of 100, warm: ratio to stock", stock / own, "times", least=20)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        with Stopwatch() as watch:
            size = sum(map(len, documents.feed("dcat_ap", "ttl")))
        report.figure(
            f"the whole feed of {len(list(store.listed()))} datasets, {size / 1e6:.1f} MB", watch.seconds, "s", most=2
        )
        grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
        report.figure("memory that it took beyond what CKAN held", grown, "MB", most=150)
        tk.get_action("package_patch")(context(), {"id": "feed-00000", "title": f"Mudou {time.time()}"})
        count, seconds = renewed()
        report.figure(f"one edit, which renews {count}", seconds, "s", most=5)
    with web() as served:
        feed = "/feeds/dcat-ap.ttl"
        kept = rate(served.workers, [Request(feed, tag_of(served.workers + feed))])
        hot = rate(served.workers, [Request("/vocabulary/meals.json")])
    report.figure("its 304: ratio to a hot JSON answer", kept / hot, "times", least=0.9)
    report.close()


if __name__ == "__main__":
    main()
