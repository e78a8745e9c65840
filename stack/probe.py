"""Whether something on this machine does its work yet."""

from __future__ import annotations

import http.client
import socket
from http import HTTPStatus

from stack.settings import LOOPBACK

_TIMEOUT = 5.0  # seconds


def answers_http(port: int, path: str) -> bool:
    """Whether a GET on the loopback interface is answered with 200."""
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=_TIMEOUT)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def accepts(port: int) -> bool:
    """Whether anything accepts connections on a port of the loopback interface."""
    try:
        socket.create_connection((LOOPBACK, port), timeout=_TIMEOUT).close()
    except OSError:
        return False
    return True
