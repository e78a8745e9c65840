"""A small department on an ephemeral port; the department's own files where they are at hand."""

from pathlib import Path

import pytest
from department_client import TODAY, Client

from simulator import Department, serve

SEED_DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "sme"


@pytest.fixture
def department():
    return Department(schools=50, seed=1, today=TODAY)


@pytest.fixture
def client(department):
    with serve(department) as url:
        yield Client(url)


@pytest.fixture(scope="session")
def shared_department():
    """For tests that change nothing."""
    return Department(schools=60, seed=1, today=TODAY)


@pytest.fixture(scope="session")
def reader(shared_department):
    with serve(shared_department) as url:
        yield Client(url)


@pytest.fixture(scope="session")
def seed_data():
    """Folder with the department's own files; the test is skipped where they are not at hand."""
    if not SEED_DATA.is_dir():
        pytest.skip(f"{SEED_DATA} is not there")
    return SEED_DATA
