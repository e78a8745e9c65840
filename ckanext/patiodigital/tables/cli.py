"""``ckan patiodigital tables …``"""

from __future__ import annotations

from pathlib import Path

import click
from ckan import model

from ckanext.patiodigital import clock
from ckanext.patiodigital.tables import service
from ckanext.patiodigital.tables.core import schema as schemas
from ckanext.patiodigital.tables.core.file_rows import HeaderError, file_rows
from ckanext.patiodigital.tables.core.load import LoadStatus
from ckanext.patiodigital.tables.core.read import UnreadableFileError, read_csv_file
from ckanext.patiodigital.tables.model import TableResource

#: What the registry names as the loader of a table that came from a file.
_LOADER = "tables load"


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


@tables.command("load")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--table", required=True, help="The table that it becomes, such as menus.")
@click.option("--dataset", required=True, help="Name or id of the dataset that holds the table.")
@click.option("--accept", is_flag=True, help="Publish it even where it lacks much of what is there now.")
@click.pass_context
def load(ctx: click.Context, file: Path, table: str, dataset: str, *, accept: bool) -> None:
    """Publish the rows of a CSV FILE as a table of a dataset, in place of all that the table held.

    Encoding and delimiter are found out; rows that can't be used are set aside. Ends with exit code 1 where
    nothing was published. See also: ckan patiodigital validate.
    """
    package = model.Package.get(dataset)
    if package is None or package.state != "active":
        raise click.ClickException(f"There is no dataset {dataset!r}. Make it first.")
    try:
        rows = file_rows(read_csv_file(file), schemas.load(table))
    except (HeaderError, UnreadableFileError, schemas.UnknownTableError) as error:
        raise click.ClickException(str(error)) from error
    known = TableResource.get(service.resource_id_of(package.id, table))
    if known is not None and known.source != _LOADER:
        raise click.ClickException(
            f"This table of the dataset is loaded by {known.source}. Use another dataset for the file."
        )
    with ctx.meta["flask_app"].test_request_context():  # the resource's address is made of the portal's
        resource_id = service.ensure_table(package.id, table, _LOADER)
        try:
            outcome = service.load(resource_id, rows, accept=accept)
        except service.NoDataError as error:
            raise click.ClickException(str(error)) from error
        if outcome.status is LoadStatus.REFUSED:
            raise click.ClickException(f"{outcome.reason} With --accept it is published anyway.")
        service.write_files(resource_id)
    click.echo(
        f"{table}: {outcome.read} rows read, {outcome.new} new, {outcome.changed} changed, {outcome.unchanged} "
        f"unchanged, {outcome.withdrawn} withdrawn, {outcome.set_aside} set aside; {resource_id}"
    )
