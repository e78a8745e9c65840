"""Feeds and scores: datasets that could not be described or scored, and links that nobody follows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import ckan.plugins as p

from ckanext.patiodigital import clock
from ckanext.patiodigital.admin.core.findings import Finding, ok, warning
from ckanext.patiodigital.dcat import store as feeds
from ckanext.patiodigital.ranking import store as scores

#: How long a link may wait to be followed.
_PATIENCE = dt.timedelta(hours=1)


def described() -> Iterator[Finding]:
    """Datasets that the feeds, or the ranking, could not take as they are now."""
    if p.plugin_loaded("patiodigital_dcat"):
        yield _failed("feeds", len(feeds.troubled()), "described", "feeds status")
    if p.plugin_loaded("patiodigital_ranking"):
        yield _failed("ranking", len(scores.troubled()), "scored", "rank status")


def _failed(where: str, count: int, done: str, command: str) -> Finding:
    if not count:
        return ok(where, f"Every dataset could be {done}.")
    what = f"{count} datasets could not be {done}; what was there before stays."
    return warning(where, what, f"`ckan patiodigital {command}` tells why")


def links() -> Iterator[Finding]:
    """Links that should have been followed long ago."""
    if not p.plugin_loaded("patiodigital_ranking"):
        return
    waiting = len(scores.links_due(clock.now() - _PATIENCE, 10_000))
    if waiting:
        yield warning("links", f"{waiting} wait to be followed for over an hour.", "run `ckan jobs worker links`")
    else:
        yield ok("links", "All are followed in time.")
