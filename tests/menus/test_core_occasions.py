"""Which events a school's days are, when they came to be, and how often they changed."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.patiodigital.menus.core.contracts import Day, Dish, Meal, Menu, PreviousDishes
from ckanext.patiodigital.menus.core.occasions import Past, called_off, days_off, nearest, served

DAY = dt.date(2026, 6, 2)
ONE = dt.timedelta(days=1)
KEY = ("g-4-a-6-anos", "common", "a-almoco")
OTHERWISE = dt.datetime(2026, 1, 1, tzinfo=dt.timezone.utc)


def instant(day, hour=12):
    return dt.datetime(2026, 5, day, hour, tzinfo=dt.timezone.utc)


def dish(name):
    return Dish(name, (), (), "not_informed", None)


def meal(code="a-almoco", *changes):
    previous = [PreviousDishes(at, [dish(f"antes de {at}")]) for at in changes]
    return Meal(code, code.title(), changes[0] if changes else None, previous, [dish("Arroz")])


def menu(*meals):
    return Menu("g-4-a-6-anos", "4 a 6 anos", "common", "Comum", list(meals) or [meal()])


def day(status="menu", *menus, date=DAY, reason=None):
    return Day(date, status, reason, None, None, list(menus) or ([menu()] if status == "menu" else []))


def past(**fields):
    known = {"published": {DAY: {KEY: instant(1)}}, "turned": {}, "otherwise": OTHERWISE}
    return Past(**known | fields)


def test_a_meal_that_never_changed():
    (found,) = served([day()], past(), whole_days=False)
    assert (found.slot, found.modified, found.sequence, found.called_off) == ("a-almoco", instant(1), 0, False)


def test_each_change_counts_and_the_last_one_dates():
    changed = meal("a-almoco", instant(9), instant(5))
    (found,) = served([day("menu", menu(changed))], past(), whole_days=False)
    assert (found.modified, found.sequence) == (instant(9), 2)


def test_a_meal_of_which_nothing_is_known_has_the_datas_own_instant():
    (found,) = served([day()], past(published={}), whole_days=False)
    assert found.modified == OTHERWISE


def test_meals_of_a_day_are_one_occasion_or_several():
    both = day("menu", menu(meal("d-desjejum", instant(3)), meal("a-almoco")))
    assert [found.slot for found in served([both], past(), whole_days=False)] == ["d-desjejum", "a-almoco"]
    (found,) = served([both], past(), whole_days=True)
    assert found.slot == "day"
    assert [meal.meal for meal in found.menu.meals] == ["d-desjejum", "a-almoco"]
    assert found.sequence == 1


def test_what_was_announced_and_then_called_off_is_told():
    closed = past(turned={DAY: frozenset({instant(20)})})
    (found,) = called_off({DAY: [menu()]}, closed, whole_days=False)
    assert (found.called_off, found.sequence, found.modified) == (True, 1, instant(20))


def test_what_was_never_announced_is_not_called_off():
    holiday = past(turned={DAY: frozenset({instant(1, hour=1)})})
    assert list(called_off({DAY: [menu()]}, holiday, whole_days=False)) == []


def test_a_day_that_opens_again_is_newer_than_its_cancellation():
    turns = frozenset({instant(20), instant(21)})
    (found,) = served([day()], past(turned={DAY: turns}), whole_days=False)
    assert (found.sequence, found.modified) == (2, instant(21))


def test_a_recess_is_one_occasion_with_all_its_days():
    dates = [DAY + ONE * offset for offset in range(4)]
    first, last = DAY - ONE * 3, DAY + ONE * 10
    turned = dict.fromkeys(dates, frozenset({instant(2)})) | {last: frozenset({instant(8)})}
    (found,) = days_off(
        [day("recess", date=date, reason="Recesso") for date in dates], lambda _: (first, last), past(turned=turned)
    )
    assert (found.first, found.last, found.reason) == (first, last, "Recesso")
    assert (found.sequence, found.modified) == (1, instant(8))


@pytest.mark.parametrize("status", ["menu", "weekend", "unpublished", "unavailable"])
def test_other_days_are_no_days_off(status):
    assert list(days_off([day(status)], lambda date: (date, date), past())) == []


@given(st.lists(st.integers(-40, 70), max_size=60), st.integers(0, 40))
def test_nearest_keeps_whole_days_around_today(offsets, limit):
    dates = [DAY + ONE * offset for offset in offsets]
    kept = nearest(dates, lambda date: date, DAY, limit)
    assert len(kept) <= limit
    assert kept == sorted(kept)
    for date in set(kept):
        assert kept.count(date) == dates.count(date)
    left = set(dates) - set(kept)
    if kept and left:
        assert min(abs(date - DAY) for date in left) >= max(abs(date - DAY) for date in kept)
