"""The two files of settings: what one says holds in the other, and neither keeps a secret."""

from __future__ import annotations

import os
import re
from importlib import metadata

import pytest
from ckan.cli import CKANConfigLoader

from stack.settings import CLONE

_PORTAL, _TEST = CLONE / "stack" / "ckan.ini", CLONE / "test.ini"


@pytest.fixture(params=[_PORTAL, _TEST], ids=["portal", "test"])
def settings(request, monkeypatch):
    for name in [name for name in os.environ if name.startswith("CKAN_")]:
        monkeypatch.delenv(name)
    monkeypatch.setattr("ckan.cli.loggingFileConfig", lambda _: None)
    return CKANConfigLoader(str(request.param)).get_config()


def test_every_plugin_is_installed(settings):
    known = {point.name for point in metadata.entry_points(group="ckan.plugins")}
    assert set(settings["ckan.plugins"].split()) <= known


def test_what_the_design_asks_for(settings):
    assert settings["ckan.locale_default"] == "pt_BR"
    assert settings["ckan.datastore.default_fts_lang"] == "portuguese"
    assert settings["ckan.datastore.default_fts_index_method"] == "gin"
    assert settings["ckan.datastore.sqlsearch.enabled"] == "false"
    assert "resource_proxy" not in settings["ckan.plugins"]


def test_nobody_makes_an_account_or_a_dataset_alone(settings):
    for action in (
        "create_user_via_api",
        "create_user_via_web",
        "anon_create_dataset",
        "create_unowned_dataset",
    ):
        assert settings[f"ckan.auth.{action}"] == "false"


@pytest.mark.parametrize("path", [_PORTAL, _TEST], ids=["portal", "test"])
def test_no_password_in_a_file_that_git_keeps(path):
    assert not re.search(r"://[^\s/@]*:[^\s/@]+@", path.read_text(encoding="utf-8"))
