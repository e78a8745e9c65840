"""Rows from holidays and entries: the newest counts, a part of the days gives a part of the rows."""

from datetime import date, timedelta

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.patiodigital.school_calendar.core import calendar, city_holidays
from ckanext.patiodigital.school_calendar.core.calendar import KINDS, NETWORK, Entry, rows
from ckanext.patiodigital.school_calendar.core.recess import NAME, recess
from ckanext.patiodigital.tables.core import schema as schemas
from ckanext.patiodigital.tables.core.validate import Validator
from simulator.school_days import school_days

FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)


def closed(first, last, scope=NETWORK, kind="closed", name="Falta de água"):
    return Entry(date.fromisoformat(first), date.fromisoformat(last), scope, kind, name)


DAYS = st.dates(date(2025, 12, 1), date(2027, 1, 31))
ENTRIES = st.lists(
    st.builds(
        lambda first, length, scope, kind, name: Entry(first, first + timedelta(days=length), scope, kind, name),
        DAYS,
        st.integers(0, 40),
        st.sampled_from([NETWORK, "dre:108100", "eol:000086"]),
        st.sampled_from(KINDS),
        st.sampled_from("abc"),
    ),
    max_size=8,
)


def test_without_entries_there_are_the_city_s_holidays():
    named = {row.date: row.name for row in rows(FIRST, LAST, [])}
    assert named[date(2026, 1, 25)] == "Aniversário da Cidade de São Paulo"
    assert named[date(2026, 7, 9)] == "Revolução Constitucionalista"
    assert named[date(2026, 11, 20)].endswith("Consciência Negra")
    assert {(row.scope, row.kind) for row in rows(FIRST, LAST, [])} == {(NETWORK, "holiday")}


def test_two_holidays_on_one_day_share_its_name(monkeypatch):
    """As in 2008, when Corpus Christi fell on a day that has another name."""
    both = holidays.HolidayBase(years=2008)
    both[date(2008, 5, 22)] = "Um"
    both[date(2008, 5, 22)] = "Outro"
    monkeypatch.setattr(holidays, "country_holidays", lambda *_args, **_options: both)
    city_holidays.of_year.cache_clear()
    try:
        assert set(city_holidays.of_year(2008)[date(2008, 5, 22)].split("; ")) == {"Um", "Outro"}
    finally:
        city_holidays.of_year.cache_clear()


def test_a_newer_entry_takes_the_place_of_an_older_one_and_of_a_holiday_of_its_scope():
    (holiday,) = rows(date(2026, 6, 4), date(2026, 6, 4), [])
    older, newer = closed("2026-06-04", "2026-06-04"), closed("2026-06-04", "2026-06-04", kind="school_day", name="x")
    (row,) = rows(date(2026, 6, 4), date(2026, 6, 4), [older, newer])
    assert (row.kind, row.name) == ("school_day", "x")
    assert rows(date(2026, 6, 4), date(2026, 6, 4), []) == [holiday]


@pytest.mark.parametrize("scope", [NETWORK, "dre:108100", "eol:000086"])
@pytest.mark.parametrize("kind", ["recess", "closed", "school_day"])
def test_a_holiday_stays_one_within_a_longer_entry(scope, kind):
    found = rows(date(2026, 12, 24), date(2026, 12, 28), [closed("2026-12-24", "2026-12-28", scope, kind)])
    assert [(row.scope, row.kind, row.name) for row in found if row.date == date(2026, 12, 25)] == [
        (NETWORK, "holiday", "Natal")
    ]
    assert {row.kind for row in found if row.date == date(2026, 12, 24)} == {kind}


def test_only_an_entry_for_that_very_day_takes_a_holiday_s_place():
    day, recess_then = date(2026, 11, 20), closed("2026-11-16", "2026-11-27", kind="recess", name="Recesso")
    lessons = closed("2026-11-20", "2026-11-20", kind="school_day", name="Reposição")
    carnival = closed("2026-02-16", "2026-02-16", kind="holiday", name="Carnaval")
    for entries, kind in (
        ([recess_then], "holiday"),
        ([recess_then, lessons], "school_day"),
        ([lessons, recess_then], "recess"),  # a holiday no more, so the newer counts
    ):
        assert [row.kind for row in rows(day, day, entries)] == [kind]
    longer = closed("2026-02-09", "2026-02-20", kind="recess", name="Recesso")
    for entries in ([carnival, longer], [longer, carnival]):
        assert [row.name for row in rows(carnival.first, carnival.first, entries)] == ["Carnaval"]


def test_a_holiday_of_several_days_is_put_right_by_a_newer_one():
    wrong, right = (closed("2026-02-16", "2026-02-17", kind="holiday", name=name) for name in ("Carnval", "Carnaval"))
    assert [row.name for row in rows(wrong.first, wrong.last, [wrong, right])] == ["Carnaval", "Carnaval"]


def test_an_entry_for_a_school_leaves_the_holiday_of_the_network_in_place():
    found = rows(date(2026, 6, 4), date(2026, 6, 4), [closed("2026-06-04", "2026-06-04", scope="eol:000086")])
    assert [(row.scope, row.kind) for row in found] == [("eol:000086", "closed"), (NETWORK, "holiday")]


def test_a_school_day_over_several_days_calls_nobody_in_on_the_sunday_between():
    stated = closed("2026-08-06", "2026-08-11", kind="school_day")  # Thursday to Tuesday
    assert [day.day for day in stated.days()] == [6, 7, 10, 11]
    assert [day.day for day in closed("2026-08-08", "2026-08-08", kind="school_day").days()] == [8]
    assert len(list(closed("2026-08-06", "2026-08-11").days())) == 6


@given(DAYS, st.integers(0, 60), ENTRIES)
def test_each_day_and_scope_has_what_the_newest_entry_says(first, length, entries):
    """Of the entries that speak of it: those of several days don't speak of the network's holidays."""
    last = first + timedelta(days=length)
    found = {(row.date, row.scope): row for row in rows(first, last, entries)}
    for offset in range(length + 1):
        day = first + timedelta(days=offset)
        for scope in (NETWORK, "dre:108100", "eol:000086"):
            speaking = [entry for entry in entries if entry.scope == scope and day in entry.days()]
            own = [entry for entry in entries if entry.scope == NETWORK and entry.first == entry.last == day]
            if (own[-1].kind == "holiday") if own else (day in city_holidays.of_year(day.year)):
                speaking = [entry for entry in speaking if entry.first == entry.last]
            row = found.get((day, scope))
            if speaking:
                assert (row.kind, row.name) == (speaking[-1].kind, speaking[-1].name)
            elif scope == NETWORK and day in city_holidays.of_year(day.year):
                assert row.kind == "holiday"
            else:
                assert row is None


@given(DAYS, st.integers(0, 60), ENTRIES)
def test_a_part_of_the_days_gives_that_part_of_the_rows(first, length, entries):
    """So that a small edit publishes a few days and the table is the same as if all were published."""
    last = first + timedelta(days=length)
    whole = rows(date(2025, 1, 1), date(2028, 12, 31), entries)
    assert rows(first, last, entries) == [row for row in whole if first <= row.date <= last]


@given(ENTRIES)
def test_rows_are_valid_in_the_table_s_schema_and_in_the_order_of_its_key(entries):
    check = Validator(schemas.load("school_calendar"), lambda _scheme: lambda code: code)
    found = rows(date(2025, 12, 1), date(2027, 3, 31), entries)
    assert all(isinstance(check.check((*row, None)), tuple) for row in found)
    keys = [(row.date, row.scope) for row in found]
    assert keys == sorted(set(keys))


def test_kinds_and_length_of_names_are_those_of_the_table_s_schema():
    schema = schemas.load("school_calendar")
    assert schema.field("kind").enum == KINDS
    assert schema.field("name").max_length == calendar.LONGEST_NAME


@pytest.mark.parametrize("year", range(2010, 2041))
def test_the_demonstration_s_recess_is_that_of_the_simulated_department(year):
    first, last = date(year, 1, 1), date(year, 12, 31)
    off = {row.date for row in rows(first, last, recess(year))}
    days = (first + timedelta(days=offset) for offset in range((last - first).days + 1))
    assert [day for day in days if day.weekday() < 5 and day not in off] == list(school_days(year))


@pytest.mark.parametrize("year", range(2010, 2041))
def test_the_demonstration_s_recess_leaves_holidays_their_names(year):
    first, last = date(year, 1, 1), date(year, 12, 31)
    found = {row.date: (row.kind, row.name) for row in rows(first, last, recess(year))}
    assert [found[day] for day in city_holidays.of_year(year)] == [
        ("holiday", name) for name in city_holidays.of_year(year).values()
    ]


@pytest.mark.parametrize("year", range(2010, 2041))
def test_a_recess_is_one_across_new_year(year):
    december, january = recess(year)[2], recess(year + 1)[0]
    assert december.last + timedelta(days=1) == january.first
    assert {entry.name for entry in (december, january)} == {NAME}
