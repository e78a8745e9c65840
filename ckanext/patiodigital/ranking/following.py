"""Follows links, off any request: HEAD, GET where that is refused, by the connections that harvesters use, at most one
request a second to a host. What lies in private networks is refused, but for what is the portal's own.
"""

from __future__ import annotations

import logging
import time
from collections import defaultdict
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urljoin, urlsplit

import ckantoolkit as tk
import requests
import urllib3
from ckan import model

from ckanext.patiodigital import clock
from ckanext.patiodigital.harvesters import sockets
from ckanext.patiodigital.harvesters.http import USER_AGENT
from ckanext.patiodigital.ranking import config, store
from ckanext.patiodigital.ranking.core import links
from ckanext.patiodigital.ranking.store import Look

log = logging.getLogger(__name__)

#: Seconds between two requests to a host.
PACE = 1.0
#: Hosts that are asked at the same time.
_HOSTS = 8
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
#: Servers that know no HEAD.
_NO_HEAD = frozenset({405, 501})


def follow_due() -> int:
    """Follow what is due, each host by itself; returns how many. Nothing where somebody else is at it."""
    with store.alone("links", wait=False) as ours:
        if not ours:
            return 0
        now = clock.now()
        store.forget_links()
        due = store.links_due(now, config.links_a_run())
        model.Session.commit()
        seen = 0
        with ThreadPoolExecutor(_HOSTS) as pool:
            for found in pool.map(_follow_host, _by_host(due)):
                for address, look in found:
                    store.saw(address, clock.now(), look)
                    seen += 1
                model.Session.commit()
        return seen


def job() -> None:
    """What a background worker does: it follows what is due."""
    follow_due()


def _by_host(addresses: Iterable[str]) -> list[list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for address in addresses:
        found[_host(address)].append(address)
    return list(found.values())


def _host(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


def _follow_host(addresses: list[str]) -> list[tuple[str, Look]]:
    follower = Follower(str(tk.config["ckan.site_url"]), config.link_timeout())
    return [(address, follower.follow(address)) for address in addresses]


class Follower:
    """Follows links of one host, slower than a limit. ``timeout`` is for a whole answer, in seconds."""

    def __init__(self, site_url: str, timeout: float, pace: float = PACE) -> None:
        self._site_url = site_url
        self._timeout = timeout
        self._pace = pace
        self._next = 0.0

    def follow(self, address: str) -> Look:
        """What an address comes to, after redirects."""
        began = time.monotonic()
        try:
            status, size = self._follow(address)
            error = None if links.is_alive(status) else f"HTTP {status}"
        except _RefusedError as refused:
            status, size, error = None, None, str(refused)
        return Look(status, error, size, round(1_000 * (time.monotonic() - began)))

    def _follow(self, address: str) -> tuple[int, int | None]:
        target = address
        for _ in range(links.REDIRECTS + 1):
            status, location, size = self._ask("HEAD", target)
            if status in _NO_HEAD:
                status, location, size = self._ask("GET", target)
            if status not in _REDIRECTS or not location:
                return status, size
            target = urljoin(target, location)
        raise _RefusedError(f"It redirects more than {links.REDIRECTS} times.")

    def _ask(self, method: str, address: str) -> tuple[int, str | None, int | None]:
        """One request: status, where it redirects to, and the size that it tells."""
        if not links.may_be_asked(address):
            raise _RefusedError(f"{address[:200]} is no address of the web.")
        self._wait()
        own = links.lies_under(address, self._site_url)
        adapter = sockets.CheckedAdapter(self._timeout, {urlsplit(address).hostname or ""} if own else ())
        with requests.Session() as session:
            session.auth = _nobody  # else requests looks for a password in the account's netrc
            session.mount("http://", adapter)
            session.mount("https://", adapter)
            session.headers = {"User-Agent": USER_AGENT, "Accept": "*/*"}  # type: ignore[assignment]
            with adapter.within(self._timeout) as late:
                try:
                    answer = session.request(method, address, timeout=self._timeout, allow_redirects=False, stream=True)
                except sockets.PrivateAddressError:
                    raise _RefusedError("It lies in a private network.") from None
                except sockets.UnknownHostError:
                    raise _RefusedError("There is no such host.") from None
                except (requests.RequestException, urllib3.exceptions.HTTPError, OSError, UnicodeError) as error:
                    said = f"It did not answer within {self._timeout:g} s." if late.is_set() else _words(error)
                    raise _RefusedError(said) from None
                length = answer.headers.get("Content-Length", "")
                packed = answer.headers.get("Content-Encoding", "identity") != "identity"
                size = (
                    int(length) if length.isascii() and length.isdigit() and len(length) < 16 and not packed else None
                )
                return answer.status_code, answer.headers.get("Location"), size

    def _wait(self) -> None:
        now = time.monotonic()
        if now < self._next:
            time.sleep(self._next - now)
        self._next = max(now, self._next) + self._pace


def _nobody(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request


class _RefusedError(Exception):
    """There is no answer; the message says why."""


def _words(error: BaseException) -> str:
    """What went wrong, without addresses and objects of the libraries."""
    while (inner := error.__cause__ or error.__context__) is not None:
        error = inner
    if isinstance(error, TimeoutError):
        return "It did not answer in time."
    return f"It can't be asked: {type(error).__name__}."
