"""The HTTP side: one thread a connection, HTTP/1.1 with keep-alive, faults on the wire, and the control
paths.

`POST /_faults` (one fault or a list, see `faults.Fault`), `DELETE /_faults` and `POST /_edits` (one edit or a
list, see `edits`) answer 204 to this machine alone, and are neither recorded nor spoilt.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from itertools import chain, repeat
from threading import Event, Thread
from typing import Any
from urllib.parse import unquote, urlsplit

import msgspec

from simulator.answers import BLOCK, Answer, Request
from simulator.department import Department, Seen
from simulator.edits import Edit
from simulator.faults import Fault, spoil
from simulator.routes import answer

IDLE_SECONDS = 60
_LARGEST_BODY = 8 * 1024 * 1024
_BLANKS = b" " * BLOCK
_SLOW_PIECE = 1024
_MOST_TAGS = 10_000
_ETAG_SWITCHES = {"etag_on": True, "etag_off": False}
_CONTROLS = frozenset({"/_faults", "/_edits"})
_RECORDED = ("accept", "accept-encoding", "host", "if-none-match", "key", "user-agent")
_BODILESS = frozenset({204, 304})


class Tags:
    """Strong ETags, remembered as long as the data stay the same, so that a 304 costs no document."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str, str | None], tuple[object, str]] = {}

    def answer(self, department: Department, request: Request, faults: list[Fault]) -> Answer:
        """The department's answer with its tag, or 304 for a client that has it."""
        asked = request.path, request.query, request.headers.get("key")
        held = {tag.strip().removeprefix("W/") for tag in request.headers.get("if-none-match", "").split(",")}
        state, tag = self._known.get(asked, (None, ""))
        if not faults and state == department.state() and tag in held:
            return Answer(b"", 304, headers={"ETag": tag})
        state = department.state()
        reply = spoil(answer(department, request), faults)
        if reply.status != 200 or request.method not in {"GET", "HEAD"}:
            return reply
        reply.payload = reply.body()
        tag = f'"{sha256(reply.payload).hexdigest()[:32]}"'
        if not faults:
            self._remember(asked, state, tag)
        if tag in held:
            return Answer(b"", 304, headers={"ETag": tag})
        reply.headers["ETag"] = tag
        return reply

    def _remember(self, asked: tuple[str, str, str | None], state: object, tag: str) -> None:
        if len(self._known) >= _MOST_TAGS:
            self._known.clear()
        self._known[asked] = state, tag


class Server(ThreadingHTTPServer):
    """Serves one department; threads end with the process."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, department: Department, host: str = "127.0.0.1", port: int = 0) -> None:
        self.department = department
        self.tags = Tags()
        self.closing = Event()
        super().__init__((host, port), _Handler)

    @property
    def url(self) -> str:
        """Base address, without a slash at the end."""
        host, port = self.server_address[:2]
        return f"http://{host!s}:{port}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Silent where a client hung up or fell silent, as clients do in the middle of a fault."""
        if not isinstance(sys.exc_info()[1], ConnectionError | TimeoutError):
            super().handle_error(request, client_address)


@contextmanager
def serve(department: Department) -> Iterator[str]:
    """Runs the department on an ephemeral port of this machine and gives its base address."""
    server = Server(department)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server.url
    finally:
        server.closing.set()
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "nginx"
    sys_version = ""
    disable_nagle_algorithm = True
    wbufsize = -1  # headers and body in one packet
    timeout = IDLE_SECONDS
    server: Server

    def do_GET(self) -> None:
        """Every method comes here; the routes tell them apart."""
        body = self._read_body()
        if body is None:
            self._send(Answer(b"", 413))
            return
        parts = urlsplit("/" + self.path.lstrip("/"))
        headers = {name.lower(): value for name, value in self.headers.items()}
        path = unquote(parts.path, errors="replace")
        request = Request(self.command, path, parts.query, headers, body)
        if path in _CONTROLS:
            self._send(self._control(request))
            return
        self._answer(request)

    do_HEAD = do_POST = do_PUT = do_DELETE = do_OPTIONS = do_GET  # noqa: N815 - names that http.server looks for

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the inherited signature
        """Silent: `Department.requests` is the record."""

    def _answer(self, request: Request) -> None:
        department = self.server.department
        faults = department.faults.strike(request.path, request.query)
        switches = [_ETAG_SWITCHES[fault.kind] for fault in faults if fault.kind in _ETAG_SWITCHES]
        if [department.etags, *switches][-1]:
            reply = self.server.tags.answer(department, request, faults)
        else:
            reply = spoil(answer(department, request), faults)
        reply.headers["Access-Control-Allow-Origin"] = "*"
        recorded = {name: request.headers[name] for name in _RECORDED if name in request.headers}
        department.requests.append(Seen(request.method, request.path, request.query, recorded, reply.status))
        self._send(reply)

    def _read_body(self) -> bytes | None:
        """The request's body; None, and the end of the connection, if its length is too large or nonsense."""
        length = self.headers.get("Content-Length", "0")
        if not length.isdigit() or int(length) > _LARGEST_BODY:
            self.close_connection = True
            return None
        return self.rfile.read(int(length))

    def _control(self, request: Request) -> Answer:
        if not ip_address(self.client_address[0]).is_loopback:
            return Answer({"erro": "only from this machine"}, 403)
        try:
            if request.path == "/_edits" and request.method == "POST":
                for change in _decode(request.body, Edit):
                    self.server.department.edit(change)
            elif request.path == "/_faults" and request.method == "POST":
                for fault in _decode(request.body, Fault):
                    self.server.department.faults.put(fault)
            elif request.path == "/_faults" and request.method == "DELETE":
                self.server.department.faults.clear()
            else:
                return Answer({"erro": "POST or DELETE /_faults, POST /_edits"}, 405)
        except (msgspec.MsgspecError, ValueError) as error:
            return Answer({"erro": str(error)}, 400)
        return Answer(b"", 204)

    def _send(self, reply: Answer) -> None:
        """Writes the answer: whole, with its full length told, unless a fault says otherwise."""
        self.server.closing.wait(reply.delay)
        body = b"" if reply.status in _BODILESS else reply.body()
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        if reply.cut or reply.padding is None:
            self.send_header("Connection", "close")
        if reply.status not in _BODILESS:
            self.send_header("Content-Type", reply.content_type)
            if reply.padding is not None:
                self.send_header("Content-Length", str(len(body) + reply.padding))
        self.end_headers()
        if self.command != "HEAD":
            self._send_body(body[: len(body) // 2] if reply.cut else body, reply)

    def _send_body(self, body: bytes, reply: Answer) -> None:
        if not reply.pause:
            self.wfile.write(body)
            for _ in range(0, reply.padding or 0, len(_BLANKS)):
                self.wfile.write(_BLANKS)
            return
        blanks = repeat(_BLANKS[:_SLOW_PIECE]) if reply.padding is None else ()
        pieces = (body[start : start + _SLOW_PIECE] for start in range(0, len(body), _SLOW_PIECE))
        for piece in chain(pieces, blanks):
            self.wfile.write(piece)
            self.wfile.flush()
            if self.server.closing.wait(reply.pause):
                return


def _decode(body: bytes, kind: Any) -> list[Any]:
    """One object or a list of them. msgspec's errors say which field is wrong."""
    listed: list[Any] = msgspec.json.decode(
        body if body.lstrip().startswith(b"[") else b"[" + body + b"]", type=list[kind]
    )
    return listed
