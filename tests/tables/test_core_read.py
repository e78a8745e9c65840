"""CSV files as spreadsheets in Brazil write them."""

import pytest

from ckanext.patiodigital.tables.core.read import UnreadableFileError, decode, read_csv


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_dialects(encoding, delimiter):
    text = 'date{0}scope{0}name\r\n2026-11-20{0}network{0}Consciência Negra\r\n\r\n2026-12-25{0}x{0}"a,b;c|d\te"\r\n'
    table = read_csv(text.format(delimiter).encode(encoding))
    assert table.header == ("date", "scope", "name")
    assert next(table.records())["name"] == "Consciência Negra"
    assert table.rows[1][2] == "a,b;c|d\te"
    assert table.delimiter == delimiter


def test_cp1252_is_not_taken_for_cp1250():
    assert decode("São João".encode("cp1252")) == ("São João", "cp1252")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b"\n \n", "empty"),
        (b"a,b\n1\n", "Row 2 has 1 cells"),
        (b"a,a\n1,2\n", "twice"),
        (b"a,b\n\x00\x01\x02,2\n", "binary"),
        (b'a,b\n"' + b"x" * 30_000 + b'",2\n', "field larger"),
    ],
)
def test_what_is_no_table_is_refused_in_words(content, says):
    with pytest.raises(UnreadableFileError, match=says):
        read_csv(content)
