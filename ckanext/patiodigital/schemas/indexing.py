"""What the search index holds of the education block: codes as facets, their labels as full text."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ckanext.patiodigital.schemas import school_years, vocabularies

FACETS: Mapping[str, str] = {
    "subject": "subjects",
    "school_years": "",
    "stage": "stages",
    "dre": "dres",
    "network": "networks",
}
"""Dataset fields that are facets, in order, with the vocabulary of their codes; years have none."""

# CKAN's Solr schema makes `vocab_*` a list of exact strings; the second part keeps clear of a portal's own
# tag vocabularies, which are indexed under the same prefix.
_PREFIX = "vocab_education_"
# `extras_*` is copied into the full text.
_LABELS = "extras_education_labels"


def facet_field(field: str) -> str:
    """Name the Solr field of a facet: ``subject`` → ``vocab_education_subject``."""
    return _PREFIX + field


def index_fields(dataset: Mapping[str, Any]) -> dict[str, list[str] | str]:
    """Give what to add to a dataset's Solr document; nothing for a dataset without education fields.

    ``dataset`` is the document as ``before_dataset_index`` gets it: a list of codes is JSON text there.
    The answer has a list of values for each facet that the dataset fills, and the labels of its codes in all
    languages under one name, so that a search for "school meals" finds ``alimentacao``.
    """
    fields: dict[str, list[str] | str] = {}
    labels: list[str] = []
    for field, scheme in FACETS.items():
        values = _values(dataset.get(field)) if scheme else _years(dataset.get(field))
        if not values:
            continue
        fields[facet_field(field)] = values
        if scheme:
            vocabulary = vocabularies.load(scheme)
            labels += [vocabulary.label(code, language) for code in values for language in vocabularies.LANGUAGES]
    if labels:
        fields[_LABELS] = " ".join(labels)
    return fields


def label_facets(search_facets: Mapping[str, Any], language: str) -> None:
    """Put labels in place of codes in a search answer's ``search_facets``, in place.

    Shape: ``{"vocab_education_stage": {"items": [{"name": "creche", "display_name": …, "count": 3}]}}``.
    """
    for field, scheme in FACETS.items():
        if scheme:
            for item in search_facets.get(facet_field(field), {}).get("items", []):
                item["display_name"] = vocabularies.load(scheme).label(item["name"], language)


def _values(stored: object) -> list[str]:
    if isinstance(stored, str):
        try:
            stored = json.loads(stored)
        except ValueError:
            return [str(stored)]
    return [value for value in stored if isinstance(value, str)] if isinstance(stored, list) else []


def _years(stored: object) -> list[str]:
    try:
        return [str(year) for year in school_years.parse(stored)] if isinstance(stored, str) else []
    except ValueError:  # a dataset stored before its portal had this schema: searchable, but not by year
        return []
