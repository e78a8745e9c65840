"""A portal with a school calendar: its dataset, schools, editors, and what readers see of a day."""

from __future__ import annotations

from datetime import date

import pytest
from ckan import model
from ckan.tests import factories
from ckan.tests.helpers import call_action
from tables.rows import row

from ckanext.patiodigital.school_calendar import service
from ckanext.patiodigital.school_calendar.model import CalendarEntry
from ckanext.patiodigital.tables import service as tables

CHRISTMAS = date(2026, 12, 25)
SCHOOLS = [
    row("schools", eol="094617", name="EMEF Professor Antônio Pacheco e Silva", dre="108100"),
    row("schools", eol="000086", name="EMEI Paulo Camilhier Florençano", dre="108500"),
    row("schools", eol="019283", name="EMEF João XXIII", dre="108100"),
    row("schools", eol="019284", name="EMEF João XXIII Anexo", dre="108100"),
    row("schools", eol="400009", name="EMEF Fechada", dre="108100", status="closed"),
]


class Portal:
    """The dataset with the calendar, and who may do what."""

    def __init__(self):
        self.editor = factories.User()
        self.member = factories.User()
        self.stranger = factories.User()
        organization = factories.Organization(
            users=[
                {"name": self.editor["name"], "capacity": "editor"},
                {"name": self.member["name"], "capacity": "member"},
            ]
        )
        self.package = factories.Dataset(
            owner_org=organization["id"],
            notes="x",
            subject=["alimentacao"],
            frequency="daily",
            maintainer_email="dados@example.org",
        )
        schools = tables.ensure_table(self.package["id"], "schools", "test")
        tables.load(schools, SCHOOLS)
        self.calendar = service.ensure_calendar(self.package["id"], (2025, 2026, 2027))

    def act(self, action, user=None, **data):
        name = (user or self.editor)["name"]
        context = {"user": name, "ignore_auth": False}
        return call_action(f"patiodigital_calendar_entry_{action}", context=context, **data)

    def close(self, first="2026-12-01", last="2026-12-02", scope="network", kind="closed", name="Falta de água"):
        return self.act("create", first=first, last=last, scope=scope, kind=kind, name=name)


def stated(day):
    """What anybody reads of a day: ``{scope: (kind, name)}``."""
    resource_id = tables.primary("school_calendar").resource_id
    found = call_action("datastore_search", resource_id=resource_id, filters={"date": str(day)})
    return {record["scope"]: (record["kind"], record["name"]) for record in found["records"]}


def version():
    return tables.primary("school_calendar").version


@pytest.fixture
def portal(request, stopped_clock):
    """On 24 November 2026, without any entry. Made by a module's first test, and emptied for each.

    Before each, CKAN loads all plugins anew, which takes seconds: so tests loop over their cases.
    """
    made = getattr(request.module, "_portal", None)
    request.getfixturevalue("with_plugins" if made else "clean_tables")
    if made is None:
        made = request.module._portal = Portal()
    model.Session.query(CalendarEntry).delete()
    model.Session.commit()
    service.publish(date(2025, 1, 1), date(2028, 12, 31))
    return made
