"""Prato Aberto, from its server over HTTP to rows that anyone can read."""

from ckan.tests.helpers import call_action

from ckanext.patiodigital.harvesters.core.outcome import State
from ckanext.patiodigital.harvesters.dataset import package_id_of
from ckanext.patiodigital.tables import service


def table(source, name):
    return service.resource_id_of(package_id_of(source.id), name)


def test_a_first_run_publishes_all_tables(source):
    outcomes = source.run()
    for name, outcome in outcomes.items():
        print(name, outcome)
    assert list(outcomes) == ["schools", "school_menu_groups", "school_meals", "menus/2026-06", "menus/2026-05"]
    assert {outcome.state for outcome in outcomes.values()} <= {State.CHANGED, State.PARTIAL}
