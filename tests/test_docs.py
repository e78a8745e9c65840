"""What users type and programs call stands in README.md or docs/: the names come from the code itself."""

import re
from importlib.metadata import entry_points
from pathlib import Path

import ckan.plugins as p
import click
import pytest
import yaml

import ckanext.patiodigital.plugin
from ckanext.patiodigital.admin import health
from ckanext.patiodigital.cli import patiodigital
from ckanext.patiodigital.schemas import vocabularies
from ckanext.patiodigital.tables.core import schema as table_schemas
from ckanext.patiodigital.tables.core.reasons import Reason

PACKAGE = Path(ckanext.patiodigital.plugin.__file__).parent
ROOT = Path(__file__).parent.parent
DOCS = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "README.md", *sorted(ROOT.glob("docs/**/*.md"))))

_ARGUMENT = re.compile(r"<(?:[^<>:]+:)?([^<>]+)>")


def unnamed(names):
    """Those of ``names`` that the documentation never writes as code."""
    return sorted(name for name in names if f"`{name}`" not in DOCS)


def unmentioned(names):
    """Those of ``names`` that it never mentions, as code or within a longer line of it."""
    return sorted(name for name in names if not re.search(rf"(?<![\w/{{-]){re.escape(name)}(?![\w/{{-])", DOCS))


def commands(group, *above):
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, *above, name)
        else:
            yield " ".join((*above, name))


def routes(app):
    """The addresses of our blueprints, with ``{argument}`` for what varies."""
    blueprints = app.flask_app.blueprints
    for rule in app.flask_app.url_map.iter_rules():
        blueprint = blueprints.get(rule.endpoint.partition(".")[0])
        ours = blueprint is not None and blueprint.import_name.startswith("ckanext.patiodigital.")
        if ours and "rest" not in rule.arguments:  # which is whatever else is asked for, and answered with 404
            yield _ARGUMENT.sub(r"{\1}", rule.rule)


def test_every_setting():
    files = PACKAGE.rglob("config_declaration.yaml")
    declared = [yaml.safe_load(file.read_text(encoding="utf-8")) for file in files]
    settings = {option["key"] for file in declared for group in file["groups"] for option in group["options"]}
    assert len(settings) > 5
    assert unnamed(settings) == []


def test_every_command():
    names = list(commands(patiodigital))
    assert "doctor" in names
    assert unmentioned(names) == []


@pytest.mark.usefixtures("with_plugins")
def test_every_action():
    actions = {name for plugin in p.PluginImplementations(p.IActions) for name in plugin.get_actions()}
    assert unnamed(name for name in actions if name.startswith("patiodigital_")) == []


def test_every_plugin():
    names = {
        entry.name for entry in entry_points(group="ckan.plugins") if entry.value.startswith("ckanext.patiodigital.")
    }
    assert "patiodigital" in names
    assert unnamed(names) == []


def test_every_public_route(app):
    assert "/cardapio" in set(routes(app))
    assert unmentioned({health.PATH, *routes(app)}) == []


def test_every_table():
    assert unnamed({identifier.partition("/")[0] for identifier in table_schemas.available()}) == []


def test_every_vocabulary():
    assert unnamed(vocabularies.schemes()) == []


def test_every_reason_for_setting_a_row_aside():
    assert unnamed(reason.value for reason in Reason) == []
