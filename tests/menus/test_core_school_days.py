"""Which days have lessons, and where a page opens."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from menus_core_examples import MONDAY, SATURDAY, calendar_row, school

from ckanext.patiodigital.menus.core.school_days import DayKind, SchoolCalendar

SCHOOL = school(dre="108100")
SCOPES = ["eol:000086", "dre:108100", "network"]  # narrowest first
ELSEWHERE = ["eol:000094", "dre:108600", "dre:None"]
ONE_DAY = dt.timedelta(days=1)
DAY_ENDS = dt.time(18)


def test_without_rows_the_day_of_the_week_decides():
    calendar = SchoolCalendar([])
    assert calendar.day(MONDAY, SCHOOL) == DayKind("school_day")
    assert calendar.day(SATURDAY, SCHOOL) == DayKind("weekend")


def test_a_school_day_of_the_school_overrides_a_closed_network():
    rows = [
        calendar_row(SATURDAY, "closed", "Greve", "network"),
        calendar_row(SATURDAY, "school_day", "Reposição", "eol:000086"),
    ]
    assert SchoolCalendar(rows).day(SATURDAY, SCHOOL) == DayKind("school_day", "Reposição")


@given(
    st.lists(
        st.tuples(
            st.sampled_from(SCOPES + ELSEWHERE),
            st.sampled_from(["school_day", "holiday", "recess", "closed"]),
            st.text(max_size=3),
        ),
        unique_by=lambda row: row[0],
    ),
    st.dates(),
)
def test_the_narrowest_scope_wins(stated, date):
    calendar = SchoolCalendar([calendar_row(date, kind, name, scope) for scope, kind, name in stated])
    by_scope = {scope: DayKind(kind, name) for scope, kind, name in stated}
    weekday = DayKind("weekend" if date.weekday() >= 5 else "school_day")
    expected = [by_scope[scope] for scope in SCOPES if scope in by_scope] or [weekday]
    assert calendar.day(date, SCHOOL) == expected[0]


def test_next_school_day_skips_weekend_and_holiday():
    calendar = SchoolCalendar([calendar_row(MONDAY, "holiday", "Carnaval")])
    assert calendar.next_school_day(MONDAY - 3 * ONE_DAY, SCHOOL) == MONDAY + ONE_DAY


def test_no_school_day_in_sight():
    closed = [calendar_row(MONDAY + days * ONE_DAY, "closed") for days in range(200)]
    calendar = SchoolCalendar(closed)
    assert calendar.next_school_day(MONDAY, SCHOOL) is None
    opening = calendar.opening_day(dt.datetime.combine(MONDAY, dt.time(8)), DAY_ENDS, SCHOOL)
    assert (opening.date, opening.today.kind) == (MONDAY, "closed")


@pytest.mark.parametrize(
    ("day", "time", "opens", "meals_over"),
    [
        (MONDAY, dt.time(7), MONDAY, False),
        (MONDAY, dt.time(17, 59, 59), MONDAY, False),
        (MONDAY, dt.time(18), MONDAY + ONE_DAY, True),
        (SATURDAY, dt.time(7), MONDAY + 7 * ONE_DAY, False),
        (SATURDAY, dt.time(20), MONDAY + 7 * ONE_DAY, False),
        (SATURDAY - ONE_DAY, dt.time(20), MONDAY + 7 * ONE_DAY, True),
    ],
)
def test_opening_day(day, time, opens, meals_over):
    opening = SchoolCalendar([]).opening_day(dt.datetime.combine(day, time), DAY_ENDS, SCHOOL)
    assert (opening.date, opening.meals_over) == (opens, meals_over)


def test_opening_day_tells_why_today_has_no_lessons():
    calendar = SchoolCalendar([calendar_row(MONDAY, "holiday", "Aniversário da cidade")])
    opening = calendar.opening_day(dt.datetime.combine(MONDAY, dt.time(7)), DAY_ENDS, SCHOOL)
    assert opening.today == DayKind("holiday", "Aniversário da cidade")


def test_a_recess_reaches_across_its_weekends():
    weekdays = [MONDAY + days * ONE_DAY for days in range(12) if days not in (5, 6)]
    calendar = SchoolCalendar([calendar_row(date, "recess", "Recesso") for date in weekdays])
    assert calendar.break_around(MONDAY + 8 * ONE_DAY, SCHOOL) == (MONDAY, MONDAY + 11 * ONE_DAY)


def test_a_recess_reaches_across_the_holidays_within_it():
    rows = [calendar_row(MONDAY + days * ONE_DAY, "recess", "Recesso") for days in (0, 1, 3)]
    rows.append(calendar_row(MONDAY + 2 * ONE_DAY, "holiday", "Natal"))
    calendar = SchoolCalendar(rows)
    assert calendar.break_around(MONDAY, SCHOOL) == (MONDAY, MONDAY + 3 * ONE_DAY)
    assert calendar.break_around(MONDAY + 2 * ONE_DAY, SCHOOL) == (MONDAY + 2 * ONE_DAY, MONDAY + 2 * ONE_DAY)


def test_neighbouring_holidays_are_two_breaks():
    rows = [calendar_row(MONDAY, "holiday", "Um"), calendar_row(MONDAY + ONE_DAY, "holiday", "Dois")]
    assert SchoolCalendar(rows).break_around(MONDAY, SCHOOL) == (MONDAY, MONDAY)
