"""What a load is: the part of a table that it replaces, its gates, and what it counted."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum

#: A load that would lose a larger share of the live keys waits until an admin accepts it.
MAX_LOSS = 0.2
#: Losing fewer keys than this is never refused: a fifth of a handful is no sign of a broken source.
LOSS_OF_NOTE = 10


@dataclass(frozen=True, slots=True)
class Partition:
    """The part of a table that a source was read for completely.

    Everything, or the days ``first`` to ``last`` (inclusive) of the date column ``column``. Rows outside
    stay as they are; rows inside that the load lacks have vanished at the source.
    """

    name: str
    column: str | None = None
    first: date | None = None
    last: date | None = None


WHOLE = Partition("all")


class LoadStatus(str, Enum):
    """How a load ended."""

    UNCHANGED = "unchanged"
    CHANGED = "changed"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class LoadOutcome:
    """Counts of one load: ``read == new + changed + unchanged + set_aside`` unless it was refused."""

    status: LoadStatus
    run: str
    read: int
    new: int
    changed: int
    unchanged: int
    withdrawn: int
    set_aside: int
    data_version: datetime | None
    reason: str = ""


def refusal(*, live: int, lost: int, staged: int, complete: bool, floor: int) -> str:
    """Why a load must wait for an admin, or ``""``.

    ``live`` keys are in force in the partition, ``lost`` of them are not in the load; ``staged`` rows
    came; ``complete`` says that the partition is the whole table, which alone has a ``floor``.
    """
    if complete and staged < floor:
        return f"The load has {staged} rows; this table has at least {floor}."
    if lost >= LOSS_OF_NOTE and lost > live * MAX_LOSS:
        return (
            f"The load lacks {lost} of the {live} rows in force; at most {MAX_LOSS:.0%} may go at once. "
            "If the source is right, accept the load."
        )
    return ""


def new_run(now: datetime, table: str) -> str:
    """A run's name: sorts by time, tells the table, and is never met twice."""
    return f"{now:%Y%m%dT%H%M%SZ}-{table}-{secrets.token_hex(3)}"
