"""What editors do with a report: who may, what each decision changes and where, and what is refused."""

from __future__ import annotations

import time
from datetime import datetime, timedelta, timezone
from urllib.parse import unquote

import pytest
from ckan.tests.helpers import call_action
from menus.reports.conftest import DAY, EOL, FORM, INBOX, Browser, filed, reports, sent, text_of

from ckanext.patiodigital import clock
from ckanext.patiodigital.menus import service as lookup
from ckanext.patiodigital.menus.reports.model import Report
from ckanext.patiodigital.menus.reports.store import add

PAGE = f"/en/cardapio/{EOL}?data={DAY}"
DECIDED = {"state": "new", "note": "", "answer": ""}


def decide(editor, report, status=303, **fields):
    address = f"{INBOX}/{report.id}"
    editor.get(address)
    return editor.post(address, DECIDED | fields, status)


def stored(report_id, **fields):
    """A report that is there, without anybody sending the form."""
    report = Report(
        reference=f"{report_id:016}", created=clock.now(), eol=EOL, school="EMEF", date=datetime(2026, 6, 2).date(),  # noqa: DTZ001
        kind="other", text=f"aviso {report_id}", lang="pt_BR", **fields,
    )  # fmt: skip
    add(report)
    return report


# -- who gets in


def test_strangers_are_sent_to_the_log_in_and_never_read_a_word(family):
    report = filed(family, texto="segredo da família")
    for address in (INBOX, f"{INBOX}/{report.id}"):
        answer = family.get(address, 302)
        assert f"/user/login?next={address}" in unquote(answer.headers["Location"])
        assert "segredo" not in answer.body
    family.post(f"{INBOX}/{report.id}", DECIDED | {"state": "closed"}, 403)
    family.post(f"{INBOX}/excluir", {"id": report.id}, 403)
    assert [report.state for report in reports()] == ["new"]


@pytest.mark.parametrize("who", ["member", "stranger", "foreign"])
def test_who_is_no_editor_of_the_menus_organization_is_refused(desk, app, family, who):
    report = filed(family, texto="segredo da família")
    browser = Browser(app, getattr(desk, who))
    for address in (INBOX, f"{INBOX}/{report.id}"):
        answer = browser.get(address, 403)
        assert "Only editors" in answer.body
        assert "segredo" not in answer.body
    browser.post(f"{INBOX}/{report.id}", DECIDED | {"state": "closed"}, 403)
    browser.post(f"{INBOX}/excluir", {"id": report.id}, 403)
    assert [report.state for report in reports()] == ["new"]


def test_the_dataset_s_page_leads_editors_here_and_nobody_else(desk, app, family, editor):
    address = f"/en/dataset/{desk.package['name']}"
    assert INBOX in editor.get(address).body
    assert INBOX not in family.get(address).body
    assert INBOX not in Browser(app, desk.member).get(address).body


def test_the_inbox_does_not_lie_below_what_the_edge_shows_to_everybody(editor):
    answer = editor.get(INBOX)
    assert "ETag" not in answer.headers
    assert "private" in answer.headers["Cache-Control"]


# -- reading


def test_open_and_settled_reports_stand_apart(family, editor):
    first, second = filed(family, texto="aberto"), filed(family, texto="resolvido")
    decide(editor, second, state="closed")
    opened = text_of(editor.get(INBOX).page.xpath("//article")[0])
    assert ("aberto" in opened, "resolvido" in opened) == (True, False)
    settled = text_of(editor.get(f"{INBOX}?resolvidos=1").page.xpath("//article")[0])
    assert ("aberto" in settled, "resolvido" in settled) == (False, True)
    decide(editor, second, state="in_progress")
    assert text_of(editor.get(INBOX).page.xpath("//article")[0]).count("EMEF") == 2
    assert first.settled is None


def test_a_long_list_goes_on_at_a_link(desk, editor):
    for number in range(1, 52):
        stored(number)
    page = editor.get(INBOX).page
    assert "aviso 51" in text_of(page)
    assert "aviso 1 " not in text_of(page) + " "
    (older,) = page.xpath("//a[contains(@href, 'a_partir=50')]/@href")
    last = editor.get(older).page
    assert len(last.xpath("//input[@name='id']")) == 1
    assert last.xpath(f"//nav//a[@href='{INBOX}']")
    for nonsense in ("-1", "x", "9" * 40, "20; DROP"):
        editor.get(f"{INBOX}?a_partir={nonsense}&resolvidos={nonsense}")


def test_a_report_that_is_not_there(editor):
    editor.get(INBOX)
    for number in (1, 2**63 - 1):
        assert "no report with this number" in editor.get(f"{INBOX}/{number}", 404).body
        editor.post(f"{INBOX}/{number}", DECIDED, 404)
    editor.get(f"{INBOX}/{2**63}", 404)


def test_every_field_has_a_label(family, editor):
    page = editor.get(f"{INBOX}/{filed(family).id}").page
    controls = page.xpath("//article//form//*[self::textarea or self::select or self::input[@type='checkbox']]")
    assert len(controls) == 4
    assert all(page.xpath(f"//label[@for='{control.get('id')}']") for control in controls)
    described = {name for control in controls for name in control.get("aria-describedby", "").split()}
    assert all(page.xpath(f"//*[@id='{name}']") for name in described)


# -- answering


def test_an_answer_stands_on_the_reporter_s_page_only_until_it_is_published(family, editor):
    place = sent(family).headers["Location"]
    (report,) = reports()
    decide(editor, report, answer="Faltou arroz.\nAvisaremos antes.", note="falei com a escola")
    answer = family.get(place).page
    assert [line.text for line in answer.xpath("//section[h2]/p")] == ["Faltou arroz.", "Avisaremos antes."]
    assert "falei com a escola" not in text_of(answer)
    (report,) = reports()
    assert (report.state, report.settled, report.published) == ("answered", clock.now(), None)
    lookup.forget()
    assert "Faltou arroz" not in family.get(f"{PAGE}&x=1").body


def shows(browser, address, words, *, soon=5.0):
    """Whether a page comes to show ``words``, or not, within the seconds that the contract allows."""
    until = time.monotonic() + soon
    while words not in browser.get(address).body:
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True


def test_a_published_answer_is_on_the_school_s_page_of_the_day_within_5_s_and_nowhere_else(family, editor):
    report = filed(family, texto="texto da família")
    before = family.get(PAGE)
    decide(editor, report, answer="<b>Faltou</b> arroz.", publish="true")
    assert shows(family, PAGE, "&lt;b&gt;Faltou&lt;/b&gt; arroz.")
    after = family.get(PAGE)
    assert after.headers["ETag"] != before.headers["ETag"]
    assert family.get(PAGE, 304, **{"If-None-Match": after.headers["ETag"]}).body == ""
    assert "texto da família" not in after.body
    assert '<span lang="pt-BR">&lt;b&gt;Faltou&lt;/b&gt; arroz.</span>' in after.body, "the page is in English"
    assert 'lang="pt-BR">&lt;b' not in family.get(PAGE.removeprefix("/en")).body
    for other in (f"/en/cardapio/{EOL}?data=2026-06-03", f"/en/cardapio/019283?data={DAY}"):
        assert "Faltou" not in family.get(other).body


def test_it_changes_with_its_answer_and_goes_with_its_report(family, editor, stopped_clock):
    report = filed(family)
    decide(editor, report, answer="primeira resposta", publish="true")
    assert shows(family, PAGE, "primeira resposta")
    stopped_clock(datetime(2026, 6, 2, 10, 0, 1, tzinfo=timezone.utc))
    decide(editor, report, answer="segunda resposta", publish="true")
    assert shows(family, PAGE, "segunda resposta")
    decide(editor, report, answer="segunda resposta")
    assert shows_not(family, "segunda resposta")
    decide(editor, report, answer="segunda resposta", publish="true")
    assert shows(family, PAGE, "segunda resposta")
    editor.post(f"{INBOX}/excluir", {"id": report.id})
    assert shows_not(family, "segunda resposta")


def shows_not(browser, words):
    until = time.monotonic() + 5.0
    while words in browser.get(PAGE).body:
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True


def test_the_pages_over_one_resource_show_no_answers_and_no_form(desk, network, family, editor):
    decide(editor, filed(family), answer="Faltou arroz.", publish="true")
    resource = network[1]["menus"]
    body = family.get(f"/en/dataset/{desk.package['name']}/resource/{resource}/cardapio/{EOL}?data={DAY}").body
    assert "Faltou arroz" not in body
    assert "/aviso" not in body


FAULTS = [
    ({"state": "answered"}, "state", "write the answer first"),
    ({"state": "x"}, "state", ""),
    ({"publish": "true"}, "publish", "write the answer first"),
    ({"answer": "x" * 2001}, "answer", "at most 2000"),
    ({"answer": "O CPF é 529.982.247-25"}, "answer", "CPF"),
    ({"note": "x" * 2001}, "note", "at most 2000"),
]


def test_a_fault_is_told_at_its_field_and_nothing_is_saved(family, editor):
    report = filed(family)
    for fields, field, says in FAULTS:
        page = decide(editor, report, 400, **fields).page
        assert says in text_of(page.get_element_by_id(f"error-{field}")), fields
        assert page.get_element_by_id(f"field-{field}").get("aria-invalid") == "true"
        assert page.xpath(f"//*[@role='alert']//a[@href='#field-{field}']")
    (report,) = reports()
    assert (report.state, report.note, report.answer, report.edited) == ("new", "", "", None)


# -- deleting


def test_chosen_reports_are_deleted_for_good_with_the_reporter_s_page(family, editor):
    places = [sent(family).headers["Location"] for _ in range(3)]
    numbers = [report.id for report in reports()]
    editor.get(INBOX)
    editor.post(f"{INBOX}/excluir", {"id": numbers[:2]})
    assert [report.id for report in reports()] == numbers[2:]
    assert "2 reports were deleted" in editor.get(INBOX).body
    family.get(places[0], 404)
    family.get(places[2])


def test_nothing_chosen_deletes_nothing(family, editor):
    filed(family)
    editor.get(INBOX)
    for chosen in ({}, {"id": "x"}, {"id": list(range(1, 102))}, {"id": 2**64}):
        editor.post(f"{INBOX}/excluir", chosen)
        assert "Nothing was deleted" in editor.get(INBOX).body
    assert len(reports()) == 1


# -- forms from elsewhere


def test_a_page_of_another_site_can_t_decide(desk, app, family, editor):
    report = filed(family)
    editor.get(INBOX)
    for address, fields in (
        (f"{INBOX}/{report.id}", DECIDED | {"state": "closed"}),
        (f"{INBOX}/excluir", {"id": report.id}),
    ):
        for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example.org"}):
            assert "from another site" in editor.post(address, fields, 400, **headers).body
        tricked = Browser(app, desk.editor)
        tricked.post(address, fields, 400)
        tricked.post(address, fields | {"_csrf_token": "forged"}, 400)
    assert [report.state for report in reports()] == ["new"]


# -- the actions


def test_programs_of_editors_read_and_decide(desk, family):
    report = filed(family, email="familia@example.org")
    listed = desk.act("list")
    assert (listed["total"], listed["reports"][0]["id"]) == (1, report.id)
    desk.act("update", id=report.id, answer="Faltou arroz.", publish=True)
    shown = desk.act("update", id=report.id, note="só uma nota")
    assert (shown["answer"], shown["publish"], shown["state"]) == ("Faltou arroz.", True, "answered")
    assert shown["email"] == "familia@example.org"
    assert shown["published"].endswith("Z")
    assert desk.act("show", id=report.id) == shown
    assert desk.act("list")["total"] == 0
    assert desk.act("list", state="settled")["total"] == 1
    assert desk.act("delete", id=report.id) == {"deleted": 1}
    assert desk.act("delete", id=[report.id]) == {"deleted": 0}


def test_the_time_after_which_it_is_deleted_begins_once(desk, family, stopped_clock):
    report = filed(family)
    first = clock.now()
    desk.act("update", id=report.id, answer="Faltou arroz.")
    stopped_clock(first + timedelta(days=3))
    assert desk.act("update", id=report.id, state="closed")["settled"] == clock.rfc3339(first)


def test_reports_are_in_no_public_answer(desk, family):
    filed(family, texto="segredodafamilia")
    assert call_action("package_search", q="segredodafamilia")["count"] == 0
    for address in (
        f"/api/3/action/package_show?id={desk.package['name']}",
        "/api/menus/v1/schools",
        f"/api/menus/v1/schools/{EOL}/menus?start={DAY}&end={DAY}",
        f"/cardapio/{EOL}?data={DAY}",
        FORM,
    ):
        assert "segredodafamilia" not in family.get(address).body
    tables = call_action("datastore_search", resource_id="_table_metadata")["records"]
    assert not any("report" in table["name"] for table in tables)
    family.get("/api/3/action/patiodigital_report_list", 403)
    family.get("/api/3/action/patiodigital_report_show?id=1", 403)
