"""What a calendar entry must be, whoever enters it: a form, a program, a file or a command."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date
from typing import Any

import ckantoolkit as tk

from ckanext.patiodigital import clock, config
from ckanext.patiodigital.schemas import vocabularies
from ckanext.patiodigital.school_calendar.core import calendar
from ckanext.patiodigital.school_calendar.core.calendar import DRE, KINDS, NETWORK, SCHOOL, Entry
from ckanext.patiodigital.tables.core.personal_data import holds_cpf
from ckanext.patiodigital.tables.core.validate import clean_text
from ckanext.patiodigital.validators import (
    patiodigital_at_most,
    patiodigital_eol,
    patiodigital_iso_date,
    patiodigital_whole_number,
)

MOST_LISTED = 1_000
USUALLY_LISTED = 100
GREATEST_ID = 2**63 - 1

Schema = dict[str, list[Any]]
Key = tuple[str, ...]
Data = dict[Key, Any]
Errors = dict[Key, list[str]]


def entry(eols: Collection[str]) -> Schema:
    """An entry's fields; ``eols`` are the EOL codes of the schools that it may be about.

    CKAN validates fields in the order of their names, so ``last`` can look at ``first`` and ``kind``. A
    validator that refuses does not keep the field's next ones from running, so each takes any value.
    """
    required, text = tk.get_validator("not_empty"), tk.get_validator("unicode_safe")
    return {
        "first": [required, _day],
        "kind": [required, tk.get_validator("one_of")(list(KINDS))],
        "last": [_first_where_empty, _day, _span],
        "name": [required, text, _reason, patiodigital_at_most(calendar.LONGEST_NAME)],
        "scope": [required, text, _scope(eols)],
        "__extras": [tk.get_validator("ignore")],
    }


def entry_id() -> Schema:
    """The number of an entry."""
    return {"id": [tk.get_validator("not_empty"), patiodigital_whole_number(1, GREATEST_ID)]}


def entry_list() -> Schema:
    """Which entries to list."""
    default = tk.get_validator("default")
    return {
        "state": [default("current"), tk.get_validator("one_of")(["current", "past"])],
        "limit": [default(USUALLY_LISTED), patiodigital_whole_number(1, MOST_LISTED)],
        "offset": [default(0), patiodigital_whole_number(0, GREATEST_ID)],
    }


def to_entry(valid: dict[str, str]) -> Entry:
    """The entry of fields that :func:`entry` found valid."""
    return Entry(
        date.fromisoformat(valid["first"]),
        date.fromisoformat(valid["last"]),
        valid["scope"],
        valid["kind"],  # type: ignore[arg-type]  # one_of has seen to it
        valid["name"],
    )


def _day(value: Any) -> str:
    day = patiodigital_iso_date(value)
    latest = calendar.latest_year(clock.today(config.zone()))
    if not calendar.EARLIEST_YEAR <= date.fromisoformat(day).year <= latest:
        raise tk.Invalid(
            tk._("Give a day of the years {first} to {last}.").format(first=calendar.EARLIEST_YEAR, last=latest)
        )
    return day


def _first_where_empty(key: Key, data: Data, errors: Errors, context: Any) -> None:
    if data[key] in (tk.missing, None, ""):
        data[key] = data.get(("first",))
        if errors[("first",)]:  # told once is enough
            raise tk.StopOnError


def _span(key: Key, data: Data, errors: Errors, context: Any) -> None:
    """Refuse what the two days and the kind together can't mean."""
    if errors[("first",)] or errors[("kind",)] or errors[key]:
        return
    entry = Entry(date.fromisoformat(data["first",]), date.fromisoformat(data[key]), NETWORK, data["kind",], "")
    if entry.last < entry.first:
        errors[key].append(tk._("The last day is before the first one."))
    elif (entry.last - entry.first).days >= calendar.LONGEST:
        errors[key].append(tk._("An entry covers at most {days} days. Make two of it.").format(days=calendar.LONGEST))
    elif not any(entry.days()):
        errors[key].append(tk._("Over several days only Monday to Friday count. Enter each Saturday or Sunday alone."))


def _reason(value: str) -> str:
    text = clean_text(value)
    if not text:
        raise tk.Invalid(tk._("Missing value"))
    if holds_cpf(text):
        raise tk.Invalid(tk._("Take the CPF out: everybody can read the reason."))
    return text


def _scope(eols: Collection[str]) -> Callable[[str], str]:
    def validator(value: str) -> str:
        written = value.strip()
        if written == NETWORK:
            return NETWORK
        if written.startswith(DRE):
            return DRE + _dre(written.removeprefix(DRE))
        if written.startswith(SCHOOL):
            eol = patiodigital_eol(written.removeprefix(SCHOOL))
            if eol not in eols:
                raise tk.Invalid(tk._("No active school of this portal has the EOL code {eol}.").format(eol=eol))
            return SCHOOL + eol
        raise tk.Invalid(tk._("Write network, dre: and its code, or eol: and the school's code."))

    return validator


def _dre(raw: str) -> str:
    dres = vocabularies.load("dres")
    code = dres.code(raw)
    if code is None:
        known = ", ".join(f"{concept.code} ({concept.label['pt']})" for concept in dres.concepts)
        raise tk.Invalid(tk._("There is no such DRE. There are: {known}.").format(known=known))
    return code
