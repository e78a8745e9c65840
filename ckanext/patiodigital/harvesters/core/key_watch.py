"""Keys of a source's documents that nobody reads: the cheapest guard against a silent change of its shape."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar


@dataclass
class KeyWatch:
    """Collects the keys that are not among those known."""

    unread: set[str] = field(default_factory=set)

    #: More names than this are noise, not news.
    LIMIT: ClassVar[int] = 20

    def each(self, documents: Iterable[Any], known: frozenset[str]) -> Iterator[Any]:
        """The documents, each looked at on its way."""
        for document in documents:
            if isinstance(document, Mapping) and not document.keys() <= known and len(self.unread) < self.LIMIT:
                self.unread.update(key[:60] for key in sorted(document.keys() - known)[: self.LIMIT])
            yield document

    def words(self) -> list[str]:
        """A sentence on what was found; none where all was read."""
        return [f"The source has keys that nobody reads: {', '.join(sorted(self.unread))}."] if self.unread else []
