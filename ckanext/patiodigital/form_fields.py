"""Where a field stands in CKAN's forms: the id of its control, to which links lead an editor."""

from __future__ import annotations

from ckanext.patiodigital.schemas import vocabularies

#: Controls that CKAN's own templates name otherwise than their field.
_DATASET = {"owner_org": "field-organizations"}
_RESOURCE = {"url": "field-resource-url", "size": "field-resource-upload"}
#: Fields of several choices, each with its own id: the first one's.
_CHOICES = {"subject": "subjects", "stage": "stages", "network": "networks", "dre": "dres", "language": "languages"}


def anchor(field: str, *, resource: bool = False) -> str:
    """The fragment of an address that leads to a field, with its ``#``; empty where the form has no such field."""
    if field in ("", "resources"):
        return ""
    if not resource and field in _CHOICES:
        first = min(vocabularies.load(_CHOICES[field]).concepts, key=lambda concept: concept.order)
        return f"#field-{field}-{first.code}"
    return "#" + (_RESOURCE if resource else _DATASET).get(field, f"field-{field}")
