"""Files behind the edge: the application says what they are; who asks for them stays outside."""

import pytest
from edge_doubles import SITE, ask

from ckanext.patiodigital.edge.core.layer import Edge
from ckanext.patiodigital.edge.core.route import PublicRoute


@pytest.fixture
def files(inside, data, clock):
    inside.headers = [
        ("Content-Type", "text/csv"), ("ETag", '"f1"'), ("Last-Modified", "Tue, 24 Nov 2026 08:02:05 GMT"),
        ("Content-Length", "4"), ("Accept-Ranges", "bytes"), ("Set-Cookie", "ckan=1"), ("Vary", "Cookie"),
        ("Cache-Control", "private"),
    ]  # fmt: skip
    inside.reply = lambda _environ: [b"a,", b"b\n"]
    return Edge(inside, [PublicRoute("/api", data.version, cors=True), PublicRoute("/api/f", None)], SITE, clock)


def test_what_the_application_says_of_a_file_goes_out_and_nothing_of_one_reader(files):
    got = ask(files, "/api/f/a.csv")
    assert got.body == b"a,b\n"
    assert (got.headers["etag"], got.headers["content-length"]) == ('"f1"', "4")
    assert got.headers["last-modified"] == "Tue, 24 Nov 2026 08:02:05 GMT"
    assert got.headers["accept-ranges"] == "bytes"
    assert got.headers["cache-control"] == "public, max-age=0, must-revalidate"
    assert got.headers["vary"] == "Accept-Encoding"
    assert "set-cookie" not in got.headers


def test_conditions_and_parts_reach_the_application_and_nothing_else(files, inside):
    ask(
        files, "/api/f/a.csv?x=1", Range="bytes=0-1", If_Range='"f1"', If_None_Match='"f0"', Accept_Encoding="gzip",
        Cookie="ckan=secret", If_Modified_Since="Tue, 24 Nov 2026 08:02:05 GMT", Host="evil.example",
    )  # fmt: skip
    assert {key: value for key, value in inside.requests[0].items() if key.startswith("HTTP_")} == {
        "HTTP_HOST": "dados.example.org", "HTTP_RANGE": "bytes=0-1", "HTTP_IF_RANGE": '"f1"',
        "HTTP_IF_NONE_MATCH": '"f0"', "HTTP_ACCEPT_ENCODING": "gzip",
    }  # fmt: skip
    assert inside.requests[0]["QUERY_STRING"] == "x=1"


def test_nothing_is_kept(files, inside, data):
    for _ in range(3):
        ask(files, "/api/f/a.csv")
    assert inside.calls == 3
    assert files._cache.bytes_held == 0
    assert data.reads == 0


@pytest.mark.parametrize(
    ("status", "cached"),
    [
        ("206 Partial Content", True),
        ("304 Not Modified", True),
        ("404 Not Found", False),
        ("503 Service Unavailable", False),
    ],
)
def test_only_what_is_there_may_be_kept_by_others(files, inside, status, cached):
    inside.status = status
    got = ask(files, "/api/f/a.csv")
    assert got.status == int(status[:3])
    assert ("no-store" not in got.headers["cache-control"]) == cached


def test_a_file_is_closed_however_it_ends(files, inside):
    closed = []

    class Body(list):
        def close(self):
            closed.append(True)

    inside.reply = lambda _environ: Body([b"a,", b"b\n"])
    assert ask(files, "/api/f/a.csv", "HEAD").body == b""
    ask(files, "/api/f/a.csv")
    assert closed == [True, True]
