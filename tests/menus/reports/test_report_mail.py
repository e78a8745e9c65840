"""E-mails about reports, through a real mail server and CKAN's real jobs."""

from __future__ import annotations

import socket
from email import message_from_bytes, policy

import pytest
from aiosmtpd.controller import Controller
from ckan import model
from ckan.lib import jobs
from ckan.lib.redis import connect_to_redis
from menus.reports.conftest import FILLED, FORM, INBOX, filed, reports, text_of

from ckanext.patiodigital.menus.reports.core import reference


class Mailbox:
    """Keeps what comes in; answers ``refuses`` instead, where it is set."""

    def __init__(self):
        self.received = []
        self.refuses = ""

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 (aiosmtpd's name)
        if self.refuses:
            return self.refuses
        message = message_from_bytes(envelope.content, policy=policy.default)
        self.received.append((envelope.rcpt_tos, message))
        return "250 OK"


@pytest.fixture
def mailbox(desk, ckan_config, monkeypatch, with_test_worker):
    """A mail server that the portal is set up for."""
    mailbox = Mailbox()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(mailbox, hostname="127.0.0.1", port=port)
    controller.start()
    monkeypatch.setitem(ckan_config, "smtp.server", f"127.0.0.1:{port}")
    monkeypatch.setitem(ckan_config, "smtp.mail_from", "portal@example.org")
    jobs.get_queue().empty()
    yield mailbox
    controller.stop()
    jobs.get_queue().empty()


def work():
    jobs.Worker().work(burst=True)


def answer(editor, report, text="Faltou arroz.", **fields):
    address = f"{INBOX}/{report.id}"
    editor.get(address)
    editor.post(address, {"state": "new", "note": "", "answer": text} | fields)


def test_the_dataset_s_contact_is_told_without_the_reporter_s_address(family, mailbox, editor):
    report = filed(family, texto="Veio macarrão.\nEm vez de arroz.", email="familia@example.org")
    work()
    ((receivers, message),) = mailbox.received
    assert receivers == ["dados@example.org"]
    assert message["From"] == "Pátio Digital <portal@example.org>"
    assert report.school in message["Subject"]
    assert message.get_content_type() == "text/plain"
    body = message.get_content()
    for words in (report.school, "> Veio macarrão.\n> Em vez de arroz.", f"/avisos-do-cardapio/{report.id}"):
        assert words in body
    assert "familia@example.org" not in message.as_string() + body
    (report,) = reports()
    assert report.notice_sent is not None
    assert "was told by e-mail" in editor.get(f"{INBOX}/{report.id}").body


def test_another_address_may_be_set(family, mailbox, ckan_config, monkeypatch):
    monkeypatch.setitem(ckan_config, "ckanext.patiodigital.menus.reports.contact_email", "merenda@example.org")
    filed(family)
    work()
    assert [receivers for receivers, _ in mailbox.received] == [["merenda@example.org"]]


def test_the_reporter_is_sent_the_answer_in_their_language_and_each_change_once(family, mailbox, editor):
    family.post(f"/es{FORM}", FILLED | {"email": "familia@example.org"})
    (report,) = reports()
    answer(editor, report)
    answer(editor, report, note="nada de novo para a família")
    work()
    _, (receivers, message) = mailbox.received
    assert receivers == ["familia@example.org"]
    body = message.get_content()
    assert "Faltou arroz." in body
    assert "nada de novo" not in body
    assert "2 de junio de 2026" in body
    assert f"/es/aviso/{reference.shown(report.reference)}" in body
    answer(editor, report, "Faltou arroz e feijão.")
    work()
    assert len(mailbox.received) == 3


def test_nobody_is_sent_an_answer_who_gave_no_address(family, mailbox, editor):
    answer(editor, filed(family))
    work()
    assert [receivers for receivers, _ in mailbox.received] == [["dados@example.org"]]


def test_what_was_written_stays_in_the_body(family, mailbox):
    filed(family, texto="x\r\nBcc: todos@example.org\r\n\r\n.\r\nRCPT TO:<todos@example.org>")
    work()
    ((receivers, message),) = mailbox.received
    assert receivers == ["dados@example.org"]
    assert message["Bcc"] is None
    assert "> Bcc: todos@example.org" in message.get_content()


def test_a_school_s_name_can_add_no_header(family, mailbox):
    report = filed(family)
    report.school = "EMEF\r\nBcc: todos@example.org"
    model.Session.commit()
    work()
    ((receivers, message),) = mailbox.received
    assert receivers == ["dados@example.org"]
    assert message["Bcc"] is None
    assert message["Subject"].endswith("EMEF Bcc: todos@example.org")


def test_a_server_that_refuses_is_told_in_the_inbox_and_nothing_is_lost(family, mailbox, editor):
    mailbox.refuses = "451 try later"
    report = filed(family, email="familia@example.org")
    answer(editor, report)
    work()
    (report,) = reports()
    assert "451" in report.notice_error
    assert "451" in report.reply_error
    assert (report.notice_sent, report.reply_sent) == (None, None)
    assert "could not be sent" in editor.get(f"{INBOX}?resolvidos=1").body
    assert "451" in text_of(editor.get(f"{INBOX}/{report.id}").page)
    mailbox.refuses = ""
    answer(editor, report)  # saving again sends it again
    work()
    (report,) = reports()
    assert report.reply_error is None
    assert report.reply_sent is not None
    assert [receivers for receivers, _ in mailbox.received] == [["familia@example.org"]]


def test_a_server_that_is_away(family, mailbox, ckan_config, monkeypatch):
    monkeypatch.setitem(ckan_config, "smtp.server", "127.0.0.1:1")
    filed(family)
    work()
    (report,) = reports()
    assert "127.0.0.1:1" in report.notice_error


def test_a_report_deleted_meanwhile_is_told_to_nobody(desk, family, mailbox):
    report = filed(family, email="familia@example.org")
    desk.act("update", id=report.id, answer="Faltou arroz.")
    desk.act("delete", id=report.id)
    work()
    assert mailbox.received == []


def test_no_address_waits_in_redis(family, mailbox):
    filed(family, texto="segredo", email="familia@example.org")
    (job,) = jobs.get_queue().jobs
    assert job.args == [reports()[0].id]
    kept = connect_to_redis().hgetall(job.key)
    assert not any(b"familia@example.org" in value or b"segredo" in value for value in kept.values())


def test_without_a_mail_server_nothing_is_queued_and_editors_are_told(desk, family, editor):
    jobs.get_queue().empty()
    report = filed(family, email="familia@example.org")
    answer(editor, report)
    assert jobs.get_queue().jobs == []
    assert (reports()[0].notice_error, reports()[0].reply_error) == (None, None)
    assert "sends no e-mail" in editor.get(INBOX).body
