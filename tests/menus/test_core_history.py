"""Earlier versions of menus, from the change log."""

from hypothesis import given
from hypothesis import strategies as st
from menus_core_examples import change, dish, instant

from ckanext.patiodigital.menus.core.history import as_of, earlier_versions


def test_each_instant_of_changes_is_one_version():
    rows = [dish("Arroz", 1), dish("Maçã", 2)]
    changes = [
        change(instant(3), 1, dish("Sopa", 1)),
        change(instant(5), 2, dish("Banana", 2)),
        change(instant(5), 3, dish("Suco", 3)),
    ]
    versions = earlier_versions(rows, changes)
    assert [(version.until, [row.dish for row in version.rows]) for version in versions] == [
        (instant(5), ["Arroz", "Banana", "Suco"]),
        (instant(3), ["Sopa", "Banana", "Suco"]),
    ]


def test_a_row_that_came_later_was_not_there_before():
    versions = list(earlier_versions([dish("Arroz", 1), dish("Feijão", 2)], [change(instant(4), 2, None)]))
    assert [row.dish for row in versions[0].rows] == ["Arroz"]


TABLES = st.dictionaries(st.integers(1, 3), st.sampled_from("abc"), max_size=3)


@given(st.lists(TABLES, min_size=1, max_size=6))
def test_every_past_table_can_be_read_again(tables):
    """Applies a history forwards, keeping the log as the loader does, and reads each state back."""
    log, current = [], {}
    for day, table in enumerate(tables, start=1):
        for position in sorted(current.keys() | table.keys()):
            if current.get(position) != table.get(position):
                old = dish(current[position], position) if position in current else None
                log.append(change(instant(day), position, old))
        current = table
    rows = [dish(name, position) for position, name in current.items()]
    for day, table in enumerate(tables, start=1):
        past_rows, past_changes = as_of(rows, log, instant(day, hour=13))
        assert {row.position: row.dish for row in past_rows} == table
        assert all(past.at <= instant(day) for past in past_changes)
