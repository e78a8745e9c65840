"""Validators of the education fields, in CKAN's conventions; ``schemas/*.yaml`` name them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import ckantoolkit as tk
from ckan import model
from ckan.lib.munge import munge_title_to_name

from ckanext.patiodigital.schemas import school_years

__all__ = [
    "patiodigital_at_most",
    "patiodigital_eol",
    "patiodigital_iso_date",
    "patiodigital_loader_only",
    "patiodigital_loader_only_on_tables",
    "patiodigital_minimum_group_size",
    "patiodigital_name_from_title",
    "patiodigital_not_before",
    "patiodigital_organization_title",
    "patiodigital_school_years",
    "patiodigital_whole_number",
]

LOADER = "patiodigital_loader"
"""True under this name in an action's context: the table loader is writing. No request can set it."""

EOL_DIGITS = 6
SMALLEST_GROUP, USUAL_SMALLEST_GROUP = 5, 10

Key = tuple[Any, ...]
Data = dict[Key, Any]
Errors = dict[Key, list[str]]


def patiodigital_at_most(limit: int) -> Callable[[str], str]:
    """Refuse text of more than ``limit`` characters."""

    def validator(value: str) -> str:
        if len(value) > limit:
            raise tk.Invalid(
                tk._("This text has {length} characters; shorten it to {limit}.").format(length=len(value), limit=limit)
            )
        return value

    return validator


def patiodigital_eol(value: Any) -> str:
    """Accept an EOL code of 1 to 6 digits, and store it with its leading zeros."""
    text = str(value).strip()
    if not (text.isascii() and text.isdecimal() and len(text) <= EOL_DIGITS):
        raise tk.Invalid(tk._("An EOL code has up to six digits, for example 000086."))
    return text.zfill(EOL_DIGITS)


def patiodigital_iso_date(value: Any) -> str:
    """Accept a day as ``YYYY-MM-DD`` and nothing else."""
    day = _day(value)
    if day is None:
        raise tk.Invalid(tk._("Write the day as YYYY-MM-DD, for example 2026-02-05."))
    return day.isoformat()


def patiodigital_whole_number(least: int, greatest: int) -> Callable[[Any], int]:
    """Accept a whole number from ``least`` to ``greatest``, also as text."""

    def validator(value: Any) -> int:
        try:
            number = int(str(value))
        except ValueError:
            number = least - 1
        if not least <= number <= greatest:
            raise tk.Invalid(
                tk._("Give a whole number from {least} to {greatest}.").format(least=least, greatest=greatest)
            )
        return number

    return validator


def patiodigital_not_before(field: str) -> Callable[[Key, Data, Errors, dict[str, Any]], None]:
    """Refuse a day earlier than the day of another field of the same dataset."""

    def validator(key: Key, data: Data, errors: Errors, context: dict[str, Any]) -> None:
        # The other field may not be validated yet, and reports its own faults.
        day, earliest = _day(data[key]), _day(data.get((*key[:-1], field)))
        if day and earliest and day < earliest:
            errors[key].append(tk._("This day is before {day}.").format(day=earliest.isoformat()))

    return validator


def patiodigital_school_years(value: Any) -> str:
    """Accept years and ranges of years, ``2018, 2020-2022``, and store them in their shortest form."""
    try:
        return school_years.compact(school_years.parse(str(value)))
    except ValueError as error:
        raise tk.Invalid(
            tk._('"{part}" is no school year. Write years and ranges like this: 2018, 2020-2022.').format(
                part=str(error)[:40]
            )
        ) from error


def patiodigital_minimum_group_size(key: Key, data: Data, errors: Errors, context: dict[str, Any]) -> None:
    """Accept a whole number from 5; where data are aggregated and nothing is stated, it is 10."""
    value = data[key]
    if value is tk.missing or value in ("", None):
        if data.get(("personal_data",)) != "aggregated":
            data.pop(key, None)
            raise tk.StopOnError
        value = USUAL_SMALLEST_GROUP
    try:
        size = int(value)
    except (TypeError, ValueError):
        size = 0
    if size < SMALLEST_GROUP:
        errors[key].append(tk._("Give a whole number of at least {least}.").format(least=SMALLEST_GROUP))
    data[key] = str(size)


def patiodigital_organization_title(key: Key, data: Data, errors: Errors, context: dict[str, Any]) -> None:
    """Put the organisation's title where nothing is given; without an organisation, leave the field out."""
    if data[key] and data[key] is not tk.missing:
        return
    organization = model.Group.get(data.get(("owner_org",)) or "")
    if organization is None:
        data.pop(key, None)
        raise tk.StopOnError
    data[key] = organization.title or organization.name


def patiodigital_name_from_title(key: Key, data: Data, errors: Errors, context: dict[str, Any]) -> None:
    """Make a new dataset's name from its title where none is given; an existing dataset keeps the one it has.

    The form fills the name by JavaScript: this is for browsers without it, and for programs.
    """
    if data[key] and data[key] is not tk.missing:
        return
    package = context.get("package")
    title = data.get(("title",))
    data[key] = package.name if package else munge_title_to_name(title if isinstance(title, str) else "")


def patiodigital_loader_only(key: Key, data: Data, errors: Errors, context: dict[str, Any]) -> None:
    """Keep what the table loader wrote in a resource field, whoever saves the resource and with which values.

    Forms leave these fields out and programs send back what they read a while ago: neither means a change,
    so neither is an error.
    """
    if not context.get(LOADER):
        resource = _stored_resource(key, data)
        data[key] = tk.missing if resource is None else _stored_value(resource, key[-1])


def patiodigital_loader_only_on_tables(key: Key, data: Data, errors: Errors, context: dict[str, Any]) -> None:
    """Act as ``patiodigital_loader_only`` on a resource that holds a table; leave others to their owners."""
    resource = _stored_resource(key, data)
    if resource is not None and resource.extras.get("table_schema"):
        patiodigital_loader_only(key, data, errors, context)


def _day(value: Any) -> date | None:
    # `fromisoformat` alone would take other forms of ISO 8601 too.
    try:
        return date.fromisoformat(value) if isinstance(value, str) and len(value) == len("YYYY-MM-DD") else None
    except ValueError:
        return None


def _stored_resource(key: Key, data: Data) -> model.Resource | None:
    resource_id = data.get((*key[:-1], "id"))
    return model.Session.get(model.Resource, resource_id) if isinstance(resource_id, str) else None


def _stored_value(resource: model.Resource, field: str) -> Any:
    # Some resource fields are columns, the others extras.
    value = resource.extras.get(field, getattr(resource, field, None))
    return tk.missing if value is None else value
