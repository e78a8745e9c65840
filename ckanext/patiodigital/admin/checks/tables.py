"""Tables: whether the registry, resources and files agree with the versions beside the data, and their repair."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from ckan import model

from ckanext.patiodigital import clock
from ckanext.patiodigital.admin.core import tables as verdicts
from ckanext.patiodigital.admin.core.findings import Finding
from ckanext.patiodigital.admin.core.tables import Stated, TableFacts
from ckanext.patiodigital.tables import service, sources, store
from ckanext.patiodigital.tables.core.formats import BY_EXTENSION
from ckanext.patiodigital.tables.model import TableResource


def registry() -> Iterator[Finding]:
    """Each registered table, and tables that nobody registered."""
    for row in service.registered():
        yield verdicts.table(facts_of(row))
    yield verdicts.strays(_strays())


def facts_of(row: TableResource) -> TableFacts:
    """What the four places say of a table."""
    resource = model.Session.get(model.Resource, row.resource_id)
    version = service.version_of(row.resource_id)
    extras = resource.extras if resource else {}
    return TableFacts(
        name=f"{row.table}/{row.major}",
        resource_id=row.resource_id,
        primary=row.primary,
        resource_state=resource.state if resource else None,
        in_datastore=row.resource_id in _datastore_tables(),
        truth=Stated(clock.rfc3339(version.data_version), version.row_count) if version else None,
        registry=Stated(clock.rfc3339(row.data_version) if row.data_version else None),
        resource=Stated(extras.get("data_version"), extras.get("row_count"), resource.hash if resource else None),
        file_sha256=_sha256(row.resource_id),
    )


def _datastore_tables() -> set[str]:
    with service.reading() as connection, connection.cursor() as cursor:
        cursor.execute("SELECT name FROM _table_metadata WHERE alias_of IS NULL")
        return {name for (name,) in cursor}


def _sha256(resource_id: str) -> str | None:
    """Of the CSV; None where the table lacks a file, in this format or another."""
    if not all(service.table_file_of(resource_id, form).is_file() for form in BY_EXTENSION.values()):
        return None
    with service.file_of(resource_id).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _strays() -> list[str]:
    """Tables that a load of ours filled and whose resource is gone."""
    known = {identifier for (identifier,) in model.Session.query(model.Resource.id)}
    with service.reading() as connection:
        return sorted(store.versions(connection, _datastore_tables() - known))


def repair() -> Iterator[str]:
    """Bring registry, resources and files in step with the versions; a sentence on each thing done.

    A table that vanished is forgotten to have been read, so that the next harvest loads it anew.
    """
    for row in service.registered():
        facts = facts_of(row)
        if facts.resource_state is None:
            model.Session.delete(row)
            model.Session.commit()
            yield f"{facts.name}: taken out of the registry, since its resource was purged."
        elif facts.resource_state != "active":
            continue
        elif not facts.in_datastore:
            _forget_reading(row)
            yield f"{facts.name}: the next harvest loads it anew."
        elif (version := service.version_of(row.resource_id)) and verdicts.table(facts).mend:
            _bring_up_to_date(row, version)
            yield f"{facts.name}: registry, resource and download brought up to date."


def _forget_reading(row: TableResource) -> None:
    for state in sources.of_source(row.source):
        if state.partition.partition("/")[0] == row.table:
            state.fingerprint = None
    model.Session.commit()


def _bring_up_to_date(row: TableResource, version: store.Version) -> None:
    row.data_version, row.loaded_at = version.data_version, version.loaded_at
    model.Session.commit()
    service.write_files(row.resource_id)
