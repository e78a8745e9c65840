"""The HTTP client against servers that lie, stall, flood, and lead astray."""

import gzip
import hashlib
import re
import socket
import ssl
import subprocess
import threading
import zlib
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from raw_server import http, raw_server, says

from ckanext.patiodigital.harvesters import http as client_module
from ckanext.patiodigital.harvesters import sockets
from ckanext.patiodigital.harvesters.core.limits import Limits
from ckanext.patiodigital.harvesters.http import Client, ForbiddenError, MissingError, SourceError

ALLOWED = (re.compile("/escolas"), re.compile("/escola/[0-9]{1,6}"))
LOOPBACK = frozenset({"127.0.0.1", "localhost"})
KEY = "a-chave-secreta"


@pytest.fixture(autouse=True)
def waits(monkeypatch):
    """No pause is slept through; the fixture tells how long each would have been."""
    slept = []
    monkeypatch.setattr(client_module.time, "sleep", slept.append)
    monkeypatch.setattr(client_module, "BACKOFF", 0.001)
    return slept


def make(url, **limits):
    limits = {"requests_per_second": 1e9, "timeout": 5, "size": 100_000, "private_hosts": LOOPBACK, **limits}
    return Client(url, ALLOWED, Limits(**limits), {"key": KEY})


def ask(server, path="/escolas", etag=None, **limits):
    client = make(server.url, **limits)
    try:
        return client.get(path, etag=etag)
    finally:
        client.close()


# -- what is asked


def test_the_answer_comes_with_its_hash_and_etag():
    with raw_server(http(body=b'["a"]', ETag='"v1"')) as server:
        answer = ask(server)
    assert (answer.body, answer.etag, answer.not_modified) == (b'["a"]', '"v1"', False)
    assert answer.sha256 == hashlib.sha256(b'["a"]').hexdigest()


def test_one_connection_serves_many_answers():
    def three(connection):
        for _ in range(3):
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]")
            connection.recv(65536)

    with raw_server(three) as server:
        client = make(server.url)
        assert [client.get("/escolas").body for _ in range(3)] == [b"[]"] * 3
        client.close()
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    "path",
    ["/ajuste-datas-cardapios/", "/escolas/", "/escola/1/../../ajuste-datas-cardapios/", "/escola/1234567", "", "//x"],
)
def test_no_other_path_is_asked(path):
    with raw_server(http()) as server, pytest.raises(ForbiddenError, match="not a path"):
        ask(server, path)
    assert server.requests == []


@pytest.mark.parametrize("url", ["ftp://x/", "file:///etc/passwd", "http://", "", "http://x:port/", "//x/"])
def test_only_web_addresses_are_sources(url):
    with pytest.raises(ForbiddenError, match="no address of the form"):
        make(url)


# -- addresses


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",  # noqa: S104 (nothing binds to it)
        "255.255.255.255", "::1", "::", "fe80::1%eth0", "fd00::1", "ff02::1", "::ffff:127.0.0.1", "::127.0.0.1",
        "64:ff9b::10.0.0.1", "2002:7f00:1::1", "2001:db8::1",
    ],
)  # fmt: skip
def test_addresses_inside_are_private(address):
    assert not sockets.is_public(address)


@pytest.mark.parametrize(
    "address", ["200.144.6.1", "2800:3f0:4001:800::200e", "64:ff9b::200.144.6.1", "::ffff:200.144.6.1"]
)
def test_addresses_of_the_open_internet_are_public(address):
    assert sockets.is_public(address)


def test_a_private_source_must_be_allowed():
    with raw_server(http()) as server, pytest.raises(ForbiddenError, match="allowed_private_hosts"):
        ask(server, private_hosts=frozenset())
    assert server.requests == []


def test_one_private_address_among_public_ones_is_enough_to_refuse(monkeypatch):
    found = [
        (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("200.144.6.1", 80)),
        (socket.AF_INET6, socket.SOCK_STREAM, 6, "", ("::ffff:10.0.0.1", 80, 0, 0)),
    ]
    monkeypatch.setattr(sockets.socket, "getaddrinfo", lambda *_, **__: found)
    with pytest.raises(ForbiddenError, match=r"::ffff:10\.0\.0\.1"):
        make("http://dados.example.org").get("/escolas")


def test_the_next_address_is_tried_where_the_first_does_not_answer(monkeypatch):
    with raw_server(http()) as server:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            closed = listener.getsockname()
        found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", peer) for peer in (closed, ("127.0.0.1", server.port))]
        monkeypatch.setattr(sockets.socket, "getaddrinfo", lambda *_, **__: found)
        assert make("http://localhost").get("/escolas").body == b"[]"


def test_a_name_that_does_not_exist_is_told_at_once(monkeypatch, waits):
    def unknown(*_, **__):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(sockets.socket, "getaddrinfo", unknown)
    with pytest.raises(SourceError, match=r"there is no host nada\.example\.org"):
        make("http://nada.example.org").get("/escolas")
    assert waits == []


def test_a_proxy_of_the_environment_is_used_and_is_no_source(monkeypatch):
    """City halls sit behind one; it lies inside, and it resolves names."""
    with raw_server(http()) as proxy:
        monkeypatch.setenv("http_proxy", proxy.url)
        monkeypatch.setenv("no_proxy", "")
        assert make("http://dados.example.org", private_hosts=frozenset()).get("/escolas").body == b"[]"
    assert proxy.requests[0].startswith("GET http://dados.example.org/escolas HTTP/1.1")


# -- redirects


def test_a_redirect_on_the_same_host_is_followed():
    with raw_server(http("308 Permanent Redirect", Location="/escola/1"), http(body=b"{}")) as server:
        assert ask(server).body == b"{}"
    assert server.requests[1].startswith("GET /escola/1 HTTP/1.1")


@pytest.mark.parametrize(
    "location",
    ["http://169.254.169.254/escolas", "https://127.0.0.1/escolas", "//evil.example.org/escolas", "file:///etc/passwd"],
)
def test_a_redirect_elsewhere_is_refused(location):
    with raw_server(http("302 Found", Location=location)) as server:
        with pytest.raises(ForbiddenError):
            ask(server)
        assert len(server.requests) == 1


def test_a_redirect_to_another_port_of_the_host_does_not_get_the_key():
    with raw_server(http()) as other, raw_server(http("302 Found", Location=f"{other.url}/escolas")) as server:
        with pytest.raises(ForbiddenError, match="another place"):
            ask(server)
        assert other.requests == []


def test_a_redirect_to_a_path_that_writes_is_refused():
    with raw_server(http("302 Found", Location="/ajuste-datas-cardapios/")) as server:
        with pytest.raises(ForbiddenError, match="ajuste-datas-cardapios"):
            ask(server)
        assert len(server.requests) == 1


def test_redirects_end():
    with raw_server(http("302 Found", Location="/escolas")) as server:
        with pytest.raises(SourceError, match="more than 3 times"):
            ask(server)
        assert len(server.requests) == 4


def test_a_redirect_to_nonsense_is_an_error_of_the_source():
    with raw_server(http("302 Found", Location="/escolas?\x01é")) as server, pytest.raises(SourceError):
        ask(server)


# -- bodies


def test_gzip_is_unpacked():
    body = b"[" + b'"arroz",' * 5000 + b'"feijao"]'
    with raw_server(http(body=gzip.compress(body), Content_Encoding="gzip")) as server:
        assert ask(server).body == body


def test_a_body_larger_than_the_limit_is_refused():
    with raw_server(http(body=b" " * 100_001)) as server, pytest.raises(SourceError, match="more than 100000 bytes"):
        ask(server)


def test_a_small_body_that_unpacks_to_a_huge_one_is_refused_in_little_memory():
    packer = zlib.compressobj(9, wbits=31)
    bomb = b"".join(packer.compress(b"\0" * (1 << 20)) for _ in range(200)) + packer.flush()
    assert len(bomb) < 300_000
    with raw_server(http(body=bomb, Content_Encoding="gzip")) as server:
        with pytest.raises(SourceError, match="more than 5000000 bytes"):
            ask(server, size=5_000_000)
        assert len(server.requests) == 1


def test_each_piece_of_an_unpacked_body_is_small():
    bomb = zlib.compress(b"\0" * 50_000_000, 9, wbits=31)
    assert max(map(len, client_module._unpacked([bomb]))) <= 1 << 16


@pytest.mark.parametrize("encoding", ["br", "deflate", "gzip, gzip"])
def test_other_encodings_are_refused(encoding):
    with raw_server(http(Content_Encoding=encoding)) as server, pytest.raises(SourceError, match="not asked for"):
        ask(server)


@pytest.mark.parametrize(
    "answer",
    [
        http(body=b"[1", Content_Length=100),
        http(body=gzip.compress(b"[1, 2, 3]" * 1000)[:-12], Content_Encoding="gzip"),
        http(body=b"no gzip", Content_Encoding="gzip"),
        says(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n[1,2,\r\n"),
        says(b""),
        says(b"SSH-2.0-OpenSSH_9.2\r\n"),
        http("503 Service Unavailable"),
        http("429 Too Many Requests"),
    ],
    ids=["short", "short gzip", "no gzip", "chunk cut", "nothing", "no HTTP", "503", "429"],
)
def test_what_may_pass_is_asked_again(answer, waits):
    with raw_server(answer, answer, http(body=b"[2]")) as server:
        assert ask(server).body == b"[2]"
    assert len(waits) == 2


def test_what_does_not_pass_is_given_up_with_its_cause():
    with raw_server(http("500 Internal Server Error")) as server:
        with pytest.raises(SourceError, match=r"asked 4 times\. Last: HTTP 500"):
            ask(server)
        assert len(server.requests) == 4


@pytest.mark.parametrize(
    ("status", "error", "words"),
    [
        ("401 Unauthorized", SourceError, "key_env"),
        ("404 Not Found", MissingError, "404"),
        ("400 Bad Request", SourceError, "400"),
    ],
)
def test_what_will_not_pass_is_not_asked_again(status, error, words):
    with raw_server(http(status)) as server:
        with pytest.raises(error, match=words):
            ask(server)
        assert len(server.requests) == 1


def test_an_unasked_304_is_an_error():
    with raw_server(says(b"HTTP/1.1 304 Not Modified\r\n\r\n")) as server, pytest.raises(SourceError, match="304"):
        ask(server)


def test_a_304_keeps_the_etag():
    with raw_server(says(b"HTTP/1.1 304 Not Modified\r\nConnection: close\r\n\r\n")) as server:
        answer = ask(server, etag='"v1"')
    assert (answer.not_modified, answer.etag) == (True, '"v1"')
    assert 'If-None-Match: "v1"' in server.requests[0]


@pytest.mark.parametrize("etag", ["v1", '"' + "x" * 300 + '"', '"a"\r\n key: b', '"á"'])
def test_an_etag_that_can_not_be_sent_back_is_dropped(etag):
    with raw_server(http(ETag=etag)) as server:
        assert ask(server).etag is None


def test_the_key_is_in_no_message():
    with raw_server(http("403 Forbidden")) as server, pytest.raises(SourceError) as raised:
        ask(server)
    assert KEY in server.requests[0]
    assert KEY not in str(raised.value)


# -- time


def drips(head, piece=b" "):
    """An answer that never stops, and never falls silent for long."""

    def answer(connection):
        connection.sendall(head)
        pause = threading.Event()
        while not pause.wait(0.01):
            connection.sendall(piece)

    return answer


@pytest.mark.parametrize(
    "answer",
    [
        drips(b"HTTP/1.1 200 OK\r\n\r\n"),
        drips(b"HTTP/1.1 200 OK\r\nContent-Length: 90000\r\n\r\n"),
        drips(b"HTTP/1.1 200 OK\r\nX: "),
        drips(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;"),
        drips(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    ],
    ids=["body", "promised body", "header", "chunk", "continue"],
)
def test_a_peer_that_drips_is_stopped_at_the_deadline(answer, monkeypatch):
    monkeypatch.setattr(client_module, "DEADLINE_FACTOR", 1)
    with raw_server(answer) as server:
        with pytest.raises(SourceError, match=r"not done answering after 0\.2 s"):
            ask(server, timeout=0.2)
        assert len(server.requests) == 1


def test_a_silent_peer_is_asked_again_and_given_up():
    with raw_server(lambda connection: connection.recv(1)) as server:  # until the client hangs up
        with pytest.raises(SourceError, match=r"asked 4 times\. Last: TimeoutError"):
            ask(server, timeout=0.1)
        assert len(server.requests) == 4


def test_retry_after_is_heeded(waits):
    with raw_server(http("503 Busy", Retry_After="7"), http()) as server:
        ask(server)
    assert waits == [7]


def test_a_source_that_asks_for_too_much_patience_is_down(waits):
    with raw_server(http("429 Busy", Retry_After="86400")) as server:
        with pytest.raises(SourceError, match="asked 1 times"):
            ask(server)
        assert len(server.requests) == 1
    assert waits == []


def test_patience_is_for_all_answers_of_a_client_together(waits):
    with raw_server(http("429 Busy", Retry_After="100"), http(), http("429 Busy", Retry_After="100"), http(),
                    http("429 Busy", Retry_After="100")) as server:  # fmt: skip
        client = make(server.url)
        client.get("/escolas")
        client.get("/escolas")
        with pytest.raises(SourceError, match="HTTP 429"):
            client.get("/escolas")
    assert [round(wait) for wait in waits if wait > 1] == [100, 100]


@given(st.text(max_size=60))
def test_no_retry_after_is_a_surprise(value):
    assert client_module._retry_after(value) >= 0


def test_retry_after_may_be_a_date():
    instant = datetime.now(timezone.utc) + timedelta(seconds=90)
    assert 80 < client_module._retry_after(format_datetime(instant, usegmt=True)) <= 90


def test_requests_keep_their_distance(monkeypatch):
    now = [100.0]
    monkeypatch.setattr(client_module.time, "monotonic", lambda: now[0])
    monkeypatch.setattr(client_module.time, "sleep", lambda seconds: now.__setitem__(0, now[0] + seconds))
    client = make("http://127.0.0.1:1", requests_per_second=4)
    starts = []
    for _ in range(3):
        client._wait_for_turn()
        starts.append(now[0])
    assert starts == [100.0, 100.25, 100.5]


# -- TLS


def test_a_certificate_that_nobody_vouches_for_is_refused(tmp_path):
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subprocess.run(  # noqa: S603 (a list, never a shell)
        [  # noqa: S607 (the one on the path)
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "1",
            "-subj", "/CN=localhost", "-keyout", key, "-out", certificate,
        ],
        check=True, capture_output=True,
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def handshake():
            connection, _ = listener.accept()
            with connection, pytest.raises((ssl.SSLError, OSError)):
                context.wrap_socket(connection, server_side=True)

        thread = threading.Thread(target=handshake)
        thread.start()
        with pytest.raises(SourceError, match=r"CERTIFICATE_VERIFY_FAILED"):
            make(f"https://localhost:{listener.getsockname()[1]}").get("/escolas")
        thread.join()
