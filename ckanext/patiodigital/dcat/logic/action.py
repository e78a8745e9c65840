"""ckanext-dcat's actions, answered from fragments where a profile of ours is asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import ckantoolkit as tk
from dateutil.parser import parse as parse_date

from ckanext.patiodigital.dcat import config, documents, profiles, store
from ckanext.patiodigital.dcat.core.paging import page_graph

Action = Callable[..., Any]
Document = dict[str, Any]

_KEPT = ("modified_since", "profiles", "q", "fq")


@tk.chained_action
def dcat_dataset_show(next_action: Action, context: Document, data_dict: Document) -> str:
    """A dataset as RDF."""
    profile, form = _asked(data_dict)
    if profile is None:
        return str(next_action(context, data_dict))
    tk.check_access("dcat_dataset_show", context, data_dict)
    package = tk.get_action("package_show")(context, {"id": data_dict.get("id")})
    return documents.dataset(package, profile, form).decode()


@tk.side_effect_free
@tk.chained_action
def dcat_catalog_show(next_action: Action, context: Document, data_dict: Document) -> str:
    """A page of the catalogue as RDF."""
    return _catalog("dcat_catalog_show", next_action, context, data_dict)


@tk.side_effect_free
@tk.chained_action
def dcat_catalog_search(next_action: Action, context: Document, data_dict: Document) -> str:
    """A page of a search's results as RDF."""
    return _catalog("dcat_catalog_search", next_action, context, data_dict)


@tk.side_effect_free
def patiodigital_feed_status(context: Document, data_dict: Document) -> Document:
    """How a dataset fares in the feeds.

    :param id: id or name of the dataset
    :returns: ``state`` (``listed``, ``left_out``, ``waiting``), ``error``, ``gaps`` and ``findings`` by profile
    """
    tk.check_access("patiodigital_feed_status", context, data_dict)
    package = tk.get_action("package_show")(context, {"id": tk.get_or_bust(data_dict, "id")})
    found = store.record(package["id"])
    if found is None or found.state == "gone":
        return {"state": "waiting", "error": None, "gaps": [], "findings": {}, "checked": False}
    return {
        "state": found.state,
        "error": found.error,
        "gaps": found.gaps or [],
        "findings": found.findings or {},
        "checked": found.checked == found.sequence,
    }


def _asked(data_dict: Document) -> tuple[str | None, str]:
    """Our profile that is asked for, by name or as the portal's own, and the form."""
    names = data_dict.get("profiles") or tk.aslist(tk.config.get("ckanext.dcat.rdf.profiles"))
    form = documents.FORMS.get(data_dict.get("format") or "xml")
    return (profiles.own(names), form) if form else (None, "")


def _catalog(name: str, next_action: Action, context: Document, data_dict: Document) -> str:
    """What both actions answer: in a profile of ours a page of fragments, else what the library makes."""
    profile, form = _asked(data_dict)
    if profile is None:
        return str(next_action(context, data_dict))
    tk.check_access(name, context, data_dict)
    return _page(context, data_dict, profile, form)


def _page(context: Document, data_dict: Document, profile: str, form: str) -> str:
    size = int(tk.config.get("ckanext.dcat.datasets_per_page") or 100)
    number = _number(data_dict.get("page"))
    filters = [f"-dataset_type:{kind}" for kind in store.NOT_IN_FEEDS]
    since = data_dict.get("modified_since")
    if since:
        filters.append(f"metadata_modified:[{_instant(since)} TO NOW]")
    asked = {
        "q": data_dict.get("q") or "*:*",
        "fq": data_dict.get("fq") or "",
        "fq_list": filters,
        "rows": size,
        "start": size * (number - 1),
        "sort": "metadata_modified desc",
        "fl": ["id"],
    }
    found = tk.get_action("package_search")(context, asked)
    kept = {key: data_dict[key] for key in _KEPT if data_dict.get(key)}
    if "profiles" in kept and not isinstance(kept["profiles"], str):
        kept["profiles"] = ",".join(kept["profiles"])
    path = f"{config.site().url}/catalog.{data_dict.get('format') or 'xml'}"
    paging = page_graph(number, size, found["count"], lambda page: f"{path}?{urlencode({**kept, 'page': page})}")
    return documents.page([each["id"] for each in found["results"]], profile, form, paging).decode()


def _number(raw: Any) -> int:
    try:
        number = int(raw or 1)
    except (TypeError, ValueError):
        number = 0
    if not 1 <= number <= 1_000_000:
        raise tk.ValidationError({"page": [tk._("Must be a whole number from 1 on.")]})
    return number


def _instant(raw: Any) -> str:
    try:
        return str(parse_date(raw).replace(tzinfo=None).isoformat()) + "Z"
    except (ValueError, OverflowError, TypeError, AttributeError):
        message = tk._("Must be a day or an instant, such as 2026-01-31 or 2026-01-31T12:00:00.")
        raise tk.ValidationError({"modified_since": [message]}) from None
