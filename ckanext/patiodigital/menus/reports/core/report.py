"""What a family may say, checked; and the states that a report goes through."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from ckanext.patiodigital.menus.core.queries import parse_day
from ckanext.patiodigital.tables.core.personal_data import holds_cpf

Kind = Literal["served_differs", "menu_missing", "school_data", "allergens", "other"]
KINDS: tuple[Kind, ...] = get_args(Kind)

State = Literal["new", "in_progress", "answered", "closed"]
STATES: tuple[State, ...] = get_args(State)
#: Those that nobody has to do anything about any more. From then on the time runs after which a report is deleted.
SETTLED: frozenset[State] = frozenset({"answered", "closed"})

#: Characters.
LONGEST_TEXT = 1_000
LONGEST_ANSWER = 2_000
LONGEST_EMAIL = 254  # RFC 5321, 4.5.3.1.3, less the angle brackets

Field = Literal["kind", "date", "text", "email", "trap"]
FaultCode = Literal["required", "choice", "day", "too_long", "cpf", "email", "trap"]
Faults = dict[Field, FaultCode]

# Controls but the line feed; surrogates, which UTF-8 can't write; what turns the direction of all text that follows.
_UNWANTED = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff\u200b\ufeff\u2028-\u202e\u2066-\u2069]")
_LINE_ENDS = re.compile(r"\r\n?")
_EMPTY_LINES = re.compile(r"\n{3,}")
# One address as mail servers take it everywhere: nothing that a header or a list of receivers could be made of.
_EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,63}")


@dataclass(frozen=True, slots=True)
class Draft:
    """A report as a family sends it, clean. ``date`` is the day that it is about."""

    kind: Kind
    date: dt.date
    text: str
    email: str | None


def check(fields: Mapping[Field, str], today: dt.date) -> Draft | Faults:
    """The report that a form's fields make, or what is wrong with each.

    ``trap`` is a field that people don't see, and leave empty.
    """
    faults: Faults = {}
    kind = next((kind for kind in KINDS if kind == fields["kind"]), None)
    if kind is None:
        faults["kind"] = "choice"
    day = _day(fields["date"], today)
    if day is None:
        faults["date"] = "day"
    text = clean_text(fields["text"])
    if fault := text_fault(text, LONGEST_TEXT):
        faults["text"] = fault
    email = fields["email"].strip()
    if email and not is_email(email):
        faults["email"] = "email"
    if fields["trap"]:
        faults["trap"] = "trap"
    if faults or kind is None or day is None:
        return faults
    return Draft(kind, day, text, email or None)


def _day(value: str, today: dt.date) -> dt.date | None:
    try:
        return parse_day(value, today)
    except ValueError:
        return None


def clean_text(value: str) -> str:
    """Text of several lines in Unicode NFC, without control characters and without more than one empty line."""
    text = _UNWANTED.sub(" ", _LINE_ENDS.sub("\n", value))
    lines = "\n".join(line.rstrip() for line in text.split("\n"))
    return unicodedata.normalize("NFC", _EMPTY_LINES.sub("\n\n", lines)).strip()


def text_fault(text: str, longest: int) -> FaultCode | None:
    """What is wrong with clean text that others are to read."""
    if not text:
        return "required"
    if len(text) > longest:
        return "too_long"
    return "cpf" if holds_cpf(text) else None


def is_email(value: str) -> bool:
    """Whether ``value`` is one plain address."""
    return len(value) <= LONGEST_EMAIL and _EMAIL.fullmatch(value) is not None


def next_state(chosen: State, answer: str) -> State:
    """The state of a report that an editor saves: one that has an answer is no longer open."""
    return "answered" if answer and chosen not in SETTLED else chosen
