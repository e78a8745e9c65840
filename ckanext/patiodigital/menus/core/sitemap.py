"""Sitemaps (sitemaps.org, version 0.9) of pages that stand in several languages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from xml.etree.ElementTree import Element

from ckanext.patiodigital.menus.core.markup import document, element

MOST_URLS = 50_000
"""What the protocol lets one sitemap hold."""
X_DEFAULT = "x-default"
"""The language tag for readers of none of the others."""
_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
_XHTML = "http://www.w3.org/1999/xhtml"

Alternates = Mapping[str, str]
"""The addresses of one page by BCP 47 tag, :data:`X_DEFAULT` among them where one is for everybody else."""


def parts(pages: Sequence[Alternates]) -> list[Sequence[Alternates]]:
    """The pages cut into as few sitemaps as hold them, each page in one; one sitemap where there are none."""
    most_languages = max((len(_languages(page)) for page in pages), default=1)
    length = MOST_URLS // most_languages
    return [pages[start : start + length] for start in range(0, len(pages), length)] or [pages]


def sitemap(pages: Iterable[Alternates], changed: dt.datetime) -> bytes:
    """One sitemap: each language of each page, with the links to all of them. ``changed`` is an aware instant."""
    return document(
        element(
            "urlset",
            *(_url(address, page, changed) for page in pages for address in _languages(page).values()),
            **{"xmlns": _NAMESPACE, "xmlns:xhtml": _XHTML},
        )
    )


def index(addresses: Iterable[str], changed: dt.datetime) -> bytes:
    """An index of sitemaps that changed at an aware instant."""
    listed = [element("sitemap", element("loc", address), _lastmod(changed)) for address in addresses]
    return document(element("sitemapindex", *listed, xmlns=_NAMESPACE))


def _languages(page: Alternates) -> dict[str, str]:
    return {tag: address for tag, address in page.items() if tag != X_DEFAULT}


def _url(address: str, page: Alternates, changed: dt.datetime) -> Element:
    links = [element("xhtml:link", rel="alternate", hreflang=tag, href=href) for tag, href in page.items()]
    return element("url", element("loc", address), _lastmod(changed), *links)


def _lastmod(changed: dt.datetime) -> Element:
    return element("lastmod", changed.astimezone(dt.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"))
