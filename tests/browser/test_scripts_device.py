"""What a device remembers: schools, the age chosen, allergies. None of it is ever sent."""

import gzip
import json
import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from menus.conftest import JUNE, MENUS, dish, emei
from playwright.sync_api import expect

from ckanext.patiodigital.menus import service as lookup
from ckanext.patiodigital.tables import service

pytestmark = pytest.mark.browser

PHONE = {"viewport": {"width": 320, "height": 640}, "locale": "pt-BR"}
INFORMED = [
    dish("2026-06-10", 1, "Vitamina", contains=["milk"], may_contain=["soya"], allergens="informed"),
    dish("2026-06-10", 2, "Arroz", contains=["gluten-cereals"], allergens="informed"),
    emei("2026-06-10", 1, "Sopa", age_band="g-4-a-6-anos"),
    dish("2026-06-11", 1, "Pão", contains=["gluten-cereals"], allergens="informed"),
    dish("2026-06-11", 1, "Mingau", age_band="h-adulto"),
]


@pytest.fixture
def page(browser):
    context = browser.new_context(**PHONE)
    yield context.new_page()
    context.close()


def remembered(page):
    return json.loads(page.evaluate("localStorage.getItem('patiodigital')") or "{}")


def keep_button(page):
    return page.locator("[data-keep]")


def your_schools(page):
    return page.locator("[data-schools]")


def test_the_school_seen_last_and_those_kept_are_on_the_search_page(page, portal):
    page.goto(portal + "/cardapio")
    expect(your_schools(page)).to_be_hidden()
    page.goto(portal + "/cardapio/019283")
    keep_button(page).click()
    expect(keep_button(page)).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#device-status")).not_to_be_empty()
    page.goto(portal + "/cardapio/094617")
    expect(keep_button(page)).to_be_visible()
    expect(keep_button(page)).to_have_attribute("aria-pressed", "false")
    page.goto(portal + "/cardapio")
    expect(your_schools(page).get_by_role("link")).to_have_text(
        ["EMEF João XXIII", "EMEF Professor Antônio Pacheco e Silva"]
    )
    your_schools(page).get_by_role("link").first.click()
    page.wait_for_url("**/cardapio/019283")


def test_forgetting_one_and_forgetting_everything(page, portal):
    for eol in ("019283", "094617"):
        page.goto(f"{portal}/cardapio/{eol}")
        keep_button(page).click()
    page.goto(portal + "/cardapio")
    your_schools(page).get_by_role("button", name="João XXIII").click()
    expect(your_schools(page).get_by_role("link")).to_have_count(1)
    expect(page.locator("#device-status")).to_contain_text("João XXIII")
    expect(your_schools(page).get_by_role("heading")).to_be_focused()
    page.locator("[data-forget-everything]").click()
    expect(your_schools(page)).to_be_hidden()
    expect(page.locator("main")).to_be_focused()
    assert remembered(page) == {}


def test_a_sixth_school_is_refused_in_words(page, portal):
    page.goto(portal + "/cardapio/019283")
    expect(keep_button(page)).to_be_visible()
    five = [{"eol": f"10000{n}", "name": f"EMEF {n}", "where": "", "choice": None} for n in range(5)]
    page.evaluate("kept => localStorage.setItem('patiodigital', JSON.stringify({ kept }))", five)
    page.reload()
    keep_button(page).click()
    expect(page.locator("#device-status")).to_have_text(keep_button(page).get_attribute("data-full"))
    expect(keep_button(page)).to_have_attribute("aria-pressed", "false")


AGE = "idade=z-unidades-sem-faixa"
TWO_AGES = "/cardapio/094617?data=2026-06-11"


def choose_the_age(page, number):
    """Press an answer of the line that says whom the page is for; the first one is all of them."""
    expect(keep_button(page)).to_be_visible()  # the scripts have run
    page.locator(".chooser summary").click()
    link = page.locator(".chooser [data-choices=idade] a").nth(number)
    address = link.get_attribute("href")
    link.click()
    page.wait_for_url(f"**{address}")


def choice_at(page):
    return remembered(page)["last"]["choice"]


def test_the_age_chosen_at_a_school_leads_there_again(page, portal, school_of_two_ages):
    page.goto(portal + TWO_AGES)
    choose_the_age(page, 1)
    assert AGE in page.url
    page.goto(portal + "/cardapio")
    chosen = your_schools(page).get_by_role("link")
    expect(chosen).to_have_attribute("href", f"/cardapio/094617?{AGE}")
    page.goto(portal + "/cardapio?q=antonio+pacheco")
    found = page.locator("ol.results a").first
    expect(found).to_have_attribute("href", re.compile(rf"/cardapio/094617\?{AGE}$"))


@pytest.mark.parametrize("period", ["data=2026-06-11", "semana=2026-W24", "mes=2026-06"])
def test_a_schools_own_address_shows_the_age_chosen_there_until_all_are_wanted(
    page, portal, school_of_two_ages, period
):
    page.goto(portal + TWO_AGES)
    choose_the_age(page, 1)
    asked = []
    page.on("request", lambda request: asked.append(request.url) if request.is_navigation_request() else None)
    page.goto(f"{portal}/cardapio/094617?{period}")
    page.wait_for_url(re.compile(rf"\?(?=.*{period})(?=.*{AGE})"))
    page.wait_for_load_state("networkidle")
    assert len(asked) == 2, "it goes on once"
    page.goto(f"{portal}/cardapio/094617?data=2026-06-11&idade=h-adulto")
    expect(page.locator(".chooser summary")).to_contain_text("Adultos")
    choose_the_age(page, 0)
    assert page.url == portal + TWO_AGES
    assert choice_at(page) is None
    page.goto(f"{portal}/cardapio/094617?{period}")
    expect(keep_button(page)).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert page.url.endswith(period)


def test_an_age_that_the_page_does_not_have_changes_nothing(page, portal, school_of_two_ages):
    page.goto(portal + TWO_AGES)
    choose_the_age(page, 2)
    page.goto(portal + "/cardapio/094617?data=2026-06-10")  # one age only
    expect(keep_button(page)).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert page.url.endswith("data=2026-06-10")
    assert choice_at(page)["query"] == "idade=h-adulto"


def test_a_choice_that_came_by_an_address_is_remembered_of_schools_that_are_kept(page, portal, school_of_two_ages):
    page.goto(f"{portal}{TWO_AGES}&idade=h-adulto")
    expect(keep_button(page)).to_be_visible()
    assert choice_at(page) is None
    keep_button(page).click()
    assert remembered(page)["kept"][0]["choice"] == {"query": "idade=h-adulto", "words": "Adultos (toda idade)"}
    page.goto(f"{portal}{TWO_AGES}&{AGE}")
    expect(keep_button(page)).to_have_attribute("aria-pressed", "true")
    assert remembered(page)["kept"][0]["choice"]["query"] == AGE


@pytest.fixture
def school_of_two_ages(portal):
    rows = [*MENUS, *INFORMED]
    resource = lookup.public().tables["menus"].resource_id
    assert service.load(resource, rows, JUNE).set_aside == 0
    lookup.forget()


def test_allergies_are_marked_with_the_reason_and_never_sent(page, portal, school_of_two_ages):
    asked = []
    page.on("request", lambda request: asked.append((request.url, request.post_data)))
    page.goto(portal + "/en/cardapio/alergias")
    for name in ("Milk", "Soya", "Fish"):
        page.get_by_label(name, exact=True).check()
    expect(page.locator("#device-status")).to_have_text("Saved on this device.")
    page.get_by_label("Fish", exact=True).uncheck()
    page.reload()
    expect(page.get_by_label("Milk", exact=True)).to_be_checked()
    expect(page.get_by_label("Fish", exact=True)).not_to_be_checked()
    assert [violation["id"] for violation in Axe().run(page).response["violations"]] == []

    page.goto(portal + "/en/cardapio/094617?data=2026-06-10")
    note = page.locator("[data-allergens]")
    expect(note).to_contain_text("Your allergies (soya, milk) are marked")
    marked = page.locator("[data-dish]").filter(has_text="Vitamina")
    expect(marked).to_contain_text("Contains milk: among your allergies")
    expect(marked).to_contain_text("May contain soya: among your allergies")
    assert page.locator(".family-mark").count() == 2
    assert [violation["id"] for violation in Axe().run(page).response["violations"]] == []

    assert remembered(page)["allergens"] == ["soya", "milk"]
    codes = ("milk", "soya", "fish", "leite", "soja")
    assert len(asked) > 10
    assert [
        (url, sent) for url, sent in asked if sent or not url.startswith(portal) or any(code in url for code in codes)
    ] == []
    assert page.context.cookies() == []


@pytest.mark.parametrize("path", ["/en/cardapio/094617?data=2026-06-02", "/en/cardapio/000086?data=2026-06-10"])
def test_where_allergens_are_not_informed_the_profile_says_that_it_cannot_judge(page, portal, school_of_two_ages, path):
    page.goto(portal + path)
    expect(keep_button(page)).to_be_visible()
    expect(page.locator("[data-allergens]")).to_be_hidden()
    page.evaluate("localStorage.setItem('patiodigital', JSON.stringify({ allergens: ['milk'] }))")
    page.reload()
    expect(page.locator("[data-allergens]")).to_contain_text("can't be judged here")
    assert page.locator(".family-mark").count() == 0
    for promise in ("safe", "free of", "may be eaten"):
        assert promise not in page.locator("main").inner_text().lower()


def test_a_day_without_a_menu_says_nothing_of_allergies(page, portal):
    page.goto(portal + "/cardapio/094617?data=2026-06-04")
    page.evaluate("localStorage.setItem('patiodigital', JSON.stringify({ allergens: ['milk'] }))")
    page.reload()
    expect(keep_button(page)).to_be_visible()
    expect(page.locator("[data-allergens]")).to_be_hidden()


@pytest.mark.parametrize("stored", ["{", "null", "[]", '"x"', "7"])
def test_whatever_else_is_stored_pages_work(page, portal, stored):
    page.goto(portal + "/cardapio/094617")
    page.evaluate("stored => localStorage.setItem('patiodigital', stored)", stored)
    faults = []
    page.on("pageerror", lambda fault: faults.append(fault))  # noqa: PLW0108 (Playwright takes no built-in)
    page.reload()
    keep_button(page).click()
    expect(keep_button(page)).to_have_attribute("aria-pressed", "true")
    assert faults == []


def test_sharing_copies_the_address_and_says_so(browser, portal):
    context = browser.new_context(**PHONE, permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto(portal + "/en/cardapio/094617?data=2026-06-03")
    page.get_by_role("button", name="Share").click()
    expect(page.locator("#device-status")).to_have_text("The address of this page is copied.")
    assert page.evaluate("navigator.clipboard.readText()") == page.url
    context.close()


def test_sharing_by_the_device_where_it_can(page, portal):
    page.add_init_script("navigator.share = (what) => { window.shared = what; return Promise.resolve(); };")
    page.goto(portal + "/en/cardapio/094617?data=2026-06-03")
    page.get_by_role("button", name="Share").click()
    assert page.evaluate("shared.url") == page.url
    expect(page.locator("#device-status")).to_be_empty()


def test_without_scripts_nothing_is_offered_that_would_need_them(browser, portal):
    context = browser.new_context(**PHONE, java_script_enabled=False)
    page = context.new_page()
    page.goto(portal + "/cardapio/094617")
    assert page.get_by_role("link", name="WhatsApp").is_visible()
    for selector in ("[data-keep]", "[data-share]", "[data-allergens]"):
        assert not page.locator(selector).is_visible()
    page.goto(portal + "/cardapio/alergias")
    assert page.locator("noscript").is_visible()
    assert page.get_by_role("checkbox").first.is_disabled()
    context.close()


def test_scripts_of_a_school_page_are_small(page, portal):
    answers = []
    page.on("response", lambda answer: answers.append(answer))  # noqa: PLW0108 (Playwright takes no built-in)
    page.goto(portal + "/cardapio/094617")
    page.wait_for_load_state("networkidle")
    scripts = [answer for answer in answers if answer.url.endswith(".js")]
    assert len(scripts) > 3
    assert sum(len(gzip.compress(answer.body())) for answer in scripts) < 15_000
