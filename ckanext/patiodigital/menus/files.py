"""The family pages' style sheets, scripts and images: public answers as the pages are.

A page brings some of them along, and a browser asks for each anew. CKAN would make a session's work of it.
"""

from __future__ import annotations

from pathlib import Path

from ckanext.patiodigital.edge.core.route import PublicRoute, Version

_FOLDER = Path(__file__).parent.parent / "public" / "patiodigital"


def public_routes() -> list[PublicRoute]:
    """A route for each file, since not everything below ``/patiodigital`` is one."""
    return [PublicRoute(f"/patiodigital/{file.name}", _version, params=frozenset()) for file in _FOLDER.iterdir()]


def _version() -> Version:
    """They change with the release, which counts in each answer's tag anyway."""
    return Version("files")
