"""The map of schools around a position."""

import math
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.patiodigital.menus.core.near_map import near_map
from ckanext.patiodigital.menus.core.rows import SchoolRow

HERE = (-23.55, -46.63)
DEGREE_M = 111_195  # of latitude


def school(north_m=0.0, east_m=0.0, **cells):
    lat = HERE[0] + north_m / DEGREE_M
    lon = HERE[1] + east_m / DEGREE_M / math.cos(math.radians(HERE[0]))
    return SchoolRow(**{"eol": "000001", "name": "EMEF", "school_type": "emef", "lat": lat, "lon": lon, **cells})


def test_north_is_above_and_east_to_the_right():
    north, east = near_map(HERE, [school(north_m=1000), school(east_m=500)]).marks
    assert (north.x, north.label) == (0, "1")
    assert north.y == pytest.approx(-80, abs=0.1)
    assert (east.x, east.y) == (pytest.approx(40, abs=0.2), 0)


def test_a_school_next_door_is_drawn_near():
    (mark,) = near_map(HERE, [school(north_m=20)]).marks
    assert mark.y == pytest.approx(-8, abs=0.1)


def test_schools_of_one_site_share_a_mark():
    schools = [school(north_m=900), school(north_m=-900), school(north_m=-905), school(north_m=905)]
    assert [mark.label for mark in near_map(HERE, schools).marks] == ["2, 3", "1, 4"]
    assert [mark.label for mark in near_map(HERE, [school()] * 6).marks] == ["1 +5"]


def test_a_school_without_a_position_keeps_its_number():
    marks = near_map(HERE, [school(), school(lat=None), school(north_m=900)]).marks
    assert [mark.label for mark in marks] == ["1", "3"]


@pytest.mark.parametrize(
    ("furthest_m", "rings"),
    [
        (100, [100, 200]),
        (450, [200, 400]),
        (1200, [500, 1000, 1500]),
        (4999, [2000, 4000, 6000]),
        (30_000, [10_000, 20_000, 30_000]),
    ],
)
def test_rings_stand_at_round_distances(furthest_m, rings):
    assert [ring.metres for ring in near_map(HERE, [school(north_m=furthest_m)]).rings] == rings


@given(
    st.tuples(st.floats(-90, 90), st.floats(-180, 180)),
    st.lists(st.tuples(st.floats(-90, 90), st.floats(-180, 180)), max_size=100),
)
def test_whatever_the_positions_all_of_it_is_on_the_square(near, places):
    drawn = near_map(near, [school(lat=lat, lon=lon) for lat, lon in places])
    assert all(abs(mark.x) <= 100 and abs(mark.y) <= 100 for mark in drawn.marks)
    assert not any(one.covers(other) for one, other in combinations(drawn.marks, 2))
    assert sorted(number for mark in drawn.marks for number in mark.numbers) == list(range(1, len(places) + 1))
    assert 1 <= len(drawn.rings) <= 5
    assert all(0 < ring.radius <= 100 for ring in drawn.rings)


def test_five_thousand_schools():
    assert len(near_map(HERE, [school(north_m=n) for n in range(5000)]).marks) < 50
