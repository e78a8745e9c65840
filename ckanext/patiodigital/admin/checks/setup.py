"""What is installed, set and migrated."""

from __future__ import annotations

import inspect
import platform
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, metadata, version
from pathlib import Path

import ckan.migration
import ckan.plugins as p
import ckantoolkit as tk
import sqlalchemy as sa
import yaml
from alembic.config import Config
from alembic.script import ScriptDirectory
from ckan import model
from packaging.requirements import Requirement

from ckanext.patiodigital import schemas
from ckanext.patiodigital.admin import harvest_queues
from ckanext.patiodigital.admin.core import settings as verdicts
from ckanext.patiodigital.admin.core import versions
from ckanext.patiodigital.admin.core.findings import Finding, error, ok
from ckanext.patiodigital.config import PREFIX
from ckanext.patiodigital.schemas import vocabularies
from ckanext.patiodigital.tables import service as tables
from ckanext.patiodigital.tables.core import schema as table_schemas

_DISTRIBUTION = "ckanext-patiodigital"
#: CKAN itself is no requirement of ours for pip, which would otherwise replace a portal's own.
_CKAN = "ckan>=2.12"


def installed() -> Iterator[Finding]:
    """The versions of CKAN, of the extensions and libraries that this one needs, and of Python."""
    own = metadata(_DISTRIBUTION)
    needed = [_CKAN, *(text for text in own.get_all("Requires-Dist", []) if Requirement(text).marker is None)]
    found = {name: _version(name) for name in (Requirement(text).name for text in needed)}
    yield from versions.installed(needed, found)
    yield versions.python(platform.python_version(), own["Requires-Python"])


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def migrations() -> Iterator[Finding]:
    """Whether the tables of CKAN and of each plugin are those of its newest migration."""
    scripts = {"ckan": Path(ckan.migration.__file__).parent}
    scripts |= {name: folder for name in tk.config["ckan.plugins"] if (folder := _migrations_of(name)).is_dir()}
    with model.ensure_engine().connect() as connection:
        for name, folder in scripts.items():
            config = Config()
            config.set_main_option("script_location", str(folder))
            head = ScriptDirectory.from_config(config).get_current_head()
            yield versions.migrations(name, _applied(connection, name), head)


def _migrations_of(plugin: str) -> Path:
    """Where CKAN looks for a plugin's migrations; most have none."""
    module = Path(inspect.getfile(type(p.get_plugin(plugin))))
    package = next(folder for folder in module.parents if folder.parent.name in {"ckanext", "ckan"})
    return package / "migration" / plugin


def _applied(connection: sa.Connection, name: str) -> str | None:
    table = "alembic_version" if name == "ckan" else f"{name}_alembic_version"
    if not sa.inspect(connection).has_table(table):
        return None
    return connection.execute(sa.select(sa.table(table, sa.column("version_num")).c.version_num)).scalar()


def settings() -> Iterator[Finding]:
    """The settings that this extension depends on."""
    config = tk.config
    harvesting = harvest_queues.harvesters_on()
    yield from verdicts.plugins(config["ckan.plugins"], harvests=harvesting)
    yield verdicts.site_url(config["ckan.site_url"])
    yield verdicts.contact_email(config[PREFIX + "contact_email"], harvests=harvesting)
    yield verdicts.timezone(config[PREFIX + "timezone"])
    yield verdicts.sql_search(enabled=bool(config.get("ckan.datastore.sqlsearch.enabled")))
    if harvesting:
        yield verdicts.queue_type(config["ckan.harvest.mq.type"])


def education_fields() -> Iterator[Finding]:
    """Whether datasets have the fields that this extension writes and reads."""
    group = yaml.safe_load((Path(schemas.__file__).parent / "education.yaml").read_text(encoding="utf-8"))
    find_schema = tk.h.get("scheming_get_dataset_schema")
    schema = (find_schema("dataset") if find_schema else None) or {}
    missing = [
        wanted["field_name"]
        for section in ("dataset_fields", "resource_fields")
        for wanted in group[section]
        if wanted["field_name"] not in {field["field_name"] for field in schema.get(section, [])}
    ]
    presets = tk.config.get("scheming.presets", "")
    yield from verdicts.education_fields(presets, missing, harvests=harvest_queues.harvesters_on())


def full_text() -> Iterator[Finding]:
    """Whether tables are stemmed alike where they are filled and where they are searched."""
    with tables.writing() as connection, connection.cursor() as cursor:
        cursor.execute("SHOW default_text_search_config")
        [database] = cursor.fetchone()
        connection.rollback()
    yield from verdicts.full_text(
        tk.config["ckan.datastore.default_fts_lang"], database, tk.config["ckan.datastore.default_fts_index_method"]
    )


def shipped_files() -> Iterator[Finding]:
    """Whether the Table Schemas and vocabularies of this installation can be read."""
    mend = f"pip install --force-reinstall {_DISTRIBUTION}"
    try:
        for identifier in table_schemas.available():
            table_schemas.from_identifier(identifier)
    except (ValueError, LookupError) as fault:
        yield error("Table Schemas", str(fault), mend)
    else:
        yield ok("Table Schemas", f"{len(table_schemas.available())} can be read.")
    try:
        for scheme in vocabularies.schemes():
            vocabularies.load(scheme)
    except vocabularies.VocabularyError as fault:
        yield error("vocabularies", str(fault), mend)
    else:
        yield ok("vocabularies", f"{len(vocabularies.schemes())} can be read.")
