"""Template helpers of the feeds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ckanext.patiodigital.dcat.report import Report, report

__all__ = ["patiodigital_feed_report"]


def patiodigital_feed_report(package: Mapping[str, Any]) -> Report:
    """How a public dataset fares in the feeds, for its editors."""
    return report(package)
