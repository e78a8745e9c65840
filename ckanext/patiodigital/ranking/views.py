"""``/ranking`` and ``/quality``: the order of departments, what each does next, and how all of it is measured."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import ckantoolkit as tk
from flask import Blueprint, Response, make_response, request

from ckanext.patiodigital.edge.core.route import PublicRoute, Version
from ckanext.patiodigital.menus.alternates import page_addresses
from ckanext.patiodigital.problems import problem
from ckanext.patiodigital.ranking import dataset_report, service
from ckanext.patiodigital.ranking.core import atom, badge, yardstick
from ckanext.patiodigital.ranking.core.standing import Place
from ckanext.patiodigital.schemas import vocabularies
from ckanext.patiodigital.schemas.vocabularies import localised

PREFIX = "/ranking"
QUALITY = "/quality"
#: The query's own parameters: by what is ordered, and which subject counts.
BY, SUBJECT = "regua", "assunto"
#: Tasks that a department's page shows.
NEXT = 5
_FORMS = ("csv", "json", "atom")
#: Entries of the feed.
_MOST_MOVES = 200

pages = Blueprint("patiodigital_ranking", __name__)


class Order(NamedTuple):
    """Something that departments can be ordered by. ``most`` is what its values go up to; None for a plain number."""

    name: str
    title: str
    about: str
    most: float | None


class Row(NamedTuple):
    """A department as the page shows it."""

    place: Place
    change: int | None
    trend: str


def public_routes() -> list[PublicRoute]:
    """The ranking's pages depend on scores; those about methods on the release."""
    params = frozenset({BY, SUBJECT})
    paths = (PREFIX, *(f"{PREFIX}.{form}" for form in _FORMS))
    ordered = [PublicRoute(path, service.version, params=params, cors=True) for path in paths]
    return [*ordered, PublicRoute(QUALITY, lambda: Version("quality"), params=frozenset(), cors=True)]


@pages.get(PREFIX)
def ranking() -> Response:
    """All departments."""
    asked = _asked()
    if isinstance(asked, Response):
        return asked
    by, subject = asked
    rows = _rows(by, subject)
    return _page(
        "ranking/ranking.html",
        named_by=(BY, SUBJECT),
        rows=rows,
        seals=_seals(by, rows),
        order=order(by),
        orders=[order(each) for each in service.ORDERS],
        subject=subject,
        subjects=_subjects(),
        forms={form: _forms_url(form, by, subject) for form in _FORMS},
    )


@pages.get(f"{PREFIX}.<any({', '.join(_FORMS)}):form>")
def ranking_data(form: str) -> Response:
    """The same for programs."""
    asked = _asked()
    if isinstance(asked, Response):
        return asked
    by, subject = asked
    told = told_places(by, subject)
    if form == "json":
        body = json.dumps({"by": by, "subject": subject, "departments": told}, ensure_ascii=False)
        return Response(body, content_type="application/json")
    if form == "csv":
        return Response(_csv(told), content_type="text/csv; charset=utf-8")
    entries = [(each.title, each.url, each.day, each.sentence) for each in _moved(by)]
    feed = atom.feed(
        f"{tk.config['ckan.site_title']} – {order(by).title}",
        tk.url_for("patiodigital_ranking.ranking", qualified=True),
        entries,
    )
    return Response(feed, content_type="application/atom+xml; charset=utf-8")


@pages.get(f"{PREFIX}/<organization>")
def department(organization: str) -> Response:
    """What a department does next, and its datasets."""
    place = _place(organization)
    if place is None:
        return _absent()
    asked = _asked()
    if isinstance(asked, Response):
        return asked
    by, _ = asked
    known = service.snapshot()
    tasks = service.tasks(place.department.id, by) if by in yardstick.NAMES else []
    return _page(
        "ranking/department.html",
        named_by=(BY,),
        place=place,
        trend=_trend(service.history(by).get(place.department.id, [])),
        order=order(by),
        orders=[order(each) for each in service.ORDERS],
        tasks=[_task(each) for each in tasks[:NEXT]],
        more=max(0, len(tasks) - NEXT),
        entries=[(each, known.verdicts[each.dataset_id]) for each in known.of(place.department.id)],
        other_methods=[
            after.day
            for before, after in pairwise(service.history(by).get(place.department.id, []))
            if before.method != after.method
        ],
        reasons=_reasons(),
    )


@pages.get(f"{PREFIX}/<organization>.svg")
def department_badge(organization: str) -> Response:
    """A department's place as a picture, for its own site."""
    place = _place(organization, "mqa")
    if place is None:
        return _absent()
    said = tk._("no position") if place.position is None else f"{place.position}º"
    value = tk.h.localised_number(round(place.value or 0, 1))
    return _svg(badge.badge(tk._("Ranking"), f"{said} · {value}/100", place.value or 0))


@pages.get(QUALITY)
def methods() -> Response:
    """All yardsticks."""
    return _page("ranking/methods.html", yardsticks=[yardstick.load(name) for name in yardstick.NAMES])


@pages.get(f"{QUALITY}/<name>")
def method(name: str) -> Response:
    """A yardstick, with its metrics."""
    if name not in yardstick.NAMES:
        return _absent()
    return _page("ranking/method.html", yardstick=yardstick.load(name))


@pages.get(f"{QUALITY}/<name>/<metric>")
def metric(name: str, metric: str) -> Response:
    """A metric: what it checks, what it gives, and what to do about it."""
    if name not in yardstick.NAMES or metric not in yardstick.load(name).metrics:
        return _absent()
    known = yardstick.load(name)
    found = known.metrics[metric]
    return _page("ranking/metric.html", yardstick=known, metric=found, cure=yardstick.cures()[found.cure])


@pages.get("/dataset/quality/<id>")
def dataset(id: str) -> Response:  # noqa: A002 (CKAN's own name for it)
    """A dataset by all yardsticks, to whoever may see it."""
    package = _package(id)
    report = dataset_report.report(package)
    may_edit = tk.h.check_access("package_update", {"id": package["id"]})
    return make_response(
        tk.render(
            "ranking/dataset.html",
            {
                "pkg_dict": package,
                "pkg": package,
                "dataset_type": package["type"],
                "report": report,
                "may_edit": may_edit,
            }
            | {"lang": tk.h.lang(), "localised": localised, "reasons": _reasons()},
        )
    )


@pages.get("/dataset/quality/<id>.svg")
def dataset_badge(id: str) -> Response:  # noqa: A002 (CKAN's own name for it)
    """A public dataset's points as a picture."""
    package = _package(id)
    score = None if package["private"] else service.score(package["id"], "mqa")
    if score is None:
        return _svg(badge.badge("MQA", tk._("not measured yet"), 0))
    return _svg(badge.badge("MQA", f"{score.points:g}/{score.most:g}", score.share))


@pages.get(f"{PREFIX}/<path:rest>")
@pages.get(f"{QUALITY}/<path:rest>", endpoint="unknown_method")
def unknown(rest: str) -> Response:
    """Any other address below the prefixes."""
    return _absent()


# -- for the pages, the API and the feed


def order(by: str) -> Order:
    """What departments are ordered by, in words."""
    if by in yardstick.NAMES:
        known, lang = yardstick.load(by), tk.h.lang()
        return Order(by, localised(known.title, lang), localised(known.about, lang), 100.0)
    if by == "datasets":
        about = tk._("How many datasets a department publishes, as city portals count today.")
        return Order(by, tk._("Number of datasets"), about, None)
    about = tk._("The indicator that the city's controller gives each department's site, 0 to 10, as entered by it.")
    return Order(by, tk._("Active transparency (ITA)"), about, 10.0)


def told_places(by: str, subject: str | None) -> list[dict[str, Any]]:
    """All departments as plain values; keys are names of the API."""
    return [_told(row, by) for row in _rows(by, subject)]


def _told(row: Row, by: str) -> dict[str, Any]:
    place = row.place
    return {
        "position": place.position,
        "change": row.change,
        "department": place.department.name,
        "title": place.department.title,
        "value": place.value,
        "mean": _rounded(place.mean),
        "median": _rounded(place.median),
        "worst": _rounded(place.worst),
        "datasets": place.datasets,
        "not_counted": place.not_counted,
        "late": place.late,
        "bands": dict(place.bands),
        "url": _department_url(place.department.name, by),
    }


def _rows(by: str, subject: str | None) -> list[Row]:
    history = service.history(by) if subject is None else {}
    rows = []
    for place in service.order(by, subject):
        points = history.get(place.department.id, [])
        rows.append(Row(place, service.change(points, place.position), _trend(points)))
    return rows


def _seals(by: str, rows: Iterable[Row]) -> dict[str, str]:
    """By department the best mark that its datasets have, and how many have it."""
    bands = yardstick.load(by).bands if by in yardstick.NAMES else ()
    found = {}
    for row in rows:
        best = next((band for band in bands if band.code in row.place.bands), None)
        if best:
            found[row.place.department.id] = f"{row.place.bands[best.code]} × {localised(best.label, tk.h.lang())}"
    return found


def _trend(points: Sequence[service.Point]) -> str:
    """A line of the values of a year as SVG coordinates, 100 wide and 20 high; empty for less than two."""
    values = [(point.day, point.value) for point in points if point.value is not None]
    if len(values) < 2:
        return ""
    first, last = values[0][0], values[-1][0]
    days = max(1, (last - first).days)
    top = max(100.0, *(value for _, value in values))
    return " ".join(f"{100 * (day - first).days / days:.1f},{20 - 20 * value / top:.1f}" for day, value in values)


class _Moved(NamedTuple):
    title: str
    url: str
    day: dt.date
    before: int | None
    after: int | None

    @property
    def sentence(self) -> str:
        told = (tk._("no position") if each is None else f"{each}º" for each in (self.before, self.after))
        return " → ".join(told)


def _moved(by: str) -> list[_Moved]:
    """Departments that changed their place, the newest first."""
    names = {each.id: each for each in service.snapshot().departments}
    found: list[_Moved] = []
    for key, points in service.history(by).items():
        if key not in names:
            continue
        name = names[key]
        found += [
            _Moved(name.title, _department_url(name.name, by), after.day, before.position, after.position)
            for before, after in pairwise(points)
            if before.position != after.position
        ]
    return sorted(found, key=lambda each: each.day, reverse=True)[:_MOST_MOVES]


def _csv(told: Iterable[Mapping[str, Any]]) -> str:
    out = io.StringIO()
    names = ("position", "change", "department", "title", "value", "mean", "median", "worst")
    writer = csv.DictWriter(
        out, (*names, "datasets", "not_counted", "late"), extrasaction="ignore", lineterminator="\r\n"
    )
    writer.writeheader()
    # A title that begins as a formula would be run by a spreadsheet.
    writer.writerows({**each, "title": _no_formula(each["title"])} for each in told)
    return out.getvalue()


def _no_formula(text: str) -> str:
    return f"'{text}" if text[:1] in "=+-@\t\r" else text


def _task(task: service.Task) -> dict[str, Any]:
    lang, cure = tk.h.lang(), yardstick.cures()[task.step.cure]
    return {
        "dataset": task.entry.title,
        "url": tk.url_for("patiodigital_ranking.dataset", id=task.entry.name),
        "do": localised(cure.do, lang),
        "field": dataset_report.address(task.entry.name, cure, task.step.part),
        "gain": task.gain,
        "points": task.step.gain,
        "pending": task.step.pending,
    }


def _reasons() -> dict[str, str]:
    """Why a dataset counts less, in words."""
    return {
        "empty": tk._("counts nothing: it holds no data"),
        "dead": tk._("counts nothing: none of its addresses answers"),
        "duplicate": tk._("counts nothing: its files are those of another dataset"),
        "stale": tk._("counts half: two promised updates did not come"),
    }


def _subjects() -> list[tuple[str, str]]:
    return [(each.code, localised(each.label, tk.h.lang())) for each in vocabularies.load("subjects").concepts]


def _asked() -> tuple[str, str | None] | Response:
    """By what is ordered, and which subject counts; or an answer that says what there is."""
    by, subject = request.args.get(BY) or "mqa", request.args.get(SUBJECT) or None
    if by not in service.ORDERS:
        return problem(400, "Bad Request", f"{BY} must be one of {', '.join(service.ORDERS)}.")
    if subject is not None and subject not in vocabularies.load("subjects"):
        codes = ", ".join(each.code for each in vocabularies.load("subjects").concepts)
        return problem(400, "Bad Request", f"{SUBJECT} must be one of {codes}.")
    return by, subject


def _place(organization: str, by: str | None = None) -> Place | None:
    asked = by or request.args.get(BY) or "mqa"
    found = service.order(asked) if asked in service.ORDERS else service.order("mqa")
    return next((each for each in found if each.department.name == organization), None)


def _package(name: str) -> dict[str, Any]:
    try:
        package: dict[str, Any] = tk.get_action("package_show")({}, {"id": name})
    except (tk.ObjectNotFound, tk.NotAuthorized):
        tk.abort(404, tk._("Dataset not found"))
    return package


def _absent() -> Response:
    if request.path.endswith((".json", ".csv", ".svg", ".atom")):
        return problem(404, "Not found", "There is nothing at this address. /ranking lists all departments.")
    return _page("ranking/absent.html", status=404, named_by=None)


def _page(
    template: str,
    *,
    status: int = 200,
    named_by: Iterable[str] | None = (),
    forms: Mapping[str, str] | None = None,
    **values: Any,
) -> Response:
    known = {
        "lang": tk.h.lang(),
        "localised": localised,
        "page_addresses": page_addresses,
        "named_by": named_by,
        "forms": forms or {},
    }
    answer = make_response(tk.render(template, {**known, **values}), status)
    answer.headers["Content-Security-Policy"] = "frame-ancestors 'self'"
    return answer


def _svg(body: str) -> Response:
    return Response(body, content_type="image/svg+xml; charset=utf-8")


def _forms_url(form: str, by: str, subject: str | None) -> str:
    query = {BY: by, **({SUBJECT: subject} if subject else {})}
    return str(tk.url_for("patiodigital_ranking.ranking_data", form=form, **query))


def _department_url(name: str, by: str) -> str:
    return str(tk.url_for("patiodigital_ranking.department", organization=name, qualified=True, **{BY: by}))


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 1)
