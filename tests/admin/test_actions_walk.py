"""A walk over all our actions: each asks an auth function first, and anonymous visitors get what is listed here."""

import ckan.plugins as p
import ckantoolkit as tk
import pytest
from ckan import authz

OPEN, REFUSED = "open", "refused"

#: Each action, the auth function that it asks, and whether an anonymous visitor may.
EXPECTED = {
    "patiodigital_calendar_entry_create": ("patiodigital_calendar_edit", REFUSED),
    "patiodigital_calendar_entry_list": ("patiodigital_calendar_edit", REFUSED),
    "patiodigital_calendar_entry_undo": ("patiodigital_calendar_edit", REFUSED),
    "patiodigital_feed_status": ("patiodigital_feed_status", REFUSED),
    "patiodigital_harvest_accept": ("patiodigital_harvest_accept", REFUSED),
    "patiodigital_ranking_show": ("patiodigital_ranking_show", OPEN),
    "patiodigital_report_delete": ("patiodigital_report_edit", REFUSED),
    "patiodigital_report_list": ("patiodigital_report_edit", REFUSED),
    "patiodigital_report_show": ("patiodigital_report_edit", REFUSED),
    "patiodigital_report_update": ("patiodigital_report_edit", REFUSED),
    "patiodigital_score_show": ("patiodigital_score_show", OPEN),  # of datasets that one may see
}


def our_actions():
    return {
        name
        for plugin in p.PluginImplementations(p.IActions)
        for name in plugin.get_actions()
        if name.startswith("patiodigital_")
    }


@pytest.mark.usefixtures("with_plugins")
def test_each_action_is_listed():
    assert our_actions() == EXPECTED.keys()


@pytest.mark.usefixtures("clean_tables")
@pytest.mark.parametrize("action", EXPECTED)
def test_an_action_asks_its_auth_function_before_anything_else(action, monkeypatch):
    asked = []
    judge = authz.is_authorized

    def watching(name, context, data_dict=None):
        asked.append(name)
        return judge(name, context, data_dict)

    monkeypatch.setattr(authz, "is_authorized", watching)
    try:
        # Without any data: an action that looks at data first answers with what is wrong with it.
        tk.get_action(action)({"user": "", "ignore_auth": False}, {})
        outcome = OPEN
    except tk.NotAuthorized:
        outcome = REFUSED
    except (tk.ValidationError, tk.ObjectNotFound):
        outcome = OPEN
    assert (asked[:1], outcome) == ([EXPECTED[action][0]], EXPECTED[action][1])
    assert asked[0] in authz.auth_functions_list()
