"""Menu groups, meals and age bands of a school on a day."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from menus_core_examples import GROUP, MONDAY, OTHER_GROUP, group_row, school

from ckanext.patiodigital.menus.core.groups import MenuGroups, ServedMeals, code_prefix, serves_age
from ckanext.patiodigital.menus.core.rows import MenuGroupRow, SchoolMealRow

DAYS = st.dates(dt.date(2026, 1, 1), dt.date(2026, 1, 20))


@pytest.mark.parametrize(
    ("date", "group"),
    [
        ("2026-01-31", None),
        ("2026-02-01", GROUP),
        ("2026-02-27", GROUP),
        ("2026-02-28", OTHER_GROUP),
        ("2026-03-02", OTHER_GROUP),
        ("2026-03-03", GROUP),
        ("2026-03-31", GROUP),
        ("2026-04-01", None),
    ],
)
def test_a_special_unit_interrupts_a_contract(date, group):
    groups = MenuGroups([group_row("2026-02-01", "2026-03-31"), group_row("2026-02-28", "2026-03-02", 10, OTHER_GROUP)])
    assert groups.on("000086", dt.date.fromisoformat(date)) == group


def test_of_equal_priorities_the_latest_start_wins():
    groups = MenuGroups([group_row("2026-01-01"), group_row("2026-02-01", menu_group=OTHER_GROUP)])
    assert groups.on("000086", MONDAY) == OTHER_GROUP


def test_a_school_without_rows_has_no_group():
    assert MenuGroups([group_row()]).on("000094", MONDAY) is None


def test_between_names_only_days_that_have_a_group():
    groups = MenuGroups([group_row("2026-03-03", "2026-03-04")])
    days = groups.between("000086", MONDAY, MONDAY + dt.timedelta(days=6))
    assert days == {dt.date(2026, 3, 3): GROUP, dt.date(2026, 3, 4): GROUP}


@given(
    st.lists(
        st.builds(
            MenuGroupRow,
            eol=st.sampled_from(["000086", "000094"]),
            valid_from=DAYS,
            valid_to=st.none() | DAYS,
            priority=st.integers(0, 2),
            menu_group=st.sampled_from("abc"),
        ),
        unique_by=lambda row: (row.eol, row.valid_from, row.priority),
        max_size=12,
    ),
    DAYS,
)
def test_intervals_as_an_oracle_resolves_them(rows, date):
    best = None
    for row in rows:
        over = row.valid_to is not None and row.valid_to < date
        if row.eol == "000086" and row.valid_from <= date and not over:
            rank = (row.priority, row.valid_from)
            if best is None or rank > best[0]:
                best = (rank, row.menu_group)
    assert MenuGroups(rows).on("000086", date) == (best[1] if best else None)


def test_meals_meet_through_the_prefix():
    assert code_prefix("l5-lanche-5-horas") == code_prefix("l5-lanche-5-ou-6-horas") == "l5"
    assert code_prefix("x") == "x"


def test_a_valid_list_of_meals_replaces_the_usual_one_for_its_days():
    listed = school(meals=("a-almoco", "l5-lanche-5-horas"))
    rows = [
        SchoolMealRow("000086", dt.date(2026, 2, 1), dt.date(2026, 2, 10), "r1-refeicao-1"),
        SchoolMealRow("000086", dt.date(2026, 2, 1), None, "d-desjejum"),
    ]
    meals = ServedMeals(rows)
    assert meals.on(listed, dt.date(2026, 1, 31)) == {"a", "l5"}
    assert meals.on(listed, dt.date(2026, 2, 10)) == {"r1", "d"}
    assert meals.on(listed, dt.date(2026, 2, 11)) == {"d"}


def test_no_list_of_meals_means_everything():
    assert ServedMeals([]).on(school(), MONDAY) is None


@pytest.mark.parametrize(
    ("listed", "age_band", "served"),
    [
        ((), "f-2-a-3-anos", True),
        (("f-2-a-3-anos",), "f-2-a-3-anos", True),
        (("f-2-a-3-anos",), "g-4-a-6-anos", False),
        (("f-2-a-3-anos",), "z-unidades-sem-faixa", True),
        (("z-unidades-sem-faixa", "h-adulto"), "g-4-a-6-anos", True),
    ],
)
def test_age_bands(listed, age_band, served):
    assert serves_age(school(age_bands=listed), age_band) is served
