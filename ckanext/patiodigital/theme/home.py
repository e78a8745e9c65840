"""What the home page says of the portal, gathered for an anonymous reader."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

import ckan.plugins as p
import ckantoolkit as tk
import psycopg2
import sqlalchemy as sa
from babel.dates import format_date
from babel.numbers import format_decimal
from ckan import model
from ckan.lib.search.common import SearchError, SolrConnectionError

from ckanext.patiodigital import clock, config
from ckanext.patiodigital.schemas import indexing, vocabularies
from ckanext.patiodigital.tables import service as tables

log = logging.getLogger(__name__)

_LATEST = 3
_SUBJECT = indexing.facet_field("subject")
# What a row of each table shown is called, by their number.
_ROWS: dict[str, Callable[[int], str]] = {
    "schools": lambda count: tk.ungettext("school", "schools", count),
    "menus": lambda count: tk.ungettext("dish on the menus", "dishes on the menus", count),
}


@dataclass(frozen=True)
class Subject:
    """A subject that has datasets, and the catalogue cut down to it."""

    label: str
    url: str


@dataclass(frozen=True)
class Change:
    """A dataset that changed lately; ``updated`` says when, in words."""

    title: str
    url: str
    updated: str


@dataclass(frozen=True)
class Figure:
    """A number in the reader's notation, what it counts, and where that is to be seen."""

    value: str
    label: str
    url: str


@dataclass(frozen=True)
class Home:
    """The parts of the home page. One that could not be had is empty, and the page leaves it out."""

    has_menus: bool
    subjects: list[Subject]
    latest: list[Change]
    figures: list[Figure]


def gather(*, has_menus: bool) -> Home:
    """The home page's content in the language of the request."""
    found = _catalogue()
    return Home(
        has_menus=has_menus,
        subjects=_subjects(found),
        latest=[_change(dataset) for dataset in found["results"]],
        figures=_table_figures() + _catalogue_figures(found),
    )


def _catalogue() -> dict[str, Any]:
    """The public datasets that changed last, with the count of all and of each subject."""
    query = {
        # The same for who is logged in: the home page speaks of what everybody can read.
        "fq": "+capacity:public",
        "sort": "metadata_modified desc",
        "rows": _LATEST,
        "facet.field": [_SUBJECT],
    }
    try:
        found: dict[str, Any] = tk.get_action("package_search")({"user": ""}, query)
    except (SearchError, SolrConnectionError):
        log.exception("The home page could not ask the search index")
        return {"count": 0, "results": [], "search_facets": {}}
    return found


def _subjects(found: dict[str, Any]) -> list[Subject]:
    vocabulary, language = vocabularies.load("subjects"), tk.h.lang()
    codes = [item["name"] for item in found["search_facets"].get(_SUBJECT, {}).get("items", [])]
    return [
        Subject(vocabulary.label(code, language), tk.h.url_for("dataset.search", **{_SUBJECT: code}))
        for code in sorted(codes, key=vocabulary.order)
    ]


def _change(dataset: dict[str, Any]) -> Change:
    changed = datetime.fromisoformat(dataset["metadata_modified"]).replace(tzinfo=timezone.utc)
    return Change(
        title=dataset["title"] or dataset["name"],
        url=tk.h.url_for(f"{dataset['type']}.read", id=dataset["name"]),
        updated=updated_in_words(changed, clock.now()),
    )


def updated_in_words(changed: datetime, now: datetime) -> str:
    """When something changed, as one says it: both instants aware, told in the portal's zone."""
    zone = config.zone()
    local = changed.astimezone(zone)
    days = (now.astimezone(zone).date() - local.date()).days
    hour, minute = f"{local:%-H}", f"{local:%M}"
    if days == 0:
        return tk._("updated today, at {hour}:{minute}").format(hour=hour, minute=minute)
    if days == 1:
        return tk._("updated yesterday, at {hour}:{minute}").format(hour=hour, minute=minute)
    return tk._("updated on {date}").format(date=format_date(local.date(), "long", locale=tk.h.lang()))


def _catalogue_figures(found: dict[str, Any]) -> list[Figure]:
    count = found["count"]
    if not count:
        return []
    return [_figure(count, tk.ungettext("dataset", "datasets", count), tk.h.url_for("dataset.search"))]


def _table_figures() -> list[Figure]:
    if not p.plugin_loaded("patiodigital"):
        return []
    try:
        published = tables.public_tables()
    except (sa.exc.SQLAlchemyError, psycopg2.Error):
        log.exception("The home page could not ask for the tables")
        model.Session.rollback()
        return []
    return [
        _figure(
            table.version.row_count,
            name_rows(table.version.row_count),
            tk.h.url_for("dataset_resource.read", id=table.package_id, resource_id=table.resource_id),
        )
        for name, name_rows in _ROWS.items()
        if (table := published.get(name))
    ]


def _figure(number: int, label: str, url: str) -> Figure:
    return Figure(format_decimal(number, locale=tk.h.lang()), label, url)
