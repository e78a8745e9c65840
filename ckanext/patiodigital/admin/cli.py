"""``ckan patiodigital seed``, ``status`` and ``doctor``."""

from __future__ import annotations

import json
import time

import click

from ckanext.patiodigital.admin import doctor as examination
from ckanext.patiodigital.admin import status as state
from ckanext.patiodigital.admin.core.findings import as_json, as_lines, has_errors
from ckanext.patiodigital.admin.core.seeding import SeedError
from ckanext.patiodigital.admin.seed import seed as set_up
from ckanext.patiodigital.harvesters.core.plan import ConfigError, parse_config


@click.command()
@click.option("--source-url", required=True, metavar="URL", help="Address of the menu system (Prato Aberto).")
@click.option("--key-env", metavar="NAME", help="Environment variable of the consumers with the source's key.")
@click.option("--from", "first", metavar="YYYY-MM", help="First month to read; default: January of last year.")
@click.option(
    "--wait",
    type=click.Choice(["current-month"]),
    help="Return when this month's menus are published; the rest goes on in the background.",
)
@click.pass_context
def seed(ctx: click.Context, source_url: str, key_env: str | None, first: str | None, wait: str | None) -> None:
    """Set up a demonstration: the department's organisation, its harvest source, a school calendar, a first harvest.

    Run again, it changes nothing.
    """
    options = {name: value for name, value in {"key_env": key_env, "from": first}.items() if value is not None}
    began = time.monotonic()

    def say(text: str) -> None:
        click.echo(f"{time.monotonic() - began:5.0f} s  {text}")

    try:
        parse_config(json.dumps(options))
        with ctx.meta["flask_app"].test_request_context():
            set_up(source_url, options, until_current_month=wait is not None, say=say)
    except (ConfigError, SeedError) as error:
        raise click.ClickException(str(error)) from error


@click.command()
def status() -> None:
    """Tables with their rows and versions, sources, running harvests, queues."""
    for line in state.lines():
        click.echo(line)


@click.command()
@click.option("--repair", is_flag=True, help="First bring registry, resources, downloads and lost work in order.")
@click.option("--json", "as_document", is_flag=True, help="The report as JSON.")
@click.pass_context
def doctor(ctx: click.Context, *, repair: bool, as_document: bool) -> None:
    """Check services, versions, settings, permissions, tables and sources, and say how to mend each.

    Ends with exit code 1 where there are errors.
    """
    with ctx.meta["flask_app"].test_request_context():
        repaired = list(examination.repair()) if repair else []
        findings = list(examination.examine())
    if as_document:
        document = {"ok": not has_errors(findings), "repaired": repaired, "findings": as_json(findings)}
        click.echo(json.dumps(document, ensure_ascii=False, indent=2))
    else:
        for line in (*repaired, *as_lines(findings)):
            click.echo(line)
    ctx.exit(1 if has_errors(findings) else 0)
