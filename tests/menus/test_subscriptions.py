"""Calendar, Atom and OpenMensa of a school, on CKAN's real app, through the edge."""

import gzip
import json
from datetime import date
from pathlib import Path

import pytest
from icalendar import Calendar
from lxml import etree

API = "/api/menus/v1"
ATOM = "{http://www.w3.org/2005/Atom}"
OPENMENSA = "{http://openmensa.org/open-mensa-v2}"


@pytest.fixture
def get(network, app):
    def ask(path, status=200, prefix="", **kwargs):
        answer = app.get(f"{prefix}{API}{path}", status=status, **kwargs)
        assert "Set-Cookie" not in answer.headers
        return answer

    return ask


@pytest.fixture
def events(get):
    """The events of a calendar by their UID without the host."""

    def read(path, **kwargs):
        found = Calendar.from_ical(get(path, **kwargs).body).events
        assert len({event["UID"] for event in found}) == len(found)
        return {str(event["UID"]).removesuffix("@test.ckan.net"): event for event in found}

    return read


def test_a_meal_is_an_event(events):
    event = events("/schools/094617/menus.ics")["094617-2026-06-02-a-almoco-z-unidades-sem-faixa-common"]
    assert event["SUMMARY"] == "Almoço: arroz, feijão e frango, banana"
    assert (event.start, event.end) == (date(2026, 6, 2), date(2026, 6, 3))
    assert (event["SEQUENCE"], event["STATUS"]) == (0, "CONFIRMED")
    assert event["DTSTAMP"].dt.isoformat() == "2026-05-20T12:00:00+00:00"  # when it was published, not when asked for
    assert event["URL"] == "http://test.ckan.net/cardapio/094617?data=2026-06-02"
    assert "- Arroz, feijão e frango\n- Banana (agricultura familiar)" in event["DESCRIPTION"]


def test_a_calendar_opens_in_calendars(get):
    answer = get("/schools/94617/menus.ics")
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer.headers["Content-Disposition"] == 'inline; filename="menus-094617.ics"'
    calendar = Calendar.from_ical(answer.body)
    assert calendar["X-WR-TIMEZONE"] == "America/Sao_Paulo"
    assert calendar["SOURCE"] == "http://test.ckan.net/api/menus/v1/schools/094617/menus.ics"


def test_days_without_lessons_are_events_with_their_reason(events):
    found = events("/schools/094617/menus.ics")
    assert "Corpus Christi" in found["094617-2026-06-04-no-lessons"]["SUMMARY"]
    assert "Falta de água" in found["094617-2026-06-08-no-lessons"]["SUMMARY"]
    recess = found["094617-2026-06-29-no-lessons"]
    assert (recess.start, recess.end) == (date(2026, 6, 29), date(2026, 7, 1))


def test_a_choice_of_age_meal_and_event(events):
    assert [
        uid[7:28] for uid in events("/schools/094617/menus.ics?meal=l4-lanche-4-horas") if "lessons" not in uid
    ] == ["2026-06-02-l4-lanche-"]
    first, *_ = events("/schools/000086/menus.ics?age=g-4-a-6-anos").values()
    assert first["SUMMARY"] == "Almoço: purê"
    whole = events("/schools/094617/menus.ics?group=day")
    assert "banana · Lanche" in whole["094617-2026-06-02-day-z-unidades-sem-faixa-common"]["SUMMARY"]


def test_allergens_have_three_states_in_words(events):
    informed = events("/schools/000086/menus.ics")["000086-2026-06-03-a-almoco-g-4-a-6-anos-common"]["DESCRIPTION"]
    assert "- Bolo (contém leite; pode conter soja)" in informed
    unknown = events("/schools/000086/menus.ics")["000086-2026-06-02-a-almoco-g-4-a-6-anos-common"]["DESCRIPTION"]
    assert "não informados" in unknown
    assert "(11) 2557-8348" in unknown


def test_the_language_of_the_address(events):
    english = events("/schools/094617/menus.ics", prefix="/en")
    event = english["094617-2026-06-02-a-almoco-z-unidades-sem-faixa-common"]
    assert str(event["SUMMARY"]).startswith("Lunch: ")
    assert event["URL"] == "http://test.ckan.net/en/cardapio/094617?data=2026-06-02"


def test_a_school_without_menus_has_a_calendar_all_the_same(events):
    assert list(events("/schools/400001/menus.ics?meal=j-jantar")) == [
        "400001-2026-06-04-no-lessons",
        "400001-2026-06-29-no-lessons",
    ]


def test_hostile_names_stay_text(get, events):
    (event,) = [event for uid, event in events("/schools/400002/menus.ics").items() if "almoco" in uid]
    assert event["SUMMARY"] == "Almoço: <script>alert('prato')</script>"
    assert (
        etree.fromstring(get("/schools/400002/menus.atom").body.encode()).findtext(f"{ATOM}title").endswith("</script>")
    )


@pytest.mark.parametrize("form", ["menus.ics", "menus.atom", "openmensa.xml"])
def test_the_same_bytes_and_304_until_something_changes(get, form):
    first = get(f"/schools/094617/{form}")
    assert get(f"/schools/094617/{form}").body == first.body
    assert get(f"/schools/094617/{form}", 304, headers={"If-None-Match": first.headers["ETag"]}).body == ""
    packed = get(f"/schools/094617/{form}", headers={"Accept-Encoding": "gzip"})
    assert gzip.decompress(packed.data).decode() == first.body


@pytest.mark.parametrize("form", ["menus.ics", "menus.atom", "openmensa.xml"])
def test_what_can_not_be_answered_is_a_problem(get, form):
    for path, status in ((f"/schools/999999/{form}", 404), (f"/schools/094617/{form}?tamanho=1", 400)):
        answer = get(path, status)
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert json.loads(answer.body)["status"] == status


@pytest.mark.parametrize("query", ["age=adultos", "meal=a-almoco,x", "group=week", "group=day&group=day", "diet="])
def test_a_choice_that_there_is_not(get, query):
    body = json.loads(get(f"/schools/094617/menus.ics?{query}", 400).body)
    assert body["errors"][0]["param"] == query.partition("=")[0]


def test_news_are_weeks_and_closings(get):
    root = etree.fromstring(get("/schools/094617/menus.atom").body.encode())
    entries = {entry.findtext(f"{ATOM}id").rpartition("/all;all;all/")[2]: entry for entry in root.iter(f"{ATOM}entry")}
    assert set(entries) == {"2026-W23", "2026-06-08/closed"}
    assert "Macarrão".lower() in "".join(entries["2026-W23"].itertext())
    assert entries["2026-W23"].findtext(f"{ATOM}updated") == "2026-05-20T12:00:00Z"
    assert root.findtext(f"{ATOM}updated") == max(entry.findtext(f"{ATOM}updated") for entry in entries.values())


def test_news_tell_the_allergens_that_are_known_and_that_the_others_are_not(get):
    stated = get("/schools/000086/menus.atom").body
    assert "contém leite" in stated
    assert "alergênicos não informados" in stated
    assert "Alergênicos: não informados pela Secretaria" not in stated
    assert "Alergênicos: não informados pela Secretaria" in get("/schools/094617/menus.atom").body


def test_a_school_is_a_valid_canteen(get):
    root = etree.fromstring(get("/schools/000086/openmensa.xml").body.encode())
    etree.XMLSchema(file=str(Path(__file__).parent / "openmensa-2.1.xsd")).assertValid(root)
    days = {day.get("date"): [etree.QName(child).localname for child in day] for day in root.iter(f"{OPENMENSA}day")}
    assert days["2026-06-02"] == ["category"]
    assert days["2026-06-04"] == days["2026-06-06"] == ["closed"]
    assert "2026-06-05" not in days  # nothing is published yet: unknown
    notes = [note.text for note in root.iter(f"{OPENMENSA}note")]
    assert "contém leite" in notes
    assert "pode conter soja" in notes


def test_the_index_of_canteens_leads_to_each(get):
    feeds = json.loads(get("/openmensa.json").body)
    assert sorted(feeds) == list(feeds) == ["000086", "019283", "094617", "400001", "400002"]
    assert get(feeds["019283"].partition(API)[2]).headers["Content-Type"] == "application/xml; charset=utf-8"
