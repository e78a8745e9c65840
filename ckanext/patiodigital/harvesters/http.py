"""The one HTTP client of all harvesters. A source is hostile until it has answered well.

It asks only allowed paths of one host, slower than a limit; refuses private addresses at the moment of
connecting, so that neither a name nor a redirect leads inside; stops answers that are too large or take
too long; retries what may pass by itself, but not for ever.
"""

from __future__ import annotations

import email.utils
import hashlib
import random
import re
import time
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from ssl import SSLCertVerificationError
from typing import NamedTuple
from urllib.parse import urlencode, urljoin, urlsplit

import requests
import urllib3
from requests.exceptions import ChunkedEncodingError, InvalidURL
from requests.structures import CaseInsensitiveDict

from ckanext.patiodigital.harvesters import sockets
from ckanext.patiodigital.harvesters.core.limits import Limits

USER_AGENT = "ckanext-patiodigital (open data portal; +https://github.com/prefeiturasp)"
REDIRECTS = 3
ATTEMPTS = 4
#: Seconds before the second attempt; it doubles with each.
BACKOFF = 0.5
#: Seconds that one client spends on failed attempts and on waiting for the next. Then the source is down.
PATIENCE = 300.0
#: A whole answer may take so many times the time-out of one read.
DEADLINE_FACTOR = 10
_PORTS = {"http": 80, "https": 443}
_REDIRECT = frozenset({301, 302, 303, 307, 308})
_TRY_AGAIN = frozenset({429, 500, 502, 503, 504})
_CHUNK = 1 << 16
_ETAG = re.compile(r'(W/)?"[!#-~]{0,200}"')

Params = Sequence[tuple[str, str]]


class SourceError(Exception):
    """The source can't be used now; the message says what it was asked and what it did."""


class ForbiddenError(SourceError):
    """We would not ask this: the path is not allowed, or the address is private."""


class MissingError(SourceError):
    """The source says that there is no such thing (404)."""


class _PassingError(Exception):
    """What may be well at the next attempt, ``wait`` seconds from now at the earliest."""

    def __init__(self, message: str, wait: float = 0.0) -> None:
        super().__init__(message)
        self.wait = wait


@dataclass(frozen=True, slots=True)
class Answer:
    """A complete answer. ``body`` is empty where the source said that nothing changed."""

    url: str
    body: bytes
    etag: str | None
    sha256: str
    not_modified: bool = False


class _Origin(NamedTuple):
    scheme: str
    host: str
    port: int


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
        self._session = requests.Session()
        self._session.headers = CaseInsensitiveDict(
            {"User-Agent": USER_AGENT, "Accept": "application/json", "Accept-Encoding": "gzip", **headers}
        )
        self._adapter = sockets.CheckedAdapter(limits.timeout, limits.private_hosts)
        self._session.mount(f"{self._origin.scheme}://", self._adapter)
        self._next_request = 0.0
        self._patience = PATIENCE

    def close(self) -> None:
        """Hang up. The next question opens a connection anew."""
        self._session.close()

    def url(self, path: str, params: Params = ()) -> str:
        """The address that :meth:`get` asks."""
        return self._base + path + (f"?{urlencode(params)}" if params else "")

    def get(self, path: str, params: Params = (), etag: str | None = None) -> Answer:
        """GET ``path``; with ``etag``, only where it changed. :class:`SourceError` where no good answer comes."""
        url = self.url(path, params)
        self._check_path(url)
        for attempt in range(1, ATTEMPTS + 1):
            began = time.monotonic()
            try:
                return self._follow(url, etag)
            except _PassingError as error:
                self.close()
                failure = error
            except BaseException:
                self.close()  # the rest of its answer is nobody's
                raise
            pause = max(failure.wait, _backoff(attempt))
            self._patience -= time.monotonic() - began + pause
            if self._patience < 0:
                break
            if attempt < ATTEMPTS:
                time.sleep(pause)
        raise SourceError(f"{url} gave no answer that can be used, asked {attempt} times. Last: {failure}.")

    def _check_path(self, url: str) -> None:
        base, path = urlsplit(self._base).path, urlsplit(url).path
        inner = path[len(base) :] if path.startswith(base) else ""
        if not any(pattern.fullmatch(inner) for pattern in self._allowed):
            raise ForbiddenError(f"{path} is not a path that this harvester may ask.")

    def _follow(self, url: str, etag: str | None) -> Answer:
        """The answer of ``url`` or of where it redirects: the same origin, an allowed path."""
        target = url
        for _ in range(REDIRECTS + 1):
            answer = self._once(target, etag)
            if isinstance(answer, Answer):
                return answer
            target = urljoin(target, answer)
            # The key must not reach anyone else, and plain HTTP would show it to all.
            if _origin(target) != self._origin:
                raise ForbiddenError(f"{url} redirects to another place, {target}. Correct the source's address.")
            self._check_path(target)
        raise SourceError(f"{url} redirects more than {REDIRECTS} times.")

    def _once(self, url: str, etag: str | None) -> Answer | str:
        """One request: a complete answer, or the address that it redirects to."""
        self._wait_for_turn()
        seconds = self._limits.timeout * DEADLINE_FACTOR
        with self._adapter.within(seconds) as late:
            try:
                answer = self._ask(url, etag)
            except (requests.RequestException, urllib3.exceptions.HTTPError, zlib.error, OSError) as error:
                failure: Exception | None = error
            except sockets.PrivateAddressError as error:
                raise ForbiddenError(
                    f"{error} If it is a source of yours, name {self._origin.host} in "
                    "ckanext.patiodigital.harvest.allowed_private_hosts."
                ) from error
            except (sockets.UnknownHostError, UnicodeError) as error:
                raise SourceError(f"{url} can't be asked: {error}. Correct the source's address.") from error
            else:
                failure = None
        if late.is_set():  # an answer without a length looks complete where it was cut
            raise SourceError(f"{url} was not done answering after {seconds:g} s.") from failure
        if failure is None:
            return answer
        cause = _cause(failure)
        if isinstance(failure, InvalidURL) or isinstance(cause, SSLCertVerificationError):
            raise SourceError(f"{url} can't be asked: {cause}. Correct the source's address.") from failure
        raise _PassingError(f"{type(cause).__name__}: {cause}") from failure

    def _ask(self, url: str, etag: str | None) -> Answer | str:
        headers = {"If-None-Match": etag} if etag else {}
        response = self._session.get(
            url, headers=headers, timeout=self._limits.timeout, allow_redirects=False, stream=True
        )
        status = response.status_code
        if status == 200:
            body = self._read(response, url)
            return Answer(url, body, _etag(response), hashlib.sha256(body).hexdigest())
        if status == 304 and etag:
            response.close()
            return Answer(url, b"", etag, "", not_modified=True)
        self.close()
        location = response.headers.get("Location")
        if status in _REDIRECT and location:
            return location
        if status in _TRY_AGAIN:
            raise _PassingError(f"HTTP {status}", _retry_after(response.headers.get("Retry-After")))
        failure = MissingError if status == 404 else SourceError
        raise failure(f"{url} answered HTTP {status}{_hint(status)}.")

    def _read(self, response: requests.Response, url: str) -> bytes:
        parts, size = [], 0
        for part in _decoded(response, url):
            size += len(part)
            if size > self._limits.size:
                raise SourceError(f"{url} sent more than {self._limits.size} bytes. Ask for less at a time.")
            parts.append(part)
        return b"".join(parts)

    def _wait_for_turn(self) -> None:
        now = time.monotonic()
        if now < self._next_request:
            time.sleep(self._next_request - now)
        self._next_request = max(now, self._next_request) + 1 / self._limits.requests_per_second


def _origin(url: str) -> _Origin:
    try:
        parts = urlsplit(url)
        if parts.hostname:
            return _Origin(parts.scheme, parts.hostname, parts.port or _PORTS[parts.scheme])
    except (ValueError, KeyError):
        pass
    raise ForbiddenError(f"{url} is no address of the form https://host/path.")


def _cause(error: BaseException) -> BaseException:
    """What lies under the wrappings of the libraries."""
    while (inner := error.__cause__ or error.__context__) is not None:
        error = inner
    return error


def _decoded(response: requests.Response, url: str) -> Iterator[bytes]:
    """The body in pieces, each of bounded size, also where much was packed into little.

    urllib3 takes a gzip stream that ends in its middle for a whole one.
    """
    encoding = response.headers.get("Content-Encoding", "identity").strip().lower()
    pieces = response.raw.stream(_CHUNK, decode_content=False)
    if encoding == "identity":
        yield from pieces
    elif encoding == "gzip":
        yield from _unpacked(pieces)
    else:
        raise SourceError(f"{url} is encoded as {encoding!r}, which was not asked for.")


def _unpacked(pieces: Iterable[bytes]) -> Iterator[bytes]:
    unpacker = zlib.decompressobj(wbits=16 + zlib.MAX_WBITS)
    for piece in pieces:
        rest = piece
        while rest:
            yield unpacker.decompress(rest, _CHUNK)
            rest = unpacker.unconsumed_tail
    if not unpacker.eof:
        raise ChunkedEncodingError("the answer ends in the middle of its gzip stream")


def _etag(response: requests.Response) -> str | None:
    """The answer's ETag, if it is one that can be sent back."""
    etag = response.headers.get("ETag", "")
    return etag if _ETAG.fullmatch(etag) else None


def _backoff(attempt: int) -> float:
    """Seconds after an attempt; the jitter keeps harvesters that failed together apart."""
    return BACKOFF * 2 ** (attempt - 1) * random.uniform(0.5, 1.5)  # noqa: S311 (no secret hangs on it)


def _retry_after(value: str | None) -> float:
    """Seconds that a ``Retry-After`` header asks for (RFC 9110, 10.2.3): a number, or a date."""
    if not value:
        return 0.0
    if value.isdecimal():
        return float(value)
    try:
        return max(0.0, (email.utils.parsedate_to_datetime(value) - datetime.now(timezone.utc)).total_seconds())
    except (TypeError, ValueError, OverflowError):
        return 0.0


def _hint(status: int) -> str:
    if status in (401, 403):
        return ": the key is missing or wrong. Set the environment variable that the source's key_env names"
    return ""
