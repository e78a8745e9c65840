"""What a report may be, and the number that it is found by: without a portal."""

from __future__ import annotations

import datetime as dt
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.patiodigital.menus.reports.core import reference
from ckanext.patiodigital.menus.reports.core.report import (
    KINDS,
    LONGEST_TEXT,
    STATES,
    Draft,
    check,
    clean_text,
    is_email,
    next_state,
)

TODAY = dt.date(2026, 6, 2)
FIELDS = {"kind": "other", "date": "2026-06-02", "text": "Algo", "email": "", "trap": ""}


def test_a_report_is_read_from_its_fields():
    fields = FIELDS | {"text": "  Algo\r\nmais ", "email": " a@example.org "}
    assert check(fields, TODAY) == Draft("other", TODAY, "Algo\nmais", "a@example.org")


def test_every_fault_is_told_at_once():
    fields = {"kind": "", "date": "", "text": "", "email": "x", "trap": "x"}
    assert check(fields, TODAY) == {
        "kind": "choice", "date": "day", "text": "required", "email": "email", "trap": "trap"
    }  # fmt: skip


@given(st.fixed_dictionaries({name: st.text(max_size=1200) for name in FIELDS}))
def test_whatever_is_sent_is_a_report_or_has_faults(fields):
    found = check(fields, TODAY)
    if isinstance(found, Draft):
        assert found.kind in KINDS
        assert 0 < len(found.text) <= LONGEST_TEXT
    else:
        assert found


@given(st.text())
def test_clean_text_holds_no_control_and_stays_as_it_is(raw):
    text = clean_text(raw)
    assert all(character == "\n" or unicodedata.category(character) not in ("Cc", "Cs") for character in text)
    assert "\n\n\n" not in text
    assert not set(text) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
    assert clean_text(text) == text


@pytest.mark.parametrize("address", ["a@example.org", "a.b+c@sub.example.com.br", "x_1@e-x.org"])
def test_plain_addresses(address):
    assert is_email(address)


@given(st.text(max_size=300))
def test_an_address_that_passes_can_t_break_out_of_a_header(text):
    for value in (text, f"a@example.org{text}", f"{text}@example.org"):
        if is_email(value):
            assert value.isascii()
            assert value.count("@") == 1
            assert not set(value) & set('\r\n\0 ,;:<>()[]"\\')


def test_an_answer_settles_a_report_and_without_one_the_editor_s_choice_counts():
    assert [next_state(state, "") for state in STATES] == list(STATES)
    assert [next_state(state, "x") for state in STATES] == ["answered", "answered", "answered", "closed"]


# -- numbers


def test_numbers_are_read_as_they_are_shown():
    number = reference.new()
    assert reference.normalise(reference.shown(number)) == number
    assert reference.normalise(reference.shown(number).upper()) == number
    assert [len(part) for part in reference.shown(number).split("-")] == [4, 4, 4, 4]


@given(st.text())
def test_what_is_no_number_is_none(text):
    found = reference.normalise(text)
    assert found is None or (len(found) == 16 and found.isascii())
