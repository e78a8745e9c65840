"""What the application answered: whole, or as a stream where it is too large to hold."""

import gzip
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import chain
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

Headers = tuple[tuple[str, str], ...]

MAX_ANSWER = 1024 * 1024  # bytes held in memory of one answer; what is larger goes through as it comes
ENTRY_OVERHEAD = 1024  # bytes: an estimate of an entry's headers and its Python objects
GZIP_FROM = 512  # bytes: below, compression saves less than its headers cost
GZIP_LEVEL = 6
GZIP_LEVEL_OF_STREAMS = 1  # made anew for each reader: three times as fast, and a fifth larger

# Ours to say, or about one reader, or true of the connection only: never taken over from the application.
_DROPPED = frozenset({
    "access-control-allow-credentials", "access-control-allow-headers", "access-control-allow-methods",
    "access-control-allow-origin", "access-control-expose-headers", "cache-control", "connection",
    "content-length", "etag", "expires", "last-modified", "pragma", "set-cookie", "transfer-encoding", "vary",
})  # fmt: skip
_VALIDATORS = frozenset({"etag", "last-modified"})
_TEXT_TYPES = (
    "application/json", "application/xml", "application/javascript", "application/n-triples", "image/svg+xml",
)  # fmt: skip


@dataclass(frozen=True)
class Answer:
    """A whole answer. `gzipped` is its body compressed, where that is worth it."""

    status: str
    headers: Headers
    body: bytes
    gzipped: bytes | None = None

    @property
    def code(self) -> int:
        return int(self.status[:3])

    def close(self) -> None:
        """Nothing is open; here so that a whole answer and a stream are dropped alike."""

    @property
    def size(self) -> int:
        """Bytes that keeping it takes."""
        return len(self.body) + len(self.gzipped or b"") + ENTRY_OVERHEAD

    def compressed(self) -> "Answer":
        """The same answer, with a compressed body beside the plain one if it is text and that is smaller."""
        if len(self.body) < GZIP_FROM or not _is_text(self.headers):
            return self
        # Without a time stamp, so that every process makes the same bytes under the same ETag.
        packed = gzip.compress(self.body, GZIP_LEVEL, mtime=0)
        if len(packed) >= len(self.body):
            return self
        return replace(self, gzipped=packed)


class Stream:
    """An answer that is passed on piece by piece. Whoever takes it closes it."""

    def __init__(self, status: str, headers: Headers, chunks: Iterator[bytes], close: Callable[[], None]) -> None:
        self.status = status
        self.headers = headers
        self.close = close
        self._chunks = chunks

    @property
    def code(self) -> int:
        return int(self.status[:3])

    @property
    def compressible(self) -> bool:
        """Whether compressing it is worth the time: it is text, and nobody has done it yet."""
        return _is_text(self.headers)

    def compressed(self) -> "Stream":
        """The same answer, compressed as it goes; without its length, which nobody knows yet."""
        headers = tuple(field for field in self.headers if field[0].lower() != "content-length")
        return Stream(self.status, (*headers, ("Content-Encoding", "gzip")), _gzipped(self._chunks), self.close)

    def __iter__(self) -> Iterator[bytes]:
        return self._chunks


def fetch(app: "WSGIApplication", environ: "WSGIEnvironment") -> Answer | Stream:
    """What the application answers: whole if it is at most `MAX_ANSWER` bytes, else as a stream."""
    return _fetch(app, environ, MAX_ANSWER, _DROPPED)


def fetch_file(app: "WSGIApplication", environ: "WSGIEnvironment") -> Answer | Stream:
    """What the application answers of a file: as a stream, with the validators that it gives."""
    return _fetch(app, environ, -1, _DROPPED - _VALIDATORS)


def _fetch(app: "WSGIApplication", environ: "WSGIEnvironment", most: int, dropped: frozenset[str]) -> Answer | Stream:
    head: list[bytes] = []
    started: list[tuple[str, list[tuple[str, str]]]] = []

    def start_response(
        status: str, headers: list[tuple[str, str]], exc_info: object = None, /
    ) -> Callable[[bytes], object]:
        started[:] = [(status, headers)]
        return head.append

    chunks = app(environ, start_response)
    close = getattr(chunks, "close", _nothing_to_close)
    try:
        rest, size = iter(chunks), sum(map(len, head))
        for chunk in rest:
            head.append(chunk)
            size += len(chunk)
            if size > most:
                break
        status, raw = started[0]
    except BaseException:
        close()
        raise
    if size <= most:
        close()
        return Answer(status, _kept(raw, dropped), b"".join(head))
    return Stream(status, _kept(raw, dropped - {"content-length"}), chain(head, rest), close)


def _gzipped(chunks: Iterator[bytes]) -> Iterator[bytes]:
    packer = zlib.compressobj(GZIP_LEVEL_OF_STREAMS, wbits=16 + zlib.MAX_WBITS)  # 16: as a gzip file
    for chunk in chunks:
        if packed := packer.compress(chunk):
            yield packed
    yield packer.flush()


def _kept(headers: Iterable[tuple[str, str]], dropped: frozenset[str]) -> Headers:
    return tuple((name, value) for name, value in headers if name.lower() not in dropped)


def _is_text(headers: Headers) -> bool:
    fields = {name.lower(): value for name, value in headers}
    if "content-encoding" in fields:
        return False
    media = fields.get("content-type", "").partition(";")[0].strip().lower()
    return media.startswith("text/") or media in _TEXT_TYPES or media.endswith(("+json", "+xml"))


def _nothing_to_close() -> None:
    """Stands in for the `close` that a WSGI iterable may lack."""
