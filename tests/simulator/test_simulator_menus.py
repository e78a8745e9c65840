"""Menus: which days, how many, when they become public, and that no school goes without."""

import json
from datetime import date, timedelta

import pytest
from department_client import TODAY

from simulator import Department
from simulator.edits import ReviseMenus
from simulator.menus import HORIZON, Search
from simulator.plan import clean_code, menu_code
from simulator.school_days import school_days

ANY_STATUS = frozenset({"PUBLICADO", "SALVO", "PENDENTE"})


def _day(day):
    return f"{day:%Y%m%d}"


def _on(department, day, **fields):
    return department.menus.find(Search(first=_day(day), last=_day(day), **fields))


@pytest.fixture(scope="module")
def city():
    return Department(schools=3233, seed=1, today=date(2026, 11, 25))


class TestCalendar:
    @pytest.mark.parametrize("year", range(2018, 2031))
    def test_a_school_year_has_about_two_hundred_days(self, year):
        days = school_days(year)
        assert 200 <= len(days) <= 216
        assert list(days) == sorted(days)
        assert all(day.weekday() < 5 for day in days)

    @pytest.mark.parametrize(
        "closed",
        [
            date(2026, 1, 26),  # recess of January
            date(2027, 1, 25),  # the city's own holiday, on a Monday
            date(2026, 4, 3),  # Good Friday
            date(2026, 6, 4),  # Corpus Christi
            date(2026, 7, 9),  # the state's own holiday
            date(2026, 7, 13),  # recess of July
            date(2026, 7, 24),
            date(2026, 12, 21),
            date(2026, 6, 20),  # a Saturday
        ],
    )
    def test_no_school_on(self, closed):
        assert closed not in school_days(closed.year)

    @pytest.mark.parametrize("opened", [date(2026, 2, 2), date(2026, 7, 10), date(2026, 7, 27), date(2026, 12, 18)])
    def test_school_on(self, opened):
        assert opened in school_days(opened.year)


class TestSize:
    def test_a_school_year_has_60_000_menus_and_about_800_000_dishes(self, city):
        days = school_days(2025)
        sample = days[::20]
        menus = [menu for day in sample for menu in _on(city, day)]
        dishes = sum(len(served) for menu in menus for served in menu["cardapio"].values())
        assert len(menus) / len(sample) * len(days) >= 60_000
        assert 720_000 <= dishes / len(sample) * len(days) <= 900_000

    def test_a_small_department_has_the_same_menus(self):
        small = Department(schools=10, seed=1, today=TODAY)
        assert len(_on(small, date(2026, 6, 1))) * len(school_days(2026)) >= 60_000


class TestEverySchoolEats:
    """Each active school finds each of its ages, and each of its meals at one of them, each school day."""

    @pytest.mark.parametrize("day", [date(2025, 3, 10), date(2026, 5, 20), date(2026, 6, 15), date(2026, 11, 23)])
    def test_in_menus_of_any_status(self, city, day):
        menus = _on(city, day, statuses=ANY_STATUS)
        meals = {}
        for menu in menus:
            for management in menu["tipo_atendimento"].split(" + "):
                group = management, menu["tipo_unidade"], menu["agrupamento"], menu["idade"]
                meals.setdefault(group, set()).update(menu["cardapio"])
        checked = 0
        for school in city.active_schools():
            row = _contract_on(city, school, _day(day))
            if row is None or "refeicoes" not in school:
                continue
            management = row["tipo_atendimento"]
            group = management, school["tipo_unidade"], row["edital"]
            ages = [clean_code(age) for age in school["idades"]]
            served = set().union(*(meals[(*group, age)] for age in ages))
            assert {menu_code(management, meal) for meal in school["refeicoes"]} <= served
            checked += 1
        assert checked > 3000

    def test_the_gap_is_a_few_in_a_thousand(self, city):
        menus = [menu for day in school_days(2025)[::10] for menu in _on(city, day, statuses=ANY_STATUS)]
        missing = sum(menu["status"] != "PUBLICADO" for menu in menus)
        assert 0 < missing / len(menus) < 0.005


def _contract_on(department, school, day):
    return next(
        (
            row
            for row in department.contracts[school["_id"]]
            if row["data_inicio"] <= day and (row["data_fim"] is None or day <= row["data_fim"])
        ),
        None,
    )


class TestLife:
    def test_menus_become_public_7_to_14_days_before_their_day(self, department):
        for ahead in (1, 3, 5, 6, 7):
            day = TODAY + timedelta(days=ahead)
            if day in school_days(day.year):
                menus = _on(department, day, statuses=ANY_STATUS)
                assert sum(menu["status"] == "PUBLICADO" for menu in menus) / len(menus) > 0.98
        later = [day for day in school_days(2026) if TODAY + timedelta(days=14) < day <= TODAY + HORIZON]
        assert later
        for day in later:
            assert _on(department, day) == []
            assert {menu["status"] for menu in _on(department, day, statuses=ANY_STATUS)} <= {
                "SALVO",
                "PENDENTE",
            }
        assert _on(department, TODAY + HORIZON + timedelta(days=10), statuses=ANY_STATUS) == []

    def test_a_menu_is_published_before_its_day_and_not_after_today(self, department):
        for menu in department.menus.find(Search(first=_day(TODAY - timedelta(days=20)))):
            lead = date.fromisoformat(
                f"{menu['data'][:4]}-{menu['data'][4:6]}-{menu['data'][6:]}"
            ) - date.fromisoformat(menu["data_publicacao"][:10])
            assert timedelta(days=2) <= lead <= timedelta(days=14)
            assert menu["data_publicacao"][:10] <= TODAY.isoformat()

    def test_some_menus_change_after_publication(self, department):
        day = date(2026, 6, 22)
        before = {menu["_id"]["$oid"]: menu for menu in _on(department, day)}
        department.today = day
        after = {menu["_id"]["$oid"]: menu for menu in _on(department, day)}
        assert before.keys() == after.keys()
        changed = [key for key in before if before[key] != after[key]]
        assert 0 < len(changed) < len(before) / 10
        assert all(after[key]["data_publicacao"] > before[key]["data_publicacao"] for key in changed)

    def test_same_seed_same_menus(self):
        one, two, other = (Department(20, seed, today=TODAY) for seed in (5, 5, 6))
        day = date(2025, 8, 12)
        assert _on(one, day) == _on(two, day)
        assert _on(one, day) != _on(other, day)

    def test_grouping_4_writes_joint_documents_in_some_weeks_only(self, city):
        joint = [
            any(menu["tipo_atendimento"] == "DIRETA + MISTA" for menu in _on(city, day, grouping="4"))
            for day in school_days(2025)
        ]
        assert 0.1 < sum(joint) / len(joint) < 0.45
        assert not any(
            menu["tipo_atendimento"] == "DIRETA + MISTA" for menu in _on(city, date(2025, 3, 10), grouping="3")
        )


class TestContent:
    def test_family_farming_placeholders_and_both_spellings_occur(self, city):
        menus = _on(city, date(2025, 9, 15)) + _on(city, date(2025, 9, 16))
        dishes = [dish for menu in menus for served in menu["cardapio"].values() for dish in served]
        assert any(dish.endswith(" - AF") for dish in dishes)
        assert ["-"] in [served for menu in menus for served in menu["cardapio"].values()]
        assert any(dish.isupper() and dish.isascii() for dish in dishes)
        assert any(dish != dish.upper() and not dish.isascii() for dish in dishes)

    def test_babies_are_given_formula_and_nothing_else(self, city):
        for menu in _on(city, date(2025, 9, 15), age="B - 1 A 3 MESES"):
            for dish in (dish for served in menu["cardapio"].values() for dish in served):
                assert dish == "-" or "RMULA" in dish.upper()

    def test_only_kitchens_that_the_city_supplies_keep_the_imported_list(self, city):
        for menu in _on(city, date(2025, 9, 15)):
            outsourced = menu["tipo_atendimento"] == "TERCEIRIZADA"
            assert any(menu["cardapio_original"].values()) is not outsourced
            assert ("dia_semana" in menu) is outsourced

    def test_documents_are_json(self, city):
        menus = _on(city, date(2025, 9, 15))
        assert json.loads(json.dumps(menus)) == menus


class TestSearch:
    def test_newest_day_first_and_pages_that_meet(self, department):
        search = Search(first="20260601", last="20260612")
        whole = department.menus.find(search)
        days = [menu["data"] for menu in whole]
        assert days == sorted(days, reverse=True)
        pages = [department.menus.find(search, skip=skip, limit=500) for skip in range(0, len(whole) + 500, 500)]
        assert [menu for page in pages for menu in page] == whole

    def test_days_are_compared_as_text(self, department):
        assert department.menus.find(Search(first="2026061", last="20260610")) != []
        assert department.menus.find(Search(first="Data", last="Data")) == []
        assert department.menus.find(Search(first="20260612", last="20260601")) == []

    def test_nothing_before_the_records_begin(self, department):
        assert department.menus.find(Search(last="20171217")) == []

    def test_revised_menus_have_other_dishes_and_a_new_publication(self, department):
        day = date(2026, 6, 10)
        before = _on(department, day)
        department.edit(ReviseMenus(day, day))
        after = _on(department, day)
        assert [menu["_id"] for menu in before] == [menu["_id"] for menu in after]
        assert all(menu["data_publicacao"].startswith(TODAY.isoformat()) for menu in after)
        different = sum(a["cardapio"] != b["cardapio"] for a, b in zip(before, after, strict=True))
        assert different / len(before) > 0.9
