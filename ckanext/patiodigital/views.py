"""The blueprints of the ``patiodigital`` plugin, each from its room."""

from ckanext.patiodigital.school_calendar.views import school_calendar
from ckanext.patiodigital.tables.views import tables

__all__ = ["school_calendar", "tables"]
