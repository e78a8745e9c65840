"""A harvest of 3,233 schools and one school year of menus by the bulk path, and of the same again.

The simulator runs in a process of its own, as a department's server would. The limit on requests is raised to
:data:`RATE` a second, so that the harvester's own cost is measured and not its patience; the last lines state
what the default rate adds.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import urllib.request
from datetime import datetime, timezone

import ckantoolkit as tk
from ckan import model
from ckanext.harvest import queue
from ckanext.harvest.model import HarvestJob, HarvestObject, HarvestSource

from benchmarks._portal import Report, Stopwatch, context, portal
from ckanext.patiodigital import clock
from ckanext.patiodigital.harvesters.core.outcome import Outcome, total
from ckanext.patiodigital.harvesters.outcomes import outcome_of
from ckanext.patiodigital.harvesters.prato_aberto import PratoAbertoHarvester

SCHOOLS = 3_233
TODAY = datetime(2025, 12, 19, 12, 0, tzinfo=timezone.utc)
FIRST_MONTH = "2025-02"
RATE = 1_000
DEFAULT_RATE = 10
KEY = "bench"


class Server:
    """The simulator as a process."""

    def __init__(self, *arguments: str) -> None:
        command = [
            sys.executable, "-m", "simulator", "--port", "0", "--schools", str(SCHOOLS), "--today", f"{TODAY:%Y-%m-%d}",
            "--key-env", "PRATO_ABERTO_KEY", *arguments,
        ]  # fmt: skip
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)  # noqa: S603 (our own module)
        ready = self.process.stdout.readline() if self.process.stdout else ""
        self.url = next(word.rstrip(",") for word in ready.split() if word.startswith("http"))

    def edit(self, change: dict[str, object]) -> None:
        request = urllib.request.Request(self.url + "/_edits", json.dumps(change).encode(), method="POST")  # noqa: S310 (http to ourselves)
        urllib.request.urlopen(request).close()  # noqa: S310

    def close(self) -> None:
        self.process.terminate()
        self.process.wait()


def make_source(url: str, name: str) -> str:
    fields = {
        "url": url,
        "name": name,
        "title": name,
        "source_type": "prato_aberto",
        "owner_org": "bench",
        "config": json.dumps({"key_env": "PRATO_ABERTO_KEY", "from": FIRST_MONTH, "months_ahead": 0}),
    }
    return str(tk.get_action("harvest_source_create")(context(), fields)["id"])


def run(source_id: str) -> tuple[Outcome, float]:
    """One run without queues: its outcome, and its seconds."""
    harvester = PratoAbertoHarvester()
    with Stopwatch() as watch:
        job = HarvestJob(source=model.Session.get(HarvestSource, source_id), status="Running")
        job.save()
        for object_id in queue.gather_stage(harvester, job):
            queue.fetch_and_import_stages(harvester, HarvestObject.get(object_id))
        job.status = "Finished"
        job.save()
    outcomes = [outcome_of(item) for item in job.objects]
    outcome = total([item for item in outcomes if item])
    if outcome is None:
        raise SystemExit("The run had no partition.")
    return outcome, watch.seconds


def run_of_a_changed_month(server: Server, source_id: str) -> float:
    """Seconds of a run after every dish of October was replaced."""
    server.edit({"edit": "revise_menus", "first": "2025-10-01", "last": "2025-10-31"})
    outcome, seconds = run(source_id)
    if not outcome.changed:
        raise SystemExit(f"A changed month changed nothing: {outcome}")
    return seconds


def requests_of_a_run(source_id: str) -> int:
    """How many requests an unchanged run sends: one a page that is spooled."""
    from ckanext.patiodigital.config import storage_path  # noqa: PLC0415 (needs CKAN's settings)

    manifests = (storage_path() / "patiodigital" / "spool" / source_id).rglob("manifest.json")
    return sum(len(json.loads(manifest.read_text())) for manifest in manifests)


def main() -> None:
    os.environ["PRATO_ABERTO_KEY"] = KEY
    clock.set_source(lambda: TODAY)
    report = Report()
    with portal():
        tk.config["ckanext.patiodigital.harvest.requests_per_second"] = RATE
        plain, tagged = Server(), Server("--etags")
        try:
            source = make_source(plain.url, "bench-plain")
            first, seconds = run(source)
            report.figure("first harvest: dish rows", first.read, "rows", least=750_000)
            report.figure("first harvest: seconds", seconds, "s", most=120)
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            report.figure("first harvest: peak resident memory", peak, "MB", most=400)
            again, unchanged = run(source)
            if again.new or again.changed or again.withdrawn:
                raise SystemExit(f"An unchanged source changed something: {again}")
            report.figure("nothing changed, no ETags: share of the first", unchanged / seconds * 100, "%", most=25)
            month = run_of_a_changed_month(plain, source)
            report.figure("one month changed, no ETags: share of the first", month / seconds * 100, "%", most=15)
            other = make_source(tagged.url, "bench-etags")
            _, with_tags = run(other)
            _, unchanged = run(other)
            report.figure("nothing changed, ETags: share of its first", unchanged / with_tags * 100, "%", most=10)
            month = run_of_a_changed_month(tagged, other)
            report.figure("one month changed, ETags: share of its first", month / with_tags * 100, "%", most=15)
            asked = requests_of_a_run(source)
            report.figure("requests of an unchanged run", asked, "requests")
            report.figure(f"they take, at {DEFAULT_RATE} a second, at least", asked / DEFAULT_RATE, "s")
        finally:
            plain.close()
            tagged.close()
    report.close()


if __name__ == "__main__":
    main()
