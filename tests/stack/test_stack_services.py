"""What `./portal test` itself stands on: roles, languages and passwords of the running services."""

from __future__ import annotations

import os
import stat
import urllib.parse

import psycopg2
import pytest

from stack.account import current_account
from stack.credentials import load_credentials
from stack.postgres import _quoted
from stack.redis import Redis


@pytest.fixture
def connect():
    """Connect as CKAN (`SQLALCHEMY`), or to the DataStore (`DATASTORE_WRITE`, `DATASTORE_READ`)."""
    opened = []

    def open_one(which: str, database: str | None = None):
        url = os.environ.get(f"CKAN_{which}_URL")
        if not url:
            pytest.skip("needs the PostgreSQL of ./portal test")
        if database:
            url = urllib.parse.urlsplit(url)._replace(path=f"/{database}").geturl()
        opened.append(psycopg2.connect(url))
        return opened[-1].cursor()

    yield open_one
    for connection in opened:
        connection.close()


@pytest.mark.parametrize("which", ["SQLALCHEMY", "DATASTORE_WRITE"])
def test_full_text_is_portuguese(connect, which):
    cursor = connect(which)
    cursor.execute("SELECT to_tsvector('cardápios das creches') @@ to_tsquery('cardápio & creche')")
    assert cursor.fetchone() == (True,)


def test_titles_sort_as_portuguese_and_keys_by_byte(connect):
    words = "SELECT array_agg(word ORDER BY word) FROM unnest(ARRAY['Zoo', 'Água', 'abelha']) AS word"
    cursor = connect("SQLALCHEMY")
    cursor.execute(words)
    assert cursor.fetchone() == (["abelha", "Água", "Zoo"],)
    cursor = connect("DATASTORE_WRITE")
    cursor.execute(words)
    assert cursor.fetchone() == (["Zoo", "abelha", "Água"],)


def test_the_reader_of_the_datastore_writes_nothing_and_sees_no_other_database(connect):
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        connect("DATASTORE_READ").execute("CREATE TABLE mine (x int)")
    for which in ("DATASTORE_READ", "DATASTORE_WRITE"):
        with pytest.raises(psycopg2.OperationalError, match=r"permission denied"):
            connect(which, "ckan")


def test_a_wrong_password_is_refused(connect):
    connect("SQLALCHEMY")  # or skip
    url = urllib.parse.urlsplit(os.environ["CKAN_SQLALCHEMY_URL"])
    with pytest.raises(psycopg2.OperationalError, match=r"password authentication failed"):
        psycopg2.connect(url._replace(netloc=f"ckan:wrong@{url.hostname}:{url.port}").geturl())


def test_passwords_are_made_once_all_different_and_private(profile):
    first = load_credentials(profile)
    assert load_credentials(profile) == first
    values = set(vars(first).values())
    assert len(values) == len(vars(first))
    assert all(len(value) >= 32 for value in values)
    assert stat.S_IMODE((profile.root / "credentials.json").stat().st_mode) == 0o600


def test_who_waits_for_messages_waits_longer_than_redis_py_does_by_default(profile):
    redis = Redis(profile, current_account(), load_credentials(profile))
    query = urllib.parse.parse_qs(urllib.parse.urlsplit(redis.patient_url).query)
    assert float(query["socket_timeout"][0]) >= 3600
    assert redis.patient_url.startswith(redis.url)


def test_values_for_psql_cannot_leave_their_quotes():
    assert _quoted("a'b\\c") == r"'a\'b\\c'"
