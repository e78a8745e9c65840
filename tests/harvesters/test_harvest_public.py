"""Without a key the public routes give the same, as far as they can be asked."""

from datetime import date

import pytest
from harvest_source import MENUS, PARTS, Source

from ckanext.patiodigital.harvesters.core.outcome import State
from ckanext.patiodigital.harvesters.prato_aberto import ALLOWED
from simulator.edits import ChangeSchool

#: In the second week of February, grouping 4 writes menus for two managements at once.
JOINT_WEEK = date(2026, 2, 2)


@pytest.fixture(scope="module")
def _sources():
    return {}


@pytest.fixture
def both(_sources, department, portal):
    """A source with a key and one without, each read once."""
    if not _sources:
        department.today = JOINT_WEEK
        _sources["bulk"] = Source(department.url)
        _sources["bulk"].run()
        department.requests.clear()
        _sources["public"] = Source(department.url, "sem-chave", key_env=None)
        _sources["outcomes"] = _sources["public"].run()
        _sources["requests"] = list(department.requests)
    return _sources


def test_it_asks_only_for_what_it_may_and_sends_no_key(both):
    assert list(both["outcomes"]) == PARTS
    assert {outcome.state for outcome in both["outcomes"].values()} <= {State.CHANGED, State.PARTIAL}
    assert {seen.status for seen in both["requests"]} == {200}
    assert all("key" not in seen.headers for seen in both["requests"])
    assert all(any(path.fullmatch(seen.path) for path in ALLOWED) for seen in both["requests"])
    assert not any(seen.path in ("/editor/cardapios", "/v2/editor/escolas") for seen in both["requests"])


@pytest.mark.parametrize("table", ["schools", "school_menu_groups", "school_meals"])
def test_schools_groups_and_meals_are_the_same(both, table):
    assert both["public"].rows(table) == both["bulk"].rows(table)


def test_menus_are_the_same_wherever_they_could_be_asked_for(both):
    def kind(row):
        return (row["menu_group"], row["age_band"], row["meal"])

    bulk, public = both["bulk"].rows("menus"), both["public"].rows("menus")
    reached = {kind(row) for row in public}
    assert public == [row for row in bulk if kind(row) in reached]
    missing = {kind(row) for row in bulk} - reached
    whole = {row["menu_group"] for row in bulk} - {group for group, _, _ in missing}
    assert whole >= {
        "direta/cei-conveniado/1",
        "direta/cei-parceiro-rp/4",  # told together with mista/cei-parceiro-rp/4 in one of the weeks
        "direta/projeto-ceci/3",  # asked for with its management
        "mista/emef/1",
        "terceirizada/emei/edital-2024",
        "unit/recreio-ferias",
    }
    assert ("mista/emebs/3", "z-unidades-sem-faixa", "r1-refeicao-1") in missing  # or another meal of the same label
    assert {group for group, _, _ in missing} >= {"direta/cei-conveniado/2"}  # whose school shares its name


def test_what_could_not_be_asked_for_is_told(both):
    assert "No school of CEI_CONVENIADO / 2 has a name of its own to ask by." in both["outcomes"][MENUS].messages
    reasons = {(field, value, reason) for _, field, value, reason, _ in both["public"].set_aside(MENUS)}
    assert ("meal", "Refeição", "unknown_code") in reasons


def test_a_second_run_finds_nothing_new(both):
    assert {outcome.state for outcome in both["public"].run().values()} == {State.UNCHANGED}


def test_a_school_that_serves_another_meal_now_has_its_labels_read_anew(both, department):
    school = department.schools[205]
    meals = [meal for meal in school["refeicoes"] if not meal.startswith("AA")]
    department.edit(ChangeSchool(205, {"refeicoes": meals}))
    outcomes = both["public"].run()
    assert outcomes[MENUS].state is not State.UNCHANGED
    department.edit(ChangeSchool(205, school))


def test_a_school_that_closes_while_it_is_read_is_left_out(both, department):
    department.faults.add("status", path="/escola/92622", status=404)
    outcome = both["public"].run("schools")["schools"]
    department.faults.clear()
    assert outcome.withdrawn == 1
    assert both["public"].run("schools")["schools"].changed == 1


def test_schools_come_before_menus(department, portal):
    source = Source(department.url, "sem-escolas", key_env=None, months_ahead=2)
    outcome = source.run(MENUS)[MENUS]
    assert outcome.state is State.FAILED
    assert "The schools of this source were not read yet" in outcome.messages[0]
