"""A parent on a phone finds the school and reads today's menu; axe finds nothing wrong on any page of the way."""

import re
from datetime import timedelta

import pytest
from accessibility import PHONE, is_wider_than_the_screen, problems, violations
from menus.conftest import GROUPS, JUNE, MENUS, NOW, SCHOOLS, dish
from tables.rows import row

from ckanext.patiodigital import clock
from ckanext.patiodigital.menus import service as lookup
from ckanext.patiodigital.tables import service

pytestmark = pytest.mark.browser

STATES = {
    "search": "/cardapio",
    "results": "/cardapio?q=emef",
    "nothing found": "/cardapio?q=zzyzx",
    "a menu": "/cardapio/094617?data=2026-06-02",
    "a holiday": "/cardapio/094617?data=2026-06-04",
    "not published": "/cardapio/094617?data=2026-06-09",
    "unknown school": "/cardapio/999999",
    "wrong day": "/cardapio/094617?data=ontem",
    "English": "/en/cardapio/094617",
    "unknown page": "/cardapio/094617/xyz",
    "places": "/cardapio/bairros",
    "places of a letter": "/cardapio/bairros?letra=j",
    "schools of a place": "/cardapio/bairros?bairro=jardim-paulo-6",
    "schools nearby": "/cardapio/perto?lat=-23.571&lon=-46.731",
    "a week": "/cardapio/094617?semana=2026-W23",
    "a week without menus": "/cardapio/400001?semana=2026-W23",
    "a month": "/cardapio/094617?mes=2026-06",
    "an age chosen": "/cardapio/000086?semana=2026-W23&idade=g-4-a-6-anos",
    "a printed week": "/cardapio/094617/imprimir?semana=2026-W23",
    "printed in large letters": "/cardapio/094617/imprimir?semana=2026-W23&letra=grande",
    "code lists": "/vocabulary",
    "a long code list": "/vocabulary/districts",
    "a code": "/vocabulary/frequencies/daily",
    "a code that is none": "/vocabulary/meals/almoco",
    "table schemas": "/es/table-schema",
    "a table schema": "/es/table-schema/menus/1",
    "yardsticks": "/quality",
    "a yardstick": "/en/quality/mqm",
    "a metric": "/es/quality/mqa/accessUrlStatusCode",
    "no department": "/ranking/nada",
}


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_from_search_to_todays_lunch_with_the_keyboard_alone(browser, portal, scripts):
    context = browser.new_context(**PHONE, java_script_enabled=scripts)
    page = context.new_page()
    page.goto(portal + "/cardapio")
    page.locator("#q").focus()
    page.keyboard.type("antonio pacheco")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=antonio*")
    school = page.get_by_role("link", name="EMEF Professor Antônio Pacheco e Silva")
    school.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/cardapio/094617")
    lunch = page.get_by_text("Arroz, feijão e frango")
    assert lunch.is_visible()
    assert lunch.bounding_box()["y"] < 640, "today's lunch is read without scrolling"
    page.get_by_role("link", name="qua").first.click()
    page.wait_for_url("**data=2026-06-03")
    assert page.get_by_text("Macarrão").is_visible()
    context.close()


def test_axe_finds_nothing_and_nothing_is_cut_on_any_state(browser, portal):
    assert problems(browser, portal, STATES) == {}


CEI = {"menu_group": "direta/cei-municipal/1", "school_type": "cei-municipal", "grouping": "1"}
BABIES_TO_SIX = (
    "d-6-a-7-meses", "e-8-a-11-meses", "x-1a-1a-e-11mes", "f-2-a-3-anos", "g-4-a-6-anos", "q-4-a-6-anos-parcial",
)  # fmt: skip
CEI_MEALS = ("d-desjejum", "c-colacao", "a-almoco", "l-lanche")


@pytest.fixture
def many_ages(portal):
    """EMEF Pacheco with a second age, and a CEI of a long name with six ages and four meals; on a Tuesday evening."""
    tables = {name: state.resource_id for name, state in lookup.public().tables.items()}
    cei = row("schools", eol="402964", name="CEI Municipal Almirante José Guimarães Magalhães",
              school_type="cei-municipal", neighbourhood="VL.NOVA CACHOEIRINHA")  # fmt: skip
    group = row("school_menu_groups", eol="402964", valid_from="2026-01-01", menu_group=CEI["menu_group"])
    menus = [dish("2026-06-03", 1, "Café e pão", age_band="h-adulto")]
    menus += [
        dish("2026-06-03", 1, "Fórmula infantil", age_band=age, meal=meal, **CEI)
        for age in BABIES_TO_SIX for meal in CEI_MEALS
    ]  # fmt: skip
    assert service.load(tables["schools"], [*SCHOOLS, cei]).set_aside == 0
    assert service.load(tables["school_menu_groups"], [*GROUPS, group]).set_aside == 0
    assert service.load(tables["menus"], [*MENUS, *menus], JUNE).set_aside == 0
    clock.set_source(lambda: NOW + timedelta(hours=15))
    lookup.forget()
    return portal


@pytest.mark.parametrize("language", ["", "/en", "/es"])
@pytest.mark.parametrize("path", ["/cardapio/094617", "/cardapio/402964?idade=f-2-a-3-anos", "/cardapio/402964"])
def test_on_the_smallest_phone_the_first_dish_is_on_the_first_screen(browser, many_ages, language, path):
    page = browser.new_page(viewport={"width": 320, "height": 568})
    page.goto(many_ages + language + path)
    assert page.locator(".notice").first.is_visible(), "today's meals are over, and the page says so"
    assert page.locator(".dishes li").first.bounding_box()["y"] < 520
    for link in page.locator(".school-head a, .tabs a:visible, .day-nav a, .chooser summary").all():
        box = link.bounding_box()
        assert min(box["width"], box["height"]) >= 24
    page.locator(".chooser summary").click()
    assert violations(page) == []
    assert not is_wider_than_the_screen(page)
    page.close()


def test_an_age_is_chosen_without_scripts(browser, many_ages):
    page = browser.new_page(viewport={"width": 320, "height": 568}, java_script_enabled=False)
    page.goto(many_ages + "/cardapio/402964")
    page.locator(".chooser summary").click()
    page.locator(".chooser [data-choices=idade] a").last.click()
    page.wait_for_url("**idade=q-4-a-6-anos-parcial*")
    page.close()


def test_a_wide_screen_has_the_ages_at_once(browser, many_ages):
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(many_ages + "/cardapio/402964?mes=2026-06")
    ages = page.locator(".audience a")
    assert [age.is_visible() for age in ages.all()] == [True] * len(BABIES_TO_SIX)
    page.locator(".chooser summary").click()
    assert not page.locator(".chooser [data-choices=idade]").is_visible(), "they are there once"
    assert page.locator(".chooser [data-choices=refeicao] a").first.is_visible()
    assert violations(page) == []
    page.goto(many_ages + "/cardapio/094617")
    assert not page.locator(".chooser").is_visible()
    page.close()


def test_in_a_narrow_week_ages_stand_in_line_with_their_dishes(browser, many_ages):
    page = browser.new_page(viewport={"width": 320, "height": 568})
    page.goto(many_ages + "/cardapio/402964?semana=2026-W23")
    (age, meal) = (page.locator(f".day[open] > {name}").first.bounding_box() for name in ("h4", ".meal"))
    date = page.locator(".day[open] > summary").bounding_box()
    assert age["x"] == meal["x"]
    assert age["y"] >= date["y"] + date["height"] + 8
    page.close()


def test_wide_screens_have_tables_in_which_axe_finds_nothing(browser, portal):
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    for period in ("semana=2026-W23", "mes=2026-06"):
        page.goto(f"{portal}/cardapio/094617?{period}")
        assert page.get_by_role("table").is_visible()
        assert violations(page) == []
        assert not is_wider_than_the_screen(page)
    page.close()


def test_a_full_week_is_one_sheet_of_paper(browser, portal):
    """As full as the department's weeks are: four meals of eight dishes each, five days."""
    days, meals = range(15, 20), ("d-desjejum", "a-almoco", "l-lanche", "j-jantar")
    dishes = [
        dish(f"2026-06-{day}", position, f"Feijão carioca com abóbora {position}", meal=meal)
        for day in days for meal in meals for position in range(1, 9)
    ]  # fmt: skip
    service.load(lookup.public().tables["menus"].resource_id, [*MENUS, *dishes], JUNE)
    lookup.forget()
    page = browser.new_page()
    page.goto(f"{portal}/cardapio/094617/imprimir?semana=2026-W25")
    assert page.get_by_text("abóbora 8").count() == len(days) * len(meals)
    sheet = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type /Page\b", sheet)) == 1
    page.close()


def test_a_family_page_is_light_and_asks_nobody_else(browser, portal):
    context = browser.new_context(**PHONE)
    page = context.new_page()
    answers = []
    page.on("response", lambda answer: answers.append(answer))  # noqa: PLW0108 (Playwright takes no built-in)
    page.goto(portal + "/cardapio/094617")
    page.wait_for_load_state("networkidle")
    assert all(answer.url.startswith(portal) for answer in answers)
    assert sum(len(answer.body()) for answer in answers) < 60_000
    assert context.cookies() == []
    context.close()
