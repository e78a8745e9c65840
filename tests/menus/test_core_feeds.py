"""Calendar, Atom and OpenMensa as bytes: whatever a dish is called, other readers understand them."""

import datetime as dt
import re
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar
from lxml import etree

from ckanext.patiodigital.menus.core import atom_feed, calendar_feed, openmensa
from ckanext.patiodigital.menus.core.atom_feed import AtomEntry, AtomFeed, Paragraph
from ckanext.patiodigital.menus.core.calendar_feed import CalendarEvent, CalendarFeed
from ckanext.patiodigital.menus.core.openmensa import Canteen, CanteenDay, CanteenMeal, Category
from ckanext.patiodigital.menus.core.plain_text import one_line, shortened

AT = dt.datetime(2026, 5, 20, 12, tzinfo=dt.timezone.utc)
DAY = dt.date(2026, 6, 2)
ATOM = "{http://www.w3.org/2005/Atom}"
OPENMENSA = "{http://openmensa.org/open-mensa-v2}"
SCHEMA = etree.XMLSchema(file=str(Path(__file__).parent / "openmensa-2.1.xsd"))
#: Every code point, with those that break formats more often than chance has them.
#: icalendar reads an escaped backslash before an N as a line break (RFC 5545, 3.3.11 knows better): none stands there.
WILD = st.text(st.characters() | st.sampled_from("\r\n\t;,:\\\"'<>&]\u202e\u2066\u2028\ufeff\x00\x85\ud800🍌ã")).map(
    lambda text: re.sub(r"\\(?=[Nn])", "", text)
)
HOSTILE = 'Arroz;\r\nEND:VEVENT\nSUMMARY:\u202eoãjief, "x" \\n <b>&amp;]]> 🍛 مرحبا \x00\ud800'


def event(**fields):
    known = {
        "uid": "000086-2026-06-02-a-almoco-z-common@example.org",
        "first": DAY,
        "last": DAY,
        "summary": "Almoço: arroz",
        "description": "Almoço\n- Arroz",
        "url": "https://example.org/cardapio/000086?data=2026-06-02",
        "modified": AT,
    }
    return CalendarEvent(**known | fields)


def calendar(*events, **fields):
    known = {
        "uid": "000086-menus@example.org",
        "name": "Cardápio: EMEI Sol",
        "description": "O que está previsto",
        "url": "https://example.org/cardapio/000086",
        "source": "https://example.org/api/menus/v1/schools/000086/menus.ics?age=a,b",
        "zone": "America/Sao_Paulo",
        "modified": AT,
        "events": events,
    }
    return calendar_feed.encode(CalendarFeed(**known | fields))


def canteen(*days, **fields):
    known = {
        "name": "EMEI Sol",
        "city": "São Paulo",
        "url": "https://example.org/cardapio/000086",
        "source": "https://example.org/api/menus/v1/schools/000086/openmensa.xml",
    }
    return openmensa.encode(Canteen(**known | fields, days=days))


def feed(*entries):
    return atom_feed.encode(
        AtomFeed(
            id="tag:example.org,2026:menus/000086",
            title="Cardápio",
            author="Portal",
            url="https://example.org/cardapio/000086",
            source="https://example.org/api/menus/v1/schools/000086/menus.atom?age=a&meal=b",
            lang="pt-BR",
            updated=AT,
            entries=entries,
        )
    )


def entry(**fields):
    known = {
        "id": "tag:example.org,2026:menus/000086/2026-W23",
        "title": "Semana",
        "url": "https://example.org/cardapio/000086?semana=2026-W23",
        "updated": AT,
        "content": [Paragraph("terça-feira", ["Almoço: arroz"])],
    }
    return AtomEntry(**known | fields)


# -- Text


@given(WILD)
def test_one_line_is_one_line_that_xml_can_hold(text):
    line = one_line(text)
    assert len(line.splitlines()) <= 1
    assert etree.fromstring(f"<a>{line.replace('&', '').replace('<', '').replace(']]>', '')}</a>".encode()) is not None
    assert one_line(line) == line


def test_one_line_keeps_what_people_write():
    assert one_line("  Pão\tde  queijo 🧀 مرحبا\n") == "Pão de queijo 🧀 مرحبا"
    assert one_line("a\u202eb\u2069c") == "a b c"  # nothing that turns the rest of the line


@given(WILD, st.integers(1, 60))
def test_shortened_is_never_longer(text, limit):
    short = shortened(text, limit)
    assert len(short) <= limit
    assert short == text or short.endswith("…")


def test_shortened_cuts_between_words():
    assert shortened("arroz, feijão, frango assado", 20) == "arroz, feijão…"
    assert shortened("arroz, feijão, frango", 21) == "arroz, feijão, frango"
    assert shortened("x" * 30, 10) == "x" * 9 + "…"


# -- Calendar


@given(WILD, WILD, WILD)
def test_any_text_comes_back_from_a_calendar(summary, line, name):
    read = Calendar.from_ical(calendar(event(summary=summary, description=f"{line}\n- fim"), name=name))
    (found,) = read.events
    assert read.errors == found.errors == []
    assert str(found["SUMMARY"]) == one_line(summary)
    assert str(found["DESCRIPTION"]) == "\n".join(map(one_line, f"{line}\n- fim".split("\n")))
    assert str(read["X-WR-CALNAME"]) == one_line(name)


def test_no_line_of_a_calendar_is_longer_than_75_octets_or_cuts_a_letter():
    lines = calendar(event(summary="ção 🍛 " * 40, description="é" * 500)).split(b"\r\n")
    assert max(map(len, lines)) <= 75
    assert all(line.decode() for line in lines[:-1])


def test_a_hostile_dish_makes_no_property():
    body = calendar(event(summary=HOSTILE))
    assert body.count(b"\nEND:VEVENT") == 1
    assert body.count(b"\nSUMMARY:") == 1


def test_an_event_is_whole_days_with_an_end_after_its_start():
    (found,) = Calendar.from_ical(calendar(event(last=DAY + dt.timedelta(days=4)))).events
    assert (found.start, found.end) == (DAY, dt.date(2026, 6, 7))
    assert found["TRANSP"] == "TRANSPARENT"
    assert found["DTSTAMP"].dt == found["LAST-MODIFIED"].dt == AT


def test_a_calendar_says_how_often_to_read_it():
    body = calendar(event())
    assert b"\r\nREFRESH-INTERVAL;VALUE=DURATION:PT6H\r\n" in body
    assert b"\r\nSOURCE;VALUE=URI:https://example.org/api" in body
    assert body.count(b"X-WR-CALNAME") == 1
    assert b"METHOD" not in body  # that would be an invitation, which needs somebody who invites


def test_a_cancelled_event_keeps_its_name():
    (found,) = Calendar.from_ical(calendar(event(cancelled=True, sequence=3))).events
    assert (found["STATUS"], found["SEQUENCE"], found["UID"]) == ("CANCELLED", 3, event().uid)


def test_the_same_events_are_the_same_bytes():
    assert calendar(event()) == calendar(event())


# -- Atom


@given(WILD, WILD)
def test_any_text_comes_back_from_atom(title, line):
    root = etree.fromstring(feed(entry(title=title, content=[Paragraph(title, [line])])))
    assert (root.findtext(f"{ATOM}entry/{ATOM}title") or "") == one_line(title)
    assert (root.findtext(".//{http://www.w3.org/1999/xhtml}li") or "") == one_line(line)


def test_a_feed_has_what_rfc_4287_requires():
    root = etree.fromstring(feed(entry(), entry(id="tag:example.org,2026:menus/000086/2026-W24")))
    for element in (root, *root.findall(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            assert len(element.findall(ATOM + name)) == 1
    assert root.findtext(f"{ATOM}author/{ATOM}name") == "Portal"
    links = {link.get("rel"): link.get("href") for link in root.findall(f"{ATOM}link")}
    assert links["self"].endswith("menus.atom?age=a&meal=b")
    assert links["alternate"].endswith("/cardapio/000086")
    content = root.find(f"{ATOM}entry/{ATOM}content")
    assert content.get("type") == "xhtml"
    assert [child.tag for child in content] == ["{http://www.w3.org/1999/xhtml}div"]
    assert root.findtext(f"{ATOM}updated") == "2026-05-20T12:00:00Z"


# -- OpenMensa


@given(WILD, WILD, WILD)
def test_any_text_makes_a_valid_canteen(name, dish, note):
    meal = CanteenMeal(dish, [note])
    body = canteen(CanteenDay(DAY, [Category(name, [meal])]), name=name, address=dish, phone=note)
    root = etree.fromstring(body)
    SCHEMA.assertValid(root)
    assert root.findtext(f".//{OPENMENSA}meal/{OPENMENSA}name") == (shortened(one_line(dish), 250) or "–")


def test_closed_and_unknown_days_differ():
    meal = CanteenMeal("Arroz", ["contém leite"])
    body = canteen(
        CanteenDay(DAY, [Category("Almoço", [meal])]), CanteenDay(dt.date(2026, 6, 4)), location=(-23.5, -46.6)
    )
    root = etree.fromstring(body)
    SCHEMA.assertValid(root)
    days = {
        day.get("date"): [child.tag.removeprefix(OPENMENSA) for child in day] for day in root.iter(OPENMENSA + "day")
    }
    assert days == {"2026-06-02": ["category"], "2026-06-04": ["closed"]}


def test_a_day_twice_is_told_by_the_schema():
    assert not SCHEMA.validate(etree.fromstring(canteen(CanteenDay(DAY), CanteenDay(DAY))))
