"""What editors may ask of reports, and decide on them."""

from __future__ import annotations

from typing import Any

import ckantoolkit as tk

from ckanext.patiodigital import clock, config
from ckanext.patiodigital.menus.reports import wording
from ckanext.patiodigital.menus.reports.core.report import LONGEST_ANSWER, STATES, clean_text, text_fault
from ckanext.patiodigital.validators import patiodigital_whole_number

MOST_LISTED = 1_000
USUALLY_LISTED = 100
#: Reports that one request may delete.
MOST_DELETED = 100
GREATEST_ID = 2**63 - 1

Schema = dict[str, list[Any]]
Key = tuple[str, ...]
Data = dict[Key, Any]
Errors = dict[Key, list[str]]


def report_id() -> Schema:
    """The number of a report."""
    return {"id": [tk.get_validator("not_empty"), patiodigital_whole_number(1, GREATEST_ID)]}


def report_ids() -> Schema:
    """The numbers of some reports."""
    return {"id": [tk.get_validator("not_empty"), _ids]}


def report_list() -> Schema:
    """Which reports to list."""
    default = tk.get_validator("default")
    return {
        "state": [default("open"), tk.get_validator("one_of")(["open", "settled"])],
        "limit": [default(USUALLY_LISTED), patiodigital_whole_number(1, MOST_LISTED)],
        "offset": [default(0), patiodigital_whole_number(0, GREATEST_ID)],
    }


def edit() -> Schema:
    """What is decided on a report. CKAN validates fields by their names' order, so the later ones see ``answer``."""
    text = tk.get_validator("unicode_safe")
    return {
        "answer": [text, _answer],
        "note": [text, _note],
        "publish": [tk.get_validator("boolean_validator"), _with_answer],
        "state": [tk.get_validator("one_of")(list(STATES)), _state],
        "__extras": [tk.get_validator("ignore")],
    }


def _ids(value: Any) -> list[int]:
    numbers = value if isinstance(value, list) else [value]
    if len(numbers) > MOST_DELETED:
        raise tk.Invalid(tk._("Choose at most {limit} at once.").format(limit=MOST_DELETED))
    number = patiodigital_whole_number(1, GREATEST_ID)
    return [number(each) for each in numbers]


def _answer(value: str) -> str:
    text = clean_text(value)
    fault = text_fault(text, LONGEST_ANSWER) if text else None
    if fault:
        raise tk.Invalid(wording.fault(fault, clock.today(config.zone()), LONGEST_ANSWER))
    return text


def _note(value: str) -> str:
    text = clean_text(value)
    if len(text) > LONGEST_ANSWER:
        raise tk.Invalid(wording.fault("too_long", clock.today(config.zone()), LONGEST_ANSWER))
    return text


def _with_answer(key: Key, data: Data, errors: Errors, context: Any) -> None:
    if data[key] and not data[("answer",)]:
        errors[key].append(tk._("There is nothing to publish: write the answer first."))


def _state(key: Key, data: Data, errors: Errors, context: Any) -> None:
    if data[key] == "answered" and not data[("answer",)]:
        errors[key].append(tk._("It is not answered: write the answer first."))
