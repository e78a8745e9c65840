"""Answers of the look-up over HTTP, against CKAN's own, on the same workers; and through nginx's cache.

Hot answers are in the edge; cold ones are asked for once: another school each time, or words that nobody searched for.
The baselines are ``status_show``, ``/about`` and ``package_search``. wrk drives them from the same machine, so only
ratios of one run compare.
"""

from __future__ import annotations

import urllib.request
from urllib.parse import quote

from benchmarks._portal import Report
from benchmarks._web import publish_menus, web
from benchmarks._wrk import Request, rate

WEEK = "/api/menus/v1/schools/{}/menus?start=2025-11-24&end=2025-11-28"
WEEK_PAGE = "/cardapio/{}?semana=2025-W48"
DAY_PAGE = "/cardapio/{}?data=2025-11-25"
SEARCH = "/api/menus/v1/schools?q={}"
PACKAGES = "/api/3/action/package_search?q={}"


def tag_of(url: str) -> str:
    """The ETag of an answer."""
    request = urllib.request.Request(url, headers={"Accept-Encoding": "gzip"})  # noqa: S310 (http to ourselves)
    with urllib.request.urlopen(request) as answer:  # noqa: S310
        return str(answer.headers["ETag"])


def main() -> None:
    report = Report()
    schools = publish_menus()
    eols = [school.eol for school in schools]
    words = [quote(school.name.lower()) for school in schools]

    def hot(form: str) -> list[Request]:
        return [Request(form.format(eols[0]))]

    def cold(form: str, values: list[str]) -> list[Request]:
        return [Request(form.format(value)) for value in values[1:]]

    with web() as served:
        workers = served.workers
        status = rate(workers, [Request("/api/3/action/status_show")])
        about = rate(workers, [Request("/about")])
        packages = rate(workers, cold(PACKAGES, words))
        week_hot = rate(workers, hot(WEEK))
        week_cold = rate(workers, cold(WEEK, eols))
        kept = rate(workers, [Request(WEEK.format(eols[0]), tag_of(workers + WEEK.format(eols[0])))])
        cached = rate(served.nginx, hot(WEEK))
        cached_kept = rate(served.nginx, [Request(WEEK.format(eols[0]), tag_of(served.nginx + WEEK.format(eols[0])))])
        page_hot, page_cold = rate(workers, hot(WEEK_PAGE)), rate(workers, cold(WEEK_PAGE, eols))
        day_hot, day_cold = rate(workers, hot(DAY_PAGE)), rate(workers, cold(DAY_PAGE, eols))
        search = rate(workers, cold(SEARCH, words))
    report.figure("CKAN's status_show", status, "requests/s")
    report.figure("a week's JSON, hot: ratio to status_show", week_hot / status, "times", least=5)
    report.figure("a week's JSON, 304: ratio to status_show", kept / status, "times", least=5)
    report.figure("a week's JSON, through nginx's cache: ratio to status_show", cached / status, "times", least=20)
    report.figure("a week's JSON, 304 through nginx's cache: ratio", cached_kept / status, "times", least=20)
    report.figure("a week's JSON, cold", week_cold, "requests/s")
    report.figure("a week's JSON, cold: cost in status_shows", status / week_cold, "times", most=2)
    report.figure("CKAN's /about", about, "requests/s")
    report.figure("the week page, hot: ratio to /about", page_hot / about, "times", least=5)
    report.figure("the week page, cold: ratio to /about", page_cold / about, "times")
    report.figure("the day page, hot: ratio to /about", day_hot / about, "times", least=5)
    report.figure("the day page, cold: ratio to /about", day_cold / about, "times")
    report.figure("CKAN's package_search", packages, "requests/s")
    report.figure("the school search, cold: ratio to package_search", search / packages, "times", least=3)
    report.close()


if __name__ == "__main__":
    main()
