"""Days, weeks and months of addresses."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.patiodigital.menus.core.periods import around, containing, parse_period
from ckanext.patiodigital.menus.core.queries import FIRST_YEAR

TODAY = dt.date(2026, 11, 25)
DAYS = st.dates(dt.date(FIRST_YEAR, 2, 1), dt.date(TODAY.year + 1, 11, 30))
VIEWS = ["day", "week", "month"]


@pytest.mark.parametrize(
    ("view", "code", "start", "end"),
    [
        ("day", "2026-03-02", "2026-03-02", "2026-03-02"),
        ("week", "2026-W10", "2026-03-02", "2026-03-08"),
        ("week", "2020-W53", "2020-12-28", "2021-01-03"),
        ("month", "2026-02", "2026-02-01", "2026-02-28"),
        ("month", "2024-02", "2024-02-01", "2024-02-29"),
    ],
)
def test_an_address_names_a_period(view, code, start, end):
    period = parse_period(view, code, TODAY)
    assert (period.start.isoformat(), period.end.isoformat(), period.code) == (start, end, code)


@pytest.mark.parametrize("view", VIEWS)
@given(day=DAYS)
def test_a_period_is_found_again_by_its_code_and_holds_its_days(view, day):
    period = containing(view, day)
    assert period.start <= day <= period.end
    assert parse_period(view, period.code, TODAY) == period


@pytest.mark.parametrize("view", VIEWS)
@given(day=DAYS)
def test_neighbours_leave_no_day_out(view, day):
    period = containing(view, day)
    before, after = around(period, TODAY)
    assert before.end + dt.timedelta(days=1) == period.start
    assert after.start - dt.timedelta(days=1) == period.end
    assert around(after, TODAY)[0] == period


@pytest.mark.parametrize(
    ("view", "text"),
    [
        ("week", "2026-W54"), ("week", "2026-W00"), ("week", "2026-10"), ("week", "2026W10"), ("week", "0000-W01"),
        ("week", "2026-W1"), ("month", "2026-13"), ("month", "2026-1"), ("month", "2026-02-01"), ("month", "<script>"),
        ("week", "2009-W52"), ("month", "2028-01"), ("day", "2026-02-30"), ("day", "1999-01-01"), ("month", "٢٠٢٦-٠٣"),
    ],
)  # fmt: skip
def test_what_names_no_period_says_what_would(view, text):
    with pytest.raises(ValueError, match=r"must (be|lie)"):
        parse_period(view, text, TODAY)


@pytest.mark.parametrize("view", VIEWS)
def test_the_years_have_ends(view):
    assert around(containing(view, dt.date(FIRST_YEAR, 1, 5)), TODAY)[0] is None or view == "day"
    assert around(containing("day", dt.date(FIRST_YEAR, 1, 1)), TODAY)[0] is None
    assert around(containing("month", dt.date(TODAY.year + 1, 12, 1)), TODAY)[1] is None
