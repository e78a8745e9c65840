"""Ask a service that may hang, and wait no longer than one wants to."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable


class _Attempt(threading.Thread):
    """One call of the question. A daemon: a service that hangs must not keep the process from ending."""

    def __init__(self, ask: Callable[[], None]) -> None:
        super().__init__(daemon=True)
        self._ask = ask
        self.error: Exception | None = None

    def run(self) -> None:
        try:
            self._ask()
        except Exception as error:  # noqa: BLE001 (whatever it is, it is the answer)
            self.error = error


class Probe:
    """A question that has no answer but to return, or to raise.

    At most one attempt runs at a time: while one hangs, no second is begun, however often it is asked.
    """

    def __init__(self, ask: Callable[[], None]) -> None:
        self._ask = ask
        self._attempt: _Attempt | None = None

    def begin(self) -> None:
        """Start an attempt, unless one is under way."""
        if self._attempt is None or not self._attempt.is_alive():
            self._attempt = _Attempt(self._ask)
            self._attempt.start()

    def failure(self, deadline: float) -> Exception | None:
        """What went wrong with the attempt, waiting for it until ``deadline`` (of ``time.monotonic``).

        None where nothing did. :class:`TimeoutError` where it still runs then.
        """
        if self._attempt is None:
            raise RuntimeError("begin() comes first")
        self._attempt.join(max(0.0, deadline - time.monotonic()))
        if self._attempt.is_alive():
            return TimeoutError("no answer in time")
        return self._attempt.error
