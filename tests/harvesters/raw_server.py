"""A server that says exactly what a test writes, byte by byte, where no honest server would."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field


@dataclass
class RawServer:
    """``answers`` are given in turn, one a connection, the last one again and again; ``requests`` are their heads."""

    port: int
    answers: list[Callable[[socket.socket], None]]
    requests: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


def says(*pieces: bytes) -> Callable[[socket.socket], None]:
    """An answer of these bytes, after which the connection is closed."""

    def answer(connection: socket.socket) -> None:
        for piece in pieces:
            connection.sendall(piece)

    return answer


def http(status: str = "200 OK", body: bytes = b"[]", **headers: object) -> Callable[[socket.socket], None]:
    """A whole answer; ``Content_Length=…`` in the place of the true one, ``None`` for none."""
    told = {"Content-Length": len(body), "Connection": "close"}
    told |= {name.replace("_", "-"): value for name, value in headers.items()}
    lines = [f"HTTP/1.1 {status}", *(f"{name}: {value}" for name, value in told.items() if value is not None)]
    return says("\r\n".join([*lines, "", ""]).encode("latin-1") + body)


@contextmanager
def raw_server(*answers: Callable[[socket.socket], None]) -> Iterator[RawServer]:
    listener = socket.create_server(("127.0.0.1", 0))
    server = RawServer(listener.getsockname()[1], list(answers))

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return  # closed: the test is over
            with connection:
                server.requests.append(connection.recv(65536).decode("latin-1"))
                answer = server.answers.pop(0) if len(server.answers) > 1 else server.answers[0]
                with suppress(OSError):  # the client hangs up, as it should
                    answer(connection)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(5)
