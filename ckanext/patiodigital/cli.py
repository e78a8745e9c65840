"""``ckan patiodigital …``: the commands of all rooms, each in its room."""

from __future__ import annotations

import click

from ckanext.patiodigital.tables.cli import tables

__all__ = ["patiodigital"]


@click.group()
def patiodigital() -> None:
    """An open data portal for a city's education department."""


patiodigital.add_command(tables)
