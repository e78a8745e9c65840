"""A portal with departments and datasets, in the feeds and scored; and web servers that behave in every way."""

from __future__ import annotations

import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from ckan.lib import search
from ckan.tests import factories
from ckan.tests.helpers import call_action

from ckanext.patiodigital.dcat import renewal
from ckanext.patiodigital.ranking import scoring, service


@pytest.fixture
def act(with_plugins, clean_db, clean_index):
    """Call an action as an administrator."""
    user = factories.Sysadmin()["name"]
    service.forget()
    yield lambda action, **fields: call_action(action, context={"user": user}, **fields)
    service.forget()


@pytest.fixture
def make(act):
    """Make a dataset of a department as the form does, with its six fields; keywords name others."""
    known = {}

    def make(name, department="sme", **fields):
        if department not in known:
            known[department] = act("organization_create", name=department, title=f"Departamento {department}")["id"]
        given = {
            "name": name,
            "title": f"Dados {name}",
            "notes": "O que os dados são e para quem",
            "owner_org": known[department],
            "subject": ["alimentacao"],
            "frequency": "annual",
            "maintainer_email": "dados@example.org",
            "license_id": "cc-by",
            "resources": [{"url": f"https://ex.org/{name}.csv", "format": "CSV", "name": "Tabela", "size": 10}],
        }
        return act("package_create", **{**given, **fields})

    return make


@pytest.fixture
def score(act):
    """Bring feeds and scores up to date, the shapes' word included."""

    def score():
        search.commit()
        renewal.renew()
        while renewal.check():
            pass
        outcome = scoring.score_due()
        service.forget()
        return outcome.scored, outcome.dropped, outcome.failed

    return score


class _Server(ThreadingHTTPServer):
    """Answers by path: ``/200``, ``/head-405``, ``/to/PATH``, ``/loop``, ``/hostile``, ``/slow``, ``/size``."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.asked: list[tuple[float, str, str]] = []


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_HEAD(self) -> None:
        self._answer()

    def do_GET(self) -> None:
        self._answer()

    def _answer(self) -> None:
        self.server.asked.append((time.monotonic(), self.command, self.path))
        name = self.path.strip("/").partition("?")[0]
        if name == "slow":
            self.server.shutting.wait(30)
            return
        status = 405 if name == "head-405" and self.command == "HEAD" else int(name) if name.isdigit() else 200
        headers = {"Content-Length": "0"}
        if name == "loop" or name.startswith("to/"):
            status, headers["Location"] = 302, "/loop" if name == "loop" else f"/{name[3:]}"
        if name.startswith("away/"):
            status, headers["Location"] = 302, f"http://{name[5:]}/"
        if name == "hostile":
            status, headers["Location"] = 302, self.server.location
        if name == "size":
            headers["Content-Length"] = "1234"
        self.send_response(status)
        for key, value in headers.items():
            self.send_header(key, value)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Keep the test's output clean."""


@pytest.fixture
def web():
    """A server on this machine; ``url`` is its address."""
    server = _Server()
    server.shutting = threading.Event()
    server.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutting.set()
    server.shutdown()
    thread.join()
