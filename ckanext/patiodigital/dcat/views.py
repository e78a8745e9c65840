"""``/feeds`` and ``/data.json``: the whole catalogue in one file, and what changed in it."""

from __future__ import annotations

import ckantoolkit as tk
from flask import Blueprint, Response

from ckanext.patiodigital import clock
from ckanext.patiodigital.dcat import config, documents, store
from ckanext.patiodigital.dcat.core import changes, crosswalk
from ckanext.patiodigital.dcat.core.editions import EDITIONS
from ckanext.patiodigital.edge.core.route import PublicRoute, Version
from ckanext.patiodigital.problems import problem

PREFIX = "/feeds"
#: Where Project Open Data looks for a catalogue, at the root of a site.
DATA_JSON = "/data.json"
#: Entries of changes.atom: a crawler that comes nightly misses none.
_MOST_CHANGES = 5_000

feeds = Blueprint("patiodigital_feeds", __name__)


def public_routes() -> list[PublicRoute]:
    """The feeds do not depend on parameters."""
    return [PublicRoute(prefix, version, params=frozenset(), cors=True) for prefix in (PREFIX, DATA_JSON)]


def version() -> Version:
    """The state of the feeds."""
    state = store.state()
    return Version(f"feeds-{state.sequence}", state.changed)


@feeds.get(f"{PREFIX}/dcat-<profile>.<form>")
def whole(profile: str, form: str) -> Response:
    """The catalogue in a profile and a form."""
    return _whole(f"dcat_{profile}", form)


@feeds.get(DATA_JSON)
def data_json() -> Response:
    """The catalogue as Project Open Data has it."""
    return _whole("data_json", "json")


@feeds.get(f"{PREFIX}/changes.atom")
def changed() -> Response:
    """Datasets that are new, changed or gone, the last first; of deletions those of 90 days."""
    site, state = config.site(), store.state()
    oldest = clock.now() - store.TOLD_FOR
    told = [
        changes.Change(each.uri, each.changed, gone=each.state == "gone")
        for each in store.changes(_MOST_CHANGES)
        if each.state != "gone" or each.changed >= oldest
    ]
    body = changes.atom(
        told,
        title=site.title,
        author=site.publisher.name,
        address=f"{site.url}{PREFIX}/changes.atom",
        updated=state.changed,
    )
    return Response(body, content_type="application/atom+xml; charset=utf-8")


@feeds.get(f"{PREFIX}/<path:rest>")
def unknown(rest: str) -> Response:
    """Any other path below the prefix."""
    return _unknown()


def names() -> list[str]:
    """The paths of all feeds."""
    whole_ones = [
        f"{PREFIX}/{profile.replace('_', '-')}.{form}" for profile, form in EDITIONS if profile in crosswalk.PROFILES
    ]
    return [*whole_ones, DATA_JSON, f"{PREFIX}/changes.atom"]


def _whole(profile: str, form: str) -> Response:
    edition = EDITIONS.get((profile, form))
    if edition is None:
        return _unknown()
    return Response(documents.feed(profile, form), content_type=edition.media_type)


def _unknown() -> Response:
    return problem(404, "Not found", tk._("There is no such feed. There are: {names}").format(names=", ".join(names())))
