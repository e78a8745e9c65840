"""A portal whose families report, and its editors."""

from __future__ import annotations

import re

import pytest
from ckan import model
from ckan.lib.redis import connect_to_redis
from ckan.tests import factories
from ckan.tests.helpers import call_action
from lxml import html

from ckanext.patiodigital.menus import service as lookup
from ckanext.patiodigital.menus.reports.model import Report

EOL = "094617"
FORM = f"/cardapio/{EOL}/aviso"
INBOX = "/en/avisos-do-cardapio"
DAY = "2026-06-02"
FILLED = {"tipo": "served_differs", "data": DAY, "texto": "Veio macarrão em vez de arroz.", "email": "", "site": ""}
# Where the test client keeps the cookie of who is logged in; other readers know the portal as test.ckan.net.
SITE = {"base_url": "http://localhost", "follow_redirects": False}


class Browser:
    """A browser with cookies: it sends each form with the token that the page gave it, as one does."""

    def __init__(self, app, user=None):
        # A client of its own: CKAN's test application keeps cookies from test to test.
        self._client = app.test_client(user=model.User.get(user["name"]) if user else None)
        self.token = ""

    def get(self, url, status=200, **headers):
        return self._answer(self._client.get(url, headers=headers, **SITE), status)

    def post(self, url, data, status=303, **headers):
        data = {"_csrf_token": self.token, **data} if self.token and isinstance(data, dict) else data
        return self._answer(self._client.post(url, data=data, headers=headers, **SITE), status)

    def _answer(self, answer, status):
        assert status in (None, answer.status_code), answer.body[:2000]
        assert "Traceback" not in answer.body
        if found := re.search(r'name="_csrf_token" value="([^"]+)"', answer.body):
            self.token = found[1]
        answer.page = html.fromstring(answer.body) if answer.body else None
        return answer


class Desk:
    """The network's public dataset, and who may do what with its reports."""

    def __init__(self, package):
        self.package = package
        self.editor, self.member, self.stranger, self.foreign = (factories.User() for _ in range(4))
        for user, capacity in ((self.editor, "editor"), (self.member, "member")):
            call_action("organization_member_create", id=package["owner_org"], username=user["name"], role=capacity)
        factories.Organization(users=[{"name": self.foreign["name"], "capacity": "admin"}])

    def act(self, action, user=None, **data):
        context = {"user": (user or self.editor)["name"], "ignore_auth": False}
        return call_action(f"patiodigital_report_{action}", context=context, **data)


@pytest.fixture
def desk(request, network):
    """Without any report, and nothing counted. Made by a module's first test."""
    made = getattr(request.module, "_desk", None)
    if made is None:
        made = request.module._desk = Desk(network[0])
    model.Session.query(Report).delete()
    model.Session.commit()
    redis = connect_to_redis()
    for key in redis.scan_iter("patiodigital:*:quota:*"):
        redis.delete(key)
    lookup.forget()
    return made


@pytest.fixture
def family(desk, app):
    """A browser that nobody is logged in with."""
    return Browser(app)


@pytest.fixture
def editor(desk, app):
    return Browser(app, desk.editor)


def text_of(element):
    return " ".join(element.text_content().split())


def reports():
    model.Session.rollback()
    return model.Session.query(Report).order_by(Report.id).all()


def sent(family, status=303, **fields):
    """Send the form; its answer."""
    return family.post(FORM, FILLED | fields, status)


def filed(family, **fields):
    """Send the form; the report that was stored."""
    sent(family, **fields)
    return reports()[-1]
