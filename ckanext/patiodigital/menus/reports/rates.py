"""How many reports are taken, so that many at once fill neither the database nor the department's mailbox."""

from __future__ import annotations

from functools import cache

import ckantoolkit as tk

from ckanext.patiodigital.edge.core.quota import Count, Quota
from ckanext.patiodigital.edge.counting import counter
from ckanext.patiodigital.menus.reports import config

#: Seconds of a window.
_HOUR = 3600
_EVERYBODY = "everybody"


class TooManyError(Exception):
    """No more reports are taken in this window of time; ``retry_after`` seconds later it is over."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"Too many reports. The next ones are taken in {retry_after} s.")
        self.retry_after = retry_after


class UncountedError(Exception):
    """Reports can't be counted now."""


def count(sender: str | None) -> None:
    """Count one report of a network address, or of nobody in particular.

    Raises :class:`TooManyError` where it is one too many of the sender's or of everybody's, and
    :class:`UncountedError` where Redis does not answer. What is refused to one sender does not count for the others.
    """
    if sender is not None:
        _count(Quota("reports", config.per_address(), _HOUR), sender)
    _count(Quota("all-reports", config.per_hour(), _HOUR), _EVERYBODY)


def _count(quota: Quota, sender: str) -> None:
    taken = _counter(tk.config["ckan.redis.url"], tk.config["ckan.site_id"], tk.config["SECRET_KEY"])(quota, sender)
    if taken is None:
        raise UncountedError
    if taken.left < 0:
        raise TooManyError(taken.seconds)


@cache
def _counter(redis_url: str, site_id: str, secret: str) -> Count:
    """One connection pool a process, made when the first report comes in."""
    return counter(redis_url, site_id, secret)
