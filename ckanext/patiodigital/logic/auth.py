"""The authorization functions of the ``patiodigital`` plugin, each from its room."""

from ckanext.patiodigital.school_calendar.logic.auth import patiodigital_calendar_edit

__all__ = ["patiodigital_calendar_edit"]
