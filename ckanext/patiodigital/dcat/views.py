"""``/feeds``: the whole catalogue in one file, and what changed in it."""

from __future__ import annotations

import json

import ckantoolkit as tk
from flask import Blueprint, Response, request

from ckanext.patiodigital import clock
from ckanext.patiodigital.dcat import config, documents, store
from ckanext.patiodigital.dcat.core import changes, crosswalk, fragments
from ckanext.patiodigital.edge.core.route import PublicRoute, Version

PREFIX = "/feeds"
#: Entries of changes.atom: a crawler that comes nightly misses none.
_MOST_CHANGES = 5_000

feeds = Blueprint("patiodigital_feeds", __name__)


def public_routes() -> list[PublicRoute]:
    """The feeds do not depend on parameters."""
    return [PublicRoute(PREFIX, version, params=frozenset(), cors=True)]


def version() -> Version:
    """The state of the feeds."""
    state = store.state()
    return Version(f"feeds-{state.sequence}", state.changed)


@feeds.get(f"{PREFIX}/dcat-<profile>.<form>")
def whole(profile: str, form: str) -> Response:
    """The catalogue in a profile and a form."""
    name = f"dcat_{profile}"
    if name not in crosswalk.PROFILES or form not in fragments.FORMS:
        return _unknown()
    return Response(documents.feed(name, form), content_type=fragments.FORMS[form].media_type)


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
        f"{PREFIX}/{profile.replace('_', '-')}.{form}" for profile in crosswalk.PROFILES for form in fragments.FORMS
    ]
    return [*whole_ones, f"{PREFIX}/changes.atom"]


def _unknown() -> Response:
    problem = {
        "type": "about:blank",
        "title": "Not found",
        "status": 404,
        "detail": tk._("There is no such feed. There are: {names}").format(names=", ".join(names())),
        "instance": request.path[:500],
    }
    return Response(json.dumps(problem), 404, content_type="application/problem+json")
