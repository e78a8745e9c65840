"""Links are followed politely, within bounds, and never into private networks."""

import datetime as dt
from itertools import pairwise

import pytest

from ckanext.patiodigital import clock
from ckanext.patiodigital.admin.checks import quality
from ckanext.patiodigital.ranking import following, service, store
from ckanext.patiodigital.ranking.core import links
from ckanext.patiodigital.ranking.following import Follower, Pace


@pytest.fixture
def follow(web):
    """Follow a path of the server, which is the portal's own."""
    follower = Follower(web.url, 5, Pace(0))
    return lambda path: follower.follow(web.url + path)


@pytest.mark.parametrize(
    ("path", "status", "error"),
    [
        ("/200", 200, None),
        ("/204", 204, None),
        ("/404", 404, "HTTP 404"),
        ("/500", 500, "HTTP 500"),
        ("/to/200", 200, None),
        ("/to/to/to/200", 200, None),
        ("/to/404", 404, "HTTP 404"),
        ("/loop", None, "It redirects more than 5 times."),
    ],
)
def test_what_an_address_comes_to(follow, path, status, error):
    look = follow(path)
    assert (look.status, look.error) == (status, error)


def test_it_asks_by_head_and_by_get_where_that_is_refused(follow, web):
    assert follow("/size").size == 1234
    assert follow("/head-405").status == 200
    assert [(method, path) for _, method, path in web.asked] == [
        ("HEAD", "/size"),
        ("HEAD", "/head-405"),
        ("GET", "/head-405"),
    ]


def test_a_server_that_takes_too_long_is_cut_off(web):
    look = Follower(web.url, 0.5, Pace(0)).follow(f"{web.url}/slow")
    assert look.status is None
    assert "did not answer" in look.error
    assert look.milliseconds < 5_000


def test_a_host_is_asked_once_a_second_at_most(web):
    follower = Follower(web.url, 5, Pace(0.3))
    for path in ("/200", "/to/200"):
        follower.follow(web.url + path)
    times = [at for at, *_ in web.asked]
    assert len(times) == 3
    assert all(later - earlier >= 0.25 for earlier, later in pairwise(times))


@pytest.mark.parametrize("site", ["https://dados.example.org", "http://127.0.0.1:1"])
def test_private_addresses_are_refused_but_for_the_portals_own(web, site):
    look = Follower(site, 5, Pace(0)).follow(f"{web.url}/200")
    assert (look.status, look.error) == (None, "It lies in a private network.")
    assert web.asked == []


@pytest.mark.parametrize("location", ["http://[", "ftp://x/\0a", "//127.0.0.1:6379\\@127.0.0.1/", "http://a@b/"])
def test_no_redirect_whatever_it_says_stops_the_following(follow, web, location):
    web.location = location
    look = follow("/hostile")
    assert look.status is None
    assert look.error
    assert "\0" not in look.error


def test_a_host_that_is_silent_is_left_alone_after_a_while(web, ckan_config, monkeypatch):
    monkeypatch.setitem(ckan_config, "ckan.site_url", web.url)
    monkeypatch.setitem(ckan_config, "ckanext.patiodigital.ranking.link_timeout", 0.2)
    found = following._follow_host([f"{web.url}/slow?{number}" for number in range(50)], Pace(0))
    assert len(found) == 3


@pytest.mark.parametrize("host", ["10.0.0.1", "169.254.169.254", "127.0.0.2", "localhost"])
def test_a_redirect_leads_into_no_private_network(follow, host):
    look = follow(f"/away/{host}")
    assert (look.status, look.error) == (None, "It lies in a private network.")


@pytest.mark.parametrize(
    "address",
    [
        *(
            "ftp://ex.org/a",
            "javascript:alert(1)",
            "http://",
            "http://ex.org:99999/",
            "x",
            "http://[",
            "http://ex.org/\0a",
        ),
        *("http://127.0.0.1:6379\\@ex.org/", "http://me@ex.org/", "http://ex.org/" + "ã" * 1_900),
    ],
)
def test_what_is_no_address_of_the_web_is_not_asked(address):
    assert "no address of the web" in Follower("https://dados.example.org", 5, Pace(0)).follow(address).error


def test_an_unknown_host_is_told_in_words():
    look = Follower("https://dados.example.org", 5, Pace(0)).follow("http://nao-existe.invalid/")
    assert look.error in {"There is no such host.", "It can't be asked: gaierror."}


def test_looks_grow_rarer_with_success_and_retries_with_failure():
    now = clock.now()
    days = [(links.next_look(now, successes, 0) - now).days for successes in (1, 2, 3, 7, 50)]
    assert days == [1, 2, 3, 7, 7]
    minutes = [(links.next_look(now, 0, failures) - now).total_seconds() / 60 for failures in (1, 2, 3, 5, 6, 5000)]
    assert minutes == [1, 4, 16, 256, 1024, 1440]


# -- on a portal


def test_links_are_followed_once_and_their_history_is_kept(make, score, web, ckan_config, monkeypatch, stopped_clock):
    monkeypatch.setitem(ckan_config, "ckan.site_url", web.url)
    monkeypatch.setattr(following, "PACE", 0)
    package = make("aa", resources=[{"url": f"{web.url}/size", "format": "CSV", "name": "Tabela"}])
    make("bb", resources=[{"url": f"{web.url}/404", "format": "CSV", "name": "Tabela"}])
    assert score() == (2, 0, 0)
    assert following.follow_due() == 2
    assert following.follow_due() == 0
    good, bad = store.links_of([f"{web.url}/size", f"{web.url}/404"])[::-1]
    assert (good.alive, good.size, bad.alive, bad.error) == (True, 1234, False, "HTTP 404")
    assert [look["status"] for look in bad.history] == [404]
    # What the link showed counts in the next score, and the size that nobody stated in the feed.
    assert score()[0] == 2
    score()
    points = {one.metric: one.points for one in service.score(package["id"], "mqa").measured}
    assert points["accessUrlStatusCode"] == 50
    assert points["byteSizeAvailability"] == 5


def test_links_of_datasets_that_are_gone_are_forgotten(make, act, score):
    make("aa")
    score()
    assert store.link_counts() == (0, 0, 1)
    act("package_delete", id="aa")
    assert score() == (0, 1, 0)
    store.forget_links()
    assert store.link_counts() == (0, 0, 0)


def test_the_doctor_tells_of_links_that_nobody_follows_and_of_what_could_not_be_scored(make, score, stopped_clock):
    make("aa")
    score()
    assert [each.level for each in (*quality.links(), *quality.described())] == ["ok"] * 3
    stopped_clock(clock.now() + dt.timedelta(hours=2))
    (finding,) = quality.links()
    assert (finding.level, finding.mend) == ("warning", "run `ckan jobs worker links`")
    store.fail(service.snapshot().entries[0].dataset_id, "x", clock.now(), "ValueError: x")
    assert [each.level for each in quality.described()] == ["ok", "warning"]
