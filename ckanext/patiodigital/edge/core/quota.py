"""How many answers one sender may have made in a while. What is in memory already is not counted.

Headers as in https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/ (draft 10).
"""

import ipaddress
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

_IPV6_BITS = 64  # of an address: the rest is free for a subscriber to choose


@dataclass(frozen=True)
class Quota:
    """At most `most` in each window of `seconds`, counted for each sender under `name`."""

    name: str
    most: int
    seconds: int

    @property
    def policy(self) -> str:
        """For the header `RateLimit-Policy`: the same for everybody."""
        return f'"{self.name}";q={self.most};w={self.seconds}'


class Taken(NamedTuple):
    """What is `left` of a quota in the window, below zero where it was one too many; `seconds` until the next."""

    left: int
    seconds: int


#: Counts one for a sender; None where that is not possible now, and then nobody is refused.
Count = Callable[[Quota, str], Taken | None]


class OverQuotaError(Exception):
    """A sender asked for more than the quota allows."""

    def __init__(self, quota: Quota, taken: Taken) -> None:
        super().__init__(f"{quota.most} in {quota.seconds} s are used up.")
        self.quota = quota
        self.taken = taken


class Turn:
    """One request's claim on the application: counted when the application is asked, and only then."""

    def __init__(self, quota: Quota | None, sender: Callable[[], str | None], count: Count) -> None:
        self._quota, self._sender, self._count = quota, sender, count
        self._taken: Taken | None = None

    def take(self) -> None:
        """Count this request. Raises OverQuotaError where it is one too many."""
        if self._quota is None or (sender := self._sender()) is None:
            return
        self._taken = self._count(self._quota, sender)
        if self._taken is not None and self._taken.left < 0:
            raise OverQuotaError(self._quota, self._taken)

    @property
    def told(self) -> tuple[tuple[str, str], ...]:
        """The header `RateLimit`, for an answer that nobody else will see."""
        if self._quota is None or self._taken is None:
            return ()
        return (("RateLimit", f'"{self._quota.name}";r={max(self._taken.left, 0)};t={self._taken.seconds}'),)


def sender_of(forwarded_for: str, connection: str, proxies: int) -> str | None:
    """The network address that a request came from; None where it is this machine's.

    `forwarded_for` is the header X-Forwarded-For. Each proxy appends whom it was asked by, so that the last
    `proxies` entries are the portal's own proxies' word, and those before may be made up. `connection` is the
    other end of the connection; it counts where that header has fewer entries.

    This machine is either the portal itself or a proxy that does not say for whom it asks: to limit it would
    shut everybody out.
    """
    told = [entry.strip() for entry in forwarded_for.split(",") if entry.strip()]
    address = told[-proxies] if 0 < proxies <= len(told) else connection
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return None
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped is None:
            network = ipaddress.IPv6Network((parsed, _IPV6_BITS), strict=False)
            return None if parsed.is_loopback else str(network)
        parsed = parsed.ipv4_mapped
    return None if parsed.is_loopback else str(parsed)


def refusal(error: OverQuotaError, path: str) -> bytes:
    """Problem details (RFC 9457) of the answer 429."""
    quota, seconds = error.quota, error.taken.seconds
    problem = {
        "type": "about:blank",
        "title": "Too many requests",
        "status": 429,
        "detail": f"At most {quota.most} new answers in {quota.seconds} s from one address. Ask again in {seconds} s; "
        "what was asked before costs nothing, and the whole tables are one download each.",
        "instance": path[:500],
        "errors": [],
    }
    return json.dumps(problem).encode()
