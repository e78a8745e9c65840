"""Pages of a source on disk: what was fetched last, kept until something newer is complete.

One folder a partition. Files are named by their content, and ``manifest.json`` is replaced at once, so a
harvester killed at any moment leaves either the old pages or the new ones.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

_MANIFEST = "manifest.json"


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
        self._pages = self._read_manifest()

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
        for page in self._pages:
            if page.url == url and self._file(page.sha256).is_file():
                return page
        return None

    def write(self, url: str, body: bytes, sha256: str, etag: str | None) -> Page:
        """Keep a body. It counts once :meth:`complete` names it."""
        self._folder.mkdir(parents=True, exist_ok=True)
        file = self._file(sha256)
        if not file.is_file():
            unfinished = file.with_suffix(".part")
            unfinished.write_bytes(body)
            unfinished.replace(file)
        return Page(url, sha256, etag)

    def body(self, page: Page) -> bytes:
        return self._file(page.sha256).read_bytes()

    def complete(self, pages: list[Page]) -> None:
        """These pages are the partition now; files of older ones go."""
        self._folder.mkdir(parents=True, exist_ok=True)
        unfinished = self._folder / f"{_MANIFEST}.part"
        unfinished.write_text(json.dumps([asdict(page) for page in pages]), encoding="utf-8")
        unfinished.replace(self._folder / _MANIFEST)
        self._pages = pages
        named = {self._file(page.sha256) for page in pages}
        for file in self._folder.glob("*.json"):
            if file.name != _MANIFEST and file not in named:
                file.unlink(missing_ok=True)

    def pages(self) -> Iterator[tuple[str, bytes]]:
        """``(url, body)`` of each page of the last complete fetch, in the order asked."""
        for page in self._pages:
            yield page.url, self.body(page)

    def fingerprint(self, mapping: str) -> str:
        """A hash of the content and of how it is mapped: equal means that nothing needs to be loaded again."""
        digest = hashlib.sha256(mapping.encode())
        for page in self._pages:
            digest.update(page.sha256.encode())
        return digest.hexdigest()
