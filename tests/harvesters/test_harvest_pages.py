"""Refused loads and who may accept them; the pages of runs; the sentence on CKAN's own page of a source."""

import re

import ckantoolkit as tk
import pytest
import sqlalchemy as sa
from ckan import model
from ckan.lib import jobs
from ckan.tests import factories
from ckan.tests.helpers import call_action
from ckanext.harvest.model import HarvestObject
from harvest_source import MENUS

from ckanext.patiodigital.harvesters import service
from ckanext.patiodigital.harvesters.core.outcome import State, total
from ckanext.patiodigital.harvesters.service import HarvestError
from ckanext.patiodigital.tables.core import load
from ckanext.patiodigital.tables.service import set_aside_resource_id_of
from simulator.edits import ChangeSchool, WithdrawSchool

SITE = {"base_url": "http://localhost", "follow_redirects": False}
REASON = "A Secretaria fechou essas unidades em 27 de janeiro."


@pytest.fixture
def cautious(monkeypatch):
    """Gates that a few rows can shut."""
    monkeypatch.setattr(load, "LOSS_OF_NOTE", 2)


@pytest.fixture
def refused(source, department, cautious):
    """A source of which a third of the schools is gone; afterwards they are back, and published.

    None of them has a meal period: without its school, ``school_meals`` would wait as well.
    """
    with_periods = {period["escola_id"] for period in department.meal_periods}
    gone = {
        eol: school
        for eol, school in department.schools.items()
        if str(school["_id"])[0] == "2" and str(school["_id"]) not in with_periods
    }
    for eol in gone:
        department.edit(WithdrawSchool(eol))
    before = source.digest()
    outcome = source.run("schools")["schools"]
    assert outcome.state is State.REFUSED
    assert source.digest() == before
    yield source
    for eol, school in gone.items():
        department.edit(ChangeSchool(eol, school))
    source.run()


@pytest.fixture
def editor(source):
    user = factories.User(password="a-senha-de-teste")
    call_action(
        "organization_member_create", context={"user": call_action("get_site_user")["name"]},
        id=source.organization["id"], username=user["name"], role="editor",
    )  # fmt: skip
    return user


def waiting(source):
    return service.standing(source.row).waiting


# -- accepting


def test_a_refused_load_waits_through_further_runs(refused):
    assert list(waiting(refused)) == ["schools"]
    assert "If the source is right, accept the load." in waiting(refused)["schools"]
    assert refused.run("schools")["schools"].state is State.REFUSED
    assert list(waiting(refused)) == ["schools"]
    assert total(refused.run().values()).state is State.REFUSED


def test_accepting_publishes_it_and_keeps_who_and_why(refused, editor):
    withdrawn = len(refused.in_force("schools"))
    outcome = call_action(
        "patiodigital_harvest_accept", context={"user": editor["name"], "ignore_auth": False},
        id=refused.id, part="schools", reason=f" {REASON} ",
    )  # fmt: skip
    assert outcome["state"] == "partial"
    assert outcome["withdrawn"] == withdrawn - len(refused.in_force("schools")) > 1
    assert f"Accepted by {editor['name']}: {REASON}" in outcome["messages"]
    assert waiting(refused) == {}
    part = HarvestObject.get(refused.parts["schools"].id)
    assert (part.state, part.report_status) == ("COMPLETE", "updated")
    assert refused.run("schools")["schools"].state is State.UNCHANGED


def test_what_was_read_anew_can_not_be_accepted_unseen(refused, department):
    school = department.schools[305_001]
    department.edit(WithdrawSchool(305_001))
    department.faults.add("status", path="/v2/", status=500)
    refused.run("schools")
    assert list(waiting(refused)) == ["schools"]  # nothing newer came
    department.faults.clear()
    job, parts = refused.gather()
    assert refused.harvester.fetch_stage(parts[0]) is True  # spooled, and not judged yet
    assert waiting(refused) == {}
    with pytest.raises(HarvestError, match="No refused load of schools waits"):
        service.accept(refused.row, "schools", "alguém", REASON)
    job.status = "Finished"
    model.Session.commit()
    department.edit(ChangeSchool(305_001, school))


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"part": "schools", "reason": "  "}, "reason"),
        ({"part": "schools", "reason": "x" * 501}, "reason"),
        ({"part": MENUS, "reason": REASON}, "part"),
        ({"part": "../../etc", "reason": REASON}, "part"),
    ],
    ids=["no reason", "long reason", "nothing waits", "no part"],
)
def test_what_can_not_be_accepted(refused, editor, fields, field):
    before = refused.digest()
    with pytest.raises(tk.ValidationError) as raised:
        call_action(
            "patiodigital_harvest_accept", context={"user": editor["name"], "ignore_auth": False},
            id=refused.id, **fields,
        )  # fmt: skip
    assert list(raised.value.error_dict) == [field]
    assert refused.digest() == before


@pytest.mark.parametrize("role", ["nobody", "stranger", "member"])
def test_who_may_not_accept(source, role):
    user = factories.User()["name"] if role != "nobody" else ""
    if role == "member":
        call_action(
            "organization_member_create", context={"user": call_action("get_site_user")["name"]},
            id=source.organization["id"], username=user, role="member",
        )  # fmt: skip
    for identifier in (source.id, "prato-aberto", "no-such-source", source.package_id):
        with pytest.raises(tk.NotAuthorized):
            call_action(
                "patiodigital_harvest_accept", context={"user": user, "ignore_auth": False},
                id=identifier, part="schools", reason=REASON,
            )  # fmt: skip


def test_accepting_waits_for_nobody_and_a_failure_leaves_it_refused(refused, monkeypatch):
    key = {"key": f"patiodigital:{refused.id}"}
    with model.ensure_engine().connect() as connection:
        connection.execute(sa.text("SELECT pg_advisory_lock(hashtextextended(:key, 0))"), key)
        with pytest.raises(HarvestError, match="is being read just now"):
            service.accept(refused.row, "schools", "alguém", REASON)
        connection.execute(sa.text("SELECT pg_advisory_unlock(hashtextextended(:key, 0))"), key)
    with monkeypatch.context() as patch:
        patch.setattr(refused.harvester.__class__, "rows", lambda *_: 1 / 0)
        with pytest.raises(HarvestError, match=r"An error of the portal itself \(ZeroDivisionError\)"):
            service.accept(refused.row, "schools", "alguém", REASON)
    assert list(waiting(refused)) == ["schools"]


# -- pages


class Browser:
    """A browser that is logged in, and sends each form with the token that its page gave."""

    def __init__(self, app, user):
        self._client = app.test_client(user=model.User.get(user["name"]))
        self._token = ""

    def __call__(self, url, status=200):
        answer = self._client.get(url, **SITE)
        assert answer.status_code == status, answer.body
        found = re.search(r'name="_csrf_token" value="([^"]+)"', answer.body)
        self._token = found[1] if found else ""
        return answer

    def post(self, url, status, **fields):
        answer = self._client.post(url, data={"_csrf_token": self._token, **fields}, **SITE)
        assert answer.status_code == status, answer.body
        return answer


@pytest.fixture
def browser(app, editor):
    return Browser(app, editor)


def test_the_page_of_a_source_says_how_it_stands(source, app):
    source.run()
    page = app.get("/en/harvest/prato-aberto")
    assert re.search("Up to date: checked .+, nothing new", page.body)
    assert "leituras" not in page.body  # for editors only


def test_it_says_so_in_all_states(source, department, app, refused):
    assert "1 load waits for a decision: Schools" in app.get("/en/harvest/prato-aberto").body


def test_it_says_since_when_the_source_is_down(source, department, app):
    department.faults.add("status", status=500)
    source.run()
    assert "The source is down since today at 06:00." in app.get("/en/harvest/prato-aberto").body
    department.faults.clear()
    department.faults.add("status", path="/editor/cardapios", status=500)
    source.run()
    assert "2 of 5 parts can&#39;t be read since today at 06:00." in app.get("/en/harvest/prato-aberto").body
    department.faults.clear()
    source.run()


def test_editors_see_runs_with_their_counts(source, browser, department):
    department.faults.add("bad_date", path="/editor/cardapios", query="page=1")
    outcomes = source.run()
    jobs.Worker().work(burst=True)  # which makes the resource of what was set aside
    page = browser("/en/harvest/prato-aberto/leituras")
    assert f"/harvest/prato-aberto/leituras/{source.job_id}" in page.body
    page = browser(f"/en/harvest/prato-aberto/leituras/{source.job_id}")
    assert "Menus, February 2026" in page.body
    read = f"{outcomes[MENUS].read:,}"
    assert read in page.body
    assert f"/resource/{set_aside_resource_id_of(source.resource_id('menus'))}" in page.body
    department.faults.clear()
    source.run()


def test_a_run_that_could_not_be_planned_says_why(source, browser, monkeypatch):
    row, kept = source.row, source.row.config
    row.config = "{"
    row.save()
    job, parts = source.gather()
    row.config = kept
    row.save()
    job.status = "Finished"
    job.save()
    assert parts == []
    page = browser(f"/en/harvest/prato-aberto/leituras/{job.id}")
    assert "The run could not be planned. The configuration is not JSON" in page.body


def test_hostile_messages_are_text(source, browser, department):
    department.faults.add("html", content_type="application/json")
    source.run()
    page = browser(f"/en/harvest/prato-aberto/leituras/{source.job_id}")
    assert "<h1>Em manuten" not in page.body
    assert "answered no JSON" in page.body
    department.faults.clear()
    source.run()


@pytest.mark.parametrize("keep_current", [True, False])
def test_pages_stand_without_history(source, browser, app, keep_current):
    context = {"model": model, "session": model.Session, "user": call_action("get_site_user")["name"]}
    old = source.job_id
    call_action("harvest_source_job_history_clear", context=context, id=source.id, keep_current=keep_current)
    model.Session.expire_all()
    assert "Up to date" in app.get("/en/harvest/prato-aberto").body
    page = browser("/en/harvest/prato-aberto/leituras")
    if not keep_current:
        assert "No reading is known" in page.body
        browser(f"/en/harvest/prato-aberto/leituras/{old}", status=404)
    assert source.run()[MENUS].state is State.UNCHANGED


@pytest.mark.parametrize("path", ["leituras", "leituras/nada"])
def test_strangers_are_sent_to_the_log_in(source, app, path):
    answer = app.get(f"/harvest/prato-aberto/{path}", follow_redirects=False, status=302)
    assert "/user/login" in answer.headers["Location"]


def test_a_source_that_there_is_not_is_not_there(source, app):
    admin = factories.SysadminWithToken()
    headers = {"Authorization": admin["token"]}
    for name in ("nada", source.package_id):
        app.get(f"/harvest/{name}/leituras", headers=headers, status=404)


def test_an_editor_accepts_a_load_on_the_page(refused, browser):
    page = browser("/en/harvest/prato-aberto/leituras")
    assert "If the source is right, publish what was read" in page.body
    answer = browser.post("/en/harvest/prato-aberto/leituras/aceitar", 303, part="schools", reason="")
    assert "reason" in browser(answer.headers["Location"]).body.lower()
    assert list(waiting(refused)) == ["schools"]
    answer = browser.post("/en/harvest/prato-aberto/leituras/aceitar", 303, part="schools", reason=REASON)
    assert "Schools was published." in browser(answer.headers["Location"]).body
    assert waiting(refused) == {}


@pytest.mark.parametrize("headers", [{}, {"Origin": "https://evil.example.org"}, {"Sec-Fetch-Site": "cross-site"}])
def test_a_form_from_elsewhere_is_refused(refused, app, editor, headers):
    client = app.test_client(user=model.User.get(editor["name"]))
    fields = {"part": "schools", "reason": REASON}
    answer = client.post("/harvest/prato-aberto/leituras/aceitar", data=fields, headers=headers, **SITE)
    assert answer.status_code == 400
    assert list(waiting(refused)) == ["schools"]


def test_a_stranger_accepts_nothing(refused, app):
    fields = {"part": "schools", "reason": REASON}
    app.post("/harvest/prato-aberto/leituras/aceitar", data=fields, status=403)
    assert list(waiting(refused)) == ["schools"]
