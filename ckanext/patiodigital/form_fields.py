"""Where a field stands in CKAN's forms: the id of its control, to which links lead an editor."""

from __future__ import annotations

import ckantoolkit as tk

from ckanext.patiodigital.schemas import vocabularies

#: Controls that CKAN's own templates name otherwise than their field.
_DATASET = {"owner_org": "field-organizations"}
_RESOURCE = {"url": "field-resource-url", "size": "field-resource-upload"}
#: Fields of several choices, each with its own id: the first one's.
_CHOICES = {"subject": "subjects", "stage": "stages", "network": "networks", "dre": "dres", "language": "languages"}


def address(dataset: str, field: str, resource: str | None = None) -> str:
    """Where a field of a dataset, or of one of its resources, is filled in; ``resources`` is the form of a new one."""
    if field == "resources":
        return str(tk.url_for("dataset_resource.new", id=dataset))
    if resource:
        form = tk.url_for("dataset_resource.edit", id=dataset, resource_id=resource)
    else:
        form = tk.url_for("dataset.edit", id=dataset)
    return form + anchor(field, resource=bool(resource))


def anchor(field: str, *, resource: bool = False) -> str:
    """The fragment of an address that leads to a field, with its ``#``; empty where the form has no such field."""
    if field in ("", "resources"):
        return ""
    if not resource and field in _CHOICES:
        first = min(vocabularies.load(_CHOICES[field]).concepts, key=lambda concept: concept.order)
        return f"#field-{field}-{first.code}"
    return "#" + (_RESOURCE if resource else _DATASET).get(field, f"field-{field}")
