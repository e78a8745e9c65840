"""Schools as you type, and those around: with the keyboard alone, with a thumb, without an answer."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

PHONE = {"viewport": {"width": 320, "height": 640}, "has_touch": True, "locale": "pt-BR"}
CENTRE = {"latitude": -23.571234, "longitude": -46.731234}


@pytest.fixture
def page(browser):
    context = browser.new_context(**PHONE)
    yield context.new_page()
    context.close()


@pytest.fixture
def field(page, portal):
    page.goto(portal + "/cardapio")
    found = page.get_by_role("combobox")
    expect(found).to_have_attribute("aria-expanded", "false")
    return found


def options(page):
    return page.get_by_role("listbox").get_by_role("option")


def test_choosing_a_school_with_the_keyboard_alone(page, field):
    field.press_sequentially("emef")
    expect(field).to_have_attribute("aria-expanded", "true")
    names = options(page).all_inner_texts()
    assert len(names) == 4
    assert field.get_attribute("aria-activedescendant") is None
    field.press("ArrowDown")
    field.press("ArrowDown")
    chosen = page.locator(f"#{field.get_attribute('aria-activedescendant')}")
    expect(chosen).to_have_attribute("aria-selected", "true")
    assert chosen.inner_text() == names[1]
    field.press("ArrowUp")
    field.press("ArrowUp")
    expect(options(page).last).to_have_attribute("aria-selected", "true")
    field.press("ArrowDown")
    expect(options(page).first).to_have_attribute("aria-selected", "true")
    eol = re.search(r"\d{6}", options(page).first.inner_text())[0]
    field.press("Enter")
    page.wait_for_url(f"**/cardapio/{eol}")


def test_escape_closes_and_enter_without_a_choice_sends_the_form(page, field):
    field.press_sequentially("joao")
    expect(options(page)).to_have_count(1)
    field.press("Escape")
    expect(field).to_have_attribute("aria-expanded", "false")
    assert field.input_value() == "joao"
    field.press("Enter")
    page.wait_for_url("**/cardapio?q=joao")


def test_what_was_found_is_announced(page, field):
    status = page.locator("form.search [role=status]")
    field.fill("joao")
    expect(status).to_contain_text("1")
    field.fill("emef")
    expect(status).to_contain_text("4")
    field.fill("zzyzx")
    expect(status).to_have_text(status.get_attribute("data-none"))
    expect(field).to_have_attribute("aria-expanded", "false")


def test_a_thumb_chooses_and_each_choice_is_tall_enough(page, field):
    field.fill("emef")
    expect(options(page)).to_have_count(4)
    assert all(option.bounding_box()["height"] >= 44 for option in options(page).all())
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    options(page).filter(has_text="João").tap()
    page.wait_for_url("**/cardapio/019283")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_with_the_list_open(page, field, scheme):
    page.emulate_media(color_scheme=scheme)
    field.fill("emef")
    expect(options(page)).to_have_count(4)
    field.press("ArrowDown")
    assert [violation["id"] for violation in Axe().run(page).response["violations"]] == []


def test_a_hostile_name_is_text(page, field):
    field.fill("400002")
    expect(options(page)).to_contain_text("<script>alert(1)</script>")


def test_a_question_that_nobody_asks_any_more_is_called_off(page, field):
    page.route("**/schools?q=em&**", lambda route: None)  # never answered
    with page.expect_request("**/schools?q=em&**") as asked:
        field.fill("em")
    with page.expect_event("requestfailed", lambda request: request == asked.value):
        field.fill("joao")
    expect(options(page)).to_have_count(1)
    expect(options(page)).to_contain_text("João")


def test_without_an_answer_the_form_still_searches(page, field):
    page.route("**/api/menus/v1/**", lambda route: route.abort())
    with page.expect_request_finished(lambda request: request.url.endswith("escolas.json")):
        field.fill("joao")
    expect(options(page)).to_contain_text("João XXIII")
    field.press("Enter")
    page.wait_for_url("**/cardapio?q=joao")


def test_the_language_of_the_address(page, portal):
    page.goto(portal + "/en/cardapio")
    field = page.get_by_role("combobox")
    with page.expect_request("**/en/api/menus/v1/schools?**"):
        field.fill("joao")
    expect(page.locator("form.search [role=status]")).to_have_text("1 school found.")
    expect(options(page)).to_contain_text("EOL code 019283")


def test_the_home_pages_search_suggests_too(page, portal):
    page.goto(portal + "/")
    field = page.locator("#pd-school")
    expect(field).to_have_role("combobox")
    field.fill("joao")
    expect(options(page)).to_have_count(1)
    found = Axe().run(page, {"include": [["form.pd-search"]]}).response["violations"]
    assert [violation["id"] for violation in found] == []
    field.press("ArrowDown")
    field.press("Enter")
    page.wait_for_url("**/cardapio/019283")


def test_near_me_sends_the_position_rounded(browser, portal):
    context = browser.new_context(**PHONE, geolocation=CENTRE, permissions=["geolocation"])
    page = context.new_page()
    page.goto(portal + "/cardapio")
    expect(page.locator("#near-status")).not_to_be_empty()
    page.locator("[data-near]").press("Space")
    page.wait_for_url("**/cardapio/perto?lat=-23.571&lon=-46.731")
    expect(page.locator("ol.results li").first).to_contain_text("João XXIII")
    context.close()


def test_near_me_without_permission_says_so_and_offers_the_districts(page, portal):
    page.goto(portal + "/cardapio")
    link = page.locator("[data-near]")
    expect(link).to_have_attribute("role", "button")
    link.click()
    status = page.locator("#near-status")
    expect(status).to_contain_text(status.get_attribute("data-denied"))
    expect(status.get_by_role("link")).to_have_attribute("href", re.compile("/cardapio/bairros$"))


def test_near_me_without_scripts_leads_to_the_districts(browser, portal):
    context = browser.new_context(**PHONE, java_script_enabled=False)
    page = context.new_page()
    page.goto(portal + "/cardapio")
    page.locator("[data-near]").click()
    page.wait_for_url("**/cardapio/bairros")
    context.close()
