"""``/patiodigital/health``: whether this process is live, and whether the portal is ready, for monitors.

It is answered in front of CKAN, which itself asks its database before any view: a view could not say that the
database is down. No session, no user, no exception's text: only fixed sentences leave.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterable, Mapping
from typing import Any

import ckan.plugins as p
from ckan import model
from ckan.types import CKANApp
from werkzeug.wrappers import Request, Response

from ckanext.patiodigital.admin import services
from ckanext.patiodigital.admin.core.probe import Probe
from ckanext.patiodigital.menus.service import REQUIRED
from ckanext.patiodigital.tables import service as tables

PATH = "/patiodigital/health"
#: Seconds that all services together have to answer.
PATIENCE = 1.0
#: Seconds for which an answer counts, however often it is asked.
FRESH_FOR = 1.0
#: Seconds after which asking again makes sense.
RETRY_AFTER = 5


def missing_tables() -> list[str]:
    """The tables that the portal's plugins need and that no public dataset holds."""
    if not p.plugin_loaded("patiodigital_menus"):
        return []
    try:
        published = tables.public_tables()
    finally:
        model.Session.remove()
    return [name for name in REQUIRED if name not in published]


class Readiness:
    """What keeps the portal from being ready, looked at most once a second and never longer than ``PATIENCE``."""

    def __init__(self) -> None:
        self._missing: list[str] = []
        self._probes = {name: Probe(ask) for name, ask in services.QUESTIONS.items()}
        self._tables = Probe(self._look_for_tables)
        self._lock = threading.Lock()
        self._taken: tuple[float, list[str]] | None = None

    def _look_for_tables(self) -> None:
        self._missing = missing_tables()

    def reasons(self) -> list[str]:
        """One sentence for each thing that is missing; empty where the portal is ready."""
        with self._lock:
            if self._taken is None or time.monotonic() - self._taken[0] >= FRESH_FOR:
                self._taken = (time.monotonic(), self._look())
            return self._taken[1]

    def _look(self) -> list[str]:
        deadline = time.monotonic() + PATIENCE
        probes = [*self._probes.values(), self._tables]
        for probe in probes:
            probe.begin()
        reasons = [f"{name} does not answer." for name, probe in self._probes.items() if probe.failure(deadline)]
        if reasons:
            return reasons  # without databases nothing is known of tables
        if self._tables.failure(deadline):
            return ["The registry of tables can't be read."]
        return [f"Not published: {', '.join(self._missing)}."] if self._missing else []


class HealthLayer:
    """Answers one path in front of ``app``, and hands everything else on."""

    def __init__(self, app: Any) -> None:
        self._app = app
        self._readiness = Readiness()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if environ.get("PATH_INFO") != PATH:
            return self._app(environ, start_response)
        return self._answer(Request(environ))(environ, start_response)

    def _answer(self, request: Request) -> Response:
        if request.method not in {"GET", "HEAD"}:
            return Response(status=405, headers={"Allow": "GET, HEAD"})
        reasons = self._readiness.reasons()
        body = json.dumps({"live": True, "ready": not reasons, "reasons": reasons}, ensure_ascii=False)
        retry: Mapping[str, str] = {"Retry-After": str(RETRY_AFTER)} if reasons else {}
        return Response(
            body,
            status=503 if reasons else 200,
            mimetype="application/json",
            headers={"Cache-Control": "no-store", **retry},
        )


def put_in_front(app: CKANApp) -> CKANApp:
    """``app`` with its health in front of it."""
    app.wsgi_app = HealthLayer(app.wsgi_app)  # type: ignore[method-assign]  # Flask's documented way
    return app
