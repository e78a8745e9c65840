"""Verdicts on harvests: sources that are down, loads that wait for an admin, parts and files left behind."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from ckanext.patiodigital.admin.core.findings import Finding, error, ok, warning
from ckanext.patiodigital.admin.core.tables import REPAIR

#: Minutes in which at least one part of a running job should have ended.
STILL = 30


@dataclass(frozen=True, slots=True)
class SourceFacts:
    """One harvest source by its ``name``.

    ``down``: what went wrong with each partition that fails; ``refused``: why each partition waits for an
    admin; ``lost``: partitions that were begun and that nobody works on; ``still_for``: minutes since anything
    of its running job moved, None where none runs.
    """

    name: str
    down: dict[str, str] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    lost: Sequence[str] = ()
    still_for: float | None = None


def source(facts: SourceFacts) -> Iterator[Finding]:
    """All that is wrong with a source, or that all is well."""
    where = f"source {facts.name}"
    if facts.down:
        partition, fault = next(iter(facts.down.items()))
        yield warning(
            where,
            f"{_parts(facts.down)} can't be read. {partition}: {fault}",
            "see that the source answers; the next run tries again",
        )
    for partition, reason in facts.refused.items():
        yield warning(
            where,
            f"{partition} waits for an admin. {reason}",
            f"if the source is right: ckan patiodigital harvest accept {facts.name} {partition} --reason …",
        )
    if facts.lost:
        verb = "was" if len(facts.lost) == 1 else "were"
        yield error(where, f"{_parts(facts.lost)} {verb} begun and nobody works on it: {facts.lost[0]}.", REPAIR)
    elif facts.still_for is not None and facts.still_for > STILL:
        yield warning(
            where,
            f"Nothing of its run has moved for {facts.still_for:.0f} minutes.",
            f"see that the consumers run, or end it: ckan harvester job-abort {facts.name}",
        )
    if not (facts.down or facts.refused or facts.lost or (facts.still_for or 0) > STILL):
        yield ok(where, "It answers, and nothing waits.")


def _parts(names: Sequence[str] | dict[str, str]) -> str:
    return "1 part" if len(names) == 1 else f"{len(names)} parts"


def spool(leftovers: Sequence[str]) -> Finding:
    """``leftovers``: files of fetches that were cut off."""
    where = "harvest spool"
    if leftovers:
        return warning(where, f"{len(leftovers)} files were left unfinished, such as {leftovers[0]}.", REPAIR)
    return ok(where, "Nothing was left unfinished.")
