"""What the user sees: one line a step, with the seconds it took, and errors that say how to go on."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

_STARTED = time.monotonic()


class StackError(Exception):
    """Something the user can put right; the message says what, where and how."""


def say(message: str) -> None:
    """Print one line of progress on stderr, with the seconds since the command started."""
    print(f"[{time.monotonic() - _STARTED:6.1f} s] {message}", file=sys.stderr, flush=True)


@contextmanager
def step(message: str) -> Iterator[None]:
    """Announce a step that takes a while, and say how long it took once it has worked."""
    say(f"{message} …")
    began = time.monotonic()
    yield
    say(f"{message}: done in {time.monotonic() - began:.1f} s")
