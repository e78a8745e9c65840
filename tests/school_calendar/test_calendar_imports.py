"""Files of entries, as spreadsheets in Brazil write them."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.patiodigital.school_calendar.core import imports
from ckanext.patiodigital.tables.core.read import UnreadableFileError


@pytest.fixture
def read(tmp_path):
    def read(text, encoding="utf-8"):
        path = tmp_path / "calendario.csv"
        path.write_bytes(text.encode(encoding) if isinstance(text, str) else text)
        return imports.read_file(path)

    return read


def test_one_day_and_several_in_an_excel_of_brazil(read):
    text = (
        "First;Last;Scope;Kind;Name\r\n"
        "13/07/2026;24/07/2026;network;RECESS;Recesso de julho, médio\r\n"
        "8/6/2026;;eol:94617;closed;Água\r\n"
    )
    several, one = read(text, "cp1252")
    assert several.fields() == {
        "first": "2026-07-13",
        "last": "2026-07-24",
        "scope": "network",
        "kind": "recess",
        "name": "Recesso de julho, médio",
    }
    assert (one.number, one.first, one.last, one.scope) == (3, "2026-06-08", "", "eol:94617")


def test_a_column_date_is_one_day(read):
    (line,) = read("date,scope,kind,name\n2026-06-08,network,closed,x\n")
    assert (line.first, line.last) == ("2026-06-08", "")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "empty"),
        ("date,scope,kind\n", "lacks name"),
        ("scope,kind,name\n", "first (or date)"),
        ("date,first,scope,kind,name\n", "either date, or first and last"),
        ("date,scope,kind,name,motivo\n", "nothing reads: motivo"),
        ("date,scope,kind,name\n2026-06-08,network\n", "Row 2 has 2 cells"),
        ("PK\x00\x03,\n", "binary"),
        ("date,scope,kind,name\n" + "2026-06-08,network,closed,x\n" * (imports.MOST_LINES + 1), "Split it"),
    ],
)
def test_a_file_that_is_no_list_of_entries_says_why(read, text, says):
    with pytest.raises(UnreadableFileError, match=says.replace("(", r"\(").replace(")", r"\)")):
        read(text)


@given(content=st.binary(max_size=200))
def test_whatever_the_bytes_there_are_lines_or_a_reason(tmp_path_factory, content):
    path = tmp_path_factory.getbasetemp() / "qualquer.csv"
    path.write_bytes(b"date,scope,kind,name\n" + content)
    with suppress(UnreadableFileError):
        lines = imports.read_file(path)
        assert [line.number for line in lines] == list(range(2, 2 + len(lines)))
        assert all(isinstance(cell, str) for line in lines for cell in line.fields().values())


@pytest.mark.parametrize("written", ["1/13/26", "amanhã", "31-12-2026", "٠١/٠٢/٢٠٢٦"])
def test_a_day_that_is_none_is_left_as_written_for_the_validator(read, written):
    (line,) = read(f"date,scope,kind,name\n{written},network,closed,x\n")
    assert line.first == written
