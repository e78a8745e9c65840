"""The limit of the API, counted in the portal's own Redis."""

import json
import uuid

import pytest
from ckan.lib.redis import connect_to_redis

from ckanext.patiodigital.edge import counting
from ckanext.patiodigital.edge.core.quota import Quota
from ckanext.patiodigital.menus.api import PREFIX

QUOTA = Quota("menus", most=3, seconds=3600)


@pytest.fixture
def site():
    """The name of a portal that nobody has counted for."""
    return f"test-{uuid.uuid4()}"


@pytest.fixture
def count(ckan_config, site, stopped_clock):
    return counting.counter(ckan_config["ckan.redis.url"], site, "secret")


def test_each_sender_has_its_own_count_over_all_processes(count, ckan_config, site):
    other_process = counting.counter(ckan_config["ckan.redis.url"], site, "secret")
    assert [count(QUOTA, "203.0.113.7").left for _ in range(2)] == [2, 1]
    assert [other_process(QUOTA, "203.0.113.7").left for _ in range(2)] == [0, -1]
    assert count(QUOTA, "203.0.113.8").left == 2
    assert 0 < count(QUOTA, "203.0.113.8").seconds <= 3600


def test_addresses_are_not_kept_and_counts_end_with_their_window(count, site):
    count(QUOTA, "203.0.113.7")
    redis = connect_to_redis()
    (key,) = redis.keys(f"patiodigital:{site}:*")
    assert b"203.0.113.7" not in key
    assert 0 < redis.ttl(key) <= QUOTA.seconds


def test_without_redis_nothing_is_counted(site):
    assert counting.counter("redis://127.0.0.1:1/0", site, "secret")(QUOTA, "203.0.113.7") is None


@pytest.mark.ckan_config("ckanext.patiodigital.menus.rate_limit", 3)
def test_the_api_refuses_the_one_too_many(network, make_app, monkeypatch, ckan_config, site):
    monkeypatch.setitem(ckan_config, "ckan.site_id", site)
    app = make_app()

    def get(path, sender="198.51.100.4"):
        return app.get(PREFIX + path, headers={"X-Forwarded-For": f"203.0.113.99, {sender}"})

    answers = [get(f"/schools?limit={number}") for number in range(1, 5)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert {answer.headers["RateLimit-Policy"] for answer in answers} == {'"menus";q=3;w=60'}
    assert json.loads(answers[-1].body)["status"] == 429
    assert int(answers[-1].headers["Retry-After"]) <= 60
    assert get("/schools?limit=1").status_code == 200
    assert get("/schools?limit=9", sender="198.51.100.5").status_code == 200
    page = app.get("/cardapio?q=joao", headers={"X-Forwarded-For": "198.51.100.4"})
    assert page.status_code == 200
    assert "RateLimit-Policy" not in page.headers


@pytest.mark.ckan_config("ckanext.patiodigital.menus.rate_limit", 0)
def test_no_limit(network, make_app):
    answer = make_app().get(f"{PREFIX}/schools")
    assert "RateLimit-Policy" not in answer.headers
