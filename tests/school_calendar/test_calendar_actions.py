"""The actions: who may, and what an entry must be."""

from itertools import product

import pytest
from ckan.logic import NotAuthorized, NotFound, ValidationError
from ckan.tests import factories
from ckan.tests.helpers import call_action
from school_calendar.conftest import stated

ACTIONS = {
    "create": {"first": "2026-12-01", "scope": "network", "kind": "closed", "name": "x"},
    "undo": {"id": 1},
    "list": {},
}


def test_who_may_not_update_the_dataset_is_refused_whatever_they_send(portal):
    for user, (action, complete) in product((portal.member, portal.stranger), ACTIONS.items()):
        for data in (complete, {}):
            with pytest.raises(NotAuthorized, match="Only editors"):
                portal.act(action, user, **data)


def test_anonymous_is_refused_whatever_they_send(portal):
    for action, complete in ACTIONS.items():
        for data in (complete, {}):
            with pytest.raises(NotAuthorized):
                portal.act(action, {"name": ""}, **data)


def test_a_dataset_in_the_context_opens_nothing(portal):
    theirs = factories.Dataset(
        owner_org=factories.Organization(user=portal.stranger)["id"],
        notes="x",
        subject=["alimentacao"],
        frequency="daily",
        maintainer_email="dados@example.org",
    )
    context = {"user": portal.stranger["name"], "ignore_auth": False, "package": theirs, "id": theirs["id"]}
    with pytest.raises(NotAuthorized):
        call_action("patiodigital_calendar_entry_list", context=context, id=theirs["id"])


def test_an_editor_enters_lists_and_undoes(portal):
    made = portal.close("2026-12-07", "2026-12-08", scope="dre:Butantã", name="  Falta\n de   água ")
    assert made["created"] == "2026-11-24T10:00:00Z"
    assert {name: made[name] for name in ("first", "last", "scope", "kind", "name", "author", "undone")} == {
        "first": "2026-12-07",
        "last": "2026-12-08",
        "scope": "dre:108100",
        "kind": "closed",
        "name": "Falta de água",
        "author": portal.editor["name"],
        "undone": None,
    }
    assert made in portal.act("list")["entries"]
    undone = portal.act("undo", id=made["id"])
    assert (undone["undone_by"], undone["undone"]) == (portal.editor["name"], "2026-11-24T10:00:00Z")
    listed = portal.act("list", state="past", limit=1)
    assert listed["entries"] == [undone]
    assert undone not in portal.act("list")["entries"]


def test_one_day_needs_no_last_and_a_code_no_zeros(portal):
    made = portal.act("create", first="2026-12-09", scope="eol:86", kind="closed", name="x")
    assert (made["last"], made["scope"]) == ("2026-12-09", "eol:000086")
    assert stated("2026-12-09") == {"eol:000086": ("closed", "x")}


GOOD = {"first": "2026-12-01", "last": "2026-12-02", "scope": "network", "kind": "closed", "name": "x"}


IMPOSSIBLE = [
    ("first", ""),
    ("first", None),
    ("first", "2026-02-30"),
    ("first", "01/12/2026"),
    ("first", 20261201),
    ("first", ["2026-12-01"]),
    ("first", "2009-12-31"),
    ("last", "2029-01-01"),
    ("last", "2026-11-30"),
    ("last", "2027-12-02"),
    ("kind", "fechado"),
    ("kind", ["closed"]),
    ("kind", ""),
    ("name", ""),
    ("name", " \n\x00\u200b"),
    ("name", "x" * 201),
    ("name", "Prof. Fulano, CPF 529.982.247-25"),
    ("scope", ""),
    ("scope", "escola"),
    ("scope", "dre:999999"),
    ("scope", "dre:"),
    ("scope", "eol:123456"),
    ("scope", "eol:400009"),
    ("scope", "eol:1'; DROP TABLE x"),
    ("scope", "eol:" + "9" * 10_000),
]


def test_what_can_t_be_is_refused_once_by_its_field(portal):
    for field, value in IMPOSSIBLE:
        with pytest.raises(ValidationError) as refused:
            portal.act("create", **GOOD | {field: value})
        faults = refused.value.error_dict
        assert {name: len(messages) for name, messages in faults.items()} == {field: 1}, (value, faults)
    assert portal.act("list")["total"] == 0


def test_a_day_out_of_the_years_is_told_which_years(portal):
    with pytest.raises(ValidationError, match="2010 to 2028"):
        portal.act("create", **GOOD | {"first": "2031-01-01", "last": ""})


def test_a_weekend_of_school_days_is_entered_day_by_day(portal):
    weekend = {"first": "2026-12-05", "last": "2026-12-06", "kind": "school_day"}
    with pytest.raises(ValidationError, match="alone"):
        portal.act("create", **GOOD | weekend)
    portal.act("create", **GOOD | weekend | {"last": "2026-12-05"})
    assert stated("2026-12-05")["network"] == ("school_day", "x")


def test_the_longest_entry_is_of_366_days(portal):
    made = portal.act("create", **GOOD | {"first": "2027-01-01", "last": "2028-01-01", "scope": "eol:086"})
    portal.act("undo", id=made["id"])
    with pytest.raises(ValidationError, match="366"):
        portal.act("create", **GOOD | {"first": "2027-01-01", "last": "2028-01-02"})


def test_a_number_that_is_none(portal):
    for number in (0, -1, "x", "", None, 2**63, True, "1.5", "9" * 5_000, [1]):
        with pytest.raises(ValidationError):
            portal.act("undo", id=number)


def test_a_number_that_is_not_there(portal):
    with pytest.raises(NotFound):
        portal.act("undo", id=2**63 - 1)


def test_a_list_that_is_none(portal):
    for asked in ({"limit": 0}, {"limit": 1001}, {"offset": -1}, {"state": "all"}, {"limit": "x"}):
        with pytest.raises(ValidationError):
            portal.act("list", **asked)


def test_scripts_in_a_reason_are_kept_as_text(portal):
    made = portal.close("2026-12-10", "2026-12-10", scope="eol:019283", name="<script>alert(1)</script>")
    assert made["name"] == "<script>alert(1)</script>"
