"""Verdicts on tables: whether the registry, the resource and the file say what the table's version says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ckanext.patiodigital.admin.core.findings import Finding, error, ok, warning

REPAIR = "ckan patiodigital doctor --repair"


@dataclass(frozen=True, slots=True)
class Stated:
    """What one place says of a table: the data version as an instant in text, rows, and the file's SHA-256."""

    data_version: str | None
    row_count: int | None = None
    sha256: str | None = None


@dataclass(frozen=True, slots=True)
class TableFacts:
    """One row of the registry and what it stands for.

    ``resource_state`` is CKAN's, None where the resource was purged. ``truth`` is the version row beside the
    data, None where the table was never loaded. ``file_sha256`` is None where there is no file.
    """

    name: str
    resource_id: str
    primary: bool
    resource_state: str | None
    in_datastore: bool
    truth: Stated | None
    registry: Stated
    resource: Stated
    file_sha256: str | None


def table(facts: TableFacts) -> Finding:
    """The gravest thing to say of one table."""
    where = f"table {facts.name} ({facts.resource_id})"
    if facts.resource_state is None:
        return error(where, "It is registered, but its resource was purged.", REPAIR)
    if facts.resource_state != "active":
        return _deleted(where, facts)
    return _active(where, facts)


def _deleted(where: str, facts: TableFacts) -> Finding:
    if facts.primary:
        other = "restore it, or have readers use another: ckan patiodigital tables primary RESOURCE_ID"
        return warning(where, "Readers are to use it, but its resource was deleted.", other)
    return ok(where, "Its resource was deleted.")


def _active(where: str, facts: TableFacts) -> Finding:
    if not facts.in_datastore:
        return error(where, "Its resource has no table in the DataStore.", f"{REPAIR}, then harvest again")
    if facts.truth is None:
        return warning(where, "It was never loaded.", "run its harvest, or load it by its command")
    behind = list(_behind(facts, facts.truth))
    if behind:
        return warning(where, f"Not up to date: {', '.join(behind)}. A load may have ended just now.", REPAIR)
    return ok(where, f"{facts.truth.row_count} rows, changed {facts.truth.data_version}.")


def _behind(facts: TableFacts, truth: Stated) -> Iterator[str]:
    if facts.registry.data_version != truth.data_version:
        yield "the registry"
    if (facts.resource.data_version, facts.resource.row_count) != (truth.data_version, truth.row_count):
        yield "the resource's fields"
    if facts.file_sha256 is None or facts.file_sha256 != facts.resource.sha256:
        yield "the download"


def strays(names: Sequence[str]) -> Finding:
    """``names``: tables that we loaded and whose resources are gone."""
    where = "PostgreSQL, the DataStore"
    if names:
        return warning(where, f"{len(names)} tables belong to no resource: {', '.join(names)}.", "ckan datastore purge")
    return ok(where, "Each table belongs to a resource.")
