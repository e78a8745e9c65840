"""What CKAN's pages of a harvest source ask of this room."""

from __future__ import annotations

from typing import Any

from ckanext.patiodigital.harvesters import service, wording
from ckanext.patiodigital.harvesters.service import HarvestError

__all__ = ["patiodigital_harvest_line"]


def patiodigital_harvest_line(source: dict[str, Any] | None) -> str | None:
    """Give one sentence on how a harvest source stands; None for a source that is not read by this extension."""
    try:
        found, _ = service.find((source or {}).get("id", ""))
    except HarvestError:
        return None
    return wording.line(service.standing(found))
