"""The WSGI layer that answers for the application wherever the answer is the same for everybody."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timezone
from email.utils import format_datetime
from functools import partial
from io import BytesIO
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

from ckanext.patiodigital.edge.core.answer import Answer, Headers, Stream, fetch, fetch_file
from ckanext.patiodigital.edge.core.cache import AnswerCache, Flights
from ckanext.patiodigital.edge.core.conditional import (
    GZIP_SUFFIX,
    accepts_gzip,
    asks_for_any,
    matched,
    opaque_tag,
)
from ckanext.patiodigital.edge.core.quota import Count, OverQuotaError, Turn, refusal, sender_of
from ckanext.patiodigital.edge.core.route import MAX_QUERY, Match, PublicRoute, Routes, Version
from ckanext.patiodigital.edge.core.version import VersionMemo

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

VERSION_KEY = "patiodigital.version"  # environ key: the token of the version that the answer is kept under
CACHE_BYTES = 64 * 1024 * 1024  # a process

# A browser asks each time; a cache in front may answer for three seconds without asking.
_PUBLIC = ("Cache-Control", "public, max-age=0, s-maxage=3, must-revalidate")
# A file is too large for a cache in front: with no time to live it is not stored there.
_FILE = ("Cache-Control", "public, max-age=0, must-revalidate")
_NOT_KEPT = ("Cache-Control", "no-store")
_VARY = ("Vary", "Accept-Encoding")

_SERVER_KEYS = ("wsgi.version", "wsgi.errors", "wsgi.multithread", "wsgi.multiprocess", "wsgi.run_once")
# What of a request the application may see where it answers with a file.
_FILE_KEYS = ("HTTP_ACCEPT_ENCODING", "HTTP_IF_NONE_MATCH", "HTTP_IF_RANGE", "HTTP_RANGE")
_EXPOSED = (
    "Accept-Ranges", "Content-Disposition", "Content-Range", "ETag", "Last-Modified", "Link", "RateLimit",
    "RateLimit-Policy", "Retry-After", "X-Total-Count",
)  # fmt: skip
_CORS: Headers = (
    ("Access-Control-Allow-Origin", "*"),
    ("Access-Control-Expose-Headers", ", ".join(_EXPOSED)),
)
_ALLOWED: Headers = (("Allow", "GET, HEAD, OPTIONS"),)
_PREFLIGHT: Headers = (
    ("Access-Control-Allow-Origin", "*"),
    ("Access-Control-Allow-Methods", "GET, HEAD"),
    ("Access-Control-Allow-Headers", "*"),
    ("Access-Control-Max-Age", "86400"),
)


@dataclass(frozen=True)
class Site:
    """The portal that answers come from.

    `url` is its own address, http(s). `locales` are the language prefixes that the application knows.
    `release` names the code and the settings that answers depend on. `proxies` of its own stand in front of it.
    """

    url: str
    locales: frozenset[str]
    release: str
    proxies: int = 0

    def environ(self) -> dict[str, str]:
        """The address as WSGI has it. Raises ValueError where `url` is none."""
        parts = urlsplit(self.url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError(f"site URL {self.url!r}: write it as https://host")
        return {
            "wsgi.url_scheme": parts.scheme,
            "HTTP_HOST": parts.netloc,
            "SERVER_NAME": parts.hostname,
            "SERVER_PORT": str(parts.port or (443 if parts.scheme == "https" else 80)),
        }


class _Reader(NamedTuple):
    """All that matters of who asks: not what is said, only in which form."""

    head: bool
    gzip: bool
    if_none_match: str

    @classmethod
    def of(cls, environ: "WSGIEnvironment") -> "_Reader":
        return cls(
            environ["REQUEST_METHOD"] == "HEAD",
            accepts_gzip(environ.get("HTTP_ACCEPT_ENCODING", "")),
            environ.get("HTTP_IF_NONE_MATCH", ""),
        )


class _Reply(NamedTuple):
    """What goes out, as WSGI wants it."""

    status: str
    headers: Headers
    body: Iterable[bytes] = ()


class Edge:
    """A read-through cache in front of `app` for GET and HEAD of `routes`; all else goes to `app` untouched.

    The application is asked as nobody in particular: of the request only path and query reach it. So neither
    cookie, language header, host nor address can shape an answer, or be poisoned into one; and what it would
    set for one reader is taken out of what it answers. A request with `Authorization` is somebody's: it is
    not served here.

    An answer is kept under path, query, language, `release` and the version of its route, read before the
    answer is made. The application finds that version's token in `environ[VERSION_KEY]` and must answer from
    data at least as new: what it holds in memory from an older one would otherwise be kept as the new.

    Answers of 400 and above are never kept: nobody fills the cache with paths that do not exist. Redirects
    are. `If-Modified-Since` is not judged: a date of whole seconds does not tell two publications in one
    second apart, nor one opening day from the next. The ETag does.

    A sender who has too many answers made (`quota` of the route, counted by `count`) is told so with 429. What
    is in memory, and every 304 to a version, costs nothing.

    `clock` gives seconds that never go back.
    """

    def __init__(
        self,
        app: "WSGIApplication",
        routes: Iterable[PublicRoute],
        site: Site,
        clock: Callable[[], float] = time.monotonic,
        cache_bytes: int = CACHE_BYTES,
        count: Count = lambda _quota, _sender: None,
    ) -> None:
        self._app = app
        self._routes = Routes(routes, site.locales)
        self._release = site.release
        self._address = site.environ()
        self._proxies = site.proxies
        self._memos = {read: VersionMemo(read, clock) for route in self._routes if (read := route.version)}
        self._count = count
        self._cache = AnswerCache(cache_bytes)
        self._flights = Flights()

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        match = self._routes.match(environ.get("PATH_INFO", ""))
        if match is None:
            return self._app(environ, start_response)
        route, method = match.route, environ["REQUEST_METHOD"]
        if method == "OPTIONS" and route.cors:
            preflight = "HTTP_ACCESS_CONTROL_REQUEST_METHOD" in environ
            start_response("204 No Content", list(_PREFLIGHT if preflight else _ALLOWED + _CORS))
            return []

        turn = Turn(route.quota, partial(self._sender, environ), self._count)
        reader = _Reader.of(environ)
        try:
            if method not in {"GET", "HEAD"} or "HTTP_AUTHORIZATION" in environ:
                turn.take()
                return self._app(environ, partial(_start_for_one, start_response, route, method))
            if route.version is None:
                reply = self._file(environ, reader, turn)
            else:
                reply = self._serve(match, self._memos[route.version].current(), environ, reader, turn)
        except OverQuotaError as error:
            reply = _refused(error, match.path, reader, turn)
        start_response(reply.status, list(reply.headers + _told_always(route)))
        return reply.body

    def _sender(self, environ: "WSGIEnvironment") -> str | None:
        forwarded, connection = environ.get("HTTP_X_FORWARDED_FOR", ""), environ.get("REMOTE_ADDR", "")
        return sender_of(forwarded, connection, self._proxies)

    def _serve(
        self, match: Match, version: Version | None, environ: "WSGIEnvironment", reader: _Reader, turn: Turn
    ) -> _Reply:
        query = environ.get("QUERY_STRING", "")
        if version is None or len(query) > MAX_QUERY:
            turn.take()
            answer = fetch(self._app, self._as_nobody(environ, query))
            return _reply(answer, reader, (_NOT_KEPT, *turn.told))

        query = match.route.normal_query(query)
        tag = opaque_tag(version.token, match.language, match.path, query, self._release)
        if named := matched(reader.if_none_match, (tag + GZIP_SUFFIX, tag) if reader.gzip else (tag,)):
            return _not_modified(version, named)

        answer = self._answer(tag, self._as_nobody(environ, query) | {VERSION_KEY: version.token}, turn)
        if answer.code >= 400:
            return _reply(answer, reader, (_NOT_KEPT, *turn.told))
        if answer.code != 200:  # a redirect: nothing that a validator could stand for
            return _reply(answer, reader, (_PUBLIC,))
        if isinstance(answer, Stream):
            if reader.gzip and answer.compressible:
                answer, tag = answer.compressed(), tag + GZIP_SUFFIX
        elif reader.gzip and answer.gzipped is not None:
            tag += GZIP_SUFFIX
        if asks_for_any(reader.if_none_match):
            answer.close()
            return _not_modified(version, tag)
        return _reply(answer, reader, (_PUBLIC, *_validators(version, tag)))

    def _file(self, environ: "WSGIEnvironment", reader: _Reader, turn: Turn) -> _Reply:
        """The application's answer with a file, a part of it, or the word that the reader has it."""
        turn.take()
        conditions = {key: environ[key] for key in _FILE_KEYS if key in environ}
        nobody = self._as_nobody(environ, environ.get("QUERY_STRING", ""))
        answer = fetch_file(self._app, nobody | conditions)
        return _reply(answer, reader, (_FILE if answer.code < 400 else _NOT_KEPT, *turn.told))

    def _answer(self, key: str, environ: "WSGIEnvironment", turn: Turn) -> Answer | Stream:
        """The answer kept under `key`, else the application's, asked for by one thread while others wait."""
        if (kept := self._cache.get(key)) is not None:
            return kept
        flight, leads = self._flights.join(key)
        if not leads:
            if (landed := flight.wait()) is not None:
                return landed
            turn.take()
            return fetch(self._app, environ)
        shared: Answer | None = None
        try:
            shared = self._cache.get(key)  # another may have landed between our look and our joining
            if shared is not None:
                return shared
            turn.take()
            made = fetch(self._app, environ)
            if isinstance(made, Stream):
                return made
            shared = made.compressed()
            if shared.code < 400:
                self._cache.put(key, shared)
            return shared
        finally:
            self._flights.land(key, shared)

    def _as_nobody(self, environ: "WSGIEnvironment", query: str) -> "WSGIEnvironment":
        """The request with nothing left of who made it, as a GET of the portal's own address."""
        return {
            **{key: environ[key] for key in _SERVER_KEYS},
            **self._address,
            "REQUEST_METHOD": "GET",
            "SCRIPT_NAME": "",
            "PATH_INFO": environ.get("PATH_INFO", ""),
            "QUERY_STRING": query,
            "SERVER_PROTOCOL": "HTTP/1.1",
            "wsgi.input": BytesIO(),
        }


def _told_always(route: PublicRoute) -> Headers:
    """What every answer of a route says, whoever it is for."""
    policy = (("RateLimit-Policy", route.quota.policy),) if route.quota else ()
    return policy + (_CORS if route.cors else ())


def _start_for_one(
    start_response: "StartResponse",
    route: PublicRoute,
    method: str,
    status: str,
    headers: list[tuple[str, str]],
    *exc_info: Any,
) -> Callable[[bytes], object]:
    """Begin the application's own answer, to somebody or to a request that changes something."""
    told = dict(_told_always(route))
    # CKAN calls what a form answers public, such as the address that only its sender is to know.
    dropped = {name.lower() for name in told} | ({"cache-control"} if method not in {"GET", "HEAD"} else set())
    kept = [(name, value) for name, value in headers if name.lower() not in dropped]
    if "cache-control" in dropped:
        kept.append(_NOT_KEPT)
    return start_response(status, [*kept, *told.items()], *exc_info)


def _validators(version: Version, tag: str) -> Headers:
    etag = ("ETag", f'"{tag}"')
    if version.changed is None:
        return (etag,)
    return (etag, ("Last-Modified", format_datetime(version.changed.astimezone(timezone.utc), usegmt=True)))


def _not_modified(version: Version, tag: str) -> _Reply:
    return _Reply("304 Not Modified", (_PUBLIC, _VARY, *_validators(version, tag)))


def _refused(error: OverQuotaError, path: str, reader: _Reader, turn: Turn) -> _Reply:
    headers = (("Content-Type", "application/problem+json"), ("Retry-After", str(error.taken.seconds)), *turn.told)
    return _reply(Answer("429 Too Many Requests", headers, refusal(error, path)), reader, (_NOT_KEPT,))


def _reply(answer: Answer | Stream, reader: _Reader, headers: Headers) -> _Reply:
    headers = (*answer.headers, *headers, _VARY)
    if isinstance(answer, Stream):
        if reader.head:
            answer.close()
            return _Reply(answer.status, headers)
        return _Reply(answer.status, headers, answer)
    body = answer.body
    if reader.gzip and answer.gzipped is not None:
        body = answer.gzipped
        headers = (*headers, ("Content-Encoding", "gzip"))
    headers = (*headers, ("Content-Length", str(len(body))))
    return _Reply(answer.status, headers, () if reader.head else (body,))
