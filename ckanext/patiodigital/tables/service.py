"""The one door to the tables for other rooms: make them, load them, and ask which one is read."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import ckantoolkit as tk
import sqlalchemy as sa
from ckan import model
from ckan.lib.redis import connect_to_redis
from ckanext.datastore.backend.postgres import get_read_engine, get_write_engine
from psycopg2.extensions import connection as Connection  # noqa: N812 (psycopg2 names its class in lower case)

from ckanext.patiodigital import clock, config
from ckanext.patiodigital.schemas import vocabularies
from ckanext.patiodigital.tables import download, store
from ckanext.patiodigital.tables.core import schema as schemas
from ckanext.patiodigital.tables.core.formats import BY_EXTENSION, CSV, JSON_LINES, PARQUET, Format
from ckanext.patiodigital.tables.core.load import WHOLE, LoadOutcome, LoadStatus, Partition, new_run
from ckanext.patiodigital.tables.core.reasons import Rejected, Remark, SourceFault
from ckanext.patiodigital.tables.core.schema import TableSchema
from ckanext.patiodigital.tables.core.validate import Row, Validator
from ckanext.patiodigital.tables.model import TableResource
from ckanext.patiodigital.validators import LOADER

log = logging.getLogger(__name__)

#: The ``url_type`` of our resources. It is not writable through the DataStore's API, and neither xloader nor
#: datapusher takes it for a file of theirs.
URL_TYPE = "patiodigital"
#: Seconds that a reader waits for the DataStore, where a lock stands in its way: an error is better than to hang.
READ_TIMEOUT = 10
#: Seconds that the job which writes a table's files may take.
FILES_TIMEOUT = 1800


@dataclass(frozen=True, slots=True)
class LoadedTable:
    """A table that readers may read, and the version of its rows."""

    table: str
    resource_id: str
    package_id: str
    version: store.Version


class NoDataError(LookupError):
    """No public dataset holds this table, or it was never loaded."""


# -- connections


@contextmanager
def _raw(engine: sa.Engine) -> Iterator[Connection]:
    connection = engine.raw_connection()
    try:
        yield connection.driver_connection  # type: ignore[misc]  # psycopg2's own, under CKAN's pool
    finally:
        connection.close()  # back to the pool, which rolls back what is open, or drops a connection that broke


@contextmanager
def reading(seconds: float = READ_TIMEOUT) -> Iterator[Connection]:
    """A connection that can read the DataStore and nothing else. A statement that takes longer is cancelled."""
    with _raw(get_read_engine()) as connection:
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = %s", (int(seconds * 1000),))
        yield connection


@contextmanager
def writing() -> Iterator[Connection]:
    """A connection of the DataStore's write user."""
    with _raw(get_write_engine()) as connection:
        yield connection


# -- making a table


def as_site() -> dict[str, Any]:
    """The context of the portal's own acts: by its site user, past authorization, allowed to write loader fields."""
    user = tk.get_action("get_site_user")({"ignore_auth": True}, {})
    return {"user": user["name"], "ignore_auth": True, LOADER: True}


def resource_id_of(package_id: str, table: str) -> str:
    """The id of the resource that holds ``table`` in a dataset: the same each time, so that none is made twice."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"patiodigital:{package_id}:{table}"))


def set_aside_resource_id_of(resource_id: str) -> str:
    """The id of the resource that shows what ``resource_id``'s loads set aside."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"patiodigital:{resource_id}:set-aside"))


def download_resource_id_of(resource_id: str, form: Format) -> str:
    """The id of the resource that offers a table in a format: for CSV the table's own."""
    if form == CSV:
        return resource_id
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"patiodigital:{resource_id}:{form.extension}"))


def file_of(resource_id: str, form: Format = CSV) -> Path:
    """Where the download of one of our resources lies."""
    return config.storage_path() / "patiodigital" / "tables" / f"{resource_id}.{form.extension}"


def table_file_of(resource_id: str, form: Format) -> Path:
    """Where a table lies in a format."""
    return file_of(download_resource_id_of(resource_id, form), form)


def _dictionary(schema: TableSchema) -> list[dict[str, Any]]:
    """The DataStore's fields with their data dictionary."""
    return [
        {
            "id": field.name,
            "type": field.postgres_type,
            "info": {"label": field.title["pt"], "notes": field.description.get("pt", ""), "unit": field.unit or ""},
        }
        for field in schema.fields
    ]


def _resource(
    package_id: str, resource_id: str, name: str, texts: dict[str, str], form: Format = CSV
) -> dict[str, Any]:
    filename = f"{name}.{form.extension}"
    url = tk.url_for(
        "patiodigital.table_file", id=package_id, resource_id=resource_id, filename=filename, qualified=True
    )
    return {
        "id": resource_id,
        "package_id": package_id,
        "url": url,
        "url_type": URL_TYPE,
        "format": form.name,
        "mimetype": form.media_type,
        **texts,
    }


def ensure_table(package_id: str, table: str, source: str, major: int = 1) -> str:
    """The resource that holds ``table`` in the dataset; made, with its DataStore table, where it is missing.

    ``source`` names who loads it (a harvest source's id, or the name of a command).
    """
    schema = schemas.load(table, major)
    resource_id = resource_id_of(package_id, table)
    if not _is_active(resource_id):
        texts = {"name": schema.title["pt"], "description": schema.description["pt"], "table_schema": schema.identifier}
        tk.get_action("resource_create")(as_site(), _resource(package_id, resource_id, table, texts))
        if version_of(resource_id) is not None:
            queue_files(resource_id)  # it was there before: somebody deleted it, and its rows are known
    with writing() as connection:
        store.ensure_beside(connection)
    columns = _columns(resource_id)
    made = {"resource_id": resource_id, "force": True, "fields": _dictionary(schema)}
    if not columns:
        keys = {"primary_key": list(schema.key), "indexes": [",".join(index) for index in schema.indexes]}
        tk.get_action("datastore_create")(as_site(), made | keys)
    elif set(schema.columns) - columns:  # a new minor version of the schema; the DataStore adds what is missing
        tk.get_action("datastore_create")(as_site(), made)
    if TableResource.get(resource_id) is None:
        model.Session.add(
            TableResource(
                resource_id=resource_id,
                table=table,
                major=major,
                source=source,
                primary=_no_primary(table),
            )
        )
        model.Session.commit()
    return resource_id


def _no_primary(table: str) -> bool:
    """Whether no resource is the table's primary. One whose dataset was purged is forgotten."""
    primary = TableResource.primary_of(table)
    if primary is None:
        return True
    if model.Session.get(model.Resource, primary.resource_id) is not None:
        return False
    model.Session.delete(primary)
    model.Session.flush()
    return True


def _is_active(resource_id: str) -> bool:
    resource = model.Session.get(model.Resource, resource_id)
    return resource is not None and resource.state == model.State.ACTIVE


def _columns(resource_id: str) -> set[str]:
    """The columns of a table in the DataStore; none where it is not there."""
    with reading() as connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_schema = 'public' AND table_name = %s",
            (resource_id,),
        )
        return {name for (name,) in cursor}


# -- loading


def validator(schema: TableSchema) -> Validator:
    """The validator of a table with the portal's vocabularies."""
    return Validator(schema, lambda scheme: vocabularies.load(scheme).code)


#: What a mapper yields: cells in the order of the schema's columns (without ``run``), or what it could not map.
Mapped = Sequence[Any] | SourceFault | Remark


def _checked(check: Validator, mapped: Iterable[Mapped], rejected: Rejected) -> Iterator[Row]:
    url = check.columns.index("source_url")
    for item in mapped:
        if isinstance(item, SourceFault):
            rejected.add(item.row, item.faults, item.source_url)
            if item.key is not None:
                rejected.keep(check.key_of(item.key))
        elif isinstance(item, Remark):
            rejected.remark(item.row, item.faults, item.source_url)
        else:
            checked = check.check(item)
            if isinstance(checked, tuple):
                yield checked
                continue
            rejected.add(check.row_name(item), checked, str(item[url] or ""))
            rejected.keep(check.key_of(dict(zip(check.columns, item, strict=True))))


def load(
    resource_id: str,
    mapped: Iterable[Mapped],
    partition: Partition = WHOLE,
    *,
    accept: bool = False,
) -> LoadOutcome:
    """Validate the rows in ``mapped`` and publish them.

    ``accept`` publishes a load that the gates would refuse. Whatever goes wrong, the table, its files and
    its version stay as they were.
    """
    registered = TableResource.get(resource_id)
    if registered is None:
        raise NoDataError(f"Resource {resource_id} holds no table of ours. Make it with ensure_table.")
    schema = schemas.load(registered.table, registered.major)
    told = registered.data_version
    rejected = Rejected(new_run(clock.now(), schema.name))
    referred = {key.target: _target(resource_id, key.target) for key in schema.foreign_keys}
    with writing() as connection:
        outcome = store.publish(
            connection,
            store.Target(schema, resource_id, partition),
            _checked(validator(schema), mapped, rejected),
            rejected,
            referred=referred,
            accept=accept,
        )
    # Behind: a load before was killed after its rows were in.
    behind = outcome.data_version is not None and outcome.data_version != told
    if outcome.status is LoadStatus.CHANGED or behind:
        _note_publication(resource_id)
    return outcome


def _target(resource_id: str, table: str) -> str:
    """The resource that a foreign key of ``resource_id`` to ``table`` means: that of its dataset, else the primary."""
    resource = model.Session.get(model.Resource, resource_id)
    if resource is not None and resource.package_id:
        sibling = resource_id_of(resource.package_id, table)
        if TableResource.get(sibling) is not None:
            return sibling
    primary = TableResource.primary_of(table)
    if primary is None:
        raise NoDataError(f"The table {table}, which these rows refer to, was never loaded. Load it first.")
    return primary.resource_id


def _note_publication(resource_id: str) -> None:
    """Tell the DataStore's listeners and the registry, and have the files written.

    The registry comes last: while it is behind, the next load does all of this again.
    """
    version = version_of(resource_id)
    tk.signals.datastore_upsert.send(resource_id, records=[])
    queue_files(resource_id)
    registered = TableResource.get(resource_id)  # anew: the mapper may have ended the session
    if registered is not None and version is not None:
        registered.data_version, registered.loaded_at = version.data_version, version.loaded_at
        model.Session.commit()


def _files_key(resource_id: str) -> str:
    return f"patiodigital:{tk.config['ckan.site_id']}:files:{resource_id}"


def queue_files(resource_id: str) -> None:
    """Have the table's files written by a job. While one waits, no second is queued: it will see the newest rows."""
    redis = connect_to_redis()
    if redis.set(_files_key(resource_id), 1, nx=True, ex=FILES_TIMEOUT):
        tk.enqueue_job(
            write_files,
            [resource_id],
            title=f"Write the downloads of table {resource_id}",
            rq_kwargs={"timeout": FILES_TIMEOUT},
        )


def write_files(resource_id: str) -> None:
    """Write the downloads of a table, and bring what CKAN says of them up to date."""
    connect_to_redis().delete(_files_key(resource_id))
    # One at a time: a writer that is late would put an older file in the place of a newer one.
    with reading(FILES_TIMEOUT) as guard, store.alone(guard, _files_key(resource_id)):
        _write_files(resource_id)


def _write_files(resource_id: str) -> None:
    registered = TableResource.get(resource_id)
    resource = model.Session.get(model.Resource, resource_id)
    if registered is None or resource is None or resource.state != "active" or resource.package_id is None:
        return
    schema = schemas.load(registered.table, registered.major)
    with reading(FILES_TIMEOUT) as connection:
        store.see_one_state(connection)
        version = store.versions(connection, [resource_id]).get(resource_id)
        if version is None:
            return
        aside_id = set_aside_resource_id_of(resource_id)
        at = version.data_version
        paths = {form: table_file_of(resource_id, form) for form in BY_EXTENSION.values()}
        files = download.write_table(connection, schema, resource_id, paths, at)
        aside = download.write_csv(
            connection, download.set_aside_query(resource_id), file_of(aside_id), version.loaded_at
        )
        rows_aside, lines_aside = store.set_aside_counts(connection, resource_id)
    _patch_if_changed(
        resource_id,
        {
            "data_version": clock.rfc3339(at),
            "loaded_at": clock.rfc3339(version.loaded_at),
            "row_count": version.row_count,
            "set_aside_count": rows_aside,
            "last_modified": _last_modified(at),
            **_facts(files[CSV]),
        },
    )
    for form in (JSON_LINES, PARQUET):
        facts = {"row_count": version.row_count, "last_modified": _last_modified(at), **_facts(files[form])}
        _show_beside(schema, resource.package_id, download_resource_id_of(resource_id, form), form, facts)
    if lines_aside or _is_active(aside_id):
        _show_set_aside(schema, resource.package_id, aside_id, {"row_count": lines_aside, **_facts(aside)})


def _facts(file: download.WrittenFile) -> dict[str, Any]:
    return {"hash": file.sha256, "size": file.size}


def _last_modified(at: datetime) -> str:
    """An instant as CKAN keeps it."""
    return at.replace(tzinfo=None).isoformat()


def _patch_if_changed(resource_id: str, fields: dict[str, Any]) -> None:
    """Patch a resource only where something differs: each patch reindexes the dataset."""
    shown = tk.get_action("resource_show")(as_site(), {"id": resource_id})
    if any(shown.get(name) != value for name, value in fields.items()):
        tk.get_action("resource_patch")(as_site(), {"id": resource_id, **fields})


def _show_beside(schema: TableSchema, package_id: str, resource_id: str, form: Format, facts: dict[str, Any]) -> None:
    """Offer a table in another format, as a resource of its own."""
    texts = {
        "name": f"{schema.title['pt']} ({form.name})",
        "description": f"O mesmo conteúdo da tabela {schema.title['pt']}, para programas.",
    }
    _show(_resource(package_id, resource_id, schema.name, texts, form), facts)


def _show_set_aside(schema: TableSchema, package_id: str, resource_id: str, facts: dict[str, Any]) -> None:
    texts = {
        "name": f"{schema.title['pt']}: linhas deixadas de fora",
        "description": "Linhas da fonte que não puderam ser usadas, cada uma com o motivo.",
    }
    _show(_resource(package_id, resource_id, f"{schema.name}-set-aside", texts), facts)


def _show(resource: dict[str, Any], facts: dict[str, Any]) -> None:
    """Bring a resource's ``facts`` up to date; make it where it is missing."""
    if _is_active(resource["id"]):
        _patch_if_changed(resource["id"], facts)
    else:
        tk.get_action("resource_create")(as_site(), resource | facts)


# -- reading


def _tables_where(*conditions: Any) -> dict[str, LoadedTable]:
    rows = model.Session.execute(
        sa.select(TableResource.table, TableResource.resource_id, model.Package.id)
        .join(model.Resource, model.Resource.id == TableResource.resource_id)
        .join(model.Package, model.Package.id == model.Resource.package_id)
        .where(model.Resource.state == "active", model.Package.state == "active", *conditions)
    ).all()
    with reading() as connection:
        versions = store.versions(connection, [row[1] for row in rows])
    return {
        table: LoadedTable(table, resource_id, package_id, versions[resource_id])
        for table, resource_id, package_id in rows
        if resource_id in versions
    }


def public_tables() -> dict[str, LoadedTable]:
    """The tables that anonymous readers may read now: the primary of each name, in an active public dataset."""
    return _tables_where(TableResource.primary, sa.not_(model.Package.private))


def dataset_tables(resource_id: str) -> dict[str, LoadedTable]:
    """The loaded tables of the dataset that ``resource_id`` is in. The caller answers for the reader's rights."""
    resource = model.Session.get(model.Resource, resource_id)
    return _tables_where(model.Package.id == resource.package_id) if resource else {}


def primary(table: str) -> LoadedTable:
    """The public table of that name; :class:`NoDataError` where there is none."""
    try:
        return public_tables()[table]
    except KeyError:
        raise NoDataError(f"The table {table} is not published.") from None


def is_loaded(resource_id: str) -> bool:
    """Whether a resource is there, with its registered table, of which something was loaded."""
    return _is_active(resource_id) and TableResource.get(resource_id) is not None and bool(version_of(resource_id))


def changed_at(package_id: str) -> datetime | None:
    """When a row of a dataset's tables last changed; None where nothing was loaded."""
    query = model.Session.query(model.Resource.id).filter_by(package_id=package_id, state="active")
    with reading() as connection:
        found = store.versions(connection, [resource_id for (resource_id,) in query])
    return max((version.data_version for version in found.values()), default=None)


def version_of(resource_id: str) -> store.Version | None:
    """The version of one loaded table, public or not; None where it was never loaded."""
    with reading() as connection:
        return store.versions(connection, [resource_id]).get(resource_id)


def make_primary(resource_id: str) -> None:
    """Let public readers use this resource for its table from now on."""
    chosen = TableResource.get(resource_id)
    if chosen is None:
        raise NoDataError(f"Resource {resource_id} holds no table of ours.")
    current = TableResource.primary_of(chosen.table)
    if current is not None:
        current.primary = False
        model.Session.flush()
    chosen.primary = True
    model.Session.commit()


def registered() -> list[TableResource]:
    """All tables of the registry, by name."""
    return list(model.Session.query(TableResource).order_by(TableResource.table, TableResource.resource_id))


def days_of(resource_id: str) -> tuple[date, date] | None:
    """The first and last day of the rows in force of a table with a ``date``; None where it has none."""
    known = TableResource.get(resource_id)
    if known is None:
        return None
    with reading() as connection:
        return store.days(connection, schemas.load(known.table, known.major), resource_id)
