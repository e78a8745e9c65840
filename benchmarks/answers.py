"""Answers of the look-up over HTTP, against CKAN's own, on the same gunicorn workers.

The API's week and the day page, hot (the edge has them) and cold (each request asks for another week, of a
school that was not asked for); the baselines are ``/api/3/action/status_show`` and ``/about``. wrk drives them
from the same machine, so only ratios of one run compare.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks import harvest
from benchmarks._portal import Report, portal
from ckanext.patiodigital.menus import service
from ckanext.patiodigital.menus.core.queries import SchoolsQuery

PORT = 5390
SECONDS = 6
CONNECTIONS = 4
WORKERS = 2
FIRST_MONTH = "2025-10"

_COLD = """
local eols = {{{eols}}}
local number = 0
request = function()
  number = number + 1
  local eol = eols[(number % #eols) + 1]
  return wrk.format("GET", string.format("{path}", eol))
end
"""


@contextmanager
def server() -> Iterator[str]:
    """gunicorn with CKAN; its address."""
    command = [
        sys.executable, "-m", "gunicorn", "-w", str(WORKERS), "-b", f"127.0.0.1:{PORT}", "--log-level", "error",
        "benchmarks._wsgi:application",
    ]  # fmt: skip
    process = subprocess.Popen(command)  # noqa: S603 (our own module)
    url = f"http://127.0.0.1:{PORT}"
    deadline = time.monotonic() + 60
    while True:
        try:
            urllib.request.urlopen(url + "/api/3/action/status_show").close()  # noqa: S310 (http to ourselves)
            break
        except OSError:
            if time.monotonic() > deadline or process.poll() is not None:
                raise
            time.sleep(0.2)
    try:
        yield url
    finally:
        process.terminate()
        process.wait()


def rate(url: str, script: str | None = None) -> float:
    """Requests a second that the server answers; wrong answers are an error."""
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s"]
    with tempfile.TemporaryDirectory() as folder:
        if script:
            file = Path(folder) / "cold.lua"
            file.write_text(script)
            command += ["-s", str(file)]
        printed = subprocess.run([*command, url], capture_output=True, text=True, check=True).stdout  # noqa: S603
    if "Non-2xx" in printed:
        raise SystemExit(f"{url} answered something else than 200:\n{printed}")
    found = re.search(r"Requests/sec:\s+([0-9.]+)", printed)
    if found is None:
        raise SystemExit(f"wrk said nothing of requests a second:\n{printed}")
    return float(found[1])


def _cold(path: str, eols: list[str]) -> str:
    quoted = ",".join(f'"{eol}"' for eol in eols)
    return _COLD.format(eols=quoted, path=path)


def main() -> None:
    report = Report()
    harvest.FIRST_MONTH = FIRST_MONTH
    os.environ["PRATO_ABERTO_KEY"] = harvest.KEY
    harvest.clock.set_source(lambda: harvest.TODAY)
    with portal():
        harvest.tk.config["ckanext.patiodigital.harvest.requests_per_second"] = harvest.RATE
        department = harvest.Server()
        try:
            outcome, _seconds = harvest.run(harvest.make_source(department.url, "bench-answers"))
            print(outcome)
        finally:
            department.close()
        every = SchoolsQuery(limit=harvest.SCHOOLS)
        eols = [found.school.eol for found in service.public().schools.find(every).items]
    with server() as url:
        week = "/api/menus/v1/schools/{}/menus?start=2025-11-24&end=2025-11-28"
        status = rate(url + "/api/3/action/status_show")
        hot = rate(url + week.format(eols[0]))
        cold = rate(url, _cold(week.format("%s"), eols))
        about = rate(url + "/about")
        day_hot = rate(url + f"/cardapio/{eols[0]}?data=2025-11-25")
        day_cold = rate(url, _cold("/cardapio/%s?data=2025-11-25", eols[1:]))
    report.figure("CKAN's status_show", status, "requests/s")
    report.figure("a week's JSON, hot", hot, "requests/s")
    report.figure("a week's JSON, hot: ratio", hot / status, "times", least=5)
    report.figure("a week's JSON, cold", cold, "requests/s")
    report.figure("a week's JSON, cold: cost in status_shows", status / cold, "times", most=2)
    report.figure("CKAN's /about", about, "requests/s")
    report.figure("the day page, hot: ratio", day_hot / about, "times", least=3)
    report.figure("the day page, cold: ratio", day_cold / about, "times")
    report.close()


if __name__ == "__main__":
    main()
