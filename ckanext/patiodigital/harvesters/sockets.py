"""Connections of requests to hosts of the open internet alone, on which no answer takes longer than a deadline.

What a name was resolved to is checked and then connected to, so that a name that changes its answer leads
nowhere. A peer that sends a byte now and then never runs into a time-out of single reads; the deadline of the
whole ends it.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Container, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from ipaddress import IPv4Address, IPv6Address
from threading import Event, Timer
from typing import Any
from weakref import WeakSet

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

#: Ways to write an IPv4 address as an IPv6 one: compatible (RFC 4291) and by NAT64 (RFC 6052).
_CARRIERS = (ipaddress.IPv6Network("::/96"), ipaddress.IPv6Network("64:ff9b::/96"))


class PrivateAddressError(Exception):
    """The host has an address that only machines inside can reach."""


class UnknownHostError(Exception):
    """There is no such name, which trying again does not mend."""


def is_public(address: str) -> bool:
    """Whether an IP address, or the IPv4 address that an IPv6 one carries, is one of the open internet."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    carried = _carried(ip) if isinstance(ip, IPv6Address) else None
    return all(each.is_global and not each.is_multicast for each in (ip, carried) if each is not None)


def _carried(ip: IPv6Address) -> IPv4Address | None:
    if any(ip in network for network in _CARRIERS):
        return IPv4Address(ip.packed[-4:])
    return ip.ipv4_mapped or ip.sixtofour


def connect(host: str, port: int, timeout: float, *, private: bool) -> socket.socket:
    """A TCP connection to the first address of ``host`` that answers; ``private`` allows those inside too.

    One private address among public ones is enough for a :class:`PrivateAddressError`: which of them is taken
    would be the peer's choice.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except socket.gaierror as error:
        if error.errno == socket.EAI_NONAME:
            raise UnknownHostError(f"there is no host {host}") from error
        raise
    if not private:
        for *_, peer in found:
            if not is_public(str(peer[0])):
                raise PrivateAddressError(f"{host} has the private address {peer[0]}.")
    failure: OSError | None = None
    for family, kind, protocol, _, peer in found:
        sock = socket.socket(family, kind, protocol)
        try:
            sock.settimeout(timeout)
            sock.connect(peer)
        except OSError as error:
            sock.close()
            failure = error
        else:
            return sock
    raise failure or UnknownHostError(f"{host} has no address")


class CheckedAdapter(HTTPAdapter):
    """What requests connects by: to checked addresses alone, and not beyond a time for the whole answer.

    Where the environment names a proxy (``HTTPS_PROXY``), it is the proxy that resolves the host's name: its
    own address is the administrator's choice and is not checked.
    """

    def __init__(self, timeout: float, private_hosts: Container[str]) -> None:
        self._opened: WeakSet[socket.socket] = WeakSet()
        self._dial = partial(self._connect, timeout, private_hosts)
        super().__init__()

    def _connect(self, timeout: float, private_hosts: Container[str], connection: HTTPConnection) -> socket.socket:
        host = connection.host
        private = connection.proxy is not None or host in private_hosts
        sock = connect(host, connection.port or connection.default_port, timeout, private=private)
        # TLS takes the socket over; of the two ends of the same line, this one stays ours.
        connection.line = sock.dup()  # type: ignore[attr-defined]  # it lives as long as the connection
        self._opened.add(connection.line)  # type: ignore[attr-defined]
        return sock

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, **options)
        self.poolmanager.pool_classes_by_scheme = _pools(self._dial)

    def close(self) -> None:
        super().close()
        for line in self._opened:
            line.close()  # else the peer would not hear that we have hung up

    @contextmanager
    def within(self, seconds: float) -> Iterator[Event]:
        """Cut all connections where what is done in this context takes longer; the event then is set."""
        late = Event()

        def cut() -> None:
            late.set()
            for line in list(self._opened):
                with suppress(OSError):  # it may be closed already
                    line.shutdown(socket.SHUT_RDWR)

        timer = Timer(seconds, cut)
        timer.daemon = True
        timer.start()
        try:
            yield late
        finally:
            timer.cancel()


def _pools(dial: Callable[[HTTPConnection], socket.socket]) -> dict[str, type[HTTPConnectionPool]]:
    """urllib3's pools by scheme, whose connections are opened by ``dial``."""

    class Plain(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            return dial(self)

    class Secure(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            return dial(self)

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    return {"http": PlainPool, "https": SecurePool}
