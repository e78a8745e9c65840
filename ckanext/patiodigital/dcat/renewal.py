"""Keeps the feeds true to the catalogue: makes anew what differs from it, and takes out what is public no more.

What is due is found by comparison, not by a list of events: an event that is lost with a worker or with Redis costs
time, never a change.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import asdict, dataclass

import ckantoolkit as tk
from ckan import model
from rdflib import Graph, URIRef

from ckanext.patiodigital import clock
from ckanext.patiodigital.dcat import config, store
from ckanext.patiodigital.dcat.core import crosswalk, editions, reading, recipe, shapes, writing
from ckanext.patiodigital.dcat.core.reading import Site
from ckanext.patiodigital.locks import alone

log = logging.getLogger(__name__)

#: Sent by :func:`finish` once the feeds are true to the catalogue and judged: who builds on them goes on from there.
renewed = tk.signals.ckanext.signal("patiodigital:feeds_renewed")

#: A renewal goes on until nothing is due; where edits never end, the next one takes over.
_ROUNDS = 5
#: Findings of one dataset that are kept: what is above is more of the same.
_MOST_FINDINGS = 100
#: Datasets that are judged in one graph.
_TOGETHER = 25


@dataclass
class Outcome:
    """What a renewal did, in datasets."""

    renewed: int = 0
    withdrawn: int = 0
    failed: int = 0


def renew() -> Outcome:
    """Bring the feeds up to date. Each dataset is a transaction of its own: one that fails holds up no other."""
    outcome, site = Outcome(), config.site()
    name = recipe.digest(site)
    with alone("feeds"):
        for _ in range(_ROUNDS):
            due = store.due(name)
            model.Session.rollback()
            if not due.anew and not due.gone:
                break
            for key in due.gone:
                store.withdraw(key, clock.now())
                model.Session.commit()
                outcome.withdrawn += 1
            for key, basis in due.anew.items():
                _renew(key, basis, site, outcome)
        store.forget_deletions(clock.now())
        model.Session.commit()
    return outcome


def _renew(key: str, basis: str, site: Site, outcome: Outcome) -> None:
    try:
        package = tk.get_action("package_show")({"ignore_auth": True, "use_cache": False}, {"id": key})
        if package["state"] != "active" or package["private"]:
            return
        described = reading.read(package, site)
        bodies = editions.parts(described.dataset, site)
        store.put(key, described.dataset.uri, basis, clock.now(), bodies, [asdict(gap) for gap in described.gaps])
        model.Session.commit()
        outcome.renewed += 1
    except tk.ObjectNotFound:  # deleted since it was found due; the next comparison takes it out
        model.Session.rollback()
    except Exception as error:
        model.Session.rollback()
        log.exception("The dataset %s could not be described for the feeds", key)
        store.fail(key, f"{site.base}/dataset/{key}", basis, clock.now(), f"{type(error).__name__}: {error}")
        model.Session.commit()
        outcome.failed += 1


def check(most: int = 100) -> int:
    """Have the shapes judge datasets that they have not judged since their last change; returns how many."""
    site = config.site()
    todo = store.unchecked(most)
    for first in range(0, len(todo), _TOGETHER):
        batch = dict(todo[first : first + _TOGETHER])
        found = {name: judge(store.fragments(batch, name, "nt"), name, site) for name in crosswalk.PROFILES}
        for key, sequence in batch.items():
            if all(key in of for of in found.values()):  # else it was withdrawn meanwhile
                store.put_findings(key, sequence, {name: of[key] for name, of in found.items()})
        model.Session.commit()
    return len(todo)


def judge(bodies: Mapping[str, bytes], profile: str, site: Site) -> dict[str, list[dict[str, str]]]:
    """What the shapes of a profile find in datasets' fragments (N-Triples), in one graph with the catalogue, as whoever
    reads the feed has them; that costs half of judging each by itself. What is found in a node that several state, such
    as their publisher, is told of each.
    """
    graphs = {key: Graph().parse(data=body, format="nt") for key, body in bodies.items()}
    whole = writing.catalog_graph(site, crosswalk.load(profile), None, None)
    for graph in graphs.values():
        whole += graph
    found: dict[str, list[dict[str, str]]] = {key: [] for key in graphs}
    for finding in shapes.findings(whole, profile) if graphs else ():
        node = (URIRef(finding.node), None, None)
        for key in [key for key, graph in graphs.items() if node in graph] or graphs:
            found[key].append(finding._asdict())
    return {key: told[:_MOST_FINDINGS] for key, told in found.items()}


def finish() -> None:
    """What follows a renewal: the shapes' word on what changed, then whatever builds on the feeds."""
    while check():
        pass
    renewed.send()


def job() -> None:
    """What a background worker does after a change: first all fragments, then what follows."""
    outcome = renew()
    if outcome.failed:
        log.warning(
            "%d datasets could not be described for the feeds: `ckan patiodigital feeds status`", outcome.failed
        )
    finish()
