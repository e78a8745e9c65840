"""A dataset with our tables, on the real databases."""

import pytest
from ckan.tests import factories

from ckanext.patiodigital.tables import service


def make_dataset(owner_org):
    """A dataset of an organization with what the form asks for."""
    return factories.Dataset(
        owner_org=owner_org,
        notes="x",
        subject=["alimentacao"],
        frequency="daily",
        maintainer_email="dados@example.org",
    )


@pytest.fixture
def package(clean_tables):
    return make_dataset(factories.Organization()["id"])


@pytest.fixture
def schools(package):
    """The resource of an empty table ``schools``."""
    return service.ensure_table(package["id"], "schools", "test")
