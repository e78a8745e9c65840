"""Template helpers of the vocabularies."""

from __future__ import annotations

from typing import Any

import ckantoolkit as tk

from ckanext.patiodigital.schemas import vocabularies

__all__ = ["patiodigital_label", "patiodigital_vocabulary_choices"]


def patiodigital_label(scheme: str, code: str) -> str:
    """Give the name of a code in the language of the page."""
    return vocabularies.load(scheme).label(code, tk.h.lang())


def patiodigital_vocabulary_choices(field: dict[str, Any]) -> list[dict[str, Any]]:
    """Give the choices of a scheming field that names a ``vocabulary``, in its order; with ``matched`` only the
    concepts that have such a match.

    Shape: ``[{"value": code, "label": {"pt_BR": …, "en": …, "es": …}}]``, as ckanext-scheming wants it.
    """
    return [
        {
            "value": concept.code,
            "label": {"pt_BR": concept.label["pt"], "en": concept.label["en"], "es": concept.label["es"]},
        }
        for concept in vocabularies.load(field["vocabulary"]).concepts
        if field.get("matched") is None or field["matched"] in concept.match
    ]
