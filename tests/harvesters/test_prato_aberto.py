"""Prato Aberto, from its server over HTTP to rows that anyone can read."""

from harvest_source import PARTS, TABLES, adds_up

from ckanext.patiodigital.harvesters.core.outcome import State


def test_a_first_run_publishes_all_tables(source, first_run):
    assert list(first_run) == PARTS
    assert {outcome.state for outcome in first_run.values()} <= {State.CHANGED, State.PARTIAL}
    assert all(adds_up(outcome) for outcome in first_run.values())
    assert all(source.rows(table) for table in TABLES)
