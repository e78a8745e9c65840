"""One room's data version, read at most once a second, whatever the number of readers."""

import logging
from collections.abc import Callable
from threading import Lock
from typing import NamedTuple

from ckanext.patiodigital.edge.core.route import Version

log = logging.getLogger(__name__)

READ_EVERY = 1.0  # seconds between two readings
KEEP_FOR = 60.0  # seconds that the last version holds while it can't be read
FIRST_WAIT = 5.0  # seconds that a reader waits where no version is held yet


class _Reading(NamedTuple):
    version: Version
    at: float


class VersionMemo:
    """The last reading of a version function.

    One thread reads anew; the others meanwhile go on with the last reading. A function that fails, or hangs,
    leaves the last reading in force for `KEEP_FOR` seconds, and is tried again once a second.
    """

    def __init__(self, read: Callable[[], Version], clock: Callable[[], float]) -> None:
        self._read = read
        self._clock = clock
        self._lock = Lock()
        self._tried_at: float | None = None
        self._reading: _Reading | None = None

    def current(self) -> Version | None:
        """The version in force, or None where there is none that may still be trusted."""
        held = self._held()
        if held is not None and not self._due():
            return held
        if self._lock.acquire(timeout=0 if held else FIRST_WAIT):
            try:
                if self._due():  # else another thread has read while this one waited
                    self._renew()
            finally:
                self._lock.release()
        return self._held()

    def _held(self) -> Version | None:
        reading = self._reading
        if reading is None or self._clock() - reading.at > KEEP_FOR:
            return None
        return reading.version

    def _due(self) -> bool:
        return self._tried_at is None or self._clock() - self._tried_at >= READ_EVERY

    def _renew(self) -> None:
        # Dated before the reading: what is read may be older than its end, never older than its start.
        self._tried_at = started = self._clock()
        try:
            version = self._read()
        except Exception as error:  # noqa: BLE001  a room may fail in any way; readers keep the last version
            log.warning(
                "The data version could not be read (%s); the last one holds for %d s: %s: %s",
                getattr(self._read, "__qualname__", self._read),
                KEEP_FOR,
                type(error).__name__,
                error,
            )
            return
        self._reading = _Reading(version, started)
