"""``ckan patiodigital calendar …``"""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec

import ckantoolkit as tk
import click

from ckanext.patiodigital import clock, config
from ckanext.patiodigital.school_calendar import service
from ckanext.patiodigital.school_calendar.core import imports
from ckanext.patiodigital.school_calendar.core.calendar import EARLIEST_YEAR, KINDS, Entry, latest_year
from ckanext.patiodigital.school_calendar.logic import schema
from ckanext.patiodigital.school_calendar.model import CalendarEntry
from ckanext.patiodigital.tables.core.read import UnreadableFileError
from ckanext.patiodigital.tables.service import NoDataError

P = ParamSpec("P")


@click.group()
def calendar() -> None:
    """The days off the rule: holidays, recess, closed schools, extra school days."""


def _needs_calendar(command: Callable[P, None]) -> Callable[P, None]:
    @wraps(command)
    def checked(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except NoDataError as error:
            raise click.ClickException(str(error)) from error

    return checked


def _author() -> str:
    """Commands have no account of their own; what they enter is the portal's."""
    return str(tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"])


def _checked(fields: dict[str, str], eols: Collection[str]) -> tuple[Entry | None, list[str]]:
    """The entry, or everything that is wrong with it."""
    valid, errors = tk.navl_validate(fields, schema.entry(eols), {})
    if errors:
        return None, [f"{name}: {message}" for name, messages in sorted(errors.items()) for message in messages]
    return schema.to_entry(valid), []


def _eols() -> set[str]:
    return {school.eol for school in service.schools()}


def _line(entry: CalendarEntry) -> str:
    days = f"{entry.first}" if entry.first == entry.last else f"{entry.first} to {entry.last}"
    undone = f", undone by {entry.undone_by} at {clock.rfc3339(entry.undone)}" if entry.undone else ""
    return (
        f"{entry.id:>6}  {days:<24}  {entry.scope:<10}  {entry.kind:<10}  {entry.name}"
        f"  (by {entry.author} at {clock.rfc3339(entry.created)}{undone})"
    )


@calendar.command("add")
@click.argument("first")
@click.argument("last", required=False, default="")
@click.option("--scope", required=True, help="network, dre:{code or name} or eol:{code}.")
@click.option("--kind", type=click.Choice(KINDS), default="closed", show_default=True)
@click.option("--name", required=True, help="The reason, which families read.")
@_needs_calendar
def add(**fields: str) -> None:
    """Enter what the days FIRST to LAST (YYYY-MM-DD, inclusive; LAST may be left out) are, and publish it."""
    entry, faults = _checked(fields, _eols())
    if entry is None:
        raise click.ClickException("Nothing was entered. " + " ".join(faults))
    (added,) = service.add([entry], _author())
    click.echo(_line(added))


@calendar.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Check the file and enter nothing.")
@_needs_calendar
def import_file(file: Path, dry_run: bool) -> None:
    """Enter all entries of a CSV FILE, or none where one is at fault.

    Columns: scope, kind, name, and either date or first and last; days as 2026-02-05 or 05/02/2026.
    """
    try:
        lines = imports.read_file(file)
    except UnreadableFileError as error:
        raise click.ClickException(str(error)) from error
    eols = _eols()
    entries: list[Entry] = []
    faulty = 0
    for line in lines:
        entry, faults = _checked(line.fields(), eols)
        if entry is not None:
            entries.append(entry)
            continue
        faulty += 1
        click.echo(f"Row {line.number}: {' '.join(faults)}", err=True)
    if faulty:
        raise click.ClickException(f"Nothing was entered: {faulty} of {len(lines)} rows are at fault.")
    if dry_run:
        click.echo(f"All {len(entries)} rows are good. Nothing was entered: this was a dry run.")
        return
    added = service.add(entries, _author())
    click.echo(f"{len(added)} entries, from {added[0].id} to {added[-1].id}." if added else "The file has no rows.")


@calendar.command("list")
@click.option("--past", is_flag=True, help="Those that are over or undone, the newest first.")
@click.option("--limit", type=click.IntRange(1, schema.MOST_LISTED), default=schema.USUALLY_LISTED, show_default=True)
@click.option("--offset", type=click.IntRange(0), default=0, show_default=True)
def list_entries(**asked: Any) -> None:
    """The entries in force for today or later, the soonest first."""
    find = service.past if asked["past"] else service.current
    total, entries = find(asked["limit"], asked["offset"])
    for entry in entries:
        click.echo(_line(entry))
    click.echo(f"{len(entries)} of {total} entries.")


@calendar.command("undo")
@click.argument("number", type=click.IntRange(1, schema.GREATEST_ID))
@_needs_calendar
def undo(number: int) -> None:
    """Let entry NUMBER count no more."""
    try:
        click.echo(_line(service.undo(number, _author())))
    except service.NoEntryError as error:
        raise click.ClickException(f"{error} See: ckan patiodigital calendar list") from error


@calendar.command("generate")
@click.option("--year", "years", type=int, multiple=True, required=True, help="May be given several times.")
@_needs_calendar
def generate(years: tuple[int, ...]) -> None:
    """Enter a demonstration's recess of a year, for a portal whose department has not told its own."""
    latest = latest_year(clock.today(config.zone()))
    if not all(EARLIEST_YEAR <= year <= latest for year in years):
        raise click.ClickException(f"Give years from {EARLIEST_YEAR} to {latest}.")
    added = service.generate(years, _author())
    for entry in added:
        click.echo(_line(entry))
    if not added:
        click.echo("Nothing to enter: the recess of these years was entered before.")
