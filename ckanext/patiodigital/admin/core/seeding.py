"""When the wait for a first harvest is over, and what to say meanwhile."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ckanext.patiodigital.harvesters.core.outcome import Outcome, State

#: Seconds without any change after which nobody seems to be at work. A heartbeat, which counts, comes every 60.
PATIENCE = 180
_BAD = (State.FAILED, State.REFUSED)


class SeedError(RuntimeError):
    """The demonstration can't be set up; the message says why, and what to do."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the parts that are waited for are.

    ``published``: those whose content readers see; ``at_work``: those that somebody works on; ``outcomes``: how
    those that were tried in the running job ended; ``faults`` kept it from being planned; ``beats``: signs of
    life of what is being worked on, in any form that changes with them.
    """

    published: frozenset[str]
    at_work: frozenset[str]
    outcomes: Mapping[str, Outcome]
    faults: Sequence[str]
    beats: Sequence[str]


def is_over(wanted: Sequence[str], progress: Progress) -> bool:
    """Whether all ``wanted`` parts are published; :class:`SeedError` where one of them will not be."""
    if progress.faults:
        raise SeedError(" ".join(progress.faults))
    for name in wanted:
        outcome = progress.outcomes.get(name)
        if name not in progress.published | progress.at_work and outcome and outcome.state in _BAD:
            raise SeedError(f"{name} was not published. {' '.join(outcome.messages)}")
    return progress.published.issuperset(wanted)


def in_words(wanted: Sequence[str], progress: Progress) -> str:
    """One line on how many parts are published, and on the first that is not."""
    open_parts = [name for name in wanted if name not in progress.published]
    counted = f"{len(wanted) - len(open_parts)} of {len(wanted)} parts published"
    if not open_parts:
        return counted
    return f"{counted}; {open_parts[0]} {'is being read' if open_parts[0] in progress.at_work else 'waits'}"
