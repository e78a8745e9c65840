"""One page in all languages: absolute addresses, for search engines and for sitemaps."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import ckantoolkit as tk
from flask import request

from ckanext.patiodigital.menus.core.sitemap import X_DEFAULT, Alternates

#: CKAN's names of the languages that family pages are written in, with their BCP 47 tags.
_LANGUAGES = {"pt_BR": "pt-BR", "en": "en", "es": "es"}


@dataclass(frozen=True)
class PageAddresses:
    """The one address of a page among several that show the same, and its alternates by language."""

    canonical: str
    alternates: Alternates


def alternates(endpoint: str, **values: str) -> dict[str, str]:
    """The addresses of a page by BCP 47 tag, in the languages that the portal offers."""
    default = tk.config["ckan.locale_default"]
    offered = {locale.short_name for locale in tk.h.get_available_locales()}
    found = {
        tag: _address(endpoint, "default" if code == default else code, values)
        for code, tag in _LANGUAGES.items()
        if code in offered
    }
    return {**found, X_DEFAULT: _address(endpoint, "default", values)}


def page_addresses(named_by: Iterable[str]) -> PageAddresses:
    """The addresses of the page that is being answered, of whose query only the parameters ``named_by`` count."""
    query = {name: value for name in named_by if (value := request.args.get(name, "").strip())}
    found = alternates(request.endpoint or "", **(request.view_args or {}), **query)
    return PageAddresses(found.get(_LANGUAGES.get(tk.h.lang(), ""), found[X_DEFAULT]), found)


def _address(endpoint: str, locale: str, values: dict[str, str]) -> str:
    return str(tk.url_for(endpoint, locale=locale, qualified=True, **values))
