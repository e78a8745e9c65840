"""A dataset with our tables, on the real databases."""

import pytest
from ckan.tests import factories

from ckanext.patiodigital.tables import service


@pytest.fixture
def package(clean_tables):
    organization = factories.Organization()
    return factories.Dataset(owner_org=organization["id"], notes="x")


@pytest.fixture
def schools(package):
    """The resource of an empty table ``schools``."""
    return service.ensure_table(package["id"], "schools", "test")
