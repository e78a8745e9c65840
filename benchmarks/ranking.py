"""Scoring and the ranking, with 2,000 datasets of three resources each in 100 departments.

``PATIODIGITAL_BENCH_DATASETS`` takes another number. Feeds are made first, since scores are of what they serve; then
every dataset is scored with the shapes' word waiting, and once more with it.
"""

from __future__ import annotations

import os
import statistics
import time

import ckantoolkit as tk
import sqlalchemy as sa
from ckan import model
from ckan.lib import search

from benchmarks._portal import Report, Stopwatch, context, portal
from benchmarks._web import web
from benchmarks._wrk import Request, rate
from benchmarks.feeds import make
from ckanext.patiodigital.dcat import config as dcat_config
from ckanext.patiodigital.dcat import renewal
from ckanext.patiodigital.dcat import store as feeds
from ckanext.patiodigital.ranking import scoring, service, store

DATASETS = int(os.environ.get("PATIODIGITAL_BENCH_DATASETS", "2000"))
DEPARTMENTS = 100


def scored() -> tuple[int, float]:
    """How many datasets a run scored, and its seconds."""
    with Stopwatch() as watch:
        outcome = scoring.score_due()
    return outcome.scored, watch.seconds


def fill() -> None:
    """Departments with datasets, whose feeds are made."""
    departments = [f"dep-{number:03}" for number in range(DEPARTMENTS)]
    for number, name in enumerate(departments):
        if model.Group.get(name) is None:
            tk.get_action("organization_create")(context(), {"name": name, "title": f"Departamento {number}"})
    for number in range(DATASETS):
        name, owner = f"feed-{number:05}", departments[number % DEPARTMENTS]
        if model.Package.get(name) is None:
            make(number, owner)
        else:  # another benchmark of this run made it
            tk.get_action("package_owner_org_update")(context(), {"id": name, "organization_id": owner})


def main() -> None:
    report = Report()
    with portal():
        fill()
        renewal.renew()
        search.commit()
        count, seconds = scored()
        report.figure(f"{count} datasets from cold, the shapes' word waiting", seconds, "s", most=60 * DATASETS / 2000)
        site, keys = dcat_config.site(), [each.dataset_id for each in feeds.listed()]
        with Stopwatch() as judging:  # by the two profiles that yardsticks ask for
            for first in range(0, len(keys), 25):
                for name in scoring.PROFILES:
                    renewal.judge(feeds.fragments(keys[first : first + 25], name, "nt"), name, site)
        with Stopwatch() as checking:
            while renewal.check():
                pass
        report.figure("judging them by all three profiles, as the feeds do", checking.seconds, "s")
        model.Session.execute(sa.delete(store.DatasetScore))
        model.Session.commit()
        count, seconds = scored()
        report.figure(
            f"{count} datasets from cold, with SHACL ({judging.seconds:.0f} s of it)",
            judging.seconds + seconds,
            "s",
            most=120 * DATASETS / 2000,
        )
        tk.get_action("package_patch")(context(), {"id": "feed-00000", "title": f"Mudou {time.time()}"})
        with Stopwatch() as edit:
            renewal.renew()
            renewal.check()
            again, _ = scored()
        report.figure(f"one edit, which rescores {again}", edit.seconds, "s", most=5)
        cold = []
        service.order("mqa")
        for _ in range(20):
            store.touch()
            model.Session.commit()
            service.forget()
            with Stopwatch() as watch:
                service.order("mqa")
                service.history("mqa")
            cold.append(1_000 * watch.seconds)
        report.figure(
            "the order of 100 departments after an edit, 95 %", statistics.quantiles(cold, n=20)[-1], "ms", most=50
        )
    with web() as served:
        page = rate(served.workers, [Request("/ranking")])
        hot = rate(served.workers, [Request("/vocabulary/meals.json")])
    report.figure("/ranking hot: ratio to a hot JSON answer", page / hot, "times", least=0.9)
    report.close()


if __name__ == "__main__":
    main()
