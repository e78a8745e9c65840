"""``ckan patiodigital reports …``"""

from __future__ import annotations

import click

from ckanext.patiodigital.menus.reports import config, service


@click.group()
def reports() -> None:
    """What families report on the menu look-up."""


@reports.command()
def purge() -> None:
    """Delete reports some days after they were answered or closed: for cron, once a day.

    How many days is the setting ckanext.patiodigital.menus.reports.keep_days.
    """
    click.echo(f"{service.purge()} reports deleted, settled more than {config.keep_days()} days ago.")
