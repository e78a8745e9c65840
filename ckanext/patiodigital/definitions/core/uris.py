"""The URIs of code lists and of their codes. ``site_url`` is ``ckan.site_url``, with or without a last slash."""

from __future__ import annotations

from ckanext.patiodigital.schemas.vocabularies import Concept


def scheme_uri(site_url: str, scheme: str) -> str:
    """What a code list is called, and where it is."""
    return f"{site_url.rstrip('/')}/vocabulary/{scheme}"


def concept_uri(site_url: str, scheme: str, concept: Concept) -> str:
    """What a code of a list is called; where it is, unless the list says another URI."""
    return concept.uri or f"{scheme_uri(site_url, scheme)}/{concept.code}"
