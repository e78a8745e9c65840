"""A dataset with our tables, on the real databases."""

import pytest
from ckan import model
from ckan.tests import factories
from ckanext.datastore.backend.postgres import get_write_engine

from ckanext.patiodigital.tables import service


@pytest.fixture
def clean_tables(clean_db, clean_index, with_plugins):
    """CKAN's database, index and the DataStore as new."""
    with get_write_engine().begin() as connection:
        names = connection.exec_driver_sql(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> '_table_stats'"
        ).scalars()
        for name in names.all():
            connection.exec_driver_sql(f'DROP TABLE "{name}" CASCADE')  # noqa: S608 (names from the catalogue)
    yield
    model.Session.remove()


@pytest.fixture
def package(clean_tables):
    organization = factories.Organization()
    return factories.Dataset(owner_org=organization["id"], notes="x")


@pytest.fixture
def schools(package):
    """The resource of an empty table ``schools``."""
    return service.ensure_table(package["id"], "schools", "test")
