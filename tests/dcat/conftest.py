"""A portal with a department and datasets in its feeds."""

import pytest
from ckan.lib import search
from ckan.tests import factories
from ckan.tests.helpers import call_action

from ckanext.patiodigital.dcat import renewal


@pytest.fixture
def department(with_plugins, clean_db, clean_index):
    """The organisation that the datasets are of."""
    return factories.Organization(name="sme", title="Secretaria Municipal de Educação")


@pytest.fixture
def make(department):
    """Make a dataset as the form does, with its six fields; keywords name others."""
    user = factories.Sysadmin()["name"]

    def make(name, **fields):
        given = {
            "name": name,
            "title": f"Dados {name}",
            "notes": "O que os dados são e para quem",
            "owner_org": department["id"],
            "subject": ["alimentacao"],
            "frequency": "daily",
            "maintainer_email": "dados@example.org",
            "resources": [{"url": f"https://ex.org/{name}.csv", "format": "CSV", "name": "Tabela"}],
        }
        return call_action("package_create", context={"user": user}, **{**given, **fields})

    return make


@pytest.fixture
def act(department):
    """Call an action as an administrator."""
    user = factories.Sysadmin()["name"]
    return lambda name, **fields: call_action(name, context={"user": user}, **fields)


@pytest.fixture
def renew():
    """Bring the feeds up to date, and say what was done: (renewed, withdrawn, failed)."""

    def renew():
        search.commit()
        outcome = renewal.renew()
        return outcome.renewed, outcome.withdrawn, outcome.failed

    return renew
