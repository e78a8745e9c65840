"""What one source may cost us."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Limits:
    """Requests a second to one host, seconds for one read, bytes of one answer, and private hosts allowed."""

    requests_per_second: float
    timeout: float
    size: int
    private_hosts: frozenset[str] = field(default_factory=frozenset)
