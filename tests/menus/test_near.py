"""The schools around a position: a list, and a map beside it that has the same numbers."""

import re
from html import unescape

import pytest
from menus.conftest import GROUPS, MENUS, SCHOOLS, make_dataset
from tables.rows import row

from ckanext.patiodigital.menus import service as lookup
from ckanext.patiodigital.tables import service

HERE = "/cardapio/perto?lat=-23.571&lon=-46.731"


def names(page):
    return re.findall(r'class="result-name"[^>]*>([^<]+)<', page)


def more(page):
    """The address of the next page; None on the last."""
    found = re.search(r'href="([^"]+)" rel="next"', page)
    return unescape(found[1]) if found else None


def marks(page):
    return re.findall(r'<text class="number"[^>]*>([^<]+)</text>', page)


@pytest.mark.usefixtures("network")
def test_the_map_has_the_numbers_of_the_list(app):
    page = app.get(HERE).text
    assert names(page) == ["EMEF João XXIII", "EMEF Professor Antônio Pacheco e Silva"]
    assert more(page) is None
    assert marks(page) == ["1", "2"]
    assert 'role="img" aria-label=' in page


@pytest.mark.usefixtures("network")
def test_where_there_is_no_school_there_is_no_map(app):
    page = app.get("/cardapio/perto?lat=-20&lon=-40").text
    assert "<svg viewBox" not in page
    assert "result-name" not in page


@pytest.mark.parametrize("query", ["", "?lat=x&lon=y", "?lat=91&lon=0", "?lat=nan&lon=nan", "?lat=-23.5"])
@pytest.mark.usefixtures("network")
def test_a_position_that_is_none_leads_to_the_search(app, query):
    page = app.get(f"/cardapio/perto{query}", status=400).text
    assert 'name="q"' in page


def test_five_thousand_schools_within_reach(clean_tables, morning, app):
    package = make_dataset()["id"]
    many = [
        row("schools", eol=f"{500_000 + n}", name=f"EMEF {n}", lat=-23.571 + n / 1e6, lon=-46.731) for n in range(5_000)
    ]
    for table, rows in {"schools": [*SCHOOLS, *many], "school_menu_groups": GROUPS, "menus": MENUS}.items():
        resource = service.ensure_table(package, table, "test")
        assert service.load(resource, rows).set_aside == 0
    lookup.forget()
    page = app.get("/en" + HERE).text
    assert page.count('class="result-name"') == 20
    assert "The nearest 20 of 5002 schools within 5 km." in page
    assert len(page) < 40_000
    following = app.get(more(page)).text
    assert "Schools 21 to 40 of 5002 within 5 km, the nearest first." in following
    assert re.search(r'<ol class="results" start="21">', following)
    assert all(re.match(r"2[1-9]|3\d|40", label) for label in marks(following))
    assert not set(names(page)) & set(names(following))
    assert names(app.get(more(page) + "x").text) == names(page)  # no cursor any more
