"""``ckan patiodigital schema …`` and ``validate``: schemas and files, without touching the portal's data."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import click
import yaml

from ckanext.patiodigital import schemas
from ckanext.patiodigital.admin.core.file_check import check_file
from ckanext.patiodigital.admin.core.settings import PRESETS
from ckanext.patiodigital.schemas.merge import MergeError
from ckanext.patiodigital.schemas.merge import merge as merge_schemas
from ckanext.patiodigital.tables.core import schema as table_schemas
from ckanext.patiodigital.tables.core.file_rows import HeaderError
from ckanext.patiodigital.tables.core.read import UnreadableFileError, read_csv_file
from ckanext.patiodigital.tables.core.reasons import Fault
from ckanext.patiodigital.tables.core.schema import TableSchema, UnknownTableError
from ckanext.patiodigital.tables.service import validator

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
#: Faults shown one by one; the rest is counted.
_SHOWN = 100


@click.group()
def schema() -> None:
    """The schemas of datasets and tables."""


@schema.command()
@click.argument("file", type=_FILE)
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Write it there.")
def merge(file: Path, output: Path | None) -> None:
    """Add the education fields to the dataset schema of ckanext-scheming in FILE (YAML or JSON).

    The merged schema is printed, or written to a file, in FILE's own format; comments are lost.
    """
    try:
        text = file.read_text(encoding="utf-8")
        portal_schema = json.loads(text) if file.suffix == ".json" else yaml.safe_load(text)
        if not isinstance(portal_schema, dict):
            raise click.ClickException(f"{file} holds no schema: a mapping was expected.")
        merged = merge_schemas(portal_schema, _education())
    except (ValueError, yaml.YAMLError) as error:  # MergeError is a ValueError
        problem = "can't be merged" if isinstance(error, MergeError) else "can't be read"
        raise click.ClickException(f"{file} {problem}: {error}") from error
    result = _written(merged, as_json=file.suffix == ".json")
    if output:
        output.write_text(result, encoding="utf-8")
    else:
        click.echo(result, nl=False)
    click.echo(
        f"Settings for it: scheming.dataset_schemas = {output or 'the file you save it as'}, and at the end of "
        f"scheming.presets: {PRESETS}",
        err=True,
    )


def _education() -> dict[str, Any]:
    return yaml.safe_load((Path(schemas.__file__).parent / "education.yaml").read_text(encoding="utf-8"))


def _written(merged: dict[str, Any], *, as_json: bool) -> str:
    if as_json:
        return json.dumps(merged, ensure_ascii=False, indent=2) + "\n"
    return yaml.safe_dump(merged, allow_unicode=True, sort_keys=False, width=110)


@schema.command()
@click.argument("table")
def show(table: str) -> None:
    """The columns of TABLE, such as menus or menus/1: name, type, and what is allowed in it."""
    found = _load(table)
    click.echo(f"{found.identifier} (version {found.version}): {found.title['en']}")
    click.echo(f"key: {', '.join(found.key)}")
    for field in found.fields:
        notes = [
            "required" if field.required else "",
            "codes joined by ;" if field.is_list else "",
            f"vocabulary {field.vocabulary}" if field.vocabulary else "",
            f"one of {', '.join(map(str, field.enum))}" if field.enum else "",
            field.unit or "",
        ]
        click.echo(f"  {field.name:<16} {field.type:<9} {', '.join(filter(None, notes))}".rstrip())


def _load(table: str) -> TableSchema:
    try:
        return table_schemas.from_identifier(table) if "/" in table else table_schemas.load(table)
    except UnknownTableError as error:
        raise click.ClickException(str(error)) from error


@click.command()
@click.argument("file", type=_FILE)
@click.option("--table", required=True, help="The table that it is to become, such as schools.")
@click.pass_context
def validate(ctx: click.Context, file: Path, table: str) -> None:
    """Check the rows of a CSV FILE against a table's schema. Nothing is loaded.

    Encoding and delimiter are found out. Ends with exit code 1 where rows are faulty.
    """
    schema_of_table = _load(table)
    counts: Counter[tuple[str, str]] = Counter()
    faulty = 0
    try:
        content = read_csv_file(file)
        for row in check_file(content, schema_of_table, validator(schema_of_table)):
            faulty += 1
            for fault in row.faults:
                counts[fault.field, fault.reason.value] += 1
                if counts.total() <= _SHOWN:
                    click.echo(_in_words(row.number, fault))
    except (HeaderError, UnreadableFileError) as error:
        raise click.ClickException(str(error)) from error
    if counts.total() > _SHOWN:
        click.echo(f"… and {counts.total() - _SHOWN} faults more")
    for (field, reason), count in counts.most_common():
        click.echo(f"{count:>7} × {field}: {reason}")
    click.echo(f"{len(content.rows)} rows ({content.encoding}, {content.delimiter!r}), {faulty} faulty")
    ctx.exit(1 if faulty else 0)


def _in_words(row: int, fault: Fault) -> str:
    return f"row {row}, {fault.field}: {fault.reason.value}: {fault.message} ({fault.value!r})"
