"""Pages of a source on disk: what was fetched last, kept until something newer is complete.

One folder a partition. Files are named by their content, and ``manifest.json`` is replaced at once, so a
harvester killed at any moment leaves either the old pages or the new ones.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from ckanext.patiodigital import config

_MANIFEST = "manifest.json"
_UNFINISHED = ".part"


class DamagedError(Exception):
    """A page on disk is not what was fetched. It is deleted, so that the next run fetches it again."""


@dataclass(frozen=True, slots=True)
class Page:
    """One answer: its address, the file with its body, and the source's ETag for it."""

    url: str
    sha256: str
    etag: str | None


class Spool:
    """The pages of one partition."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._pages = {page.url: page for page in self._read_manifest()}

    def _read_manifest(self) -> list[Page]:
        try:
            pages = json.loads((self._folder / _MANIFEST).read_text(encoding="utf-8"))
            return [Page(**page) for page in pages]
        except (FileNotFoundError, ValueError, TypeError):
            return []  # nothing yet, or cut by a full disk: it is fetched again

    def _file(self, sha256: str) -> Path:
        return self._folder / f"{sha256}.json"

    def known(self, url: str) -> Page | None:
        """The page of that address from the last complete fetch, if its file is still there."""
        page = self._pages.get(url)
        return page if page and self._file(page.sha256).is_file() else None

    def write(self, url: str, body: bytes, sha256: str, etag: str | None) -> Page:
        """Keep a body. It counts once :meth:`complete` names it."""
        file = self._file(sha256)
        if not file.is_file():
            self._put(file, body)
        return Page(url, sha256, etag)

    def _put(self, file: Path, content: bytes) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        unfinished = file.with_suffix(_UNFINISHED)
        unfinished.write_bytes(content)
        unfinished.replace(file)

    def body(self, page: Page) -> bytes:
        """The content of a page; :class:`DamagedError` where a power cut, say, left something else."""
        file = self._file(page.sha256)
        body = file.read_bytes() if file.is_file() else b""
        if hashlib.sha256(body).hexdigest() != page.sha256:
            file.unlink(missing_ok=True)
            raise DamagedError(f"The page {page.url} was damaged on disk. The next run fetches it again.")
        return body

    def complete(self, pages: Sequence[Page]) -> None:
        """These pages are the partition now; files of older ones go, and what a killed fetch left."""
        if list(pages) != list(self._pages.values()):
            self._put(self._folder / _MANIFEST, json.dumps([asdict(page) for page in pages]).encode())
            self._pages = {page.url: page for page in pages}
        wanted = {_MANIFEST, *(self._file(page.sha256).name for page in pages)}
        for file in self._folder.iterdir():
            if file.is_file() and file.name not in wanted:
                file.unlink(missing_ok=True)

    def pages(self) -> Iterator[tuple[str, bytes]]:
        """``(url, body)`` of each page of the last complete fetch, in the order asked."""
        for page in self._pages.values():
            yield page.url, self.body(page)

    @property
    def fingerprint(self) -> str:
        """A hash of the content: equal means that the source says the same as before."""
        digest = hashlib.sha256()
        for page in self._pages.values():
            digest.update(f"{page.url} {page.sha256}\n".encode())
        return digest.hexdigest()


def _root(source_id: str) -> Path:
    return config.storage_path() / "patiodigital" / "spool" / source_id


def spool_of(source_id: str, partition: str) -> Spool:
    """Where a partition's pages lie. ``partition`` is a name of :attr:`Part.name`."""
    return Spool(_root(source_id) / partition)


def forget_others(source_id: str, partitions: Iterable[str]) -> None:
    """Delete the pages of partitions that are no longer read."""
    root = _root(source_id)
    wanted = {root / partition for partition in partitions}
    for manifest in list(root.rglob(_MANIFEST)):
        if manifest.parent not in wanted:
            shutil.rmtree(manifest.parent)
