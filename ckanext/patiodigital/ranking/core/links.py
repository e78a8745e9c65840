"""When a link is followed again, and what an answer means. No network here."""

from __future__ import annotations

import datetime as dt
from urllib.parse import urlsplit

#: Days between two looks at a link that answers: one more with each success, seven at most.
FIRST, LONGEST = 1, 7
#: Minutes until a link that failed is tried again, since its file may be written just now; then four times that each
#: time, a day at most.
RETRY, RETRY_LONGEST = 1, 24 * 60
#: Redirects that are followed.
REDIRECTS = 5
#: Bytes of an address that is followed.
LONGEST_ADDRESS = 2_000
#: Of each link, so many looks are remembered.
REMEMBERED = 20


def is_alive(status: int | None) -> bool:
    """200 to 299, once redirects were followed."""
    return status is not None and 200 <= status < 300


def next_look(now: dt.datetime, successes: int, failures: int) -> dt.datetime:
    """After so many successes, or failures, in a row."""
    if failures:
        return now + dt.timedelta(minutes=min(RETRY_LONGEST, RETRY * 4 ** min(failures - 1, 10)))
    return now + dt.timedelta(days=min(LONGEST, FIRST + max(0, successes - 1)))


def may_be_asked(address: str) -> bool:
    """An address that HTTP can be asked for. Neither names nor backslashes in it: libraries read these differently."""
    if (
        len(address.encode()) > LONGEST_ADDRESS
        or "\\" in address
        or any(each < " " or each == "\x7f" for each in address)
    ):
        return False
    try:
        parts = urlsplit(address)
        if "@" in parts.netloc:
            return False
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def lies_under(address: str, site_url: str) -> bool:
    """Whether an address is one of the portal's own: same scheme, host and port, at or below its path."""
    try:
        asked, own = urlsplit(address), urlsplit(site_url.rstrip("/"))
        same = (asked.scheme, asked.hostname, asked.port) == (own.scheme, own.hostname, own.port)
    except ValueError:
        return False
    # Servers make of "/x/../y" what they like.
    return same and ".." not in asked.path and (asked.path == own.path or asked.path.startswith(f"{own.path}/"))
