"""Queries of the JSON API: what is accepted, and every fault of what is not."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from menus_core_examples import ExampleVocabularies

from ckanext.patiodigital.menus.core.queries import (
    BadQueryError,
    MenusQuery,
    SchoolsQuery,
    next_cursor,
    normalise_eol,
    parse_menus_query,
    parse_schools_query,
)

KNOWN = ExampleVocabularies()
TODAY = dt.date(2026, 3, 4)  # a Wednesday
NAMES = [
    "q",
    "near",
    "radius",
    "dre",
    "type",
    "limit",
    "cursor",
    "start",
    "end",
    "age",
    "meal",
    "version",
    "x",
]


def schools(**args):
    return parse_schools_query({name: [value] for name, value in args.items()}, KNOWN)


def menus(**args):
    return parse_menus_query({name: [value] for name, value in args.items()}, TODAY, KNOWN)


def faults(parse, **args):
    with pytest.raises(BadQueryError) as caught:
        parse(**args)
    return {fault.param: fault.reason for fault in caught.value.faults}


def refusals(parse, *args):
    """Why a query was refused; an empty list if it was not."""
    try:
        parse(*args)
    except BadQueryError as error:
        return [fault.reason for fault in error.faults]
    return []


def test_schools_defaults():
    assert schools() == SchoolsQuery(q="", near=None, radius_m=None, dre=None, limit=20, offset=0)


def test_schools_with_everything():
    query = schools(q="joão", near="-23.5,-46.6", radius="1500", dre="108100", type="emef", limit="100")
    assert query == SchoolsQuery(
        q="joão", near=(-23.5, -46.6), radius_m=1500.0, dre="108100", school_type="emef", limit=100
    )


@pytest.mark.parametrize(
    ("param", "value", "part"),
    [
        ("q", "x" * 201, "at most 200 characters, not 201"),
        ("near", "-23.5", "latitude,longitude"),
        ("near", "a,b", "latitude,longitude"),
        ("near", "1,2,3", "latitude,longitude"),
        ("near", "91,0", "from -90 to 90"),
        ("near", "0,-180.1", "from -180 to 180"),
        ("near", "nan,nan", "from -90 to 90"),
        ("near", "0,inf", "from -180 to 180"),
        ("dre", "108101", "did you mean 108100?"),
        ("type", "emeff", "did you mean emef?"),
        ("type", "\x00" * 99, "unknown code"),
        ("limit", "0", "from 1 to 100"),
        ("limit", "101", "from 1 to 100"),
        ("limit", "-1", "from 1 to 100"),
        ("limit", "1e2", "from 1 to 100"),
        ("limit", "٣", "from 1 to 100"),
        ("cursor", "", "not a cursor"),
        ("cursor", "AAAAAAAAAAAAAAAA", "not a cursor"),
        ("cursor", "ção", "not a cursor"),
        ("cursor", "x" * 10_000, "not a cursor"),
        ("tipo", "emef", "did you mean type?"),
        ("zzzzzzz", "1", "known are q, near"),
    ],
)
def test_faults_of_a_schools_query(param, value, part):
    found = faults(schools, **{param: value})
    assert list(found) == [param]
    assert part in found[param]


@pytest.mark.parametrize("radius", ["0", "-1", "50001", "nan", "inf", "wide", ""])
def test_radius_is_bounded(radius):
    assert list(faults(schools, near="0,0", radius=radius)) == ["radius"]


def test_radius_needs_a_place():
    assert "needs near" in faults(schools, radius="100")["radius"]


def test_every_fault_is_told_at_once():
    wrong = {
        "start": "today",
        "end": "2026-02-30",
        "age": "baby",
        "meal": "lunch",
        "version": "1",
        "size": "9",
    }
    assert set(faults(menus, **wrong)) == set(wrong)


def test_a_parameter_given_twice_is_a_fault():
    with pytest.raises(BadQueryError, match="q: given more than once"):
        parse_schools_query({"q": ["a", "b"]}, KNOWN)


def test_hostile_names_are_shown_short_and_visible():
    (name,) = faults(schools, **{"<script>\x00\u202e" + "x" * 5000: "1"})
    assert len(name) <= 41
    assert name.isprintable()


def test_cursors_lead_through_all_pages():
    query, seen = schools(q="emei", limit="20"), []
    while cursor := next_cursor(query, 50):
        query = schools(q="emei", limit="20", cursor=cursor)
        seen.append(query.offset)
    assert seen == [20, 40]


@pytest.mark.parametrize("other", [{"q": "emef"}, {"limit": "21"}, {"type": "emef"}, {"near": "0,0"}])
def test_a_cursor_of_another_search_is_refused(other):
    cursor = next_cursor(schools(q="emei"), 50)
    assert "not a cursor of this search" in faults(schools, **({"q": "emei"} | other), cursor=cursor)["cursor"]


@given(st.integers(0, 15), st.integers(1, 255))
def test_a_cursor_tampered_with_is_refused(place, flip):
    cursor = bytearray(next_cursor(SchoolsQuery(), 50).encode())
    cursor[place] ^= flip
    assert "cursor" in faults(schools, cursor=cursor.decode("latin-1"))


def test_menus_default_to_this_week():
    assert menus() == MenusQuery(start=dt.date(2026, 3, 2), end=dt.date(2026, 3, 8))


@pytest.mark.parametrize(
    ("args", "start", "end"),
    [
        ({"start": "2026-03-12"}, "2026-03-12", "2026-03-15"),
        ({"end": "2026-03-12"}, "2026-03-09", "2026-03-12"),
        ({"start": "2025-12-01", "end": "2026-01-31"}, "2025-12-01", "2026-01-31"),
        ({"start": "2026-03-04", "end": "2026-03-04"}, "2026-03-04", "2026-03-04"),
    ],
)
def test_menus_ranges(args, start, end):
    query = menus(**args)
    assert (query.start.isoformat(), query.end.isoformat()) == (start, end)


def test_menus_codes_and_version():
    ages, version = "g-4-a-6-anos,f-2-a-3-anos", "2026-02-01T05:00:00Z"
    query = menus(age=ages, meal="a-almoco", diet="common", version=version)
    assert query.ages == {"g-4-a-6-anos", "f-2-a-3-anos"}
    assert (query.meals, query.diets) == ({"a-almoco"}, {"common"})
    assert query.version == dt.datetime(2026, 2, 1, 5, tzinfo=dt.timezone.utc)


@pytest.mark.parametrize(
    ("args", "param", "part"),
    [
        ({"start": "2026-02-30"}, "start", "a day of the calendar"),
        ({"start": "20260302"}, "start", "a day of the calendar"),
        ({"start": "2026-W10-1"}, "start", "a day of the calendar"),
        ({"start": ""}, "start", "a day of the calendar"),
        ({"end": "2009-12-31"}, "end", "2010 to 2027"),
        ({"start": "2028-01-01"}, "start", "2010 to 2027"),
        ({"start": "2026-03-04", "end": "2026-03-03"}, "end", "not be before start (2026-03-04)"),
        ({"start": "2026-01-01", "end": "2026-03-04"}, "end", "62 days at once: not after 2026-03-03"),
        ({"start": "2016-01-01", "end": "2026-01-01"}, "end", "at most 62 days"),
        ({"age": "g-4-a-6"}, "age", "did you mean g-4-a-6-anos?"),
        ({"meal": "a-almoco,"}, "meal", "unknown code ''"),
        ({"meal": "a-almoco," * 10_000}, "meal", "unknown code"),
        ({"diet": "⚡" * 10_000}, "diet", "unknown code"),
        ({"version": "2026-02-01"}, "version", "an instant in UTC"),
        ({"version": "2026-02-01T05:00:00"}, "version", "an instant in UTC"),
        ({"version": "2026-02-01T05:00:00-03:00"}, "version", "an instant in UTC"),
        ({"stat": "2026-02-01"}, "stat", "did you mean start?"),
    ],
)
def test_faults_of_a_menus_query(args, param, part):
    found = faults(menus, **args)
    assert list(found) == [param]
    assert part in found[param]


@given(st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=9), st.lists(st.text(max_size=30), max_size=2)))
def test_any_query_is_parsed_or_refused_with_short_reasons(args):
    for reason in refusals(parse_schools_query, args, KNOWN) + refusals(parse_menus_query, args, TODAY, KNOWN):
        assert 0 < len(reason) < 300


@given(st.dates(dt.date(2010, 1, 1), dt.date(2027, 12, 31)), st.integers(-5, 90))
def test_ranges_up_to_62_days_are_accepted(start, length):
    end = start + dt.timedelta(days=length)
    args = {"start": start.isoformat(), "end": end.isoformat()}
    if 0 <= length < 62 and end.year <= 2027:
        query = menus(**args)
        assert (query.start, query.end) == (start, end)
    else:
        assert set(faults(menus, **args)) == {"end"}


@pytest.mark.parametrize(
    ("raw", "eol"),
    [
        ("86", "000086"),
        ("000086", "000086"),
        ("1234567", None),
        ("", None),
        ("-1", None),
        ("\uff18\uff16", None),
        ("86\n", None),
    ],
)
def test_eol_codes_are_padded(raw, eol):
    assert normalise_eol(raw) == eol
