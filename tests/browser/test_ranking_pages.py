"""The ranking as people see it: axe finds nothing, nothing is cut, and who follows the advice lands in its field."""

import pytest
from accessibility import PHONE, problems
from ckan.lib import search
from ckan.tests import factories

from ckanext.patiodigital.dcat import renewal
from ckanext.patiodigital.ranking import demonstration, scoring, service

pytestmark = pytest.mark.browser

TASK = "Diga o primeiro e o último dia que os dados cobrem."
STATES = {
    "all departments": "/ranking",
    "by number": "/ranking?regua=datasets",
    "by a subject": "/en/ranking?assunto=transporte",
    "a department": f"/ranking/{demonstration.PREFIX}vagas",
    "one without datasets": f"/es/ranking/{demonstration.PREFIX}profissionais",
}


@pytest.fixture
def ranked(portal):
    demonstration.make()
    search.commit()
    renewal.renew()
    while renewal.check():
        pass
    scoring.score_due()
    service.forget()
    yield portal
    service.forget()


def test_axe_finds_nothing_and_nothing_is_cut(browser, ranked):
    assert problems(browser, ranked, STATES) == {}


def test_an_editor_follows_the_advice_into_the_form(browser, ranked):
    token = factories.SysadminWithToken()["token"]
    context = browser.new_context(**PHONE, extra_http_headers={"Authorization": token})
    page = context.new_page()
    page.goto(f"{ranked}/ranking/{demonstration.PREFIX}vagas")
    page.get_by_role("link", name=TASK).first.click()
    page.wait_for_url("**/dataset/edit/**#field-temporal_start")
    assert page.locator("#field-temporal_start").is_visible()
    assert page.get_by_text("405 pontos").is_visible()
    context.close()
