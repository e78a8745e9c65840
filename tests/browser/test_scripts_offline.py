"""Menus without a connection: what is saved, what a saved page says, and the switch that takes all of it away.

The worker goes by the browser's own day, so the portal's menus are those of today's week here.
"""

from datetime import datetime, time, timedelta, timezone

import pytest
from axe_playwright_python.sync_playwright import Axe
from menus.conftest import dish
from playwright.sync_api import expect
from sqlalchemy.exc import OperationalError

from ckanext.patiodigital import clock
from ckanext.patiodigital.menus import config, offline, views
from ckanext.patiodigital.menus import service as lookup
from ckanext.patiodigital.tables import service
from ckanext.patiodigital.tables.core.load import Partition

pytestmark = pytest.mark.browser

SCHOOL = "094617"
#: Addresses that are in the browser's caches.
SAVED = """async () => {
  const addresses = [];
  for (const name of await caches.keys()) {
    for (const request of await (await caches.open(name)).keys()) {
      addresses.push(request.url.slice(location.origin.length));
    }
  }
  return addresses.sort();
}"""
WORKERS = "async () => (await navigator.serviceWorker.getRegistrations()).length"
CACHES = "() => caches.keys()"
#: Playwright's own wait_for_function takes the promise of an answer for the answer.
UNTIL = """async ([question, wanted]) => {
  for (const end = Date.now() + 20_000; Date.now() < end; ) {
    const answer = await eval(question)();
    if (eval(wanted)(answer)) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`never so: ${wanted}, last ${JSON.stringify(await eval(question)())}`);
}"""


def until(page, question, wanted):
    """Wait until an answer of the page is as wanted."""
    page.evaluate(UNTIL, [question, wanted])


def week_of(day):
    return f"{day:%G-W%V}"


@pytest.fixture
def this_week(portal):
    """The portal at noon of the browser's day, with a menu on each day of its week, and on the school day after it."""
    today = datetime.now(timezone.utc).date()
    clock.set_source(lambda: datetime.combine(today, time(15), timezone.utc))
    monday = today - timedelta(days=today.weekday())
    week = Partition("this week", "date", monday, monday + timedelta(days=7))
    rows = [dish((monday + timedelta(days=n)).isoformat(), 1, "Sopa de hoje") for n in range(8)]
    assert service.load(lookup.public().tables["menus"].resource_id, rows, week).set_aside == 0
    lookup.forget()
    return today


@pytest.fixture
def context(browser):
    made = browser.new_context(viewport={"width": 320, "height": 640}, locale="pt-BR", timezone_id="UTC")
    yield made
    made.close()


@pytest.fixture
def page(context, portal, this_week):
    """A page of a family that keeps a school, once all of it is saved."""
    page = context.new_page()
    page.goto(f"{portal}/cardapio/{SCHOOL}")
    page.locator("[data-keep]").click()
    until(page, SAVED, "(addresses) => addresses.includes('/cardapio/escolas.json')")
    return page


def saved_note(page):
    return page.locator("[data-saved]")


def test_four_weeks_of_the_school_and_the_list_of_schools_are_saved(page, this_week):
    weeks = [week_of(this_week + timedelta(weeks=n)) for n in (-2, -1, 0, 1)]
    saved = page.evaluate(SAVED)
    assert {f"/cardapio/{SCHOOL}?semana={week}" for week in weeks} == {a for a in saved if "semana" in a}
    assert {"/cardapio/offline", "/cardapio/escolas.json", "/patiodigital/family.css"} <= set(saved)


@pytest.mark.parametrize("query", ["", "?data={day}", "?semana={week}", "?data={day}&idade=z-unidades-sem-faixa"])
def test_offline_the_school_opens_on_its_saved_week_and_says_so(context, page, portal, this_week, query):
    context.set_offline(True)
    page.goto(f"{portal}/cardapio/{SCHOOL}{query.format(day=this_week, week=week_of(this_week))}")
    expect(saved_note(page)).to_contain_text(str(this_week.day))
    expect(page.locator("main")).to_contain_text("Sopa de hoje")
    assert [violation["id"] for violation in Axe().run(page).response["violations"]] == []
    context.set_offline(False)
    page.reload()
    expect(page.locator("main")).to_contain_text("Sopa de hoje")
    expect(saved_note(page)).to_have_count(0)


#: The clock of a worker, for the beginning of its script.
CLOCK = """const Now = Date;
Date = class extends Now {{
  constructor(...parts) {{ super(...(parts.length ? parts : [Now.parse("{day}T12:00:00Z")])); }}
  static now() {{ return new Date().getTime(); }}
}};
"""


@pytest.mark.parametrize(("day", "monday"), [("2026-06-05", 1), ("2026-06-06", 8), ("2026-06-07", 8)])
def test_offline_on_a_weekend_the_school_opens_on_the_week_to_come(context, portal, monkeypatch, day, monday):
    script = CLOCK.format(day=day) + offline._source("worker")
    monkeypatch.setattr(offline, "_source", lambda _name: script)
    page = context.new_page()
    page.goto(f"{portal}/cardapio/{SCHOOL}")
    page.locator("[data-keep]").click()
    until(page, SAVED, "(addresses) => addresses.includes('/cardapio/escolas.json')")
    context.set_offline(True)
    page.goto(f"{portal}/cardapio/{SCHOOL}")
    expect(saved_note(page)).to_be_visible()
    expect(page.locator(f"#dia-2026-06-{monday:02}")).to_be_attached()
    page.goto(f"{portal}/cardapio/{SCHOOL}?data={day}")
    expect(page.locator("#dia-2026-06-05")).to_be_attached()
    page.evaluate("async (kept) => (await caches.open('patiodigital pages /cardapio')).delete(kept)",
                  f"/cardapio/{SCHOOL}?semana=2026-W24")  # fmt: skip
    page.goto(f"{portal}/cardapio/{SCHOOL}")
    expect(page.locator("#dia-2026-06-05")).to_be_attached()


def test_offline_a_page_that_is_not_saved_says_so_and_the_list_is_searched(context, page, portal):
    context.set_offline(True)
    page.goto(f"{portal}/cardapio/019283")
    expect(page.locator("[data-not-saved]")).to_be_visible()
    expect(page.locator("[data-schools]").get_by_role("link")).to_have_text("EMEF Professor Antônio Pacheco e Silva")
    assert [violation["id"] for violation in Axe().run(page).response["violations"]] == []
    page.locator("#q").fill("antônio JARDIM")
    expect(page.get_by_role("option")).to_have_count(1)
    page.locator("#q").press("Enter")
    page.wait_for_url("**/cardapio?q=*")
    expect(page.locator("[data-not-saved]")).to_be_hidden()
    expect(page.locator("[data-found]")).to_be_visible()
    page.locator("[data-offline-results]").get_by_role("link").click()
    expect(saved_note(page)).to_be_visible()
    page.goto(f"{portal}/cardapio?q=zzyzx")
    expect(page.locator("[data-offline-results] [data-none]")).to_be_visible()


def test_a_server_that_fails_is_no_reason_for_an_empty_page(page, portal, this_week, monkeypatch):
    def away():
        raise OperationalError("SELECT", None, Exception("no connection"))

    monkeypatch.setattr(views, "public_place", away)
    another_day = this_week + timedelta(days=-1 if this_week.weekday() else 1)  # which the edge has not seen
    page.goto(f"{portal}/cardapio/{SCHOOL}?data={another_day}")
    expect(saved_note(page)).to_be_visible()
    assert page.goto(f"{portal}/cardapio/019283?data={another_day}").status == 503, "it says itself what is wrong"


def test_online_nothing_saved_is_shown(page, portal, this_week):
    menus = lookup.public().tables["menus"].resource_id
    days = Partition("this week", "date", this_week, this_week)
    service.load(menus, [dish(this_week.isoformat(), 1, "Outra sopa")], days)
    lookup.forget()
    page.goto(f"{portal}/cardapio/{SCHOOL}?data={this_week}")
    expect(page.locator("main")).to_contain_text("Outra sopa")
    expect(saved_note(page)).to_have_count(0)


def test_letting_the_school_go_deletes_what_was_saved_of_it(page):
    page.locator("[data-keep]").click()
    until(page, SAVED, "(addresses) => !addresses.some((address) => address.includes('semana'))")
    assert "/cardapio/escolas.json" not in page.evaluate(SAVED)


def test_who_keeps_no_school_gets_no_worker(context, portal):
    page = context.new_page()
    page.goto(f"{portal}/cardapio/{SCHOOL}")
    expect(page.locator("[data-keep]")).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert page.evaluate(WORKERS) == 0
    assert page.evaluate(SAVED) == []


def test_switched_off_the_worker_goes_with_all_that_it_saved(page, portal, monkeypatch):
    assert page.evaluate(WORKERS) == 1
    monkeypatch.setattr(config, "offline", lambda: False)
    until(page, "async () => (await fetch('/cardapio/sw.js')).text()", "(text) => text.includes('leave()')")
    page.goto(f"{portal}/cardapio/{SCHOOL}")
    until(page, WORKERS, "(count) => count === 0")
    until(page, CACHES, "(names) => names.length === 0")
    page.reload()
    expect(page.locator("main h1")).to_contain_text("Antônio Pacheco")
    assert page.locator("script[data-worker]").count() == 0


def test_another_release_takes_the_place_of_the_old_one(page, portal, monkeypatch):
    (old,) = [name for name in page.evaluate(CACHES) if "shell" in name]
    monkeypatch.setattr(offline, "version", lambda _name: "9.9.9")
    monkeypatch.setattr(config, "offline", lambda: "still")  # another version, so that the edge asks for it anew
    update = "async () => (await (await navigator.serviceWorker.getRegistration()).update()) && caches.keys()"
    until(page, update, "(names) => names.some((name) => name.includes('9.9.9'))")
    until(page, CACHES, f"(names) => !names.includes('{old}')")
    assert any("semana" in address for address in page.evaluate(SAVED))
