"""The sitemap by the protocol's rules, and what each page says of its own address and its translations."""

import datetime as dt
import re
from html import unescape
from urllib.parse import urlsplit

import pytest
from lxml import etree

from ckanext.patiodigital.menus.core import sitemap as protocol

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
XHTML = "{http://www.w3.org/1999/xhtml}"
CHANGED = dt.datetime(2026, 6, 1, 9, 30, tzinfo=dt.timezone(dt.timedelta(hours=-3)))
SITE = "http://test.ckan.net"


def page_of(number):
    return {"pt-BR": f"https://x/{number}", "en": f"https://x/en/{number}", "x-default": f"https://x/{number}"}


def test_each_language_is_listed_with_links_to_all():
    root = etree.fromstring(protocol.sitemap([page_of(1)], CHANGED))
    assert root.tag == f"{SITEMAP}urlset"
    assert [url.findtext(f"{SITEMAP}loc") for url in root] == ["https://x/1", "https://x/en/1"]
    for url in root:
        assert url.findtext(f"{SITEMAP}lastmod") == "2026-06-01T12:30:00Z"
        assert [child.tag for child in url][:2] == [f"{SITEMAP}loc", f"{SITEMAP}lastmod"]
        assert {link.get("hreflang"): link.get("href") for link in url.iter(f"{XHTML}link")} == page_of(1)


def test_no_part_is_longer_than_the_protocol_allows():
    pages = [page_of(number) for number in range(25_001)]
    first, second = protocol.parts(pages)
    assert [*first, *second] == pages
    body = protocol.sitemap(first, CHANGED)
    assert len(etree.fromstring(body)) == 50_000
    assert len(body) < 50 * 1024 * 1024


def test_nothing_makes_one_empty_part():
    assert protocol.parts([]) == [[]]


def test_an_index_lists_its_parts():
    root = etree.fromstring(protocol.index(["https://x/s?a=1&b=2"], CHANGED))
    assert root.tag == f"{SITEMAP}sitemapindex"
    assert root.findtext(f"{SITEMAP}sitemap/{SITEMAP}loc") == "https://x/s?a=1&b=2"
    assert root.findtext(f"{SITEMAP}sitemap/{SITEMAP}lastmod") == "2026-06-01T12:30:00Z"


@pytest.fixture
def answers(network, app):
    def ask(path, status=200):
        return app.get(path, status=status)

    return ask


def addresses(body):
    return [url.findtext(f"{SITEMAP}loc") for url in etree.fromstring(body)]


def test_it_has_every_page_in_every_language_and_each_answers(answers):
    answer = answers("/cardapio/sitemap.xml")
    assert answer.headers["Content-Type"] == "application/xml; charset=utf-8"
    assert "Set-Cookie" not in answer.headers
    schools = ["000086", "019283", "094617", "400001", "400002"]
    pages = ["", "/bairros", *(f"/{eol}" for eol in schools)]
    expected = {f"{SITE}{lang}/cardapio{page}" for lang in ("", "/en", "/es") for page in pages}
    found = addresses(answer.data)
    assert len(found) == len(set(found))
    assert set(found) == expected
    for address in found:
        assert f'<link rel="canonical" href="{address}">' in answers(urlsplit(address).path).text
    assert answers("/en/cardapio/sitemap.xml").data == answer.data


def test_a_large_network_has_an_index(answers, monkeypatch):
    everything = set(addresses(answers("/cardapio/sitemap.xml").data))
    monkeypatch.setattr(protocol, "MOST_URLS", 7)
    # The edge keeps the answer of before; another language was not asked for yet.
    parts = addresses(answers("/es/cardapio/sitemap.xml").data)
    assert parts == [f"{SITE}/cardapio/sitemap.xml?parte={number}" for number in range(1, 5)]
    found = [addresses(answers(part.removeprefix(SITE)).data) for part in parts]
    assert all(len(part) <= 7 for part in found)
    assert set().union(*found) == everything


@pytest.mark.parametrize("part", ["0", "9", "x", "-1"])
def test_a_part_that_there_is_not(answers, part):
    answers(f"/cardapio/sitemap.xml?parte={part}", 404)


def test_robots_are_told_of_it(answers):
    text = answers("/robots.txt").text
    assert re.findall("^Sitemap: .*$", text, re.MULTILINE) == [f"Sitemap: {SITE}/cardapio/sitemap.xml"]
    assert "Disallow: /api/" in text


def head(html):
    """Canonical address, alternates by language, and what previews show."""
    canonical = re.findall(r'<link rel="canonical" href="([^"]*)"', html)
    alternates = dict(re.findall(r'<link rel="alternate" hreflang="([^"]*)" href="([^"]*)"', html))
    shown = dict(re.findall(r'<meta property="og:([^"]*)" content="([^"]*)"', html))
    return [unescape(url) for url in canonical], {tag: unescape(url) for tag, url in alternates.items()}, shown


@pytest.mark.parametrize(
    ("asked", "own"),
    [
        ("/cardapio", "/cardapio"),
        ("/cardapio?q=pacheco&lat=1", "/cardapio?q=pacheco"),
        ("/cardapio/094617", "/cardapio/094617"),
        ("/cardapio/094617?data=2026-06-03&idade=g-4-a-6-anos&utm_source=x", "/cardapio/094617?data=2026-06-03"),
        ("/cardapio/094617?semana=2026-W23&versao=2026-06-01T00:00:00Z", "/cardapio/094617?semana=2026-W23"),
        ("/cardapio/094617?mes=2026-06", "/cardapio/094617?mes=2026-06"),
        ("/cardapio/bairros?letra=b&q=x", "/cardapio/bairros?letra=b"),
        ("/cardapio/alergias", "/cardapio/alergias"),
    ],
)
def test_a_page_names_its_own_address_and_its_translations(answers, asked, own):
    for lang in ("", "/en", "/es"):
        canonical, alternates, shown = head(answers(lang + asked).text)
        assert canonical == [f"{SITE}{lang}{own}"]
        assert alternates == {
            "pt-BR": SITE + own, "en": f"{SITE}/en{own}", "es": f"{SITE}/es{own}", "x-default": SITE + own
        }  # fmt: skip
        assert unescape(shown["url"]) == canonical[0]


def test_previews_have_title_and_sentence_escaped(answers):
    _canonical, _alternates, shown = head(answers("/cardapio/400002").text)
    assert unescape(shown["title"]).startswith("EMEF <script>alert(1)</script>: ")
    assert "EMEF <script>alert(1)</script>" in unescape(shown["description"])


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/cardapio?q=" + "x" * 201, 400),
        ("/cardapio/999999", 404),
        ("/cardapio/094617?data=x", 400),
        ("/cardapio/perto?lat=-23.571&lon=-46.731", 200),
        ("/cardapio/094617/agenda", 200),
    ],
)
def test_what_search_engines_should_not_list_names_no_address(answers, path, status):
    assert head(answers(path, status).text)[:2] == ([], {})


def test_a_schools_page_leads_to_its_subscriptions(answers):
    html = answers("/en/cardapio/094617").text
    found = dict(re.findall(r'<link rel="alternate" type="([^"]*)" href="([^"]*)"', html))
    assert found == {
        "text/calendar": "/en/api/menus/v1/schools/094617/menus.ics",
        "application/atom+xml": "/en/api/menus/v1/schools/094617/menus.atom",
    }
    for kind, address in found.items():
        assert answers(address).headers["Content-Type"].startswith(kind)
