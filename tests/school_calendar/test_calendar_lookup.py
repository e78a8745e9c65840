"""What families read after an edit: the look-up's API and page, without a harvest between."""

from datetime import date

from menus.conftest import load_network, make_dataset

from ckanext.patiodigital.menus import service as lookup
from ckanext.patiodigital.menus.core.queries import MenusQuery
from ckanext.patiodigital.school_calendar import service
from ckanext.patiodigital.school_calendar.core.calendar import Entry

SECOND = date(2026, 6, 2)


def closing(scope):
    return Entry(SECOND, SECOND, scope, "closed", "Falta de <água>")


def test_a_closed_school_is_closed_for_families_until_it_is_undone(clean_tables, stopped_clock, app):
    load_network(make_dataset()["id"])

    def day(eol):
        lookup.forget()
        school = lookup.public().schools.get(eol)
        (found,) = lookup.public().days(school, MenusQuery(start=SECOND, end=SECOND), "pt")
        return found.status, found.reason

    assert day("094617") == ("menu", None)
    number = service.add([closing("eol:094617")], "ana")[0].id
    assert day("094617") == ("closed", "Falta de <água>")
    assert "Falta de &lt;água&gt;" in app.get("/cardapio/094617?data=2026-06-02").body
    assert day("019283") == ("menu", None)
    service.undo(number, "ana")
    assert day("094617") == ("menu", None)
    service.add([closing("network")], "ana")
    assert day("019283") == ("closed", "Falta de <água>")
