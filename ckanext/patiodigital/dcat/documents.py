"""Whole documents of the catalogue, put together from fragments."""

from __future__ import annotations

import datetime as dt
import zlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import ckantoolkit as tk
from rdflib import Graph

from ckanext.patiodigital.dcat import config, store
from ckanext.patiodigital.dcat.core import crosswalk, editions, fragments, reading, writing
from ckanext.patiodigital.dcat.core.values import Moment, moment

#: What ckanext-dcat's paths call the forms. Turtle is N3.
FORMS = {"xml": "rdf", "rdf": "rdf", "ttl": "ttl", "n3": "ttl", "jsonld": "jsonld"}


def feed(profile: str, form: str) -> Iterator[bytes]:
    """The whole catalogue as of one instant, piece by piece. All is read from the database before the first piece."""
    found = store.snapshot(profile, form)
    bodies = (zlib.decompress(body) for body in found.bodies)
    return editions.whole((profile, form), config.site(), bodies, _instant(found.first), _instant(found.state.changed))


def page(dataset_ids: Sequence[str], profile: str, form: str, paging: Graph) -> bytes:
    """Some datasets, and where the others are."""
    found = store.fragments(dataset_ids, profile, form)
    parts = [
        fragments.part(paging, form),
        *(found.get(key) or _made_now(key, profile, form) for key in dataset_ids),
    ]
    return b"".join(editions.whole((profile, form), config.site(), parts, None, _instant(store.state().changed)))


def dataset(package: Mapping[str, Any], profile: str, form: str) -> bytes:
    """One dataset: as the feeds have it where they have it as it is, else made now."""
    held = store.record(package["id"])
    # PostgreSQL writes an instant with a blank, and without noughts at its end.
    modified = package["metadata_modified"].replace("T", " ").rstrip("0").rstrip(".")
    body = None
    if held and held.state == "listed" and not package["private"] and f"|{modified}" in held.basis:
        body = store.fragments([package["id"]], profile, form).get(package["id"])
    return b"".join(fragments.document([body or _part(package, profile, form)], form))


def _made_now(key: str, profile: str, form: str) -> bytes:
    """For a dataset that search knows and the feeds do not yet; nothing where it went meanwhile."""
    try:
        package = tk.get_action("package_show")({"ignore_auth": True}, {"id": key})
    except tk.ObjectNotFound:
        return b""
    if package["private"] or package["state"] != "active":
        return b""
    return _part(package, profile, form)


def _part(package: Mapping[str, Any], profile: str, form: str) -> bytes:
    site = config.site()
    graph = writing.dataset_graph(reading.read(package, site).dataset, site, crosswalk.load(profile))
    return fragments.part(graph, form)


def _instant(instant: dt.datetime | None) -> Moment | None:
    return moment(instant.isoformat()) if instant else None
