"""What a dataset's page says of its quality: points by each yardstick, and what to do next, with the form's field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import ckantoolkit as tk

from ckanext.patiodigital import form_fields
from ckanext.patiodigital.ranking import scoring, service, store
from ckanext.patiodigital.ranking.core import advice, yardstick
from ckanext.patiodigital.ranking.core.scores import Score
from ckanext.patiodigital.ranking.model import DatasetDay
from ckanext.patiodigital.schemas.vocabularies import localised

#: Days of a dataset's history that are shown.
_MOST_DAYS = 60


class Advised(NamedTuple):
    """Something to do: what, where, what it gains. Not ``possible``: what nobody can do anything about."""

    do: str
    address: str | None
    gain: float
    pending: bool
    possible: bool
    metrics: Sequence[tuple[str, str]]


class Judged(NamedTuple):
    """A yardstick's word."""

    name: str
    title: str
    score: Score
    band: str | None
    advised: Sequence[Advised]


class LinkSeen(NamedTuple):
    """An address and what following it came to."""

    address: str
    alive: bool | None
    said: str
    looks: Sequence[Mapping[str, Any]]


class Report(NamedTuple):
    """All of it. ``verdict`` is why the ranking counts it less, ``waiting``: nothing was scored yet."""

    judged: Sequence[Judged]
    verdict: str | None
    links: Sequence[LinkSeen]
    waiting: bool
    error: str | None
    #: Days on which points changed, the newest first.
    days: Sequence[DatasetDay] = ()


def report(package: Mapping[str, Any]) -> Report:
    """A dataset by all yardsticks. A private one is scored on the spot, without links and shapes."""
    has_files = bool(package.get("resources"))
    if package["private"] or package["state"] != "active":
        return Report([_judged(package, each, has_files) for each in scoring.live(package)], None, [], False, None)
    record = store.score(package["id"])
    if record is None or record.summary is None:
        return Report([], None, [], True, record.error if record else None)
    scores = [service.score(package["id"], name) for name in yardstick.NAMES]
    verdict = service.snapshot().verdicts.get(package["id"])
    links = [
        LinkSeen(each.address, each.alive, each.error or f"HTTP {each.status}" if each.checked else "", each.history)
        for each in store.links_of(record.addresses)
    ]
    judged = [_judged(package, each, has_files) for each in scores if each is not None]
    days = store.days(package["id"])[::-1][:_MOST_DAYS]
    return Report(judged, verdict.reason if verdict else None, links, False, record.error, days)


def judged(package: Mapping[str, Any], name: str) -> Judged | None:
    """A dataset by one yardstick; None until it was scored."""
    hidden = package["private"] or package["state"] != "active"
    score = scoring.live(package, [name])[0] if hidden else service.score(package["id"], name)
    return _judged(package, score, bool(package.get("resources"))) if score else None


def address(name: str, cure: yardstick.Cure, part: str | None) -> str | None:
    """The very form, and its field, that mends something; None where no form does."""
    resource = part.rpartition("/resource/")[2] if part and "/resource/" in part else None
    if cure.of == "resource":
        return form_fields.address(name, cure.field, resource) if resource else form_fields.address(name, "resources")
    if not cure.field:
        return str(tk.url_for("dataset.read", id=name)) + "#feeds" if cure.id == "violations" else None
    return form_fields.address(name, cure.field)


def _judged(package: Mapping[str, Any], score: Score, has_files: bool) -> Judged:
    known, lang = yardstick.load(score.yardstick), tk.h.lang()
    bands = {band.code: localised(band.label, lang) for band in known.bands}
    advised = []
    for step in advice.steps(score, has_files=has_files):
        cure = yardstick.cures()[step.cure]
        metrics = [
            (localised(known.metrics[name].title, lang), _metric_url(score.yardstick, name)) for name in step.metrics
        ]
        where = address(package["name"], cure, step.part)
        advised.append(Advised(localised(cure.do, lang), where, step.gain, step.pending, step.possible, metrics))
    return Judged(score.yardstick, localised(known.title, lang), score, bands.get(score.band or ""), advised)


def _metric_url(name: str, metric: str) -> str:
    return str(tk.url_for("patiodigital_ranking.metric", name=name, metric=metric))
