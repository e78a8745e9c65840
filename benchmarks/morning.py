"""Seven in the morning, when 1,000,000 families look: the highest rate that this machine holds.

``./portal bench morning`` runs it on services of its own; ``python -m benchmarks.morning URL`` asks a portal that runs
on this machine.

What a family does is assumed, in :data:`FAMILIES`; which school it looks at follows Zipf's law. wrk plays them over
connections that pause, so that requests come as they do from many people: at each rate for some seconds, faster and
faster, while no answer is an error and 99 % come in time. Client and server share the machine's cores: with the
client elsewhere, the rate is higher.
"""

from __future__ import annotations

import json
import math
import os
import re
import sys
import urllib.request
from collections.abc import Callable, Iterator
from datetime import date
from functools import cache
from random import Random
from typing import Any, NamedTuple
from urllib.parse import quote, urljoin, urlsplit

from benchmarks._portal import Report
from benchmarks._web import publish_menus, web
from benchmarks._wrk import Measured, Request, drive

PEOPLE, MINUTES = 1_000_000, 30
P99_MS = 100
#: Families whose requests make the list that wrk goes through, over and over.
PLAYED = 3_000
#: The weight of the n-th school is 1 / n to the power of this.
ZIPF = 0.8
#: The first rate, in requests a second; it doubles until one does not hold, then the gap is halved.
FIRST_RATE, DOUBLINGS, HALVINGS, SECONDS = 125, 7, 3, 10
#: The mean pause of a connection. The slower of two requests of one connection holds up the other, so there are many.
PAUSE_MS, MOST_CONNECTIONS = 250, 600


class School(NamedTuple):
    """A school as the API names it."""

    eol: str
    name: str


class Portal:
    """A running portal, as far as families ask it for something."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._chance = Random(7)  # noqa: S311 (the same each time is the point)
        self._schools = list(self._every_school())
        self._chance.shuffle(self._schools)
        self._weights = [(rank + 1) ** -ZIPF for rank in range(len(self._schools))]
        week = json.loads(self._get(f"/api/menus/v1/schools/{self._schools[0].eol}/menus")[0])
        self.days = f"start={week['start']}&end={week['end']}"
        self.week = f"{date.fromisoformat(week['start']):%G-W%V}"

    def school(self) -> School:
        """The school of some family."""
        return self._chance.choices(self._schools, self._weights)[0]

    def known(self, path: str) -> Request:
        """The request of who has the answer already."""
        return Request(path, self._get(path)[1])

    @cache  # noqa: B019 (there is one portal, to the end)
    def files(self, page: str) -> list[str]:
        """The style sheets and scripts of a page."""
        links = re.findall(r'(?:href|src)="([^"]+\.(?:css|js))"', self._get(page)[0].decode())
        return [urlsplit(urljoin(self.url, link)).path for link in links]

    def families(self, number: int) -> list[Request]:
        """The requests of so many families, mixed."""
        kinds = self._chance.choices(
            [family.does for family in FAMILIES], [family.share for family in FAMILIES], k=number
        )
        requests = [request for does in kinds for request in does(self)]
        self._chance.shuffle(requests)
        return requests

    def _every_school(self) -> Iterator[School]:
        path = "/api/menus/v1/schools?limit=100"
        while path:
            page: dict[str, Any] = json.loads(self._get(path)[0])
            yield from (School(item["eol"], item["name"]) for item in page["items"])
            following = urlsplit(page["next"] or "")
            path = f"{following.path}?{following.query}" if page["next"] else ""

    @cache  # noqa: B019
    def _get(self, path: str) -> tuple[bytes, str]:
        """An answer's bytes and tag."""
        with urllib.request.urlopen(self.url + path) as answer:  # noqa: S310 (http to this machine)
            return answer.read(), answer.headers["ETag"] or ""


def comes_back(portal: Portal) -> Iterator[Request]:
    """Opens the kept address of its school: the page is new today, its files are known."""
    page = f"/cardapio/{portal.school().eol}"
    yield Request(page)
    yield from map(portal.known, portal.files(page))


def looks_again(portal: Portal) -> Iterator[Request]:
    """Opens it once more: nothing has changed."""
    yield portal.known(f"/cardapio/{portal.school().eol}")


def searches(portal: Portal) -> Iterator[Request]:
    """Comes for the first time: the search page, suggestions while it types, the day of its school."""
    school = portal.school()
    page = f"/cardapio/{school.eol}"
    yield Request("/cardapio")
    for letters in (6, 9, 13):
        yield Request(f"/api/menus/v1/schools?q={quote(school.name.lower()[:letters])}&limit=8")
    yield Request(page)
    yield from map(Request, dict.fromkeys(portal.files("/cardapio") + portal.files(page)))


def reads_the_week(portal: Portal) -> Iterator[Request]:
    """Opens the week of its school."""
    page = f"/cardapio/{portal.school().eol}?semana={portal.week}"
    yield Request(page)
    yield from map(portal.known, portal.files(page))


def has_it_in_the_calendar(portal: Portal) -> Iterator[Request]:
    """Its calendar program asks anew, with what it has."""
    yield portal.known(f"/api/menus/v1/schools/{portal.school().eol}/menus.ics")


def asks_a_program(portal: Portal) -> Iterator[Request]:
    """Asks a bot or an app, which asks for a week's JSON."""
    yield Request(f"/api/menus/v1/schools/{portal.school().eol}/menus?{portal.days}")


class Family(NamedTuple):
    """What some families do, and how many of a hundred do it."""

    share: int
    does: Callable[[Portal], Iterator[Request]]


FAMILIES = (
    Family(45, comes_back),
    Family(15, looks_again),
    Family(20, searches),
    Family(10, reads_the_week),
    Family(5, has_it_in_the_calendar),
    Family(5, asks_a_program),
)


def play(url: str, requests: list[Request], rate: float) -> Measured | None:
    """The requests at a rate; None where it does not hold."""
    connections = min(MOST_CONNECTIONS, math.ceil(rate * PAUSE_MS / 1000))
    pause_ms = connections / rate * 1000
    found = drive(url, requests, connections=connections, seconds=SECONDS, pause_ms=pause_ms)
    print(
        f"{rate:>8.0f} requests/s wanted: {found.rate:.0f}, median {found.p50_ms:.1f} ms, "
        f"99 % within {found.p99_ms:.1f} ms, {found.errors} errors",
        flush=True,
    )
    return found if not found.errors and found.p99_ms < P99_MS else None


def steady(url: str, requests: list[Request], rate: float) -> Measured | None:
    """:func:`play`, and once more where it does not hold: another program may have come in between."""
    return play(url, requests, rate) or play(url, requests, rate)


def highest(url: str, requests: list[Request]) -> Measured:
    """The measurement of the highest rate that holds."""
    # The caches of all workers are as warm as the first families have made them.
    drive(url, requests, connections=20, seconds=3 * SECONDS)
    held, rate = None, float(FIRST_RATE)
    for _ in range(DOUBLINGS):
        found = steady(url, requests, rate)
        if found is None:
            break
        held, rate = found, rate * 2
    if held is None:
        raise SystemExit(f"{url} does not hold {FIRST_RATE} requests a second.")
    low, high = rate / 2, rate
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        found = steady(url, requests, middle)
        if found is None:
            high = middle
        else:
            held, low = found, middle
    return held


def run(url: str) -> None:
    """Play the morning and say what it takes."""
    requests = Portal(url).families(PLAYED)
    each = len(requests) / PLAYED
    held = highest(url, requests)
    wanted = PEOPLE * each / (MINUTES * 60)
    report = Report()
    pages = sum(request.path.startswith("/cardapio") for request in requests) / PLAYED
    report.figure("pages of a family (assumed: FAMILIES)", pages, "pages")
    report.figure("requests of a family", each, "requests")
    report.figure("highest rate that holds", held.rate, "requests/s")
    report.figure("there, 99 % of answers within", held.p99_ms, "ms", most=P99_MS)
    report.figure(f"cores, shared with the client, of {os.cpu_count()}", len(os.sched_getaffinity(0)), "cores")
    report.figure(f"{PEOPLE:,} families in {MINUTES} minutes ask for", wanted, "requests/s")
    report.figure("machines like this one that they need", math.ceil(wanted / held.rate), "machines")
    report.close()


def main() -> None:
    if len(sys.argv) > 1:
        run(sys.argv[1].rstrip("/"))
    else:
        publish_menus()
        with web() as served:
            run(served.nginx)


if __name__ == "__main__":
    main()
