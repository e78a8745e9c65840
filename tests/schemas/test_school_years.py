"""School years: read, written, refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.patiodigital.schemas import school_years


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("", ()),
        ("2018", (2018,)),
        ("2018, 2020-2022", (2018, 2020, 2021, 2022)),
        ("2020 – 2021; 2018 ,", (2018, 2020, 2021)),
        ("2018-2018", (2018,)),
    ],
)
def test_years_and_ranges_are_read(text, years):
    assert school_years.parse(text) == years


@pytest.mark.parametrize("text", ["18", "2022-2020", "2018/2019", "1899", "2101", "2018-9999", "-2018", "٢٠١٨", "a"])
def test_anything_else_is_refused_by_name(text):
    with pytest.raises(ValueError, match=f"^{text}$"):
        school_years.parse("2010, " + text)


@given(st.sets(st.integers(school_years.FIRST, school_years.LAST), max_size=30))
def test_what_is_written_reads_back(years):
    assert school_years.parse(school_years.compact(years)) == tuple(sorted(years))


def test_the_shortest_form_is_written():
    assert school_years.compact([2022, 2018, 2021, 2020, 2021]) == "2018, 2020-2022"
