"""The API of the school calendar, for those who may edit it."""

from __future__ import annotations

from typing import Any

import ckantoolkit as tk

from ckanext.patiodigital import clock
from ckanext.patiodigital.school_calendar import service
from ckanext.patiodigital.school_calendar.logic import schema
from ckanext.patiodigital.school_calendar.model import CalendarEntry
from ckanext.patiodigital.tables.service import NoDataError

__all__ = [
    "patiodigital_calendar_entry_create",
    "patiodigital_calendar_entry_list",
    "patiodigital_calendar_entry_undo",
]

Context = dict[str, Any]
Data = dict[str, Any]


def _valid(context: Context, data_dict: Data, fields: schema.Schema) -> Data:
    """The validated fields. Not CKAN's decorator, which would tell anybody what is wrong before who may ask."""
    data, errors = tk.navl_validate(data_dict, fields, context)
    if errors:
        raise tk.ValidationError(errors)
    return data


def patiodigital_calendar_entry_create(context: Context, data_dict: Data) -> Data:
    """Enter what the days ``first`` to ``last`` are, and publish it.

    The network's holidays between them stay holidays; an entry of one day takes the place of its holiday.

    :param first: the first day, ``YYYY-MM-DD``
    :param last: the last day, inclusive; the first one where it is left out
    :param scope: ``network``, ``dre:{code}`` or ``eol:{code}``
    :param kind: ``closed``, ``recess``, ``holiday`` or ``school_day``
    :param name: the reason, which families read; at most 200 characters
    :returns: the entry: its fields, ``id``, ``author`` and ``created``
    """
    tk.check_access("patiodigital_calendar_edit", context, data_dict)
    try:
        eols = {school.eol for school in service.schools()}
        valid = _valid(context, data_dict, schema.entry(eols))
        (added,) = service.add([schema.to_entry(valid)], context["user"])
    except NoDataError as error:
        raise tk.ObjectNotFound(str(error)) from error
    return _shown(added)


def patiodigital_calendar_entry_undo(context: Context, data_dict: Data) -> Data:
    """Let an entry count no more, and publish what is in force without it.

    :param id: the entry's number
    :returns: the entry, with ``undone`` and ``undone_by``
    """
    tk.check_access("patiodigital_calendar_edit", context, data_dict)
    number = _valid(context, data_dict, schema.entry_id())["id"]
    try:
        return _shown(service.undo(number, context["user"]))
    except service.NoEntryError as error:
        raise tk.ObjectNotFound(tk._("There is no calendar entry with this number.")) from error


@tk.side_effect_free
def patiodigital_calendar_entry_list(context: Context, data_dict: Data) -> Data:
    """List entries, with who entered and undid them.

    :param state: ``current`` (in force for today or later, the soonest first) or ``past`` (over or undone, the
        newest first)
    :param limit: how many, at most 1,000 (100)
    :param offset: how many to skip (0)
    :returns: ``{"total": n, "entries": [entry]}``
    """
    tk.check_access("patiodigital_calendar_edit", context, data_dict)
    asked = _valid(context, data_dict, schema.entry_list())
    find = service.current if asked["state"] == "current" else service.past
    total, entries = find(asked["limit"], asked["offset"])
    return {"total": total, "entries": [_shown(entry) for entry in entries]}


def _shown(entry: CalendarEntry) -> Data:
    return {
        "id": entry.id,
        "first": entry.first.isoformat(),
        "last": entry.last.isoformat(),
        "scope": entry.scope,
        "kind": entry.kind,
        "name": entry.name,
        "author": entry.author,
        "created": clock.rfc3339(entry.created),
        "undone": clock.rfc3339(entry.undone) if entry.undone else None,
        "undone_by": entry.undone_by,
    }
