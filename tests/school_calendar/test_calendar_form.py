"""The page: who gets in, what a form does, what it says of a fault, and what it refuses from elsewhere."""

from __future__ import annotations

import re

import pytest
from ckan import model
from lxml import html
from school_calendar.conftest import stated

from ckanext.patiodigital.school_calendar import service

PAGE = "/en/calendario-escolar"
# Where the test client keeps the cookie of who is logged in; other readers know the portal as test.ckan.net.
SITE = {"base_url": "http://localhost", "follow_redirects": False}
FORM = {
    "where": "school",
    "dre": "",
    "school": "florençano",
    "first": "2026-12-01",
    "last": "",
    "kind": "closed",
    "name": "Falta de água",
}


class Browser:
    """A browser with cookies: it sends each form with the token that the page gave it, as one does."""

    def __init__(self, app, user=None):
        self._app = app
        # A client of its own: CKAN's test application keeps cookies from test to test.
        self._client = app.test_client(user=model.User.get(user["name"]) if user else None)
        self.token = ""

    def get(self, url, status=200):
        return self._answer(self._client.get(url, **SITE), status)

    def post(self, url, data, status=200, **headers):
        with_token = {"_csrf_token": self.token, **data} if self.token else data
        return self._answer(self._client.post(url, data=with_token, headers=headers, **SITE), status)

    def send(self, **fields):
        """Fill in the page's form, send it, and follow to the page that it leads to."""
        self.get(PAGE)
        return self.get(self.post(PAGE, FORM | fields, 303).headers["Location"])

    def _answer(self, answer, status):
        assert answer.status_code == status, answer.body[:2000]
        if found := re.search(r'name="_csrf_token" value="([^"]+)"', answer.body):
            self.token = found[1]
        answer.page = html.fromstring(answer.body)
        return answer


@pytest.fixture
def editor(portal, app):
    return Browser(app, portal.editor)


def with_role(page, role):
    return page.xpath(f"//*[@role='{role}']")[-1]


def text_of(element):
    return " ".join(element.text_content().split())


def status_of(answer):
    return text_of(with_role(answer.page, "status"))


# -- who gets in


def test_anonymous_is_sent_to_the_log_in_and_comes_back(portal, app):
    answer = Browser(app).get(PAGE, 302)
    assert answer.headers["Location"].endswith("/en/user/login?next=/en/calendario-escolar")


@pytest.mark.parametrize("who", ["member", "stranger"])
def test_a_user_who_is_no_editor_is_refused(portal, app, who):
    browser = Browser(app, getattr(portal, who))
    assert "Only editors" in browser.get(PAGE, 403).body
    assert "Only editors" in browser.post(PAGE, FORM, 403).body
    browser.post(f"{PAGE}/1/desfazer", {}, 403)
    assert stated("2026-12-01") == {}


def test_anonymous_forms_are_refused(portal, app):
    Browser(app).post(PAGE, FORM, 403)
    Browser(app).post(f"{PAGE}/1/desfazer", {}, 403)


def test_the_dataset_s_page_leads_editors_here_and_nobody_else(portal, app, editor):
    address = f"/en/dataset/{portal.package['name']}"
    assert PAGE in editor.get(address).body
    assert PAGE not in Browser(app).get(address).body
    assert PAGE not in Browser(app, portal.member).get(address).body


# -- saving and undoing


def test_saved_it_says_what_is_closed_for_how_many_and_offers_to_undo(portal, editor):
    answer = editor.send()
    assert stated("2026-12-01") == {"eol:000086": ("closed", "Falta de água")}
    said = status_of(answer)
    for words in ("EMEI Paulo Camilhier Florençano (000086)", "Falta de água", "1 school.", "2026"):
        assert words in said
    undo = with_role(answer.page, "status").find(".//form").get("action")
    undone = editor.get(editor.post(undo, {}, 303).headers["Location"])
    assert stated("2026-12-01") == {}
    assert "Undone" in status_of(undone)
    assert with_role(undone.page, "status").find(".//form") is None
    assert f"Undone by {portal.editor['name']}" in text_of(undone.page)


def test_each_scope(editor):
    cases = [
        ({"where": "network", "school": ""}, "network", "4 schools."),
        ({"where": "dre", "school": "", "dre": "108100"}, "dre:108100", "3 schools."),
        ({"where": "", "school": "", "dre": "108500"}, "dre:108500", "1 school."),
        ({"where": "", "school": "86"}, "eol:000086", "1 school."),
        ({"school": "emef joão 23"}, "eol:019283", "1 school."),
    ]
    for number, (fields, scope, count) in enumerate(cases, start=1):
        assert count in status_of(editor.send(**fields)), fields
        assert scope in stated("2026-12-01")
        assert len(stated("2026-12-01")) == number


def test_the_form_opens_on_today_and_lists_what_is_in_force_and_past(portal, editor):
    portal.close(name="em vigor")
    portal.close("2026-11-20", "2026-11-20", name="passada")
    page = editor.get(PAGE).page
    assert page.get_element_by_id("field-first").get("value") == "2026-11-24"
    current, past = (
        text_of(page.xpath(f"//h2[@id='{name}']/following-sibling::ul[1]")[0]) for name in ("current", "past")
    )
    assert ("em vigor" in current, "passada" in current) == (True, False)
    assert ("em vigor" in past, "passada" in past) == (False, True)
    assert portal.editor["name"] in current


def test_long_lists_go_on_at_a_link(portal, editor):
    for number in range(21):
        portal.close("2026-11-20", "2026-11-20", scope="eol:86", name=f"motivo {number}")
    first = editor.get(PAGE).page
    assert "motivo 20" in text_of(first)
    assert "motivo 0" not in text_of(first)
    (address,) = first.xpath("//a[contains(@href, 'anteriores=20')]/@href")
    assert "motivo 0" in text_of(editor.get(address).page)
    for nonsense in ("-1", "x", "9" * 40, "20; DROP"):
        editor.get(f"{PAGE}?anteriores={nonsense}&entry={nonsense}")


def test_a_reason_is_shown_as_text(editor):
    answer = editor.send(name="<script>alert('x')</script>")
    assert "<script>alert" not in answer.body
    assert "<script>alert('x')</script>" in status_of(answer)


# -- faults


FAULTS = [
    ({"school": "escola que não há"}, "school", "No active school"),
    ({"school": "joão"}, "school", "EMEF João XXIII (019283), EMEF João XXIII Anexo (019284)"),
    ({"school": "", "where": ""}, "where", "Choose"),
    ({"school": "", "where": "school"}, "school", "No active school"),
    ({"school": "", "where": "dre"}, "dre", "Choose the DRE"),
    ({"school": "", "where": "dre", "dre": "999999"}, "where", "no such DRE"),
    ({"where": "network"}, "where", "More than one"),
    ({"where": "", "dre": "108100"}, "where", "More than one"),
    ({"where": "<b>"}, "where", "More than one"),
    ({"first": "ontem"}, "first", "YYYY-MM-DD"),
    ({"last": "2026-11-30"}, "last", "before"),
    ({"kind": "x"}, "kind", ""),
    ({"name": " "}, "name", "Missing"),
    ({"name": "x" * 201}, "name", "200"),
]


def test_a_fault_is_told_at_its_field_and_above_and_nothing_is_saved(editor):
    editor.get(PAGE)
    for fields, field, says in FAULTS:
        page = editor.post(PAGE, FORM | fields, 400).page
        assert says in text_of(page.get_element_by_id(f"error-{field}")), fields
        assert with_role(page, "alert").xpath(f".//a[@href='#field-{field}']")
        control = page.get_element_by_id(f"field-{field}")
        assert control.get("aria-invalid") == "true"
        assert f"error-{field}" in control.get("aria-describedby").split()
        assert page.get_element_by_id("field-name").get("value") == {**FORM, **fields}["name"].strip()
    assert stated("2026-12-01") == {}


def test_every_field_has_a_label(editor):
    page = editor.get(PAGE).page
    (form,) = page.xpath(f"//form[@action='{PAGE}']")
    controls = form.xpath(".//input[@type != 'hidden' or not(@type)] | .//select")
    assert len(controls) == 9
    assert all(form.xpath(f".//label[@for='{control.get('id')}']") for control in controls)
    described = {name for control in controls for name in control.get("aria-describedby", "").split()}
    assert described
    assert all(page.xpath(f"//*[@id='{name}']") for name in described)


def test_an_entry_that_is_not_there_can_t_be_undone(editor):
    editor.get(PAGE)
    editor.post(f"{PAGE}/{2**63 - 1}/desfazer", {}, 404)
    editor.post(f"{PAGE}/{2**63}/desfazer", {}, 404)


# -- forms from elsewhere


def test_without_token_it_is_refused_also_after_an_anonymous_visit(portal, app):
    """CKAN 2.12.0 alone lets it pass from then on, for the whole life of the process."""
    for anonymous in (Browser(app), Browser(app)):
        anonymous.get(PAGE, 302)
        anonymous.post(PAGE, FORM, 403)
        anonymous.post(f"{PAGE}/1/desfazer", {}, 403)
    made = portal.close("2026-12-09", "2026-12-09")
    tricked = Browser(app, portal.editor)
    for token in ({}, {"_csrf_token": ""}, {"_csrf_token": "forged"}):
        tricked.token = ""
        assert "too old or incomplete" in tricked.post(PAGE, FORM | token, 400).body
        tricked.token = ""
        tricked.post(f"{PAGE}/{made['id']}/desfazer", token, 400)
    assert stated("2026-12-01") == {}
    assert stated("2026-12-09") != {}


def test_another_editor_s_token_does_not_do(portal, app, editor):
    editor.get(PAGE)
    tricked = Browser(app, portal.editor)
    tricked.token = editor.token
    tricked.post(PAGE, FORM, 400)


def test_a_page_of_another_site_can_t_send_it_even_with_the_token(editor):
    editor.get(PAGE)
    for headers in (
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://test.ckan.net"},
        {"Origin": "https://evil.example.org"},
        {"Origin": "https://evil.example.org/test.ckan.net"},
        {"Origin": "http://test.ckan.net.evil.example.org"},
        {"Origin": "null"},
        {"Origin": "http://["},
    ):
        assert "from another site" in editor.post(PAGE, FORM, 400, **headers).body, headers
    assert stated("2026-12-01") == {}


def test_a_page_of_this_portal_can(editor):
    editor.get(PAGE)
    for headers in (
        {"Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "http://test.ckan.net"},
        {"Origin": "http://localhost"},
    ):
        editor.post(PAGE, FORM, 303, **headers)
    assert service.current(1)[0] == 4


def test_a_program_in_the_page_may_send_the_token_as_a_header(editor):
    editor.get(PAGE)
    token, editor.token = editor.token, ""
    editor.post(PAGE, FORM, 303, **{"X-CSRFToken": token})
