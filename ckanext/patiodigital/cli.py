"""``ckan patiodigital …``: the commands of all rooms, each in its room."""

from __future__ import annotations

import click

from ckanext.patiodigital.admin.cli import doctor, seed, status
from ckanext.patiodigital.dcat.cli import feeds
from ckanext.patiodigital.harvesters.cli import harvest
from ckanext.patiodigital.menus.reports.cli import reports
from ckanext.patiodigital.ranking.cli import rank
from ckanext.patiodigital.schemas_cli import schema, validate
from ckanext.patiodigital.school_calendar.cli import calendar
from ckanext.patiodigital.tables.cli import tables

__all__ = ["patiodigital"]


@click.group()
def patiodigital() -> None:
    """An open data portal for a city's education department."""


patiodigital.add_command(tables)
patiodigital.add_command(calendar)
patiodigital.add_command(harvest)
patiodigital.add_command(reports)
patiodigital.add_command(feeds)
patiodigital.add_command(rank)
for _command in (schema, validate, seed, status, doctor):
    patiodigital.add_command(_command)
