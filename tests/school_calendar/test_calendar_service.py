"""Entries on the real databases: what readers see after each, what an undo brings back, and who comes between."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier

import pytest
from ckan import model
from ckan.tests import factories
from school_calendar.conftest import CHRISTMAS, stated, version

from ckanext.patiodigital.school_calendar import service
from ckanext.patiodigital.school_calendar.core.calendar import Entry
from ckanext.patiodigital.school_calendar.core.recess import NAME
from ckanext.patiodigital.tables import service as tables

FIRST, SECOND = date(2026, 12, 1), date(2026, 12, 2)


def entry(first=FIRST, last=SECOND, scope="network", kind="closed", name="Falta de água"):
    return Entry(first, last, scope, kind, name)


def test_an_edit_is_there_at_once_and_grows_the_version(portal):
    before = version()
    service.add([entry()], "ana")
    assert version().data_version > before.data_version
    assert version().row_count == before.row_count + 2
    assert stated(FIRST) == stated(SECOND) == {"network": ("closed", "Falta de água")}
    assert stated(SECOND + timedelta(days=1)) == {}


def test_an_undo_brings_back_the_holiday_and_grows_the_version(portal):
    holiday = stated(CHRISTMAS)
    (added,) = service.add([entry(CHRISTMAS, CHRISTMAS, kind="school_day", name="Reposição")], "ana")
    assert stated(CHRISTMAS) == {"network": ("school_day", "Reposição")}
    edited = version()
    service.undo(added.id, "bia")
    assert stated(CHRISTMAS) == holiday == {"network": ("holiday", "Natal")}
    assert version().data_version > edited.data_version
    assert (added.author, added.undone_by) == ("ana", "bia")


def test_an_undo_brings_back_the_older_entry(portal):
    service.add([entry(name="velho")], "ana")
    (newer,) = service.add([entry(name="novo")], "ana")
    assert stated(FIRST)["network"] == ("closed", "novo")
    service.undo(newer.id, "ana")
    assert stated(FIRST)["network"] == ("closed", "velho")


def test_a_second_undo_changes_nothing(portal):
    (added,) = service.add([entry()], "ana")
    service.undo(added.id, "bia")
    before = version()
    service.undo(added.id, "caio")
    assert added.undone_by == "bia"
    assert version() == before


def test_a_long_entry_can_be_undone_although_many_rows_go(portal):
    long = entry(date(2026, 1, 1), date(2026, 12, 31))
    (added,) = service.add([long], "ana")
    assert version().row_count > 365
    service.undo(added.id, "ana")
    assert stated(FIRST) == {}


def test_the_next_harvest_keeps_entries_and_changes_nothing(portal):
    service.add([entry()], "ana")
    before = version()
    assert service.ensure_calendar(portal.package["id"], (2025, 2026, 2027)) == portal.calendar
    assert stated(FIRST)["network"] == ("closed", "Falta de água")
    assert version().data_version == before.data_version


def test_another_dataset_s_calendar_has_the_entries_too_also_those_of_other_years(portal):
    service.add([entry(), entry(date(2019, 5, 2), date(2019, 5, 2), name="antiga")], "ana")
    other = factories.Dataset(
        owner_org=portal.package["owner_org"],
        notes="x",
        subject=["alimentacao"],
        frequency="daily",
        maintainer_email="dados@example.org",
    )
    theirs = service.ensure_calendar(other["id"], (2026,))
    assert theirs != portal.calendar
    service.add([entry(name="depois", scope="eol:000086")], "ana")
    with tables.reading() as connection, connection.cursor() as cursor:
        cursor.execute(f"SELECT DISTINCT name FROM \"{theirs}\" WHERE kind = 'closed'")  # noqa: S608 (our own id)
        assert {name for (name,) in cursor} == {"Falta de água", "antiga", "depois"}
    assert tables.primary("school_calendar").resource_id == portal.calendar


def test_of_two_editors_at_once_neither_is_lost(portal):
    """Each day has as many entries, for as many schools, as editors pressed the button together."""
    editors, rounds = 4, 3
    together = Barrier(editors, timeout=30)

    def edit(number):
        try:
            for turn in range(rounds):
                together.wait()
                service.add([entry(scope=f"eol:{number:03}{turn:03}")], f"editor {number}")
        finally:
            model.Session.remove()

    with ThreadPoolExecutor(editors) as pool:
        list(pool.map(edit, range(editors)))
    assert len(stated(FIRST)) == editors * rounds


def test_an_edit_that_overtakes_another_is_not_lost(portal, monkeypatch):
    """Between one editor's commit and load, another editor's whole edit."""
    load = tables.load

    def other_editor():
        try:
            service.add([entry(name="ao mesmo tempo", scope="eol:000086")], "bia")
        finally:
            model.Session.remove()

    def overtaken(*arguments, **options):
        monkeypatch.undo()
        with ThreadPoolExecutor(1) as pool:
            pool.submit(other_editor).result(timeout=60)
        return load(*arguments, **options)

    monkeypatch.setattr(tables, "load", overtaken)
    service.add([entry()], "ana")
    assert stated(FIRST) == {"network": ("closed", "Falta de água"), "eol:000086": ("closed", "ao mesmo tempo")}


def test_what_could_not_be_published_is_not_in_force(portal, monkeypatch):
    holiday = stated(CHRISTMAS)

    def refuse(*_args, **_options):
        raise ConnectionError("Redis is away")

    (standing,) = service.add([entry()], "ana")
    # After the commit of the rows: the worst moment.
    monkeypatch.setattr(tables, "queue_files", refuse)
    with pytest.raises(ConnectionError):
        service.add([entry(CHRISTMAS, CHRISTMAS)], "ana")
    with pytest.raises(ConnectionError):
        service.undo(standing.id, "ana")
    monkeypatch.undo()
    assert stated(CHRISTMAS) == holiday
    assert stated(FIRST) == {"network": ("closed", "Falta de água")}
    assert service.current(10)[0] == 1
    service.ensure_calendar(portal.package["id"], (2026,))
    assert stated(CHRISTMAS) == holiday


def test_the_generated_recess_comes_once_and_stays_undone(portal):
    generated = service.generate([2026], "portal")
    assert len(generated) == 3
    assert stated(date(2026, 7, 14)) == {"network": ("recess", NAME)}
    service.undo(generated[1].id, "ana")
    assert [new.first.year for new in service.generate([2026, 2027], "portal")] == [2027] * 3
    assert stated(date(2026, 7, 14)) == {}


def test_current_is_what_still_counts_and_past_is_the_rest(portal):
    over, undone, soon, today = service.add(
        [
            entry(date(2026, 11, 20), date(2026, 11, 23), name="acabou"),
            entry(name="desfeita"),
            entry(date(2026, 12, 24), date(2026, 12, 24), name="depois"),
            entry(date(2026, 11, 20), date(2026, 11, 24), name="até hoje"),
        ],
        "ana",
    )
    service.undo(undone.id, "ana")
    assert service.current(10) == (2, [today, soon])
    assert service.current(1, 1) == (2, [soon])
    assert service.past(10) == (2, [undone, over])


def test_only_active_schools_of_the_calendar_s_dataset_can_be_closed(portal):
    assert {school.eol for school in service.schools()} == {"094617", "000086", "019283", "019284"}
