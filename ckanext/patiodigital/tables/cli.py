"""``ckan patiodigital tables …``"""

from __future__ import annotations

import click

from ckanext.patiodigital import clock
from ckanext.patiodigital.tables import service


@click.group()
def tables() -> None:
    """The tables that this portal publishes."""


@tables.command("list")
def list_tables() -> None:
    """Each table, its version, rows and resource; * marks the one that public readers use."""
    rows = service.registered()
    if not rows:
        click.echo("No table was loaded yet. Run a harvest: ckan patiodigital harvest run SOURCE.")
    for row in rows:
        version = service.version_of(row.resource_id)
        state = (
            f"{version.row_count:>10} rows, changed {clock.rfc3339(version.data_version)}"
            if version
            else "never loaded"
        )
        click.echo(f"{'*' if row.primary else ' '} {row.table}/{row.major:<4} {state}  {row.resource_id}")


@tables.command("primary")
@click.argument("resource_id")
def set_primary(resource_id: str) -> None:
    """Let public readers use RESOURCE_ID for its table."""
    try:
        service.make_primary(resource_id)
    except service.NoDataError as error:
        raise click.ClickException(str(error)) from error


@tables.command("files")
def write_files() -> None:
    """Write the downloads of all tables now, and bring what CKAN says of them up to date."""
    for row in service.registered():
        service.write_files(row.resource_id)
        click.echo(f"{row.table}: {service.file_of(row.resource_id)}")
