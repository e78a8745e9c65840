"""Puts the edge in front of CKAN."""

import hashlib
import logging
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

import ckan.plugins as p
from ckan.lib.i18n import get_locales_from_config
from ckan.types import CKANApp

from ckanext.patiodigital.config import trusted_proxies
from ckanext.patiodigital.edge.core.layer import Edge, Site
from ckanext.patiodigital.edge.counting import counter
from ckanext.patiodigital.edge.interfaces import IPublicRoutes

log = logging.getLogger(__name__)

PACKAGE = Path(__file__).parent.parent

# Settings that show on family pages. Those of a single room belong into its data version.
_SHOWN_SETTINGS = ("ckan.site_url", "ckan.site_title", "ckan.site_logo", "ckan.locale_default")


def install(app: CKANApp, config: Mapping[str, Any]) -> CKANApp:
    """The application with the edge as its outermost layer: for `IMiddleware.make_middleware`.

    It must lie outside of CKAN's `I18nMiddleware`, which strips the language from the path, and of everything
    in Flask, whose `after_request` of CKAN rewrites `Cache-Control`. Flask's own application object is kept,
    since other plugins expect it. In debug mode nothing is put in front: a template under work has no
    version.
    """
    if config["debug"]:
        log.info("Debug mode: public answers are made anew each time, without the edge's headers")
        return app
    routes = [route for plugin in p.PluginImplementations(IPublicRoutes) for route in plugin.get_public_routes()]
    site = Site(
        url=config["ckan.site_url"],
        # The same list as `I18nMiddleware` goes by: it is longer than `ckan.locales_offered`.
        locales=frozenset(get_locales_from_config()),
        release=release_digest({name: str(config.get(name)) for name in _SHOWN_SETTINGS}),
        proxies=trusted_proxies(),
    )
    count = counter(config["ckan.redis.url"], config["ckan.site_id"], config["SECRET_KEY"])
    app.wsgi_app = Edge(app.wsgi_app, routes, site, count=count)  # type: ignore[method-assign]  # Flask's documented way
    return app


def release_digest(settings: Mapping[str, str]) -> str:
    """A name for this code with these settings: the same in every process, another after any change.

    Over the files themselves, because a version number stays the same while a checkout moves on.
    """
    digest = hashlib.sha256(version("ckan").encode())
    for name, value in sorted(settings.items()):
        digest.update(f"{name}={value}\0".encode())
    for file in sorted(PACKAGE.rglob("*")):
        if file.is_file() and "__pycache__" not in file.parts:
            digest.update(f"{file.relative_to(PACKAGE).as_posix()}\0".encode())
            digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()
