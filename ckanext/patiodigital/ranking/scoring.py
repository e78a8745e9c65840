"""Scores datasets: the fragments that the feeds serve, with what was found out about links and tables.

What is due is found by comparison, as in the feeds: an event that is lost costs time, never a score.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any

from ckan import model
from ckan.lib import search
from rdflib import Graph, URIRef
from rdflib.namespace import DCTERMS

from ckanext.patiodigital import clock
from ckanext.patiodigital import config as base_config
from ckanext.patiodigital.dcat import config as dcat_config
from ckanext.patiodigital.dcat import store as feeds
from ckanext.patiodigital.dcat.core import crosswalk, reading, writing
from ckanext.patiodigital.dcat.core.values import bare, iri
from ckanext.patiodigital.dcat.core.writing import DCAT, DCATUS
from ckanext.patiodigital.locks import alone
from ckanext.patiodigital.ranking import config, service, store
from ckanext.patiodigital.ranking.core import yardstick, yardsticks
from ckanext.patiodigital.ranking.core.evidence import Evidence, TableState, View
from ckanext.patiodigital.ranking.core.scores import Score
from ckanext.patiodigital.ranking.core.yardsticks import currency
from ckanext.patiodigital.ranking.store import Facts
from ckanext.patiodigital.schemas import vocabularies
from ckanext.patiodigital.tables.core import schema as table_schemas

log = logging.getLogger(__name__)

#: The graphs that yardsticks read.
PROFILES = ("dcat_ap", "dcat_br")
_BATCH = 100
_ROUNDS = 3
#: Days between updates that a frequency promises. The others promise no term.
PERIODS = {
    "continuous": 1,
    "daily": 1,
    "weekly": 7,
    "biweekly": 14,
    "monthly": 31,
    "bimonthly": 62,
    "quarterly": 92,
    "quadrimestral": 123,
    "semiannual": 184,
    "annual": 366,
    "biennial": 731,
}
#: What a row may be of so that nothing smaller could be published; counts of people, where they are by school.
_SMALLEST = frozenset({"school", "class", "meal-day", "payment", "inventory-entry"})
_COUNTS = frozenset({"pupil-count", "request-count", "staff-count"})
#: Where a map makes no sense.
_NO_MAP_UNITS = frozenset({"payment", "staff-count", "indicator", "inventory-entry"})


@dataclass
class Outcome:
    """What a run did, in datasets."""

    scored: int = 0
    dropped: int = 0
    failed: int = 0


def score_due() -> Outcome:
    """Score what is due, and bring the ranking's day up to date. Each batch is a transaction; what fails is kept."""
    outcome, name = Outcome(), recipe()
    with alone("scores"):
        for _ in range(_ROUNDS):
            due = store.due(name, _today())
            model.Session.rollback()
            if not due.anew and not due.gone:
                break
            store.drop(due.gone)
            model.Session.commit()
            outcome.dropped += len(due.gone)
            todo = list(due.anew.items())
            for first in range(0, len(todo), _BATCH):
                _score_batch(dict(todo[first : first + _BATCH]), outcome)
        if outcome.scored or outcome.dropped or service.day_is_missing(_today()):
            service.keep_day(_today(), method())
            model.Session.commit()
    return outcome


def live(package: Mapping[str, Any], names: Sequence[str] = yardstick.NAMES) -> list[Score]:
    """The scores that a dataset would have that is in no feed, such as a private one. The shapes have not judged it."""
    site = dcat_config.site()
    described = reading.read(package, site).dataset
    graphs = {name: writing.dataset_graph(described, site, crosswalk.load(name)) for name in PROFILES}
    (facts,) = store.facts([package["id"]])
    evidence = _evidence(facts, described.uri, graphs, {})
    return [yardsticks.score(name, evidence) for name in names]


def recipe() -> str:
    """A name for all that scores are made with but the datasets: another after any change of code or settings."""
    return hashlib.sha256(f"{_files()}\0{method()}".encode()).hexdigest()[:16]


def method() -> str:
    """A name for the methods themselves, with their settings: history tells where it changed."""
    known = [yardstick.load(name) for name in yardstick.NAMES]
    told = [(each.name, each.version, [(one.id, one.points) for one in each.metrics.values()]) for each in known]
    return hashlib.sha256(repr((told, sorted(config.methods().items()))).encode()).hexdigest()[:16]


def _score_batch(batch: Mapping[str, str], outcome: Outcome) -> None:
    bodies = {name: feeds.fragments(batch, name, "nt") for name in PROFILES}
    for facts in store.facts(batch):
        key, basis = facts.dataset_id, batch[facts.dataset_id]
        try:
            record = feeds.record(key)
            if record is None or any(key not in of for of in bodies.values()):  # withdrawn meanwhile
                continue
            graphs = {name: Graph().parse(data=of[key], format="nt") for name, of in bodies.items()}
            violations = _violations(record) if record.checked == record.sequence else {}
            _score(facts, basis, _evidence(facts, record.uri, graphs, violations))
            outcome.scored += 1
        except Exception as error:
            model.Session.rollback()
            log.exception("The dataset %s could not be scored", facts.name)
            store.fail(key, basis, clock.now(), f"{type(error).__name__}: {error}")
            outcome.failed += 1
        model.Session.commit()


def _score(facts: Facts, basis: str, evidence: Evidence) -> None:
    now, addresses = clock.now(), addresses_of(evidence)
    scores = [yardsticks.score(name, evidence) for name in yardstick.NAMES]
    store.know(addresses - evidence.links.keys(), now)
    summary = _summary(facts, evidence, scores)
    before = store.score(facts.dataset_id)
    changed = before is None or before.summary is None or before.summary["marks"] != summary["marks"]
    store.put(
        facts.dataset_id,
        basis=basis,
        scored=now,
        valid_until=_valid_until(facts, evidence),
        addresses=sorted(addresses),
        links=store.links_digest(evidence.links),
        summary=summary,
        measured={score.yardstick: [one._asdict() for one in score.measured] for score in scores},
    )
    if changed:
        points = {score.yardstick: score.points for score in scores if score.applies}
        store.put_day(facts.dataset_id, _today(), points, method())
    if store.fill_sizes(facts.dataset_id):
        model.Session.commit()
        _index(facts.dataset_id)


def _index(dataset_id: str) -> None:
    """Have search show what changed beside a person's edit; where Solr is away, the next edit does."""
    try:
        search.rebuild(dataset_id)
    except Exception:
        log.exception("The dataset %s could not be indexed", dataset_id)


def _evidence(facts: Facts, uri: str, graphs: Mapping[str, Graph], violations: Mapping[str, int]) -> Evidence:
    view = View(graphs["dcat_ap"], URIRef(uri))
    tables = [state for each in facts.resources if (state := _table(each)) is not None]
    names = {table.schema for table in tables}
    unit, grain = facts.fields.get("observation_unit"), facts.fields.get("geographic_grain")
    return Evidence(
        uri=uri,
        graphs=graphs,
        violations=violations,
        links=store.link_states(_addresses(view)),
        today=_today(),
        data_day=_data_day(facts),
        period=_period(view),
        tables=tables,
        dictionary=bool(names) or _dictionary_elsewhere(view),
        smallest=bool(names & _known_tables()) or unit in _SMALLEST or (unit in _COUNTS and grain == "school"),
        geolocated=_geolocated(names, unit, grain),
        series=_series(view),
        linked_schemas=_linked_schemas(),
        settings=config.methods(),
    )


def addresses_of(evidence: Evidence) -> set[str]:
    """The addresses that count in a score."""
    return _addresses(evidence.view("dcat_ap"))


def _addresses(view: View) -> set[str]:
    parts = view.distributions()
    return {each for part in parts for kind in (DCAT.accessURL, DCAT.downloadURL) for each in view.all(part, kind)}


def _violations(record: Any) -> dict[str, int]:
    return {
        name: sum(each["severity"] == "Violation" for each in found) for name, found in (record.findings or {}).items()
    }


def _table(resource: Mapping[str, Any]) -> TableState | None:
    extras = resource["extras"] or {}
    if not extras.get("table_schema"):
        return None
    rows, aside = (int(extras.get(name) or 0) for name in ("row_count", "set_aside_count"))
    return TableState(resource["id"], extras["table_schema"], rows, aside)


def _data_day(facts: Facts) -> dt.date | None:
    """The day of the newest data: of its tables, or as stated; else of the newest upload; else of the newest file. A
    change of the description says nothing of the data, nor does a day to come.
    """
    for told in _days(facts):
        days = [day for each in told if (day := _day(each)) is not None and day <= _today()]
        if days:
            return max(days)
    return None


def _days(facts: Facts) -> list[list[str | None]]:
    """What tells of the day of the data, what is to be believed first."""
    tables = [(resource["extras"] or {}).get("data_version") for resource in facts.resources]
    return [
        [*tables, facts.fields.get("data_date")],
        [resource["last_modified"] for resource in facts.resources],
        [resource["created"] for resource in facts.resources],
    ]


def _day(text: str | None) -> dt.date | None:
    """A day as it is, or that of an instant in the portal's zone; CKAN's instants without a zone are UTC."""
    try:
        if len(text or "") <= 10:
            return dt.date.fromisoformat(text or "")
        instant = dt.datetime.fromisoformat(text or "")
    except ValueError:
        return None
    aware = instant if instant.tzinfo else instant.replace(tzinfo=dt.timezone.utc)
    return aware.astimezone(base_config.zone()).date()


def _period(view: View) -> int | None:
    said = view.first(view.node, DCTERMS.accrualPeriodicity)
    code = _frequencies().get(said or "")
    return PERIODS.get(code or "")


def _dictionary_elsewhere(view: View) -> bool:
    """One that is linked to; the dataset's own page stands where there is none."""
    told = [each for node in view.nodes(view.node, DCATUS.describedBy) for each in view.all(node, DCAT.accessURL)]
    return any(each != str(view.node) for each in told)


def _geolocated(names: set[str], unit: str | None, grain: str | None) -> bool | None:
    if any({"lat", "lon"} <= _columns(name) for name in names):
        return True
    return None if unit in _NO_MAP_UNITS or grain == "city" else False


def _series(view: View) -> bool:
    """Data of two calendar years or more."""
    for period in view.nodes(view.node, DCTERMS.temporal):
        start, end = view.first(period, DCAT.startDate), view.first(period, DCAT.endDate)
        if start and end:
            return int(end[:4]) - int(start[:4]) >= 1
    return False


def _valid_until(facts: Facts, evidence: Evidence) -> dt.date | None:
    """The first day on which the dataset is late, or stale, or a stated day has come, though nothing changed."""
    to_come = [day for told in _days(facts) for each in told if (day := _day(each)) is not None and day > _today()]
    return min((day for day in (currency.next_change(evidence), *to_come) if day is not None), default=None)


def _summary(facts: Facts, evidence: Evidence, scores: Sequence[Score]) -> dict[str, Any]:
    """What ``core.fairness.Entry`` needs."""
    view = evidence.view("dcat_ap")
    alive = [evidence.alive(address) for address in addresses_of(evidence)]
    plain = [each for each in facts.resources if _table(each) is None]
    prefix = "/vocabulary/subjects/"
    return {
        "name": facts.name,
        "title": facts.title or facts.name,
        "organization": facts.organization,
        "created": facts.created.isoformat(),
        "subjects": sorted(
            each.partition(prefix)[2] for each in view.all(view.node, DCTERMS.subject) if prefix in each
        ),
        "files": _files_of(facts),
        "empty": not any(each["size"] != 0 for each in plain) and not any(table.rows for table in evidence.tables),
        "alive": True if True in alive else None if None in alive else False if alive else None,
        "currency": next(score.band for score in scores if score.yardstick == "currency"),
        "has_files": bool(view.distributions()),
        "marks": {score.yardstick: [score.points, score.most, score.band, score.applies] for score in scores},
    }


def _files_of(facts: Facts) -> dict[str, str]:
    """What names each file, with when it was added. Of a table the checksum that the portal itself wrote; of an upload
    its name and size; of others the address, without the scheme, in which two spellings of one differ. A checksum that
    an editor entered names nothing: it could be anybody's.
    """
    found: dict[str, str] = {}
    for each in facts.resources:
        if _table(each) is not None and each["hash"]:
            name = str(each["hash"])
        elif each["url_type"] == "upload":
            name = f"upload {PurePosixPath(each['url'] or '').name} {each['size']}"
        else:
            name = bare(iri(each["url"]) or "")
        if name:
            found.setdefault(name, each["created"] or "")
    return found


def _today() -> dt.date:
    return clock.today(base_config.zone())


@cache
def _files() -> str:
    """What scores are made with: this module, and the code and data of the room's core."""
    room = Path(__file__).parent
    total = hashlib.sha256(Path(__file__).read_bytes())
    for folder in ("core", "yardsticks", "lists"):
        for file in sorted((room / folder).rglob("*")):
            if file.suffix in {".py", ".yaml", ".txt"}:
                total.update(file.name.encode() + b"\0" + hashlib.sha256(file.read_bytes()).digest())
    return total.hexdigest()


@cache
def _frequencies() -> Mapping[str, str]:
    return {each.match["eu"]: each.code for each in vocabularies.load("frequencies").concepts if "eu" in each.match}


@cache
def _known_tables() -> frozenset[str]:
    return frozenset(table_schemas.available())


@cache
def _columns(name: str) -> frozenset[str]:
    if name not in _known_tables():
        return frozenset()
    return frozenset(field.name for field in table_schemas.from_identifier(name).fields)


@cache
def _linked_schemas() -> frozenset[str]:
    """Table Schemas that have a column of codes that match those of others."""
    return frozenset(
        name
        for name in _known_tables()
        for field in table_schemas.from_identifier(name).fields
        if field.vocabulary and any(each.match for each in vocabularies.load(field.vocabulary).concepts)
    )


def job() -> None:
    """What a background worker does after the feeds were renewed."""
    outcome = score_due()
    if outcome.failed:
        log.warning("%d datasets could not be scored: `ckan patiodigital rank status`", outcome.failed)
