"""Template helpers of the ranking."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ckanext.patiodigital.ranking.dataset_report import Report, report

__all__ = ["patiodigital_quality_report"]


def patiodigital_quality_report(package: Mapping[str, Any]) -> Report:
    """A dataset by all yardsticks."""
    return report(package)
