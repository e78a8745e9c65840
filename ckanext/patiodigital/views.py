"""The blueprints of the ``patiodigital`` plugin, each from its room."""

from ckanext.patiodigital.tables.views import tables

__all__ = ["tables"]
