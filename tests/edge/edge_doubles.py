"""A small WSGI application behind the edge, a clock that stands still, and a version that a test can move."""

import threading
from collections.abc import Callable, Iterable
from datetime import datetime, timezone
from typing import Any, NamedTuple
from wsgiref.util import setup_testing_defaults

from ckanext.patiodigital.edge.core.layer import VERSION_KEY, Site
from ckanext.patiodigital.edge.core.route import Version

CHANGED = datetime(2026, 11, 24, 8, 2, 5, tzinfo=timezone.utc)
SITE = Site("https://dados.example.org", frozenset({"en", "es", "pt_BR"}), "1.0")


class Clock:
    """Seconds that pass only when a test says so."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Data:
    """A room's version function: its token, and how often it was read."""

    def __init__(self) -> None:
        self.token = "v1"
        self.reads = 0
        self.error: Exception | None = None

    def version(self) -> Version:
        self.reads += 1
        if self.error:
            raise self.error
        return Version(self.token, CHANGED)


class Inside:
    """The application behind: answers with `reply`, and remembers the requests that reached it."""

    def __init__(self) -> None:
        self.requests: list[dict[str, Any]] = []
        self.status = "200 OK"
        self.headers = [("Content-Type", "text/plain; charset=utf-8")]
        self.reply: Callable[[dict[str, Any]], Iterable[bytes]] = self.say_version
        self._lock = threading.Lock()

    @staticmethod
    def say_version(environ: dict[str, Any]) -> list[bytes]:
        return [f"{environ['PATH_INFO']}?{environ['QUERY_STRING']} {environ.get(VERSION_KEY)}".encode()]

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        with self._lock:
            self.requests.append(environ)
        start_response(self.status, list(self.headers))
        return self.reply(environ)

    @property
    def calls(self) -> int:
        return len(self.requests)


class Got(NamedTuple):
    """What a reader got."""

    status: int
    headers: dict[str, str]
    body: bytes


def ask(app: Callable[..., Iterable[bytes]], url: str, method: str = "GET", **headers: str) -> Got:
    """One request; keyword names become header names (`If_None_Match`)."""
    path, _, query = url.partition("?")
    environ: dict[str, Any] = {"REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": query}
    environ |= {"HTTP_" + name.upper(): value for name, value in headers.items()}
    setup_testing_defaults(environ)
    started: list[Any] = []
    chunks = app(environ, lambda status, fields, exc_info=None: started.extend((status, fields)))
    try:
        body = b"".join(chunks)
    finally:
        getattr(chunks, "close", lambda: None)()
    status, fields = started
    names = [name.lower() for name, _ in fields]
    assert len(names) == len(set(names)), f"a header twice: {names}"
    return Got(int(status[:3]), {name.lower(): value for name, value in fields}, body)
