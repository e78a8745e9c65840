"""Cells become canonical text or faults; the same verdict whether or not a column has seen the cell before."""

import math
from datetime import date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.patiodigital.schemas import vocabularies
from ckanext.patiodigital.tables.core import schema as schemas
from ckanext.patiodigital.tables.core.reasons import Reason
from ckanext.patiodigital.tables.core.validate import Validator


def codes(scheme):
    return vocabularies.load(scheme).code


def make(**field):
    """A validator of one column, and the function that gives its verdict on a cell."""
    raw = {
        "name": "t",
        "version": "1.0",
        "title": {"pt": "t"},
        "description": {"pt": "t"},
        "primaryKey": ["c"],
        "fields": [{"name": "c", "title": {"pt": "c"}, "type": "string", **field}],
    }
    validator = Validator(schemas.parse(raw, 1), codes)

    def verdict(cell):
        result = validator.check((cell,))
        again = validator.check((cell,))
        assert result == again
        return result[0].reason if isinstance(result, list) else result[0]

    return verdict


@pytest.mark.parametrize(
    ("field", "cell", "expected"),
    [
        ({}, "  arroz\u00a0 e\tfeijão ", "arroz e feijão"),
        ({}, "", None),
        ({}, None, None),
        ({}, 86, "86"),
        ({}, True, Reason.TYPE),
        ({}, ["a"], Reason.TYPE),
        ({}, {"a": 1}, Reason.TYPE),
        ({}, "a\ud800b", "a\ufffdb"),
        ({}, "<script>alert(1)</script>", "<script>alert(1)</script>"),
        ({}, "CPF 529.982.247-25", Reason.PERSONAL_DATA),
        ({}, "CPF 529.982.247-26", "CPF 529.982.247-26"),
        ({"constraints": {"maxLength": 3}}, "abcd", Reason.TOO_LONG),
        ({"constraints": {"pattern": "[0-9]{6}"}}, "000086", "000086"),
        ({"constraints": {"pattern": "[0-9]{6}"}}, "86", Reason.FORMAT),
        ({"constraints": {"pattern": "[0-9]{6}"}}, "0000861", Reason.FORMAT),
        ({"constraints": {"required": True}}, " ", Reason.REQUIRED),
        ({"constraints": {"required": True}}, None, Reason.REQUIRED),
        ({"constraints": {"enum": ["a"]}}, "b", Reason.ENUM),
        ({"x-vocabulary": "meals"}, "A - ALMOÇO", "a-almoco"),
        ({"x-vocabulary": "meals"}, "BANQUETE", Reason.UNKNOWN_CODE),
        ({"x-list": True}, ["a", "b", "a", None], "a;b"),
        ({"x-list": True}, "a; b;;", "a;b"),
        ({"x-list": True}, [], None),
        ({"x-list": True}, 5, Reason.TYPE),
        ({"x-list": True}, ["a"] * 101, Reason.TOO_LONG),
        ({"x-list": True, "x-vocabulary": "meals"}, ["A - ALMOCO", "X"], Reason.UNKNOWN_CODE),
        ({"type": "integer"}, "7", "7"),
        ({"type": "integer"}, 7.0, "7"),
        ({"type": "integer"}, 7.5, Reason.TYPE),
        ({"type": "integer"}, True, Reason.TYPE),
        ({"type": "integer"}, "1e3", Reason.TYPE),
        ({"type": "integer"}, 2**31, Reason.RANGE),
        ({"type": "integer", "constraints": {"minimum": 1}}, 0, Reason.RANGE),
        ({"type": "integer", "constraints": {"enum": [0, 10]}}, "10", "10"),
        ({"type": "number"}, "-23.5", "-23.5"),
        ({"type": "number"}, "-23,5", Reason.TYPE),
        ({"type": "number"}, math.nan, Reason.TYPE),
        ({"type": "number"}, "1e999", Reason.RANGE),
        ({"type": "number", "constraints": {"maximum": -23.3}}, -23.2, Reason.RANGE),
        ({"type": "boolean"}, True, "true"),
        ({"type": "boolean"}, 0, "false"),
        ({"type": "boolean"}, "sim", Reason.TYPE),
        ({"type": "date"}, "2026-02-28", "2026-02-28"),
        ({"type": "date"}, date(2026, 2, 28), "2026-02-28"),
        ({"type": "date"}, "2026-02-30", Reason.FORMAT),
        ({"type": "date"}, "28/02/2026", Reason.FORMAT),
        ({"type": "date"}, "20260228", Reason.FORMAT),
        ({"type": "date"}, 20260228, Reason.FORMAT),
        ({"type": "datetime"}, "2019-02-08T17:13:51.100Z", "2019-02-08T17:13:51.100000Z"),
        ({"type": "datetime"}, "2019-02-08T14:13:51-03:00", "2019-02-08T17:13:51Z"),
        ({"type": "datetime"}, "2019-02-08T14:13:51", Reason.FORMAT),
        ({"type": "datetime"}, "ontem", Reason.FORMAT),
    ],
)
def test_verdict(field, cell, expected):
    assert make(**field)(cell) == expected


def test_equal_cells_of_other_types_are_not_confused():
    verdict = make(type="integer")
    assert verdict(1) == "1"
    assert verdict(True) is Reason.TYPE
    assert verdict(1.0) == "1"


def test_every_fault_of_a_row_is_told_with_its_value():
    schema = schemas.load("menus")
    validator = Validator(schema, codes)
    cells = {name: schema.field(name).example for name in validator.columns}
    assert isinstance(validator.check([cells[name] for name in validator.columns]), tuple)
    cells |= {"date": "2026-02-30", "meal": "BANQUETE", "dish": "x" * 301}
    row = [cells[name] for name in validator.columns]
    faults = validator.check(row)
    assert [(fault.field, fault.reason) for fault in faults] == [
        ("date", Reason.FORMAT),
        ("meal", Reason.UNKNOWN_CODE),
        ("dish", Reason.TOO_LONG),
    ]
    assert faults[1].value == "BANQUETE"
    assert len(faults[2].value) == 200
    assert validator.row_name(row).startswith("2026-02-30 / direta/emef/1")


def test_a_value_with_personal_data_is_blank_in_the_fault():
    fault = Validator(schemas.load("menus"), codes)
    cells = [schemas.load("menus").field(name).example for name in fault.columns]
    cells[fault.columns.index("dish")] = "Bolo de Maria 529.982.247-25"
    assert [f.value for f in fault.check(cells)] == [""]


@pytest.mark.parametrize("identifier", schemas.available())
def test_examples_of_every_shipped_schema_are_valid(identifier):
    schema = schemas.from_identifier(identifier)
    validator = Validator(schema, codes)
    assert isinstance(validator.check([schema.field(name).example for name in validator.columns]), tuple)


hostile = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(),
    st.dates(),
    st.datetimes(timezones=st.none() | st.just(timezone.utc) | st.just(timezone(timedelta(hours=14)))),
    st.lists(st.text() | st.integers() | st.none() | st.booleans()),
    st.dictionaries(st.text(), st.text()),
    st.text(alphabet="0123456789-/.:TZ+e"),
)


@given(cell=hostile, kind=st.sampled_from(sorted(schemas.POSTGRES_TYPES)), is_list=st.booleans())
def test_any_cell_gets_a_verdict_and_canonical_text_is_stable(cell, kind, is_list):
    verdict = make(type=kind, **{"x-list": is_list})
    text = verdict(cell)
    if isinstance(text, str) and not isinstance(text, Reason):
        assert not any(ord(character) < 32 for character in text)
        assert verdict(text) == text


@given(moment=st.datetimes(timezones=st.just(timezone.utc)))
def test_an_instant_survives(moment):
    text = make(type="datetime")(moment)
    assert datetime.fromisoformat(text.replace("Z", "+00:00")) == moment


def test_unknown_table_names_the_known_ones():
    with pytest.raises(schemas.UnknownTableError, match="menus/1"):
        schemas.load("nothing")
    with pytest.raises(schemas.UnknownTableError):
        schemas.load("../tables/menus")
    with pytest.raises(schemas.UnknownTableError):
        schemas.from_identifier("menus")
