"""The form that anybody may send: what it takes, what it refuses and says, and how much of it."""

from __future__ import annotations

from datetime import datetime, timezone
from urllib.parse import quote

from ckan.lib.redis import connect_to_redis
from ckan.tests.helpers import call_action
from menus.reports.conftest import DAY, EOL, FILLED, FORM, Browser, filed, reports, sent, text_of

from ckanext.patiodigital import clock
from ckanext.patiodigital.menus import service as lookup

LIMIT = "ckanext.patiodigital.menus.reports."


def from_address(address):
    return {"X-Forwarded-For": address}


# -- the page


def test_the_day_s_page_leads_to_the_form_of_that_day(family):
    page = family.get(f"/cardapio/{EOL}?data=2026-06-03").page
    (address,) = page.xpath("//a[contains(@href, '/aviso')]/@href")
    assert address == f"{FORM}?data=2026-06-03"
    form = family.get(address).page
    assert form.get_element_by_id("date").get("value") == "2026-06-03"


def test_it_is_a_family_page_the_same_for_everybody(desk, family, editor):
    answer = family.get(FORM)
    assert "csrf" not in answer.body
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["ETag"]
    assert editor.get(FORM).body == answer.body
    assert family.get(FORM).page.get_element_by_id("date").get("value") == DAY


def test_it_says_what_the_address_is_for_how_long_it_is_kept_and_what_not_to_write(family):
    said = text_of(family.get(f"/en{FORM}").page.xpath("//main")[0])
    for words in ("used to send you the answer", "90 days", "no child's name", "health"):
        assert words in said


def test_every_field_has_a_label_and_its_hint(family):
    page = sent(family, 400, tipo="", data="x", texto="", email="x", site="x").page
    (form,) = page.xpath("//form[@method='post']")
    controls = form.xpath(".//input | .//textarea")
    assert len(controls) == 9
    for control in controls:
        assert form.xpath(f".//label[@for='{control.get('id')}']") or control.getparent().tag == "label"
        assert control.get("aria-invalid") == "true"
        assert all(page.xpath(f"//*[@id='{name}']") for name in control.get("aria-describedby").split())


def test_a_short_code_is_led_to_the_long_one(family):
    answer = family.get(f"/cardapio/94617/aviso?data={DAY}", 301)
    assert answer.headers["Location"].endswith(f"{FORM}?data={DAY}")
    family.post("/cardapio/94617/aviso", FILLED)
    assert [report.eol for report in reports()] == [EOL]


# -- a report


def test_it_is_stored_and_leads_to_a_page_that_tells_how_it_stands(family):
    answer = family.post(f"/es{FORM}", FILLED | {"email": "familia@example.org"})
    (report,) = reports()
    assert (report.eol, report.school, report.date.isoformat(), report.kind, report.text, report.email) == (
        EOL,
        "EMEF Professor Antônio Pacheco e Silva",
        DAY,
        "served_differs",
        FILLED["texto"],
        "familia@example.org",
    )
    assert (report.state, report.lang, report.created) == ("new", "es", clock.now())
    place = answer.headers["Location"]
    assert "/es/aviso/" in place
    shown = family.get(place)
    said = text_of(shown.page.xpath("//main")[0])
    assert report.school in said
    assert report.reference not in place  # it is shown in groups, as people read it
    assert place.rpartition("/")[2].replace("-", "") == report.reference


def test_the_reporter_s_page_repeats_nothing_personal_and_is_kept_by_nobody(family):
    place = sent(family, texto="Meu filho José", email="familia@example.org").headers["Location"]
    answer = family.get(place)
    for secret in ("José", "familia@example.org"):
        assert secret not in answer.body
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "no-store" in answer.headers["Cache-Control"]
    assert "public" not in answer.headers["Cache-Control"]


def test_numbers_differ_and_others_are_not_found(family):
    for _ in range(3):
        sent(family)
    numbers = [report.reference for report in reports()]
    assert len(set(numbers)) == 3
    family.get(f"/aviso/{numbers[0].upper()}")
    for wrong in ("1", "x" * 16, "a" * 5000, quote("../../etc/passwd"), "%00", quote("<script>"), numbers[0] + "2"):
        assert "<script>" not in family.get(f"/aviso/{wrong}", 404).body


WRITTEN = [
    ("<script>alert(1)</script> & <b>", "<script>alert(1)</script> & <b>"),
    ("{{ 7 * 7 }} {% raw %}", "{{ 7 * 7 }} {% raw %}"),
    ("a\x00b\x1bc\x07d", "a b c d"),
    ("uma\r\nduas\r\r\r\r\ntrês\t!", "uma\nduas\n\ntrês !"),
    ("مرحبا 👩‍👩‍👧 שלום", "مرحبا 👩‍👩‍👧 שלום"),
    ("fim\u202etxt.exe\u2066x", "fim txt.exe x"),
    ("'; DROP TABLE patiodigital_report; --", "'; DROP TABLE patiodigital_report; --"),
    ("x" * 1000, "x" * 1000),
    ("👩‍👩‍👧" * 200, "👩‍👩‍👧" * 200),
]


def test_text_is_kept_as_text(desk, family, editor):
    for written, kept in WRITTEN:
        report = filed(family, texto=written)
        assert report.text == kept
        page = editor.get(f"/en/avisos-do-cardapio/{report.id}")
        assert "<script>alert(1)" not in page.body
        (quoted,) = page.page.xpath("//blockquote")
        assert [line.text for line in quoted.xpath("p")] == [line for line in kept.split("\n") if line]
        assert all(line.get("dir") == "auto" for line in quoted.xpath("p"))
    link = filed(family, texto="Veja https://evil.example.org/x e <a href='https://evil.example.org'>aqui</a>")
    assert "evil.example.org" in (body := editor.get(f"/en/avisos-do-cardapio/{link.id}").body)
    assert 'href="https://evil' not in body
    assert "href='https://evil" not in body


FAULTS = [
    ({"tipo": ""}, "kind", "Choose"),
    ({"tipo": "<b>"}, "kind", "Choose"),
    ({"texto": ""}, "text", "Write what is wrong"),
    ({"texto": " \r\n\x00\u200b"}, "text", "Write what is wrong"),
    ({"texto": "x" * 1001}, "text", "at most 1000"),
    ({"texto": "O CPF é 529.982.247-25"}, "text", "CPF"),
    ({"data": ""}, "date", "2010 to 2027"),
    ({"data": "ontem"}, "date", "2010 to 2027"),
    ({"data": "2026-02-30"}, "date", "2010 to 2027"),
    ({"data": "9999-12-31"}, "date", "2010 to 2027"),
    ({"data": "2026-W10-1"}, "date", "2010 to 2027"),
    ({"email": "x"}, "email", "name@example.org"),
    ({"email": "a@b.example, c@d.example"}, "email", "name@example.org"),
    ({"email": "a@b.example\r\nBcc: c@d.example"}, "email", "name@example.org"),
    ({"email": "Nome <a@b.example>"}, "email", "name@example.org"),
    ({"email": "é@example.org"}, "email", "name@example.org"),
    ({"email": "a" * 64 + "@" + "b." * 120 + "example"}, "email", "name@example.org"),
    ({"site": "https://spam.example"}, "trap", "Leave this field empty"),
]


def test_a_fault_is_told_at_its_field_and_what_was_written_is_still_there(family):
    for fields, field, says in FAULTS:
        page = family.post(f"/en{FORM}", FILLED | fields, 400).page
        assert says in text_of(page.get_element_by_id(f"fault-{field}")), fields
        assert len(page.xpath("//*[starts-with(@id, 'fault-')]")) == 1
        if "texto" not in fields:
            assert page.get_element_by_id("text").text.strip() == FILLED["texto"]
    assert reports() == []


def test_missing_fields_are_all_told_at_once(family):
    for data in ({}, b"", b"\xff\xfe", b"[1, 2]", {"x": "1"}):
        page = family.post(f"/en{FORM}", data, 400).page
        assert len(page.xpath("//*[starts-with(@id, 'fault-')]")) == 3
    assert reports() == []


def test_a_wrong_day_in_the_address_is_told_at_its_field(family):
    for day in ("ontem", "2026-02-30", "0001-01-01", "<script>", "9" * 2000):
        answer = family.get(f"/en{FORM}?data={quote(day)}", 400)
        assert "2010 to 2027" in text_of(answer.page.get_element_by_id("fault-date"))
        assert "<script>" not in answer.body


def test_a_school_that_is_not_there(family):
    for eol in ("999999", "x", "1234567", quote("<script>")):
        assert "<script>" not in family.get(f"/cardapio/{eol}/aviso", 404).body
        family.post(f"/cardapio/{eol}/aviso", FILLED, 404)
    assert reports() == []


# -- from elsewhere, too large


def test_a_page_of_another_site_can_t_send_it(family):
    for headers in (
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example.org"},
        {"Origin": "null"},
    ):
        assert "from another site" in family.post(f"/en{FORM}", FILLED, 400, **headers).body
    assert reports() == []


def test_whoever_is_logged_in_sends_it_without_a_token_as_everybody_does(desk, app):
    """Also as the first of all: CKAN's own check lets it pass only once somebody anonymous was there."""
    Browser(app, desk.editor).post(FORM, FILLED, **{"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost"})
    assert len(reports()) == 1


def test_a_megabyte_of_markup_is_refused_in_words(family):
    markup = "<p>" * 350_000
    answer = family.post(f"/en{FORM}", FILLED | {"texto": markup}, 413)
    assert "This report is too long" in text_of(answer.page)
    assert len(answer.body) < 20_000
    assert reports() == []


# -- too many


def test_an_address_may_send_five_an_hour_and_others_go_on(family, stopped_clock):
    stopped_clock(datetime(2026, 6, 2, 10, 50, 1, tzinfo=timezone.utc))
    for _ in range(5):
        family.post(FORM, FILLED, **from_address("198.51.100.7"))
    answer = family.post(f"/en{FORM}", FILLED, 429, **from_address("203.0.113.9, 198.51.100.7"))
    family.post(FORM, FILLED, **from_address("198.51.100.8"))
    stopped_clock(datetime(2026, 6, 2, 11, 0, tzinfo=timezone.utc))
    family.post(FORM, FILLED, **from_address("198.51.100.7"))
    assert answer.headers["Retry-After"] == "599"
    assert "in 10 minutes" in text_of(answer.page)
    assert answer.page.get_element_by_id("text").text.strip() == FILLED["texto"]
    assert len(reports()) == 7


def test_a_thousand_a_minute_fill_neither_database_nor_mailbox(family):
    answers = [
        family.post(FORM, FILLED, status=None, **from_address(f"198.18.{number // 250}.{number % 250}"))
        for number in range(1000)
    ]
    assert sorted({answer.status_code for answer in answers}) == [303, 429]
    assert len(reports()) == 200
    assert all(int(answer.headers["Retry-After"]) > 0 for answer in answers if answer.status_code == 429)


def test_what_is_refused_for_one_address_is_not_counted_for_all(family, ckan_config, monkeypatch):
    monkeypatch.setitem(ckan_config, LIMIT + "per_hour", 6)
    for status in [303] * 5 + [429] * 10:
        family.post(FORM, FILLED, status, **from_address("198.51.100.7"))
    family.post(FORM, FILLED, **from_address("198.51.100.8"))
    family.post(FORM, FILLED, 429, **from_address("198.51.100.9"))


def test_faulty_reports_are_not_counted(family):
    for _ in range(20):
        sent(family, 400, texto="")
    sent(family)


def test_redis_keeps_no_address(family):
    family.post(FORM, FILLED, **from_address("198.51.100.7"))
    keys = [key.decode() for key in connect_to_redis().scan_iter("patiodigital:*:quota:*reports*")]
    assert len(keys) == 2
    assert not any("198.51" in key for key in keys)
    assert all(0 < connect_to_redis().ttl(key) <= 3600 for key in keys)


def test_without_redis_none_is_taken_and_what_was_written_is_still_there(family, ckan_config, monkeypatch):
    monkeypatch.setitem(ckan_config, "ckan.redis.url", "redis://127.0.0.1:1/0")
    answer = family.post(f"/en{FORM}", FILLED, 503)
    assert answer.headers["Retry-After"] == "60"
    assert "can't be taken right now" in text_of(answer.page)
    assert answer.page.get_element_by_id("text").text.strip() == FILLED["texto"]
    assert reports() == []


# -- no menus


def test_while_the_dataset_is_deleted_the_form_says_so(desk, family, editor):
    report = filed(family)
    as_editor = {"user": desk.editor["name"]}
    call_action("package_delete", context=dict(as_editor), id=desk.package["id"])
    lookup.forget()
    try:
        family.post(FORM, FILLED, 503)
        # What was reported before is still there, for both.
        editor.get(f"/en/avisos-do-cardapio/{report.id}")
        family.get(f"/aviso/{report.reference}")
    finally:
        call_action("package_patch", context=dict(as_editor), id=desk.package["id"], state="active")
        lookup.forget()
    assert len(reports()) == 1
