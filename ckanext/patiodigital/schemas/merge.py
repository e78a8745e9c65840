"""Adds the education field group to a portal's own scheming schema, which stays the portal's in all else."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

# Each section of a schema that is a list of entries, and the key that names an entry.
_SECTIONS = {"form_groups": "name", "dataset_fields": "field_name", "resource_fields": "field_name"}
# What decides which values a field stores. Labels, help and snippets are the portal's own business.
_STORAGE = (
    "preset",
    "vocabulary",
    "choices",
    "choices_helper",
    "validators",
    "create_validators",
    "output_validators",
    "repeating_subfields",
)


class MergeError(ValueError):
    """The two schemas can't be merged; says which fields are in the way and how to put it right."""


def merge(portal_schema: Mapping[str, Any], education: Mapping[str, Any]) -> dict[str, Any]:
    """Give the portal's schema with the education fields that it lacks after its own, as a new dict.

    Both are parsed scheming schemas: ``dataset_fields`` and ``resource_fields`` are lists of fields. A field
    that the portal has under the same name and that stores the same values stays as the portal wrote it, so
    merging twice changes nothing. Raises MergeError when a field of the same name stores other values.
    """
    if "dataset_type" not in portal_schema or not isinstance(portal_schema.get("dataset_fields"), list):
        raise MergeError("this is no dataset schema of ckanext-scheming: it needs 'dataset_type' and 'dataset_fields'")
    merged = copy.deepcopy(dict(portal_schema))
    conflicts: list[str] = []
    for section, key in _SECTIONS.items():
        entries = merged.setdefault(section, [])
        known = {entry[key]: entry for entry in entries if key in entry}
        for addition in education.get(section, []):
            present = known.get(addition[key])
            if present is None:
                entries.append(copy.deepcopy(addition))
            elif differing := [name for name in _STORAGE if present.get(name) != addition.get(name)]:
                conflicts.append(f"{section}: {addition[key]!r} has another {', '.join(differing)}")
    if conflicts:
        raise MergeError(
            "these fields of your schema store other values than the education group's of the same name. "
            "Rename or remove them in your file, then merge again:\n" + "\n".join(conflicts)
        )
    return merged
