"""What a check found: a level, where, what, and how to mend it in one line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from enum import Enum
from typing import Any


class Level(str, Enum):
    """``warning``: it works, but not as it should; ``error``: something does not work."""

    OK = "ok"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of a report. ``mend`` is a command, a setting, or what to do; empty where all is well."""

    level: Level
    where: str
    what: str
    mend: str = ""


def ok(where: str, what: str) -> Finding:
    return Finding(Level.OK, where, what)


def warning(where: str, what: str, mend: str) -> Finding:
    return Finding(Level.WARNING, where, what, mend)


def error(where: str, what: str, mend: str) -> Finding:
    return Finding(Level.ERROR, where, what, mend)


def has_errors(findings: Iterable[Finding]) -> bool:
    return any(finding.level is Level.ERROR for finding in findings)


def as_lines(findings: Iterable[Finding]) -> Iterator[str]:
    """The report for a terminal or a log: a line a finding, one more to mend it, and a last one with the counts."""
    counts = dict.fromkeys(Level, 0)
    for finding in findings:
        counts[finding.level] += 1
        yield f"{finding.level.value:<8} {finding.where}: {finding.what}"
        if finding.mend:
            yield f"{'':<8} to mend: {finding.mend}"
    said = (f"{counts[Level.OK]} ok", _many(counts[Level.WARNING], "warning"), _many(counts[Level.ERROR], "error"))
    yield ", ".join(said)


def _many(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def as_json(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    """``[{"level", "where", "what", "mend"}]``."""
    return [asdict(finding) | {"level": finding.level.value} for finding in findings]
