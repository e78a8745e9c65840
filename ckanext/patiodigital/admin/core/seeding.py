"""When the wait for a first harvest is over, and what to say meanwhile."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

#: Seconds without any change after which nobody seems to be at work. A heartbeat, which counts, comes every 60.
PATIENCE = 180


class SeedError(RuntimeError):
    """The demonstration can't be set up; the message says why, and what to do."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the parts that are waited for are.

    ``published``: those whose content readers see; ``states``: of each part in the running job, by its name
    (``WAITING``, ``FETCH``, ``IMPORT``, ``COMPLETE``, ``ERROR``); ``faults``: what went wrong with parts;
    ``gather_fault``: why the job could not be planned; ``beats``: signs of life of what is being worked on.
    """

    published: frozenset[str]
    states: Mapping[str, str]
    faults: Mapping[str, str]
    gather_fault: str | None
    beats: Collection[str]


def is_over(wanted: Sequence[str], progress: Progress) -> bool:
    """Whether all ``wanted`` parts are published; :class:`SeedError` where one of them will not be."""
    if progress.gather_fault:
        raise SeedError(progress.gather_fault)
    for name in wanted:
        if name not in progress.published and progress.states.get(name) == "ERROR":
            fault = progress.faults.get(name, "ckanext-harvest gave no reason.")
            raise SeedError(f"{name} was not published: {fault}")
    return progress.published.issuperset(wanted)


_WORDS = {"WAITING": "waits", "FETCH": "is being read", "IMPORT": "is being loaded"}


def in_words(wanted: Sequence[str], progress: Progress) -> str:
    """One line on the first part that is not published yet."""
    done = sum(name in progress.published for name in wanted)
    for name in wanted:
        if name not in progress.published:
            state = _WORDS.get(progress.states.get(name, ""), "is planned")
            return f"{done} of {len(wanted)} parts published; {name} {state}"
    return f"{done} of {len(wanted)} parts published"
