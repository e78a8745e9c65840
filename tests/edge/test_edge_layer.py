"""The edge in front of a small application: who is served, with what, and what is kept."""

import gzip
import threading
from dataclasses import replace
from hashlib import sha256
from wsgiref.util import setup_testing_defaults

import pytest
from edge_doubles import SITE, ask

from ckanext.patiodigital.edge.core import answer, cache
from ckanext.patiodigital.edge.core.layer import Edge
from ckanext.patiodigital.edge.core.route import MAX_QUERY, PublicRoute, Version

PUBLIC = "public, max-age=0, s-maxage=3, must-revalidate"


class TestWhoIsServed:
    def test_a_public_answer_is_made_once(self, edge, inside):
        first = ask(edge, "/cardapio/094617")
        assert first.status == 200
        assert first.body == b"/cardapio/094617? v1"
        assert ask(edge, "/cardapio/094617").body == first.body
        assert inside.calls == 1

    @pytest.mark.parametrize("path", ["/", "/cardapios", "/dataset/cardapio", "/api/menus/v10", "/en/en/cardapio"])
    def test_other_paths_go_to_the_application_untouched(self, edge, inside, path):
        got = ask(edge, path, Cookie="ckan=secret")
        ask(edge, path, Cookie="ckan=secret")
        assert inside.calls == 2
        assert inside.requests[0]["HTTP_COOKIE"] == "ckan=secret"
        assert "cache-control" not in got.headers

    @pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
    def test_other_methods_go_to_the_application_untouched(self, edge, inside, method):
        ask(edge, "/cardapio/094617/aviso", method, Cookie="ckan=secret")
        ask(edge, "/cardapio/094617/aviso", method, Cookie="ckan=secret")
        assert inside.calls == 2
        assert inside.requests[0]["HTTP_COOKIE"] == "ckan=secret"

    def test_what_a_form_answers_is_stored_by_nobody_and_a_refused_method_can_be_read_elsewhere(self, edge, inside):
        inside.status, inside.headers = "405 Method Not Allowed", [("Cache-Control", "public"), ("Vary", "Cookie")]
        got = ask(edge, "/api/menus/v1/schools", "POST")
        assert got.headers["cache-control"] == "no-store"
        assert got.headers["access-control-allow-origin"] == "*"
        assert "access-control-allow-origin" not in ask(edge, "/cardapio/094617/aviso", "POST").headers

    def test_a_request_with_authorization_is_somebodys(self, edge, inside):
        ask(edge, "/cardapio")
        got = ask(edge, "/cardapio", Authorization="token")
        assert inside.calls == 2
        assert inside.requests[1]["HTTP_AUTHORIZATION"] == "token"
        assert "etag" not in got.headers


class TestNobodyInParticular:
    def test_nothing_of_who_asks_reaches_the_application(self, edge, inside):
        ask(
            edge, "/cardapio?q=joao",
            Cookie="ckan=secret", Accept_Language="en", User_Agent="x", Accept="text/turtle",
            Range="bytes=0-1", Host="evil.example", Origin="https://evil.example", X_CKAN_API_Key="k",
            X_Forwarded_Host="evil.example", X_Forwarded_For="10.0.0.1",
        )  # fmt: skip
        asked = inside.requests[0]
        assert {key: value for key, value in asked.items() if key.startswith("HTTP_")} == {
            "HTTP_HOST": "dados.example.org"
        }
        assert asked["wsgi.url_scheme"] == "https"
        assert asked["SERVER_PORT"] == "443"
        assert "REMOTE_ADDR" not in asked
        assert asked["wsgi.input"].read() == b""

    def test_a_reader_with_a_cookie_gets_what_everybody_gets(self, edge, inside):
        plain = ask(edge, "/cardapio")
        assert ask(edge, "/cardapio", Cookie="ckan=secret") == plain
        assert inside.calls == 1

    def test_what_the_application_says_to_one_reader_does_not_go_out(self, edge, inside):
        inside.headers += [
            ("Set-Cookie", "ckan=1"), ("Vary", "Cookie"), ("Cache-Control", "private, max-age=0"),
            ("ETag", '"old"'), ("Pragma", "no-cache"), ("Expires", "0"),
            ("X-Content-Type-Options", "nosniff"),
        ]  # fmt: skip
        headers = ask(edge, "/cardapio").headers
        assert "set-cookie" not in headers
        assert "pragma" not in headers
        assert "expires" not in headers
        assert headers["vary"] == "Accept-Encoding"
        assert headers["cache-control"] == PUBLIC
        assert headers["etag"] != '"old"'
        assert headers["x-content-type-options"] == "nosniff"

    def test_a_portal_on_a_port_keeps_it(self, inside, data):
        edge = Edge(inside, [PublicRoute("/x", data.version)], replace(SITE, url="http://127.0.0.1:5000"))
        ask(edge, "/x")
        assert inside.requests[0]["HTTP_HOST"] == "127.0.0.1:5000"
        assert inside.requests[0]["SERVER_PORT"] == "5000"

    @pytest.mark.parametrize("url", ["", "dados.example.org", "ftp://dados.example.org"])
    def test_a_site_url_that_is_none_is_refused_at_start(self, inside, url):
        with pytest.raises(ValueError, match="site URL"):
            Edge(inside, [], replace(SITE, url=url))


class TestKey:
    def test_the_query_is_sorted_and_cut_to_what_matters(self, edge, inside):
        ask(edge, "/cardapio?q=joao&data=2026-11-24&utm_source=x")
        ask(edge, "/cardapio?fbclid=1&data=2026-11-24&q=joao")
        assert [asked["QUERY_STRING"] for asked in inside.requests] == ["data=2026-11-24&q=joao"]

    def test_an_api_sees_unknown_parameters(self, edge, inside):
        ask(edge, "/api/menus/v1/schools?z=1&q=a")
        assert inside.requests[0]["QUERY_STRING"] == "q=a&z=1"

    def test_each_language_has_its_own(self, edge, inside):
        paths = ["/cardapio", "/en/cardapio", "/pt_BR/cardapio"]
        assert len({ask(edge, path).headers["etag"] for path in paths}) == 3
        assert [asked["PATH_INFO"] for asked in inside.requests] == paths

    def test_a_new_version_is_a_new_answer(self, edge, data, clock):
        old = ask(edge, "/cardapio")
        data.token = "v2"
        clock.now += 1
        new = ask(edge, "/cardapio")
        assert new.body == b"/cardapio? v2"
        assert new.headers["etag"] != old.headers["etag"]

    def test_a_new_release_is_a_new_etag(self, edge, inside, data):
        newer = Edge(inside, [PublicRoute("/cardapio", data.version)], replace(SITE, release="1.1"))
        assert ask(newer, "/cardapio").headers["etag"] != ask(edge, "/cardapio").headers["etag"]

    def test_two_processes_agree_on_the_etag(self, edge, inside, data):
        other = Edge(inside, list(edge._routes), SITE)
        assert ask(other, "/cardapio?q=a").headers["etag"] == ask(edge, "/cardapio?q=a").headers["etag"]

    def test_a_query_over_the_limit_is_judged_by_the_application_and_not_kept(self, edge, inside):
        url = "/cardapio?q=" + "a" * MAX_QUERY
        inside.status = "400 Bad Request"
        for _ in range(2):
            got = ask(edge, url, Cookie="ckan=secret")
            assert got.status == 400
            assert got.headers["cache-control"] == "no-store"
        assert inside.calls == 2
        assert len(inside.requests[0]["QUERY_STRING"]) > MAX_QUERY
        assert "HTTP_COOKIE" not in inside.requests[0]


class TestConditional:
    def test_a_known_etag_is_answered_without_the_application(self, edge, inside):
        first = ask(edge, "/cardapio")
        fresh = Edge(inside, list(edge._routes), SITE)
        got = ask(fresh, "/cardapio", If_None_Match=f'"other", W/{first.headers["etag"]}')
        assert (got.status, got.body) == (304, b"")
        assert inside.calls == 1
        for name in ("etag", "cache-control", "last-modified", "vary"):
            assert got.headers[name] == first.headers[name]
        assert "content-type" not in got.headers

    def test_an_old_etag_gets_the_new_answer(self, edge, data, clock):
        old = ask(edge, "/cardapio").headers["etag"]
        data.token = "v2"
        clock.now += 1
        assert ask(edge, "/cardapio", If_None_Match=old).status == 200

    def test_any_matches_only_what_is_there(self, edge, inside):
        assert ask(edge, "/cardapio", If_None_Match="*").status == 304
        inside.status = "404 Not Found"
        assert ask(edge, "/cardapio/nope", If_None_Match="*").status == 404

    def test_the_etag_is_strong_and_the_change_dated(self, edge):
        headers = ask(edge, "/cardapio").headers
        assert headers["etag"].startswith('"')
        assert headers["last-modified"] == "Tue, 24 Nov 2026 08:02:05 GMT"

    def test_an_undated_change_sends_no_date(self, inside):
        edge = Edge(inside, [PublicRoute("/x", lambda: Version("v"))], SITE)
        assert "last-modified" not in ask(edge, "/x").headers

    def test_if_modified_since_is_not_judged(self, edge):
        assert ask(edge, "/cardapio", If_Modified_Since="Tue, 24 Nov 2026 08:02:05 GMT").status == 200


class TestEncoding:
    LONG = b"arroz, feij\xc3\xa3o, salada; " * 100

    def test_a_reader_who_takes_gzip_gets_it_from_memory(self, edge, inside):
        inside.reply = lambda environ: [self.LONG]
        packed = ask(edge, "/cardapio", Accept_Encoding="gzip, br")
        plain = ask(edge, "/cardapio")
        assert inside.calls == 1
        assert packed.headers["content-encoding"] == "gzip"
        assert gzip.decompress(packed.body) == plain.body == self.LONG
        assert packed.headers["content-length"] == str(len(packed.body))
        assert "content-encoding" not in plain.headers
        assert packed.headers["vary"] == plain.headers["vary"] == "Accept-Encoding"

    def test_each_form_has_its_own_etag(self, edge, inside):
        inside.reply = lambda environ: [self.LONG]
        packed = ask(edge, "/cardapio", Accept_Encoding="gzip").headers["etag"]
        plain = ask(edge, "/cardapio").headers["etag"]
        assert packed != plain
        # Either is still good for who can read both; the packed one is useless to who can't.
        assert ask(edge, "/cardapio", Accept_Encoding="gzip", If_None_Match=packed).status == 304
        assert ask(edge, "/cardapio", Accept_Encoding="gzip", If_None_Match=plain).status == 304
        assert ask(edge, "/cardapio", If_None_Match=plain).status == 304
        assert ask(edge, "/cardapio", If_None_Match=packed).status == 200

    @pytest.mark.parametrize(
        ("kind", "body"),
        [
            ("text/plain", b"short"),
            ("application/vnd.apache.parquet", LONG),
            ("text/plain", b"".join(sha256(bytes([n])).digest() for n in range(20))),
        ],
    )
    def test_what_gains_nothing_goes_plain(self, edge, inside, kind, body):
        inside.headers = [("Content-Type", kind)]
        inside.reply = lambda environ: [body]
        got = ask(edge, "/cardapio", Accept_Encoding="gzip")
        assert "content-encoding" not in got.headers
        assert got.body == body

    def test_what_comes_encoded_is_left_alone(self, edge, inside):
        inside.headers += [("Content-Encoding", "identity")]
        inside.reply = lambda environ: [self.LONG]
        assert ask(edge, "/cardapio", Accept_Encoding="gzip").body == self.LONG


class TestHead:
    def test_has_the_headers_of_get_and_fills_the_cache(self, edge, inside):
        head = ask(edge, "/cardapio", "HEAD")
        got = ask(edge, "/cardapio")
        assert head.body == b""
        assert head.headers == got.headers
        assert head.headers["content-length"] == str(len(got.body))
        assert [asked["REQUEST_METHOD"] for asked in inside.requests] == ["GET"]

    def test_of_a_stream_closes_it(self, edge, inside, monkeypatch):
        monkeypatch.setattr(answer, "MAX_ANSWER", 10)
        stream = Chunks([b"0123456789", b"abc"])
        inside.reply = lambda environ: stream
        assert ask(edge, "/cardapio", "HEAD").body == b""
        assert stream.closed


class TestCors:
    def test_an_api_may_be_read_from_anywhere(self, edge, inside):
        for status in ("200 OK", "404 Not Found"):
            inside.status = status
            headers = ask(edge, f"/api/menus/v1/{status[:3]}", Origin="https://other.example").headers
            assert headers["access-control-allow-origin"] == "*"
            exposed = headers["access-control-expose-headers"].split(", ")
            assert {"ETag", "Last-Modified", "Link", "RateLimit-Policy", "Retry-After", "X-Total-Count"} < set(exposed)

    def test_so_may_the_news_that_nothing_changed(self, edge):
        etag = ask(edge, "/api/menus/v1/schools").headers["etag"]
        got = ask(edge, "/api/menus/v1/schools", If_None_Match=etag)
        assert (got.status, got.headers["access-control-allow-origin"]) == (304, "*")

    def test_a_page_may_not(self, edge):
        headers = ask(edge, "/cardapio", Origin="https://other.example").headers
        assert "access-control-allow-origin" not in headers

    def test_a_preflight_is_answered_by_the_edge(self, edge, inside):
        got = ask(
            edge, "/api/menus/v1/schools", "OPTIONS",
            Origin="https://other.example", Access_Control_Request_Method="GET",
        )  # fmt: skip
        assert (got.status, inside.calls) == (204, 0)
        assert got.headers["access-control-allow-origin"] == "*"
        assert got.headers["access-control-allow-methods"] == "GET, HEAD"
        assert got.headers["access-control-allow-headers"] == "*"

    def test_what_is_allowed_is_told_by_the_edge(self, edge, inside):
        got = ask(edge, "/api/menus/v1/schools", "OPTIONS")
        assert (got.status, got.body, inside.calls) == (204, b"", 0)
        assert got.headers["allow"] == "GET, HEAD, OPTIONS"
        assert "set-cookie" not in got.headers

    def test_a_preflight_of_a_page_is_the_applications(self, edge, inside):
        ask(edge, "/cardapio", "OPTIONS", Origin="https://x.example", Access_Control_Request_Method="GET")
        assert inside.calls == 1


class TestWhatIsKept:
    @pytest.mark.parametrize("status", ["400 Bad Request", "404 Not Found", "500 Internal", "503 Unavailable"])
    def test_errors_are_not(self, edge, inside, status):
        inside.status = status
        inside.headers += [("Retry-After", "30")]
        got = ask(edge, "/cardapio/999999")
        ask(edge, "/cardapio/999999")
        assert inside.calls == 2
        assert got.headers["cache-control"] == "no-store"
        assert got.headers["retry-after"] == "30"
        assert "etag" not in got.headers
        assert "last-modified" not in got.headers
        assert edge._cache.bytes_held == 0

    def test_redirects_are_but_have_no_etag(self, edge, inside):
        inside.status = "302 Found"
        inside.headers += [("Location", "/cardapio/000301")]
        ask(edge, "/cardapio/301")
        got = ask(edge, "/cardapio/301")
        assert inside.calls == 1
        assert got.headers["location"] == "/cardapio/000301"
        assert got.headers["cache-control"] == PUBLIC
        assert "etag" not in got.headers

    def test_what_is_too_large_goes_through_in_pieces(self, edge, inside, monkeypatch):
        monkeypatch.setattr(answer, "MAX_ANSWER", 10)
        inside.headers = [("Content-Type", "application/vnd.apache.parquet"), ("Content-Length", "13")]
        streams = [Chunks([b"01234", b"567890", b"ab"]), Chunks([b"01234", b"567890", b"ab"])]
        inside.reply = lambda environ: streams[inside.calls - 1]
        for stream in streams:
            got = ask(edge, "/api/menus/v1/export/menus.csv", Accept_Encoding="gzip")
            assert got.body == b"01234567890ab"
            assert got.headers["content-length"] == "13"
            assert "etag" in got.headers
            assert stream.closed
        assert edge._cache.bytes_held == 0

    def test_a_stream_of_text_is_compressed_as_it_goes(self, edge, inside, monkeypatch):
        monkeypatch.setattr(answer, "MAX_ANSWER", 10)
        inside.headers += [("Content-Length", "13")]
        inside.reply = lambda environ: [b"01234", b"567890", b"ab"]
        plain, packed = (ask(edge, "/cardapio", Accept_Encoding=coding) for coding in ("identity", "gzip"))
        assert plain.body == gzip.decompress(packed.body) == b"01234567890ab"
        assert (packed.headers["content-encoding"], packed.headers["vary"]) == ("gzip", "Accept-Encoding")
        assert "content-length" not in packed.headers
        assert packed.headers["etag"] != plain.headers["etag"]
        again = ask(edge, "/cardapio", Accept_Encoding="gzip", If_None_Match=packed.headers["etag"])
        assert (again.status, again.headers["etag"]) == (304, packed.headers["etag"])

    def test_a_stream_is_not_drained_before_it_is_passed_on(self, edge, inside, monkeypatch):
        monkeypatch.setattr(answer, "MAX_ANSWER", 10)
        stream = Chunks([b"x" * 11] + [b"y"] * 1000)
        inside.reply = lambda environ: stream
        reply = edge(_environ("/cardapio"), lambda status, headers, exc_info=None: None)
        assert stream.taken == 1
        reply.close()
        assert stream.closed

    def test_an_answer_given_by_write_and_in_several_pieces_is_whole(self, data):
        def app(environ, start_response):
            write = start_response("200 OK", [("Content-Type", "text/plain")])
            write(b"one ")
            yield b"two "
            yield b"three"

        edge = Edge(app, [PublicRoute("/x", data.version)], SITE)
        assert ask(edge, "/x").body == b"one two three"

    def test_an_application_that_fails_is_asked_again(self, edge, inside):
        def fail(environ):
            raise RuntimeError("no database")

        inside.reply, well = fail, inside.reply
        with pytest.raises(RuntimeError):
            ask(edge, "/cardapio")
        inside.reply = well
        assert ask(edge, "/cardapio").status == 200

    def test_an_application_that_fails_half_way_is_closed(self, edge, inside):
        stream = Chunks([b"a", RuntimeError("cut")])
        inside.reply = lambda environ: stream
        with pytest.raises(RuntimeError):
            ask(edge, "/cardapio")
        assert stream.closed


class TestWithoutVersion:
    def test_answers_go_through_and_nothing_is_kept(self, edge, inside, data):
        data.error = OSError("database down")
        for _ in range(2):
            got = ask(edge, "/cardapio", Cookie="ckan=secret")
            assert got.status == 200
            assert got.headers["cache-control"] == "no-store"
            assert "etag" not in got.headers
        assert inside.calls == 2
        assert "HTTP_COOKIE" not in inside.requests[0]

    def test_an_etag_can_not_be_confirmed(self, edge, inside, data, clock):
        etag = ask(edge, "/cardapio").headers["etag"]
        data.error = OSError("database down")
        clock.now += 1000
        assert ask(edge, "/cardapio", If_None_Match=etag).status == 200


class TestManyReadersAtOnce:
    def test_one_answer_is_made_for_all(self, edge, inside, monkeypatch):
        entered, go = threading.Event(), threading.Event()

        def slowly(environ):
            entered.set()
            assert go.wait(10)
            return inside.say_version(environ)

        inside.reply = slowly
        joined = _count_joins(edge, monkeypatch)
        bodies: list[bytes] = []
        readers = [threading.Thread(target=lambda: bodies.append(ask(edge, "/cardapio").body)) for _ in range(8)]
        for reader in readers:
            reader.start()
            assert joined.acquire(timeout=10)
        assert entered.wait(10)
        go.set()
        for reader in readers:
            reader.join(10)
        assert bodies == [b"/cardapio? v1"] * 8
        assert inside.calls == 1

    def test_who_waited_too_long_makes_its_own(self, edge, inside, monkeypatch):
        monkeypatch.setattr(cache, "WAIT", 0.01)
        entered, go = threading.Event(), threading.Event()

        def first_hangs(environ):
            if inside.calls == 1:
                entered.set()
                assert go.wait(10)
            return inside.say_version(environ)

        inside.reply = first_hangs
        leader = threading.Thread(target=ask, args=(edge, "/cardapio"))
        leader.start()
        assert entered.wait(10)
        try:
            assert ask(edge, "/cardapio").body == b"/cardapio? v1"
            assert inside.calls == 2
        finally:
            go.set()
            leader.join(10)

    def test_a_failure_of_one_does_not_fail_who_waits(self, edge, inside, monkeypatch):
        entered, go = threading.Event(), threading.Event()

        def first_fails(environ):
            if inside.calls == 1:
                entered.set()
                assert go.wait(10)
                raise RuntimeError("cut")
            return inside.say_version(environ)

        inside.reply = first_fails
        failures: list[Exception] = []

        def lead():
            try:
                ask(edge, "/cardapio")
            except RuntimeError as error:
                failures.append(error)

        joined = _count_joins(edge, monkeypatch)
        got: list[bytes] = []
        leader = threading.Thread(target=lead)
        follower = threading.Thread(target=lambda: got.append(ask(edge, "/cardapio").body))
        leader.start()
        assert entered.wait(10)
        follower.start()
        assert joined.acquire(timeout=10)
        assert joined.acquire(timeout=10)
        go.set()
        leader.join(10)
        follower.join(10)
        assert len(failures) == 1
        assert got == [b"/cardapio? v1"]


class Chunks:
    """A WSGI iterable that says how much was taken from it and whether it was closed."""

    def __init__(self, chunks):
        self.chunks = chunks
        self.taken = 0
        self.closed = False

    def __iter__(self):
        for chunk in self.chunks:
            self.taken += 1
            if isinstance(chunk, Exception):
                raise chunk
            yield chunk

    def close(self):
        self.closed = True


def _environ(path):
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": ""}
    setup_testing_defaults(environ)
    return environ


def _count_joins(edge, monkeypatch):
    """A semaphore released each time a reader has joined a flight."""
    joined = threading.Semaphore(0)
    join = edge._flights.join

    def counted(key):
        result = join(key)
        joined.release()
        return result

    monkeypatch.setattr(edge._flights, "join", counted)
    return joined
