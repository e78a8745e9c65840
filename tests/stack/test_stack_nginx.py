"""The web server with a small upstream in the place of CKAN: what it stores, and for whom."""

from __future__ import annotations

import gzip
import http.client
import threading
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from stack.account import service_account
from stack.nginx import Nginx
from stack.settings import LOOPBACK, Profile
from stack.supervise import Supervisor

_ANSWERS = {
    "/api/3/action/status_show": {"Cache-Control": "no-store"},
    "/menus": {"Cache-Control": "public, max-age=0, s-maxage=60, must-revalidate"},
    "/page": {"Cache-Control": "public, max-age=0, must-revalidate"},
    "/session": {"Cache-Control": "public, s-maxage=60", "Set-Cookie": "ckan=1"},
    "/silent": {},
    "/together": {"Cache-Control": "public, s-maxage=60"},
    "/packed": {"Cache-Control": "public, s-maxage=60", "Vary": "Accept-Encoding"},
    "/widget": {"Content-Security-Policy": "frame-ancestors *"},
    "/api/menus/v1/export/menus.csv": {"Cache-Control": "public, max-age=0, must-revalidate"},
    "/en/dataset/a/resource/b/table/menus.csv": {"Cache-Control": "public, max-age=0, s-maxage=60"},
}
#: Seconds; less than nginx lets requests wait for each other where it is told to.
_PATIENCE = 3
_FILES = [path for path in _ANSWERS if path.endswith(".csv")]


class _Upstream(ThreadingHTTPServer):
    def __init__(self, port: int) -> None:
        super().__init__((LOOPBACK, port), _Handler)
        self.seen: list[tuple[str, dict[str, str]]] = []
        self.two = threading.Barrier(2)


class _Handler(BaseHTTPRequestHandler):
    server: _Upstream
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.server.seen.append((self.path, dict(self.headers)))
        if self.path == "/together":
            self.server.two.wait(_PATIENCE)
        body = b'{"padding": "' + b"x" * 2000 + b'"}'
        self.send_response(200)
        for name, value in _ANSWERS[self.path.partition("?")[0]].items():
            self.send_header(name, value)
        if self.path == "/packed" and self.headers["Accept-Encoding"] == "gzip":
            body = gzip.compress(body)
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Keep the test's output clean."""


@pytest.fixture
def upstream(profile: Profile):
    with _Upstream(profile.ports.ckan) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def get(profile: Profile, upstream: _Upstream):
    """Ask nginx; gives the response, its body read."""
    supervisor = Supervisor(profile)
    program = Nginx(profile, service_account()).prepare()
    supervisor.apply([program])
    supervisor.launch([program])
    supervisor.wait([program])
    upstream.seen.clear()

    def ask(path: str, **headers: str) -> tuple[http.client.HTTPResponse, bytes]:
        connection = http.client.HTTPConnection(LOOPBACK, profile.ports.web, timeout=10)
        connection.request("GET", path, headers=headers)
        response = connection.getresponse()
        body = response.read()
        connection.close()
        return response, body

    yield ask
    supervisor.shut_down()


def test_what_the_application_calls_cacheable_is_asked_for_once(get, upstream):
    assert [get("/menus")[0].getheader("X-Cache") for _ in range(3)] == ["MISS", "HIT", "HIT"]
    assert len(upstream.seen) == 1
    get("/menus?semana=2026-W48")
    assert len(upstream.seen) == 2


@pytest.mark.parametrize("path", ["/page", "/session", "/silent"])
def test_nothing_else_is_stored(get, upstream, path):
    get(path)
    get(path)
    assert len(upstream.seen) == 2


@pytest.mark.parametrize("header", ["Cookie", "Authorization"])
def test_who_is_known_neither_gets_nor_leaves_a_stored_answer(get, upstream, header):
    get("/menus", **{header: "ckan=1"})
    assert get("/menus")[0].getheader("X-Cache") == "MISS"
    assert get("/menus", **{header: "ckan=1"})[0].getheader("X-Cache") == "BYPASS"
    assert len(upstream.seen) == 3


def test_nobody_waits_for_who_asks_the_same(get, upstream):
    with ThreadPoolExecutor(2) as both:
        answers = list(both.map(get, ["/together", "/together"]))
    assert [response.status for response, _body in answers] == [200, 200]


def test_who_may_frame_a_page_is_the_applications_to_say(get):
    response, _ = get("/widget")
    assert response.getheader("Content-Security-Policy") == "frame-ancestors *"
    assert response.getheader("X-Frame-Options") is None


@pytest.mark.parametrize(
    ("accepted", "told"),
    [("gzip, deflate, br, zstd", "gzip"), ("br;q=1.0, GZIP;q=0.5", "gzip"), ("deflate, gzip;q=0", None), ("br", None)],
)
def test_the_application_packs_for_who_takes_it(get, upstream, accepted, told):
    get("/page", **{"Accept-Encoding": accepted})
    assert upstream.seen[0][1].get("Accept-Encoding") == told


def test_what_comes_packed_is_stored_beside_what_does_not(get, upstream):
    for _ in range(2):
        response, body = get("/packed", **{"Accept-Encoding": "gzip"})
        assert response.getheader("Content-Encoding") == "gzip"
        plain, plain_body = get("/packed")
        assert plain.getheader("Content-Encoding") is None
        assert plain_body == gzip.decompress(body)
    # nginx hands an answer on before it has stored it.
    for accepted in ("gzip", "identity"):
        stored(get, "/packed", **{"Accept-Encoding": accepted})


def stored(get, path: str, **headers: str) -> None:
    """Ask until the stored answer comes."""
    for _ in range(50):
        if get(path, **headers)[0].getheader("X-Cache") == "HIT":
            return
    pytest.fail(f"{path} is asked for each time")


def test_one_stored_answer_serves_packed_and_unpacked(get, upstream):
    response, body = get("/menus", **{"Accept-Encoding": "gzip"})
    assert response.getheader("Content-Encoding") == "gzip"
    assert get("/menus")[1] == gzip.decompress(body)
    assert len(upstream.seen) == 1


@pytest.mark.parametrize("path", _FILES)
def test_a_file_goes_through_with_what_was_asked_of_it(get, upstream, path):
    asked = {"Accept-Encoding": "gzip", "Range": "bytes=0-1", "If-Range": '"a"', "If-None-Match": '"b"'}
    for _ in range(2):
        assert get(path, **asked)[0].getheader("X-Cache") is None
    assert len(upstream.seen) == 2
    assert {name: upstream.seen[0][1][name] for name in asked} == asked


def test_the_application_learns_who_asked_and_for_which_host(get, upstream, profile):
    get("/page", Host="dados.example", **{"X-Forwarded-For": "203.0.113.9"})
    ((_, headers),) = upstream.seen
    assert headers["Host"] == headers["X-Forwarded-Host"] == "dados.example"
    assert headers["X-Forwarded-Proto"] == "http"
    assert headers["X-Forwarded-For"] == f"203.0.113.9, {LOOPBACK}"


def test_the_version_of_nginx_is_not_told(get):
    assert get("/page")[0].getheader("Server") == "nginx"
