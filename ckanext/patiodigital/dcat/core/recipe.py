"""A name for everything but the packages that fragments are made with: code, crosswalks, vocabularies and settings."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from ckanext.patiodigital.dcat.core.reading import Site

_ROOM = Path(__file__).parent.parent
_MADE_WITH = (
    _ROOM / "core",
    _ROOM / "crosswalks",
    _ROOM.parent / "schemas" / "vocabularies",
    _ROOM.parent / "definitions" / "core",
)


def digest(site: Site) -> str:
    """The same in every process of a release with the same settings, another after any change."""
    return hashlib.sha256(f"{_files()}\0{site!r}".encode()).hexdigest()[:32]


@cache
def _files() -> str:
    total = hashlib.sha256()
    for folder in _MADE_WITH:
        for file in sorted(folder.iterdir()):
            if file.suffix in {".py", ".yaml"}:
                total.update(file.name.encode() + b"\0" + hashlib.sha256(file.read_bytes()).digest())
    return total.hexdigest()
