"""A school's months of menus, and CKAN that serves them: gunicorn and nginx with the settings of `./portal up`."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from benchmarks import harvest
from benchmarks._portal import portal
from benchmarks._wsgi import NOW
from ckanext.patiodigital.menus import service
from ckanext.patiodigital.menus.core.queries import SchoolsQuery
from ckanext.patiodigital.menus.core.rows import SchoolRow
from ckanext.patiodigital.tables.service import NoDataError
from stack.account import service_account
from stack.nginx import Nginx
from stack.settings import CLONE, LOOPBACK, Home, Ports, Profile

PORTS = Ports(5390)
FIRST_MONTH = "2025-10"
#: Seconds until a server answers.
PATIENCE = 60


class Web(NamedTuple):
    """Where CKAN answers: its workers themselves, and nginx in front of them."""

    workers: str
    nginx: str


def publish_menus() -> list[SchoolRow]:
    """Harvest 3,233 schools with three months of menus, unless a benchmark before did; the schools."""
    harvest.FIRST_MONTH = FIRST_MONTH
    os.environ["PRATO_ABERTO_KEY"] = harvest.KEY
    harvest.clock.set_source(lambda: NOW)
    with portal():
        try:
            lookup = service.public()
        except NoDataError:
            harvest.tk.config["ckanext.patiodigital.harvest.requests_per_second"] = harvest.RATE
            department = harvest.Server()
            try:
                outcome, _seconds = harvest.run(harvest.make_source(department.url, "bench-web"))
                print(outcome)
            finally:
                department.close()
            service.forget()
            lookup = service.public()
        every = SchoolsQuery(limit=harvest.SCHOOLS)
        return [found.school for found in lookup.schools.find(every).items]


@contextmanager
def web() -> Iterator[Web]:
    """CKAN at work, on what was published."""
    made = Web(f"http://{LOOPBACK}:{PORTS.ckan}", f"http://{LOOPBACK}:{PORTS.web}")
    gunicorn = [sys.executable, "-m", "gunicorn", "--config", str(CLONE / "stack" / "gunicorn_conf.py")]
    gunicorn += ["--bind", f"{LOOPBACK}:{PORTS.ckan}", "--log-level", "error", "benchmarks._wsgi:make_application()"]
    with (
        tempfile.TemporaryDirectory() as folder,
        _running(gunicorn, made.workers + "/api/3/action/status_show", {"CKAN_SITE_URL": made.nginx}),
    ):
        # nginx's workers run as an account of their own, which the folder would shut out.
        Path(folder).chmod(0o755)
        profile = Profile("bench", Home(Path(folder)), PORTS)
        profile.run.mkdir(parents=True)
        with _running([*Nginx(profile, service_account()).prepare().command], made.nginx + "/about", {}):
            yield made


@contextmanager
def _running(command: list[str], url: str, variables: Mapping[str, str]) -> Iterator[None]:
    """A program, from its first answer on."""
    process = subprocess.Popen(command, env={**os.environ, **variables}, stdout=subprocess.DEVNULL)  # noqa: S603 (our own)
    deadline = time.monotonic() + PATIENCE
    try:
        while True:
            try:
                urllib.request.urlopen(url, timeout=PATIENCE).close()  # noqa: S310 (http to ourselves)
                break
            except OSError:
                if time.monotonic() > deadline or process.poll() is not None:
                    raise
                time.sleep(0.2)
        yield
    finally:
        process.terminate()
        process.wait()
