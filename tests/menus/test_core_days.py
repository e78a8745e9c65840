"""Days of a school: menus, and the reasons for none."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from menus_core_examples import (
    GROUP,
    MONDAY,
    OTHER_GROUP,
    SATURDAY,
    ExampleVocabularies,
    calendar_row,
    change,
    dish,
    group_row,
    instant,
    school,
)

from ckanext.patiodigital.menus.core.contracts import Dish
from ckanext.patiodigital.menus.core.days import MenuBook, Published, assemble, median_lead
from ckanext.patiodigital.menus.core.groups import MenuGroups, ServedMeals
from ckanext.patiodigital.menus.core.queries import MenusQuery
from ckanext.patiodigital.menus.core.rows import SchoolMealRow
from ckanext.patiodigital.menus.core.school_days import SchoolCalendar

SCHOOL = school(age_bands=("g-4-a-6-anos", "f-2-a-3-anos"), meals=("a-almoco", "l5-lanche-5-horas"))
TUESDAY = MONDAY + dt.timedelta(days=1)


ALWAYS_ONE_GROUP = (group_row(),)


def book(calendar=(), groups=ALWAYS_ONE_GROUP, meals=()) -> MenuBook:
    return MenuBook(SchoolCalendar(calendar), MenuGroups(groups), ServedMeals(meals), ExampleVocabularies())


def _published(rows, changes=(), lang="pt", **other):
    return Published(assemble(rows, changes, ExampleVocabularies(), lang), **other)


def days(rows=(), *, start=MONDAY, end=None, of=SCHOOL, filters=None, published=None, **of_book):
    query = MenusQuery(start=start, end=end or start, **(filters or {}))
    return book(**of_book).days(of, query, _published(rows, **(published or {})), "pt")


def day(rows=(), **options):
    return days(rows, **options)[0]


def test_a_planned_day_has_its_dishes_by_position_with_labels():
    rows = [
        dish("Feijão", 2),
        dish("Arroz", 1, contains=("soy",), allergens="informed", family_farming=True),
    ]
    planned = day(rows)
    assert (planned.status, planned.reason, planned.expected_on) == ("menu", None, None)
    (menu,) = planned.menus
    assert (menu.age_band, menu.age_label, menu.diet_label) == ("g-4-a-6-anos", "4 a 6 anos", "Comum")
    (meal,) = menu.meals
    assert (meal.meal, meal.label, meal.changed_at, meal.previous) == ("a-almoco", "Almoço", None, [])
    assert meal.dishes == [
        Dish("Arroz", ("soy",), (), "informed", True),
        Dish("Feijão", (), (), "not_informed", None),
    ]


def test_menus_and_meals_stand_in_the_order_of_their_vocabularies():
    rows = [
        dish("Suco", meal="l5-lanche-5-ou-6-horas"),
        dish("Arroz", meal="a-almoco"),
        dish("Arroz", diet="no-milk"),
        dish("Papa", age_band="f-2-a-3-anos"),
    ]
    menus = day(rows).menus
    assert [(menu.age_band, menu.diet) for menu in menus] == [
        ("f-2-a-3-anos", "common"),
        ("g-4-a-6-anos", "common"),
        ("g-4-a-6-anos", "no-milk"),
    ]
    assert [meal.meal for meal in menus[1].meals] == ["a-almoco", "l5-lanche-5-ou-6-horas"]


def test_only_what_the_school_serves_is_shown():
    rows = [
        dish("Arroz"),
        dish("Outra idade", age_band="h-adulto"),
        dish("Outra refeição", meal="j-jantar"),
        dish("Outro grupo", menu_group=OTHER_GROUP),
        dish("Outro dia", date=TUESDAY),
        dish("Retirado", 2, status="withdrawn"),
    ]
    (menu,) = day(rows).menus
    assert [item.name for meal in menu.meals for item in meal.dishes] == ["Arroz"]


def test_meals_that_hold_for_some_days_replace_the_usual_ones():
    rows = [dish("Arroz"), dish("Arroz", date=TUESDAY), dish("Sopa", meal="j-jantar", date=TUESDAY)]
    meals = [SchoolMealRow("000086", TUESDAY, TUESDAY, "j-jantar")]
    monday, tuesday = days(rows, end=TUESDAY, meals=meals)
    assert [meal.meal for meal in monday.menus[0].meals] == ["a-almoco"]
    assert [meal.meal for meal in tuesday.menus[0].meals] == ["j-jantar"]


@pytest.mark.parametrize(
    ("calendar", "date", "planned", "status", "reason"),
    [
        ([], MONDAY, True, "menu", None),
        ([], MONDAY, False, "unpublished", None),
        ([], SATURDAY, False, "weekend", None),
        ([], SATURDAY, True, "menu", None),
        ([("school_day", "Reposição")], SATURDAY, False, "unpublished", None),
        ([("holiday", "Carnaval")], MONDAY, True, "holiday", "Carnaval"),
        ([("recess", "Recesso")], MONDAY, False, "recess", "Recesso"),
        ([("closed", "Falta de água")], MONDAY, True, "closed", "Falta de água"),
        ([("holiday", "Finados")], SATURDAY, True, "holiday", "Finados"),
    ],
)
def test_status_of_a_day(calendar, date, planned, status, reason):
    calendar = [calendar_row(date, kind, name) for kind, name in calendar]
    answer = day([dish("Arroz", date=date)] if planned else [], start=date, calendar=calendar)
    assert (answer.status, answer.reason) == (status, reason)
    assert bool(answer.menus) is (status == "menu")


def test_without_a_group_a_day_is_unavailable_and_a_weekend_still_a_weekend():
    answers = days([dish("Arroz")], end=SATURDAY, groups=[])
    assert [answer.status for answer in answers] == ["unavailable"] * 5 + ["weekend"]


def test_a_closed_school_is_closed_every_day():
    assert day([dish("Arroz")], of=school(status="closed")).status == "closed"


def test_a_menu_for_none_of_the_school_s_bands_is_not_yet_its_menu():
    assert day([dish("Arroz", age_band="h-adulto")]).status == "unpublished"


@pytest.mark.parametrize(
    ("filters", "meals"),
    [
        ({"ages": frozenset({"f-2-a-3-anos"})}, {"f-2-a-3-anos": ["a-almoco"]}),
        ({"diets": frozenset({"no-milk"})}, {}),
        (
            {"meals": frozenset({"l5-lanche-5-horas"})},
            {"g-4-a-6-anos": ["l5-lanche-5-ou-6-horas"]},
        ),
    ],
)
def test_filters_choose_menus_and_leave_the_status(filters, meals):
    rows = [dish("Arroz"), dish("Suco", meal="l5-lanche-5-ou-6-horas"), dish("Papa", age_band="f-2-a-3-anos")]
    answer = day(rows, filters=filters)
    assert answer.status == "menu"
    assert {menu.age_band: [meal.meal for meal in menu.meals] for menu in answer.menus} == meals


def test_an_unpublished_day_says_when_it_is_expected():
    lead = {"lead_days": {GROUP: 5}}
    assert day(published=lead).expected_on == MONDAY - dt.timedelta(days=5)
    assert day(published={"lead_days": {OTHER_GROUP: 5}}).expected_on is None
    assert day([dish("Arroz")], published=lead).expected_on is None
    assert day(start=SATURDAY, published=lead).expected_on is None


def test_a_known_menu_stays_while_its_source_is_down():
    seen = instant(28)
    monday, tuesday = days([dish("Arroz")], end=TUESDAY, published={"source_last_seen": {MONDAY: seen}})
    assert (monday.status, monday.source_last_seen) == ("menu", seen)
    assert tuesday.source_last_seen is None


def test_a_changed_meal_shows_what_it_was():
    changes = [
        change(instant(20), 1, None),
        change(instant(20), 2, None),
        change(instant(25), 2, dish("Banana", 2)),
        change(instant(26), 2, dish("Pera", 2)),
    ]
    (menu,) = day([dish("Arroz", 1), dish("Maçã", 2)], published={"changes": changes}).menus
    (meal,) = menu.meals
    assert meal.changed_at == instant(26)
    assert [(was.until, [item.name for item in was.dishes]) for was in meal.previous] == [
        (instant(26), ["Arroz", "Pera"]),
        (instant(25), ["Arroz", "Banana"]),
    ]


def test_publication_and_invisible_changes_are_no_changes():
    changes = [
        change(instant(20), 1, None),
        change(instant(22), 1, dish("Arroz", 1)),
        change(instant(23), 2, dish("Nunca visto", 2, status="withdrawn")),
    ]
    (menu,) = day([dish("Arroz", 1)], published={"changes": changes}).menus
    assert (menu.meals[0].changed_at, menu.meals[0].previous) == (None, [])


def test_a_dish_withdrawn_is_a_change_of_its_meal():
    rows = [dish("Arroz", 1), dish("Banana", 2, status="withdrawn")]
    changes = [change(instant(25), 2, dish("Banana", 2))]
    (menu,) = day(rows, published={"changes": changes}).menus
    assert [item.name for item in menu.meals[0].previous[0].dishes] == ["Arroz", "Banana"]


@given(
    st.dates(dt.date(2026, 1, 1), dt.date(2026, 12, 1)),
    st.integers(0, 61),
    st.lists(st.tuples(st.integers(-3, 70), st.integers(1, 3)), max_size=30),
)
def test_each_date_once_ascending(start, length, planned):
    end = start + dt.timedelta(days=length)
    rows = [dish("Arroz", position, date=start + dt.timedelta(days=offset)) for offset, position in planned]
    answers = days(rows, start=start, end=end)
    assert [answer.date for answer in answers] == [start + dt.timedelta(days=n) for n in range(length + 1)]
    with_menu = {answer.date for answer in answers if answer.menus}
    assert with_menu == {row.date for row in rows if start <= row.date <= end}


def test_labels_come_in_the_language_asked_for():
    (answer,) = book().days(SCHOOL, MenusQuery(start=MONDAY, end=MONDAY), _published([dish("Arroz")], lang="en"), "en")
    assert answer.menus[0].meals[0].label == "Almoço (en)"


@pytest.mark.parametrize(
    ("leads", "median"),
    [
        ([], None),
        ([4], 4),
        ([1, 9, 5], 5),
        ([2, 4], 2),
        ([-1, -1, 3], -1),
    ],
)
def test_median_lead(leads, median):
    publications = [(MONDAY, MONDAY - dt.timedelta(days=lead)) for lead in leads]
    assert median_lead(publications, MONDAY) == median


def test_leads_outside_the_last_eight_weeks_do_not_count():
    late, early = MONDAY + dt.timedelta(days=1), MONDAY - dt.timedelta(weeks=8)
    assert median_lead([(late, MONDAY), (early, early)], MONDAY) is None
