"""What becomes of events in people's calendars when a menu changes, a day is called off, a school closes."""

import re
from datetime import datetime, timedelta, timezone

import pytest
from icalendar import Calendar
from lxml import etree
from menus.conftest import CALENDAR, GROUPS, JUNE, MENUS, SCHOOLS, dish, emei, load_network, make_dataset
from tables.rows import row

from ckanext.patiodigital import clock
from ckanext.patiodigital.menus import service as lookup
from ckanext.patiodigital.tables import service
from ckanext.patiodigital.tables.core.load import Partition

API = "/api/menus/v1/schools"
ATOM = "{http://www.w3.org/2005/Atom}"
#: As many dishes as a meal can have.
MANY = 200
LUNCH = "2026-06-02-a-almoco-z-unidades-sem-faixa-common"
#: Past the edge, which looks at most once a second whether there is something new.
PAST_THE_EDGE = {"Authorization": "none"}


@pytest.fixture
def tables(clean_tables, morning):
    """The resources of a network that the test may change."""
    return load_network(make_dataset()["id"])


@pytest.fixture
def read(app):
    def ask(path):
        lookup.forget()
        return app.get(f"{API}/{path}", status=200, headers=PAST_THE_EDGE).body

    return ask


@pytest.fixture
def events(read):
    def of_school(eol, query=""):
        found = Calendar.from_ical(read(f"{eol}/menus.ics{query}")).events
        return {str(event["UID"]).partition("@")[0].removeprefix(f"{eol}-"): event for event in found}

    return of_school


def test_a_changed_meal_is_the_same_event_with_a_higher_sequence(tables, events):
    before = events("094617")
    service.load(tables["menus"], [dish("2026-06-02", 1, "Lasanha"), *MENUS[1:]], JUNE)
    after = events("094617")
    assert set(after) == set(before)
    assert (before[LUNCH]["SEQUENCE"], after[LUNCH]["SEQUENCE"]) == (0, 1)
    assert after[LUNCH]["SUMMARY"] == "Almoço: lasanha, banana"
    assert after[LUNCH]["LAST-MODIFIED"].dt > before[LUNCH]["LAST-MODIFIED"].dt
    (told,) = [line for line in after[LUNCH]["DESCRIPTION"].splitlines() if "arroz, feijão e frango, banana" in line]
    assert str(datetime.now(timezone.utc).year) in told
    assert all(before[uid].to_ical() == after[uid].to_ical() for uid in set(after) - {LUNCH})


def test_a_change_is_news_with_what_was_replaced(tables, read):
    service.load(tables["menus"], [dish("2026-06-02", 1, "Lasanha"), *MENUS[1:]], JUNE)
    service.load(tables["menus"], [dish("2026-06-02", 1, "Sopa"), *MENUS[1:]], JUNE)
    entries = etree.fromstring(read("094617/menus.atom").encode()).findall(f"{ATOM}entry")
    changes = [entry for entry in entries if "/2026-06-02/a-almoco/" in entry.findtext(f"{ATOM}id")]
    lists = [[item.text for item in entry.iter("{http://www.w3.org/1999/xhtml}li")] for entry in changes]
    assert lists == [["sopa, banana", "lasanha, banana"], ["lasanha, banana", "arroz, feijão e frango, banana"]]
    assert len({entry.findtext(f"{ATOM}id") for entry in entries}) == len(entries)
    week = next(entry for entry in entries if entry.findtext(f"{ATOM}id").endswith("W23"))
    assert week.findtext(f"{ATOM}updated") == changes[0].findtext(f"{ATOM}updated")


def test_a_day_called_off_cancels_its_meals_and_a_day_that_opens_again_restores_them(tables, events):
    meal = "2026-06-03-a-almoco-z-unidades-sem-faixa-common"
    planned = events("019283")[meal]
    closing = row("school_calendar", date="2026-06-03", scope="eol:019283", kind="closed", name="Enchente")
    service.load(tables["school_calendar"], [*CALENDAR, closing])
    called_off = events("019283")
    assert called_off[meal]["STATUS"] == "CANCELLED"
    assert called_off[meal]["SEQUENCE"] > planned["SEQUENCE"]
    assert "Enchente" in called_off["2026-06-03-no-lessons"]["SUMMARY"]
    assert events("094617")[meal]["STATUS"] == "CONFIRMED"  # another school
    service.load(tables["school_calendar"], CALENDAR)
    restored = events("019283")
    assert restored[meal]["STATUS"] == "CONFIRMED"
    assert restored[meal]["SEQUENCE"] > called_off[meal]["SEQUENCE"]
    assert "2026-06-03-no-lessons" not in restored


def test_a_closing_that_is_told_otherwise_has_a_higher_sequence(tables, events):
    def closing(name):
        return row("school_calendar", date="2026-06-10", kind="closed", name=name)

    service.load(tables["school_calendar"], [*CALENDAR, closing("Greve")])
    first = events("019283")["2026-06-10-no-lessons"]
    service.load(tables["school_calendar"], [*CALENDAR, closing("Greve de ônibus")])
    second = events("019283")["2026-06-10-no-lessons"]
    assert (first["SEQUENCE"], second["SEQUENCE"]) == (0, 1)
    assert "ônibus" in second["SUMMARY"]


def test_a_school_that_closed_keeps_its_past_and_says_so_once(clean_tables, read, events):
    clock.set_source(None)  # loads are dated by the database's own clock
    today = lookup.local_now().date()
    past, ahead = today - timedelta(days=3), today + timedelta(days=3)
    package = make_dataset()["id"]
    resources = {
        name: service.ensure_table(package, name, "test") for name in ("schools", "school_menu_groups", "menus")
    }
    service.load(resources["schools"], SCHOOLS)
    service.load(resources["school_menu_groups"], [(*GROUPS[1][:1], "2020-01-01", *GROUPS[1][2:])])
    meals = [dish(day.isoformat(), 1, "Sopa", published_at=f"{past}T00:00:00Z") for day in (past, ahead)]
    service.load(resources["menus"], meals, Partition("menus", "date", past, ahead))
    assert {event["STATUS"] for event in events("094617").values()} == {"CONFIRMED"}
    closed = [
        cells if cells[0] != "094617" else tuple("closed" if cell == "active" else cell for cell in cells)
        for cells in SCHOOLS
    ]
    service.load(resources["schools"], closed)
    found = events("094617")
    assert {uid: event["STATUS"] for uid, event in found.items()} == {
        f"{past}-a-almoco-z-unidades-sem-faixa-common": "CONFIRMED",
        f"{ahead}-a-almoco-z-unidades-sem-faixa-common": "CANCELLED",
        "no-longer-served": "CONFIRMED",
    }
    assert found["no-longer-served"].start == today
    canteen = etree.fromstring(read("094617/openmensa.xml").encode())
    assert {child.tag.rpartition("}")[2] for day in canteen.iter("{*}day") for child in day} == {"closed"}


def test_a_day_on_which_some_allergens_are_informed_says_of_which_dishes_they_are_not(tables, events):
    snack = emei("2026-06-03", 1, "Leite", age_band="g-4-a-6-anos", meal="l-lanche")
    assert service.load(tables["menus"], [*MENUS, snack], JUNE).set_aside == 0
    day = events("000086", "?group=day")["2026-06-03-day-g-4-a-6-anos-common"]["DESCRIPTION"]
    assert "- Bolo (contém leite; pode conter soja)" in day
    assert re.search(r"^- Leite \(.+\)$", day, re.MULTILINE)


def test_a_meal_of_many_dishes_is_cut_and_says_so(tables, events, read):
    name = "Prato; e, acompanhamento\u202e"
    many = [dish("2026-06-09", position, f"{name} {position}") for position in range(1, MANY + 1)]
    assert service.load(tables["menus"], [*MENUS, *many], JUNE).set_aside == 0
    event = events("094617")["2026-06-09-a-almoco-z-unidades-sem-faixa-common"]
    assert len(event["SUMMARY"]) <= 120
    assert len(event["DESCRIPTION"]) < 3_500
    assert str(MANY - 30) in event["DESCRIPTION"]
    assert "não informados" in event["DESCRIPTION"]
    assert len(read("094617/menus.atom")) < 20_000
    assert read("094617/openmensa.xml").count("<meal>") > MANY
