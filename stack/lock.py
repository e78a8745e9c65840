"""One command at a time where two would get in each other's way."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from stack.console import say


@contextmanager
def only_one(path: Path, what: str) -> Iterator[None]:
    """Hold a lock file; wait, and say so, while another process holds it. `what` names its user."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(f"Waiting for another {what} to end")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield
