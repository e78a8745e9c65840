"""The actions of the ``patiodigital`` plugin, each from its room."""

from ckanext.patiodigital.school_calendar.logic.action import (
    patiodigital_calendar_entry_create,
    patiodigital_calendar_entry_list,
    patiodigital_calendar_entry_undo,
)

__all__ = [
    "patiodigital_calendar_entry_create",
    "patiodigital_calendar_entry_list",
    "patiodigital_calendar_entry_undo",
]
