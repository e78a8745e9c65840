"""Follows links, off any request: HEAD, GET where that is refused, by the connections that harvesters use, at most one
request a second to a host. What lies in private networks is refused, but for what is the portal's own.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import defaultdict
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor, as_completed
from urllib.parse import urljoin, urlsplit

import ckantoolkit as tk
import requests
import urllib3
from ckan import model

from ckanext.patiodigital import clock
from ckanext.patiodigital.harvesters import sockets
from ckanext.patiodigital.harvesters.http import USER_AGENT
from ckanext.patiodigital.locks import alone
from ckanext.patiodigital.ranking import config, scoring, store
from ckanext.patiodigital.ranking.core import links
from ckanext.patiodigital.ranking.store import Look

log = logging.getLogger(__name__)

#: Seconds between two requests to a host.
PACE = 1.0
#: Hosts that are asked at the same time.
_HOSTS = 8
#: Seconds that a run gives to one host, and questions without an answer after which it leaves the host alone.
_TIME_OF_HOST, _SILENCE = 120, 3
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
#: Servers that know no HEAD.
_NO_HEAD = frozenset({405, 501})


def follow_due() -> int:
    """Follow what is due, each host by itself; returns how many. Nothing where somebody else is at it."""
    with alone("links", wait=False) as ours:
        if not ours:
            return 0
        store.forget_links()
        due = store.links_due(clock.now(), config.links_a_run())
        model.Session.commit()
        seen, pace = 0, Pace()
        with ThreadPoolExecutor(_HOSTS) as pool:
            hosts = [pool.submit(_follow_host, of, pace) for of in _by_host(due)]
            for host in as_completed(hosts):
                for address, look in host.result():
                    store.saw(address, clock.now(), look)
                    seen += 1
                model.Session.commit()
        return seen


def job() -> None:
    """What a background worker does: it follows what is due, and scores what that changed."""
    if follow_due():
        scoring.job()


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


def _follow_host(addresses: list[str], pace: Pace) -> list[tuple[str, Look]]:
    """What the links of a host come to, as far as its time goes; the others wait for the next run."""
    follower = Follower(str(tk.config["ckan.site_url"]), config.link_timeout(), pace)
    last, silent, found = time.monotonic() + _TIME_OF_HOST, 0, []
    for address in addresses:
        if time.monotonic() > last or silent >= _SILENCE:
            break
        look = follower.follow(address)
        silent = silent + 1 if look.status is None else 0
        found.append((address, look))
    return found


class Pace:
    """When a host may be asked again; for any number of threads."""

    def __init__(self, seconds: float | None = None) -> None:
        self._seconds = PACE if seconds is None else seconds
        self._lock = threading.Lock()
        self._next: dict[str, float] = {}

    def wait(self, host: str) -> None:
        """Wait for the turn of a question to a host."""
        with self._lock:
            now = time.monotonic()
            turn = max(now, self._next.get(host, 0.0))
            self._next[host] = turn + self._seconds
        time.sleep(turn - now)


class Follower:
    """Follows links, each host no faster than its pace. ``timeout`` is for a whole answer, in seconds."""

    def __init__(self, site_url: str, timeout: float, pace: Pace) -> None:
        self._site_url = site_url
        self._timeout = timeout
        self._pace = pace

    def follow(self, address: str) -> Look:
        """What an address comes to, after redirects."""
        began = time.monotonic()
        try:
            status, size = self._follow(address)
            error = None if links.is_alive(status) else f"HTTP {status}"
        except _RefusedError as refused:
            status, size, error = None, None, str(refused)
        except Exception as failure:  # whatever a hostile server made of it, the next link is followed
            log.warning("Following %.200r failed", address, exc_info=True)
            status, size, error = None, None, _words(failure)
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
            raise _RefusedError("It is no address of the web.")
        # As it will be asked for, so that no two readings of one text are judged and connected to.
        address = requests.Request(method, address).prepare().url or address
        host = _host(address)
        self._pace.wait(host)
        own = links.lies_under(address, self._site_url)
        adapter = sockets.CheckedAdapter(self._timeout, {host} if own else ())
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
