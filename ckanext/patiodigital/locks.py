"""One piece of work of a kind at a time, on all machines that share the database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from ckan import model

_WAIT = sa.text("SELECT pg_advisory_lock(hashtextextended(:key, 0))")
_TRY = sa.text("SELECT pg_try_advisory_lock(hashtextextended(:key, 0))")


@contextmanager
def alone(task: str, *, wait: bool = True) -> Iterator[bool]:
    """Yields whether the work is ours: always, where we wait for the others."""
    key = {"key": f"patiodigital {task}"}
    # Not in a transaction, which would stay open for as long as the work lasts.
    with model.ensure_engine().connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.detach()  # it ends with us, not in a pool, and with it the lock, whatever happens
        taken = connection.scalar(_WAIT if wait else _TRY, key)
        yield wait or bool(taken)
