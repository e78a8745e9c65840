"""What families and programs load, in bytes over the wire, through nginx as `./portal up` runs it.

A page is opened in Chromium for the first time, with everything that it brings; what the browser says of each answer
counts, headers included. ``./portal bench weight``.
"""

from __future__ import annotations

import urllib.request
from datetime import timedelta
from urllib.parse import urlencode

from playwright.sync_api import sync_playwright

from benchmarks._portal import Report
from benchmarks._web import publish_menus, web
from benchmarks._wsgi import NOW

CHROMIUM = "/usr/bin/chromium"
KB = 1000
#: As many schools as are weighed; the heaviest counts.
SCHOOLS = 20


def of_page(url: str) -> int:
    """Bytes of a first visit."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 390, "height": 844}, service_workers="block")
        chrome = page.context.new_cdp_session(page)
        chrome.send("Network.enable")
        sizes: list[float] = []
        chrome.on("Network.loadingFinished", lambda finished: sizes.append(finished["encodedDataLength"]))
        page.goto(url, wait_until="networkidle")
        browser.close()
    return int(sum(sizes))


def of_answer(url: str) -> int:
    """Bytes of one answer's body, packed."""
    request = urllib.request.Request(url, headers={"Accept-Encoding": "gzip"})  # noqa: S310 (http to ourselves)
    with urllib.request.urlopen(request) as answer:  # noqa: S310
        if answer.headers["Content-Encoding"] != "gzip":
            raise SystemExit(f"{url} is not packed.")
        return len(answer.read())


def main() -> None:
    report = Report()
    today = NOW.date()
    week = {"start": (monday := today - timedelta(days=today.weekday())), "end": monday + timedelta(days=6)}
    schools = publish_menus()
    some = [school.eol for school in schools[:: len(schools) // SCHOOLS]]
    # With the most meals, and so with the heaviest page.
    eol = max(schools, key=lambda school: len(school.age_bands) * len(school.meals)).eol
    with web() as served:
        api = f"{served.nginx}/api/menus/v1/schools"
        page = f"{served.nginx}/cardapio/{eol}"
        report.figure("search page, first visit", of_page(f"{served.nginx}/cardapio") / KB, "kB", most=60)
        report.figure("day page, first visit", of_page(page) / KB, "kB", most=60)
        report.figure("week page, first visit", of_page(f"{page}?semana={today:%G-W%V}") / KB, "kB", most=60)
        report.figure("month page, first visit", of_page(f"{page}?mes={today:%Y-%m}") / KB, "kB")
        report.figure("widget, first visit", of_page(f"{page}/widget?dias=5") / KB, "kB", most=20)
        weeks = [of_answer(f"{api}/{each}/menus?{urlencode(week)}") for each in (eol, *some)]
        report.figure("a week's JSON, gzip", max(weeks) / KB, "kB", most=15)
        calendars = [of_answer(f"{api}/{each}/menus.ics") for each in (eol, *some)]
        report.figure("a calendar, 30 days back and on, gzip", max(calendars) / KB, "kB", most=30)
    report.close()


if __name__ == "__main__":
    main()
