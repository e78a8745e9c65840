"""The blueprints of the ``patiodigital`` plugin, each from its room."""

from ckanext.patiodigital.definitions.views import definitions
from ckanext.patiodigital.school_calendar.views import school_calendar
from ckanext.patiodigital.tables.views import tables

__all__ = ["definitions", "school_calendar", "tables"]
