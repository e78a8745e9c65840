"""How a run ends, and what it counted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum


class State(str, Enum):
    """``unchanged``: nothing new; ``changed``: published; ``empty``: the source has nothing there;
    ``partial``: published, with rows set aside or partitions that failed; ``refused``: waits for an admin;
    ``failed``: the source or the load failed, and what was there before is still up.
    """

    UNCHANGED = "unchanged"
    CHANGED = "changed"
    EMPTY = "empty"
    PARTIAL = "partial"
    REFUSED = "refused"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Outcome:
    """Of a partition or a whole run. Where rows were loaded, ``read = new + changed + unchanged + set_aside``."""

    state: State
    read: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    withdrawn: int = 0
    set_aside: int = 0
    messages: list[str] = field(default_factory=list)

    @property
    def counted(self) -> bool:
        """Whether rows were looked at: an unchanged part is not even parsed."""
        return any(getattr(self, name) for name in COUNTS)

    @property
    def differences(self) -> int:
        """Rows that are not as they were before."""
        return self.new + self.changed + self.withdrawn


COUNTS = ("read", "new", "changed", "unchanged", "withdrawn", "set_aside")


def total(outcomes: Iterable[Outcome]) -> Outcome | None:
    """A run's outcome from those of its partitions; None where there are none yet."""
    parts = list(outcomes)
    if not parts:
        return None
    states = {part.state for part in parts}
    if State.REFUSED in states:
        state = State.REFUSED
    elif State.FAILED in states:
        state = State.FAILED if states == {State.FAILED} else State.PARTIAL
    else:
        order = (State.PARTIAL, State.CHANGED, State.UNCHANGED, State.EMPTY)
        state = next(state for state in order if state in states)
    return Outcome(
        state,
        **{name: sum(getattr(part, name) for part in parts) for name in COUNTS},
        messages=[message for part in parts for message in part.messages],
    )
