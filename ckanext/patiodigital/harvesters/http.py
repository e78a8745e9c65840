"""The one HTTP client of all harvesters. A source is hostile until it has answered well.

It asks only allowed paths of one host, slower than a limit; refuses private addresses at the moment of
connecting, so that neither a name nor a redirect leads inside; stops answers that are too large or take
too long; retries what may pass by itself.
"""

from __future__ import annotations

import email.utils
import hashlib
import ipaddress
import random
import re
import socket
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import HTTPError as TransportError
from urllib3.exceptions import NewConnectionError
from urllib3.util.connection import create_connection

from ckanext.patiodigital.harvesters.core.limits import Limits

USER_AGENT = "ckanext-patiodigital (open data portal; +https://github.com/prefeiturasp)"
REDIRECTS = 3
ATTEMPTS = 4
#: Seconds before the second attempt; it doubles with each.
BACKOFF = 0.5
#: A source that asks us to wait longer than this is taken for down.
LONGEST_WAIT = 120.0
#: A whole answer may take so many times the time-out of one read.
DEADLINE_FACTOR = 10
_TRY_AGAIN = frozenset({429, 500, 502, 503, 504})
_CHUNK = 1 << 16


class SourceError(Exception):
    """The source can't be used now; the message says what it was asked and what it did."""


class ForbiddenError(SourceError):
    """We would not ask this: the path is not allowed, or the address is private."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A complete answer. ``body`` is empty where the source said that nothing changed (304)."""

    url: str
    status: int
    body: bytes
    etag: str | None
    sha256: str

    @property
    def not_modified(self) -> bool:
        return self.status == requests.codes.not_modified


# -- addresses


def is_public(address: str) -> bool:
    """Whether an IP address is one of the open internet."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    mapped = getattr(ip, "ipv4_mapped", None)
    return (mapped or ip).is_global and not ip.is_multicast


def _open(connection: HTTPConnection, private_hosts: frozenset[str]) -> socket.socket:
    """Connect to an address that was checked: what was resolved is what is connected to."""
    host, port = connection.host, connection.port
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise NewConnectionError(connection, f"The name {host} is not known: {error}") from error
    addresses = [str(entry[4][0]) for entry in found]
    if host not in private_hosts:
        inside = [address for address in addresses if not is_public(address)]
        if inside:
            raise ForbiddenError(
                f"{host} has the private address {inside[0]}. If it is a source of yours, name {host} in "
                "ckanext.patiodigital.harvest.allowed_private_hosts."
            )
    try:
        return create_connection((addresses[0], port), timeout=connection.timeout)
    except OSError as error:
        raise NewConnectionError(connection, f"No connection to {host}:{port}: {error}") from error


class _Guarded(HTTPAdapter):
    """Requests' adapter with connections that check their address."""

    def __init__(self, private_hosts: frozenset[str]) -> None:
        self._private_hosts = private_hosts
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        private_hosts = self._private_hosts

        class Plain(HTTPConnection):
            def _new_conn(self) -> socket.socket:
                return _open(self, private_hosts)

        class Secure(HTTPSConnection):
            def _new_conn(self) -> socket.socket:
                return _open(self, private_hosts)

        class PlainPool(HTTPConnectionPool):
            ConnectionCls = Plain

        class SecurePool(HTTPSConnectionPool):
            ConnectionCls = Secure

        self.poolmanager.pool_classes_by_scheme = {"http": PlainPool, "https": SecurePool}


# -- the client


class Client:
    """Asks one source. ``allowed`` are the only paths (under ``base_url``) that it will ever send.

    Some of the department's GET routes write, so a list of what is allowed is the only safe one.
    """

    def __init__(
        self, base_url: str, allowed: Sequence[re.Pattern[str]], limits: Limits, headers: Mapping[str, str]
    ) -> None:
        self._base = base_url.rstrip("/")
        self._origin = _origin(self._base)
        self._allowed = tuple(allowed)
        self._limits = limits
        self._next_request = 0.0
        self._session = requests.Session()
        # Proxies and passwords come from the source's own settings, never from the surroundings.
        self._session.trust_env = False
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, _Guarded(limits.private_hosts))
        self._session.headers.update({"User-Agent": USER_AGENT, "Accept": "application/json", **headers})

    def close(self) -> None:
        self._session.close()

    def url(self, path: str, params: Sequence[tuple[str, str]] = ()) -> str:
        """The address that :meth:`get` asks."""
        return requests.Request("GET", self._base + path, params=list(params)).prepare().url or ""

    def get(self, path: str, params: Sequence[tuple[str, str]] = (), etag: str | None = None) -> Answer:
        """GET ``path``; with ``etag``, only where it changed. :class:`SourceError` where no good answer comes."""
        if not any(pattern.fullmatch(path) for pattern in self._allowed):
            raise ForbiddenError(f"{path} is not a path that this harvester may ask.")
        url = self.url(path, params)
        failure = ""
        for attempt in range(ATTEMPTS):
            if attempt:
                time.sleep(_pause(attempt))
            try:
                answer = self._follow(url, etag)
            except (requests.RequestException, TransportError, OSError) as error:
                failure = f"{type(error).__name__}: {error}"
                continue
            if isinstance(answer, Answer):
                return answer
            failure = f"HTTP {answer.status}"
            if answer.wait:
                if answer.wait > LONGEST_WAIT:
                    break
                time.sleep(answer.wait)
        raise SourceError(f"{url} gave no answer that can be used, asked {attempt + 1} times. Last: {failure}.")

    def _follow(self, url: str, etag: str | None) -> Answer | _TryAgain:
        """The answer of ``url`` or of where it redirects, on the same origin."""
        asked = url
        for _ in range(REDIRECTS + 1):
            answer = self._once(url, etag)
            if not isinstance(answer, str):
                return answer
            url = urljoin(url, answer)
            if _origin(url) != self._origin:
                # The key header must not reach anyone else.
                raise ForbiddenError(f"{asked} redirects to {_origin(url)}, another host. Correct the source's address.")
        raise SourceError(f"{asked} redirects more than {REDIRECTS} times.")

    def _once(self, url: str, etag: str | None) -> Answer | _TryAgain | str:
        """One request: a complete answer, the advice to try again, or the address that it redirects to."""
        self._wait_for_turn()
        timeout = self._limits.timeout
        headers = {"If-None-Match": etag} if etag else {}
        with self._session.get(url, headers=headers, timeout=timeout, stream=True, allow_redirects=False) as response:
            status = response.status_code
            if response.is_redirect:
                return response.headers["Location"]
            if status in _TRY_AGAIN:
                return _TryAgain(status, _retry_after(response.headers.get("Retry-After")))
            if status not in (requests.codes.ok, requests.codes.not_modified):
                raise SourceError(f"{url} answered HTTP {status}{_hint(status)}.")
            body = self._read(response, url) if status == requests.codes.ok else b""
            return Answer(url, status, body, response.headers.get("ETag"), hashlib.sha256(body).hexdigest())

    def _read(self, response: requests.Response, url: str) -> bytes:
        deadline = time.monotonic() + self._limits.timeout * DEADLINE_FACTOR
        parts, size = [], 0
        for part in response.iter_content(_CHUNK):
            size += len(part)
            if size > self._limits.size:
                raise SourceError(f"{url} sent more than {self._limits.size} bytes. Ask for less at a time.")
            if time.monotonic() > deadline:
                raise SourceError(f"{url} was still sending after {self._limits.timeout * DEADLINE_FACTOR:.0f} s.")
            parts.append(part)
        promised = response.headers.get("Content-Length")
        if promised and promised.isdecimal() and not response.headers.get("Content-Encoding") and int(promised) != size:
            raise requests.ConnectionError(f"{size} bytes of {promised} came")
        return b"".join(parts)

    def _wait_for_turn(self) -> None:
        now = time.monotonic()
        if now < self._next_request:
            time.sleep(self._next_request - now)
        self._next_request = max(now, self._next_request) + 1 / self._limits.requests_per_second


@dataclass(frozen=True, slots=True)
class _TryAgain:
    status: int
    wait: float


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}".lower()


def _pause(attempt: int) -> float:
    """Seconds before an attempt; the jitter keeps harvesters that failed together apart."""
    return BACKOFF * 2 ** (attempt - 1) * random.uniform(0.5, 1.5)  # noqa: S311 (no secret hangs on it)


def _retry_after(value: str | None) -> float:
    """Seconds that a ``Retry-After`` header asks for (RFC 9110, 10.2.3): a number, or a date."""
    if not value:
        return 0.0
    if value.isdecimal():
        return float(value)
    try:
        return max(0.0, (email.utils.parsedate_to_datetime(value) - datetime.now(timezone.utc)).total_seconds())
    except (TypeError, ValueError):
        return 0.0


def _hint(status: int) -> str:
    if status in (requests.codes.unauthorized, requests.codes.forbidden):
        return ": the key is missing or wrong. Set the environment variable that the source's key_env names"
    return ""
