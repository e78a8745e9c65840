"""Sockets to hosts of the open internet alone, on which nothing takes longer than a deadline.

What a name was resolved to is checked and then connected to, so that a name that changes its answer leads
nowhere. A peer that sends a byte now and then never runs into a time-out of single reads; the deadline of the
whole ends it.
"""

from __future__ import annotations

import io
import ipaddress
import socket
import ssl
import time
from ipaddress import IPv4Address, IPv6Address

#: Ways to write an IPv4 address as an IPv6 one: compatible (RFC 4291) and by NAT64 (RFC 6052).
_CARRIERS = (ipaddress.IPv6Network("::/96"), ipaddress.IPv6Network("64:ff9b::/96"))


class PrivateAddressError(Exception):
    """The host has an address that only machines inside can reach."""


class UnknownHostError(OSError):
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


def secure(sock: socket.socket, host: str) -> ssl.SSLSocket:
    """TLS over a connected socket, with the certificate checked for ``host``."""
    try:
        return ssl.create_default_context().wrap_socket(sock, server_hostname=host)
    except BaseException:
        sock.close()
        raise


class TimedSocket:
    """What :mod:`http.client` needs of a socket. No call lasts beyond :attr:`deadline` (monotonic seconds)."""

    def __init__(self, sock: socket.socket, timeout: float) -> None:
        self._sock = sock
        self._timeout = timeout
        self.deadline = time.monotonic() + timeout

    def hurry(self) -> None:
        """Give the next call no more time than is left."""
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError("the time for the whole answer is up")
        self._sock.settimeout(min(self._timeout, left))

    def sendall(self, data: bytes) -> None:
        self.hurry()
        self._sock.sendall(data)

    def makefile(self, _mode: str) -> io.BufferedReader:
        # Like any file of a socket, it keeps the connection open when http.client closes the socket before it reads.
        return io.BufferedReader(_TimedReader(self, self._sock.makefile("rb", buffering=0)))

    def close(self) -> None:
        self._sock.close()


class _TimedReader(io.RawIOBase):
    def __init__(self, owner: TimedSocket, raw: socket.SocketIO) -> None:
        self._owner = owner
        self._raw = raw

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int | None:  # type: ignore[override]  # all that BufferedReader passes
        self._owner.hurry()
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()
