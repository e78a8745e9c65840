"""Lists of codes and addresses that yardsticks compare with; ``lists/README.md`` has their origin."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from ckanext.patiodigital.dcat.core.values import bare

_FOLDER = Path(__file__).parent.parent / "lists"
_AUTHORITY = "http://publications.europa.eu/resource/authority/"
_IANA = "www.iana.org/assignments/media-types/"


@cache
def load(name: str) -> frozenset[str]:
    """The entries of a list."""
    lines = (_FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


def authority_code(uri: str | None, table: str) -> str | None:
    """The code of a URI of an EU authority table; None for any other."""
    prefix = f"{_AUTHORITY}{table}/"
    return uri.removeprefix(prefix) if uri and uri.startswith(prefix) else None


def media_type(uri: str | None) -> str | None:
    """The media type that a URI of IANA's registry names; None for any other, and for a mere text."""
    name = bare(uri).removeprefix(_IANA) if uri and "://" in uri else None
    return name if name in load("media_types") else None
