"""A second reader of our calendars, ical.js, finds in them what icalendar wrote: names, days and texts of all events.

npm brings it. ``./portal bench calendar_readers``.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
import time
import urllib.request
from pathlib import Path

from icalendar import Calendar

from benchmarks._portal import Report
from benchmarks._web import publish_menus, web

ICAL_JS = "ical.js@2.2.1"
#: As many schools as are read, of all that there are.
SCHOOLS = 40
_READER = """
import ICAL from "ical.js";
import { readFileSync } from "node:fs";
const events = process.argv.slice(2).map((file) =>
  new ICAL.Component(ICAL.parse(readFileSync(file, "utf8"))).getAllSubcomponents("vevent").map((component) => {
    const event = new ICAL.Event(component);
    const status = component.getFirstPropertyValue("status");
    return [event.uid, event.startDate.toString(), event.endDate.toString(), event.summary, event.description,
      event.sequence, status];
  }));
console.log(JSON.stringify(events));
"""


def read_by_ical_js(files: list[Path], folder: Path) -> list[list[list[object]]]:
    """The events of each file: UID, first day, day after the last, summary, description, sequence, status."""
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm is None or node is None:
        raise SystemExit("Node and npm are not installed: apt-get install npm.")
    subprocess.run([npm, "install", "--silent", "--no-save", ICAL_JS], cwd=folder, check=True)  # noqa: S603 (a list)
    (folder / "read.mjs").write_text(_READER, encoding="utf-8")
    done = subprocess.run([node, "read.mjs", *files], cwd=folder, check=True, capture_output=True)  # noqa: S603
    found: list[list[list[object]]] = json.loads(done.stdout)
    return found


def read_by_icalendar(file: Path) -> list[list[object]]:
    """The same of one file, by the library that wrote it."""
    return [
        [
            str(event["UID"]),
            event.start.isoformat(),
            event.end.isoformat(),
            str(event["SUMMARY"]),
            str(event["DESCRIPTION"]),
            event["SEQUENCE"],
            str(event["STATUS"]),
        ]
        for event in Calendar.from_ical(file.read_bytes()).events
    ]


def main() -> None:
    report = Report()
    schools = publish_menus()
    with web() as served, tempfile.TemporaryDirectory() as name:
        folder, files, slowest = Path(name), [], 0.0
        for school in schools[:: len(schools) // SCHOOLS]:
            url = f"{served.nginx}/api/menus/v1/schools/{school.eol}/menus.ics"
            started = time.perf_counter()
            with urllib.request.urlopen(url) as answer:  # noqa: S310 (http to ourselves)
                body = answer.read()
            slowest = max(slowest, time.perf_counter() - started)
            files.append(folder / f"{school.eol}.ics")
            files[-1].write_bytes(body)
        ours, theirs = [read_by_icalendar(file) for file in files], read_by_ical_js(files, folder)
    different = sum(mine != other for mine, other in zip(ours, theirs, strict=True))
    report.figure("calendars read", len(files), "")
    report.figure("events read", sum(map(len, ours)), "", least=1)
    report.figure("calendars that ical.js reads otherwise", different, "", most=0)
    report.figure("slowest calendar, made anew", slowest * 1000, "ms")
    report.close()


if __name__ == "__main__":
    main()
