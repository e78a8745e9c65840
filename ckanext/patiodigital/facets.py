"""The catalogue's facets of education datasets, with labels in the reader's language."""

from __future__ import annotations

from typing import Any

import ckantoolkit as tk

from ckanext.patiodigital.schemas.indexing import FACETS, facet_field, label_facets


def _language() -> str:
    try:
        return str(tk.h.lang())
    except RuntimeError:  # outside a request: a job searches
        return "pt"


def label(search_facets: dict[str, Any]) -> None:
    """Give the codes in a search's facets their labels."""
    label_facets(search_facets, _language())


def add(facets_dict: dict[str, Any], package_type: str) -> dict[str, Any]:
    """Put the education facets first, where the portal's schema has the education fields."""
    find_schema = tk.h.get("scheming_get_dataset_schema")
    schema = find_schema(package_type) if find_schema else None
    if not schema or not any(field["field_name"] == "subject" for field in schema["dataset_fields"]):
        return facets_dict
    titles = {
        "subject": tk._("Subjects"),
        "school_years": tk._("School years"),
        "stage": tk._("Stages of schooling"),
        "dre": tk._("Regions (DRE)"),
        "network": tk._("Networks"),
    }
    ours = {facet_field(name): titles.get(name, name) for name in FACETS}
    return type(facets_dict)({**ours, **facets_dict})
