"""The one clock. Pages, harvesters and gates ask it, so that a test can stop it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timezone
from zoneinfo import ZoneInfo


def _system() -> datetime:
    return datetime.now(timezone.utc)


_source: Callable[[], datetime] = _system


def now() -> datetime:
    """This instant, in UTC."""
    return _source()


def today(zone: ZoneInfo) -> date:
    """The day that it is in ``zone``."""
    return now().astimezone(zone).date()


def set_source(source: Callable[[], datetime] | None) -> None:
    """Take the time from ``source`` (which answers in UTC), or from the system again."""
    global _source  # noqa: PLW0603 (one clock for the whole process is the point)
    _source = source or _system


def rfc3339(instant: datetime) -> str:
    """An instant as the contracts write it: UTC, microseconds where there are any, ``Z``."""
    return instant.astimezone(timezone.utc).replace(tzinfo=None).isoformat() + "Z"
