"""A school of several ages, and closings of several days, on CKAN's real app."""

import re

import pytest
from menus.conftest import CALENDAR, GROUPS, JUNE, MENUS, dish
from tables.rows import row
from test_pages import page, text  # noqa: F401 (page is a fixture)

from ckanext.patiodigital.menus import service as lookup
from ckanext.patiodigital.tables import service

DAY = "2026-06-10"
SCHOOL = "400001"
GROUP = {"menu_group": "direta/emei/1", "school_type": "emei", "grouping": "1"}
AGES = [
    dish(DAY, 1, "Papinha", age_band="d-6-a-7-meses", **GROUP),
    dish(DAY, 1, "Macarrão", age_band="f-2-a-3-anos", **GROUP),
    dish(DAY, 1, "Pão", age_band="f-2-a-3-anos", meal="l-lanche", **GROUP),
    dish(DAY, 1, "Strogonoff", age_band="h-adulto", **GROUP),
    dish(DAY, 1, "Café", age_band="v-professor", **GROUP),
    dish("2026-06-11", 1, "Mingau", age_band="d-6-a-7-meses", **GROUP),
]
CLOSED = [
    row("school_calendar", date=f"2026-06-{day}", scope=f"eol:{SCHOOL}", kind="closed", name="Reforma")
    for day in (22, 23, 24)
]
MONTH = f"/en/cardapio/{SCHOOL}?mes=2026-06"


@pytest.fixture
def ages(network):
    """The network in which one more school has menus, for several ages, and is closed for three days."""
    _, resources = network
    groups = [*GROUPS, row("school_menu_groups", eol=SCHOOL, valid_from="2026-01-01", menu_group=GROUP["menu_group"])]
    assert service.load(resources["school_menu_groups"], groups).set_aside == 0
    assert service.load(resources["menus"], [*MENUS, *AGES], JUNE).set_aside == 0
    assert service.load(resources["school_calendar"], [*CALENDAR, *CLOSED]).set_aside == 0
    lookup.forget()


def line(html, day):
    """What a narrow screen's list says of a day."""
    (found,) = re.findall(rf'data={day}[^"]*"[^>]*>[^<]*</a>\s*<span class="month-text">(.*?)</span></li>', html)
    return " ".join(re.sub("<[^>]+>", "", found).split())


def ages_offered(html):
    """The ages that the page lets choose, each with whether it is the one shown."""
    (nav,) = re.findall(r'<nav class="tabs audience".*?</nav>', html, re.DOTALL)
    return [(words, bool(chosen)) for chosen, words in re.findall(r'<a [^>]*?( aria-current="true")?>([^<]+)</a>', nav)]


def test_a_month_tells_of_one_age_and_says_of_which(ages, page):  # noqa: F811
    html = page(MONTH)
    assert "The lunch of each day, for 2 to 3 years. Choose another age:" in text(html)
    assert line(html, DAY) == "Lunch: Macarrão"
    assert "Papinha" not in html
    assert line(html, "2026-06-11") == "Nothing here for this choice"
    assert ages_offered(html) == [
        ("6 to 7 months", False), ("2 to 3 years", True), ("Adults (any age)", False), ("Teachers", False),
    ]  # fmt: skip


def test_a_month_tells_of_the_age_that_is_asked_for(ages, page):  # noqa: F811
    html = page(f"{MONTH}&idade=d-6-a-7-meses")
    assert "The lunch of each day, for 6 to 7 months." in text(html)
    assert (line(html, DAY), line(html, "2026-06-11")) == ("Lunch: Papinha", "Lunch: Mingau")
    grown_up = page(f"{MONTH}&idade=h-adulto,v-professor")
    assert "for adults (any age)." in text(grown_up)


def test_a_month_without_lunch_names_the_meal_of_each_day(ages, page):  # noqa: F811
    html = page(f"{MONTH}&refeicao=l-lanche")
    assert "One meal of each day, for 2 to 3 years." in text(html)
    assert line(html, DAY) == "Snack: Pão"


def test_an_age_that_is_not_there_leaves_a_month_of_reasons(ages, page):  # noqa: F811
    html = page(f"{MONTH}&idade=g-4-a-6-anos")
    assert "of each day" not in text(html)
    assert line(html, DAY) == "Nothing here for this choice"


def test_one_line_says_whom_a_day_is_for_and_opens_on_the_others(ages, page):  # noqa: F811
    html = page(f"/en/cardapio/{SCHOOL}?data={DAY}&idade=f-2-a-3-anos")
    (chooser,) = re.findall(r'<details class="chooser of-ages">.*?</details>', html, re.DOTALL)
    assert " ".join(re.sub("<[^>]+>", "", chooser.partition("</summary>")[0]).split()) == "For: 2 to 3 years change"
    assert f'href="/en/cardapio/{SCHOOL}?data={DAY}"' in chooser
    assert 'class="visually-hidden">2 to 3 years</h3>' in html  # the line says it already
    everybody = page(f"/en/cardapio/{SCHOOL}?data={DAY}")
    assert "For: everybody" in text(everybody)
    assert 'class="visually-hidden">2 to 3 years' not in everybody


def test_a_closing_says_from_when_to_when_whatever_the_day(ages, page):  # noqa: F811
    for day in ("2026-06-22", "2026-06-24"):
        words = text(page(f"/cardapio/{SCHOOL}?data={day}"))
        assert "Escola fechada: Reforma" in words
        assert "De segunda-feira, 22 de junho a quarta-feira, 24 de junho." in words
    assert "From" not in text(page("/en/cardapio/094617?data=2026-06-08")), "a single day has no end of its own"
