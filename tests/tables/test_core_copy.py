"""COPY text: what PostgreSQL reads back is what was written (the real server reads it in test_store)."""

from hypothesis import given
from hypothesis import strategies as st

from ckanext.patiodigital.tables.core import copy
from ckanext.patiodigital.tables.core.validate import clean_text


def parse(line):
    """COPY's text format, by its documentation."""
    cells = line.removesuffix("\n").split("\t")
    return tuple(None if cell == "\\N" else cell.replace("\\\\", "\\") for cell in cells)


@given(st.lists(st.none() | st.text().map(clean_text), min_size=1))
def test_round_trip(cells):
    # An empty canonical text never occurs: it is missing.
    row = tuple(cell or None for cell in cells)
    assert parse(copy.line(row)) == row


@given(st.lists(st.text()), st.integers(min_value=1, max_value=50))
def test_reader_gives_all_and_never_more_than_asked(lines, size):
    reader, parts = copy.LineReader(lines), []
    while part := reader.read(size):
        assert len(part) <= size
        parts.append(part)
    assert "".join(parts) == "".join(lines)


def test_reader_reads_the_rest():
    reader = copy.LineReader(["abc", "def"])
    assert reader.read(2) == "ab"
    assert reader.read() == "cdef"
