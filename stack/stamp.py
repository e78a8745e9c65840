"""Stamps: small files that say for which input something was made, so that it is made again only when due."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path


class Stamp:
    """One stamp."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def matches(self, wanted: str) -> bool:
        return self._path.exists() and self._path.read_text(encoding="utf-8") == wanted

    def set(self, made_for: str) -> None:
        self._path.write_text(made_for, encoding="utf-8")


def digest(paths: Iterable[Path], *words: str) -> str:
    """One hash over words and the content of files and of whole folders, compiled Python left out."""
    total = hashlib.sha256("\0".join(words).encode())
    for path in paths:
        files = sorted(path.rglob("*")) if path.is_dir() else [path]
        for file in files:
            if file.is_file() and "__pycache__" not in file.parts:
                total.update(
                    str(file.relative_to(path.parent)).encode() + b"\0" + hashlib.sha256(file.read_bytes()).digest()
                )
    return total.hexdigest()
