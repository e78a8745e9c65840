"""A portal that never harvested has no calendar: everything says so, and nothing is entered."""

import pytest
from ckan import model
from ckan.cli.cli import ckan
from ckan.logic import NotFound
from ckan.tests import factories
from ckan.tests.helpers import call_action

from ckanext.patiodigital.school_calendar import service
from ckanext.patiodigital.tables.service import NoDataError

ENTRY = {"first": "2026-12-01", "scope": "network", "kind": "closed", "name": "x"}


def test_everything_says_that_there_is_no_calendar_yet(clean_tables, app, cli):
    with pytest.raises(NoDataError, match="first harvest"):
        service.add([], "ana")
    admin = factories.Sysadmin()
    client = app.test_client(user=model.User.get(admin["name"]))
    answer = client.get("/calendario-escolar", base_url="http://localhost")
    assert (answer.status_code, "first harvest" in answer.body) == (404, True)
    with pytest.raises(NotFound, match="first harvest"):
        call_action(
            "patiodigital_calendar_entry_create", context={"user": admin["name"], "ignore_auth": False}, **ENTRY
        )
    for command in (["add", "2026-12-01", "--scope", "network", "--name", "x"], ["generate", "--year", "2026"]):
        result = cli.invoke(ckan, ["patiodigital", "calendar", *command])
        assert (result.exit_code, "first harvest" in result.output) == (1, True)
    assert service.past(10) == (0, [])
