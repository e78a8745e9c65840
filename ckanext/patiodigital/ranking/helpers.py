"""Template helpers of the ranking."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ckanext.patiodigital.ranking.dataset_report import Judged, judged

__all__ = ["patiodigital_quality"]


def patiodigital_quality(package: Mapping[str, Any], yardstick: str) -> Judged | None:
    """A dataset by one yardstick; None until it was scored."""
    return judged(package, yardstick)
