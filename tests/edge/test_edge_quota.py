"""What one sender may have made: counted where the application is asked, told in the headers, refused in words."""

import json

import pytest
from edge_doubles import SITE, ask

from ckanext.patiodigital.edge.core.layer import Edge
from ckanext.patiodigital.edge.core.quota import Quota, Taken, sender_of
from ckanext.patiodigital.edge.core.route import PublicRoute

QUOTA = Quota("api", most=2, seconds=60)
ONE, OTHER = "203.0.113.7", "203.0.113.8"


class Counted:
    """Counts in memory; `away` as if there was nothing to count with."""

    def __init__(self):
        self.used = {}
        self.away = False

    def __call__(self, quota, sender):
        if self.away:
            return None
        self.used[sender] = self.used.get(sender, 0) + 1
        return Taken(quota.most - self.used[sender], 41)


@pytest.fixture
def counted():
    return Counted()


@pytest.fixture
def limited(inside, data, clock, counted):
    routes = [
        PublicRoute("/api", data.version, cors=True, quota=QUOTA),
        PublicRoute("/api/files", None, cors=True, quota=QUOTA),
        PublicRoute("/cardapio", data.version),
    ]
    return Edge(inside, routes, SITE, clock, count=counted)


@pytest.fixture
def from_outside(limited):
    """Requests whose connection comes from another machine."""

    def ask_as(url, method="GET", sender=ONE, **headers):
        def app(environ, start_response):
            return limited({**environ, "REMOTE_ADDR": sender}, start_response)

        return ask(app, url, method, **headers)

    return ask_as


def test_the_one_too_many_is_told_when_to_come_back(from_outside, inside):
    for number in range(2):
        assert from_outside(f"/api/{number}").status == 200
    refused = from_outside("/api/2")
    assert refused.status == 429
    assert refused.headers["retry-after"] == "41"
    assert refused.headers["ratelimit"] == '"api";r=0;t=41'
    assert refused.headers["cache-control"] == "no-store"
    assert refused.headers["access-control-allow-origin"] == "*"
    assert refused.headers["content-type"] == "application/problem+json"
    problem = json.loads(refused.body)
    assert (problem["status"], problem["instance"]) == (429, "/api/2")
    assert "41 s" in problem["detail"]
    assert inside.calls == 2


def test_only_answers_that_are_made_count(from_outside, counted):
    etag = from_outside("/api/1").headers["etag"]
    for _ in range(9):
        from_outside("/api/1")
        from_outside("/api/1", If_None_Match=etag)
        from_outside("/api/2", "OPTIONS")
    assert counted.used == {ONE: 1}


def test_this_machine_is_not_limited(from_outside, counted):
    from_outside("/api/1", sender="127.0.0.1")
    assert counted.used == {}


def test_what_is_known_is_answered_still_and_so_are_others(from_outside):
    etags = [from_outside(f"/api/{number}").headers["etag"] for number in range(2)]
    assert from_outside("/api/2").status == 429
    assert from_outside("/api/0").status == 200
    assert from_outside("/api/1", If_None_Match=etags[1]).status == 304
    assert from_outside("/api/2", sender=OTHER).status == 200
    assert from_outside("/cardapio/1").status == 200


def test_the_policy_is_told_to_all_and_what_is_left_only_to_who_asked(from_outside, inside):
    made = from_outside("/api/0")
    assert made.headers["ratelimit-policy"] == '"api";q=2;w=60'
    assert "ratelimit" not in made.headers  # a cache in front shows it to others
    assert from_outside("/api/0") == made
    inside.status = "404 Not Found"
    missing = from_outside("/api/1")
    assert missing.headers["ratelimit"] == '"api";r=0;t=41'
    assert "ratelimit-policy" not in from_outside("/cardapio/1").headers


@pytest.mark.parametrize(("method", "headers"), [("POST", {}), ("GET", {"Authorization": "x"}), ("HEAD", {})])
def test_no_way_around_it(from_outside, method, headers):
    for number in range(2):
        from_outside(f"/api/{number}", method, **headers)
    got = from_outside("/api/2", method, **headers)
    assert got.status == 429
    assert (got.body == b"") == (method == "HEAD")


def test_each_request_of_a_file_counts(from_outside):
    assert from_outside("/api/files/a").headers["ratelimit"] == '"api";r=1;t=41'
    from_outside("/api/files/a")
    assert from_outside("/api/files/a").status == 429


def test_where_nothing_can_count_nobody_is_refused(from_outside, counted):
    counted.away = True
    assert {from_outside(f"/api/{number}").status for number in range(9)} == {200}


@pytest.mark.parametrize(
    ("forwarded", "connection", "proxies", "sender"),
    [
        ("", ONE, 0, ONE),
        (OTHER, ONE, 0, ONE),  # nobody of ours put it there
        (ONE, "127.0.0.1", 1, ONE),
        (f"{OTHER}, {ONE}", "127.0.0.1", 1, ONE),  # the first is made up
        (f"{OTHER}, {ONE}, 10.0.0.1", "127.0.0.1", 2, ONE),
        ("", ONE, 1, ONE),  # past the proxy
        ("", "127.0.0.1", 1, None),
        ("127.0.0.1", "127.0.0.1", 1, None),
        ("::1", "127.0.0.1", 1, None),
        ("::ffff:203.0.113.7", "127.0.0.1", 1, ONE),
        ("::ffff:127.0.0.1", "127.0.0.1", 1, None),
        ("2001:db8:1:2:3:4:5:6", "127.0.0.1", 1, "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "127.0.0.1", 1, "2001:db8:1:2::/64"),
        ("unknown", "127.0.0.1", 1, None),
        ("x" * 10_000, "127.0.0.1", 1, None),
        ("", "", 1, None),
        (", ,", ONE, 1, ONE),
    ],
)
def test_who_asks(forwarded, connection, proxies, sender):
    assert sender_of(forwarded, connection, proxies) == sender
