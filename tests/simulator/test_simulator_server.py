"""The HTTP side: keep-alive, ETags, and the command line."""

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests
from department_client import TODAY, Client

from simulator import Department, serve
from simulator.edits import ChangeSchool

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def tagged():
    department = Department(schools=30, today=TODAY, etags=True)
    with serve(department) as url:
        yield Client(url), department


class TestEtags:
    def test_unchanged_is_304_without_a_body(self, tagged):
        client, _ = tagged
        first = client.get("/escolas")
        again = client.get("/escolas", headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", first.headers["ETag"])
        assert re.fullmatch(r'"[0-9a-f]{32}"', first.headers["ETag"])

    def test_a_change_shows(self, tagged):
        client, department = tagged
        tag = client.get("/escolas").headers["ETag"]
        department.edit(ChangeSchool(213, {"nome": "EMEF NOVA"}))
        answer = client.get("/escolas", headers={"If-None-Match": tag})
        assert answer.status_code == 200
        assert answer.headers["ETag"] != tag

    def test_a_change_elsewhere_does_not(self, tagged):
        client, department = tagged
        tag = client.get("/editor/escolas_editais").headers["ETag"]
        department.edit(ChangeSchool(213, {"nome": "EMEF NOVA"}))
        assert client.get("/editor/escolas_editais", headers={"If-None-Match": tag}).status_code == 304

    def test_passing_time_shows(self, tagged):
        client, department = tagged
        range_ = {"data_inicial": "20260701", "data_final": "20260710"}
        first = client.get("/editor/cardapios", key="k", **range_)
        department.today = TODAY.replace(month=7, day=1)
        again = client.get("/editor/cardapios", key="k", headers={"If-None-Match": first.headers["ETag"]}, **range_)
        assert (first.json(), again.status_code) == ([], 200)
        assert again.json() != []

    def test_a_tag_is_no_key(self, tagged):
        client, _ = tagged
        tag = client.get("/editor/cardapios", key="k", limit=1).headers["ETag"]
        answer = client.get("/editor/cardapios", limit=1, headers={"If-None-Match": tag})
        assert answer.status_code == 401

    def test_errors_have_none(self, tagged):
        client, _ = tagged
        assert "ETag" not in client.get("/escola/999999").headers


def test_one_connection_serves_many_requests(department):
    with serve(department) as url:
        connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=20)
        connection.connect()
        used = connection.sock
        for path in ("/escolas", "/escola/213", "/nada", "/cardapios", "/editor/cardapios"):
            connection.request("GET", path)
            connection.getresponse().read()
            assert connection.sock is used


def test_many_clients_at_once_get_the_same_answers(department):
    questions = [
        "/escolas",
        "/v2/editor/escolas?limit=20&page=2",
        "/editor/cardapios?data_inicial=20260601&data_final=20260612&limit=300&page=3",
    ] * 8
    with serve(department) as url, ThreadPoolExecutor(8) as pool:
        alone = [requests.get(url + path, headers={"key": "k"}, timeout=20).content for path in questions[:3]]
        together = pool.map(lambda path: requests.get(url + path, headers={"key": "k"}, timeout=20).content, questions)
        assert list(together) == alone * 8
    assert len(department.requests) == 3 + 24


def test_bodies_without_a_sane_length_are_refused(department):
    with serve(department) as url:
        for length in ("-1", "x", "99999999999"):
            with socket.create_connection(("127.0.0.1", int(url.rsplit(":", 1)[1])), timeout=20) as sock:
                sock.sendall(f"POST /_faults HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n\r\n".encode())
                assert sock.recv(100).startswith(b"HTTP/1.1 413")


def test_after_the_block_nothing_listens(department):
    with serve(department) as url:
        requests.get(url + "/escolas", timeout=20)
    with pytest.raises(requests.ConnectionError):
        requests.get(url + "/escolas", timeout=20)


class TestCommandLine:
    def _run(self, *arguments, **environment):
        inherited = {name: value for name, value in os.environ.items() if name != "PRATO_ABERTO_KEY"}
        return subprocess.Popen(  # noqa: S603 - this interpreter, and arguments of these tests
            [sys.executable, "-m", "simulator", *arguments],
            cwd=ROOT,
            env={**inherited, **environment},
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def _started(self, *arguments, **environment):
        process = self._run("--port", "0", "--schools", "20", "--today", "2026-06-17", *arguments, **environment)
        line = process.stdout.readline()
        return process, line, Client(re.search(r"http://\S+?(?=,)", line)[0])

    def test_one_line_when_ready_and_the_key_from_the_environment(self):
        process, line, client = self._started(PRATO_ABERTO_KEY="secret")
        try:
            assert line == f"simulator: 20 schools at {client.url}, today 2026-06-17\n"
            assert client.get("/editor/cardapios", key="secret", limit=1).status_code == 200
            assert client.get("/editor/cardapios", key="k", limit=1).status_code == 401
            assert "ETag" not in client.get("/escolas").headers
        finally:
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=20)
        assert (process.returncode, out, err) == (0, "", "")

    def test_without_the_variable_no_key_fits(self):
        process, _, client = self._started("--etags", "--key-env", "NOBODY_SETS_THIS")
        try:
            assert client.get("/editor/cardapios", key="k").status_code == 401
            assert "ETag" in client.get("/escolas").headers
        finally:
            process.terminate()
            process.communicate(timeout=20)

    @pytest.mark.parametrize(
        ("arguments", "words"),
        [
            (["--port", "0", "--schools", "0"], "schools: 0"),
            (["--port", "0", "--real", "nowhere.json"], "nowhere.json"),
            (["--port", "99999"], "port"),
        ],
    )
    def test_what_is_wrong_is_one_line(self, arguments, words):
        process = self._run(*arguments)
        out, err = process.communicate(timeout=20)
        assert (process.returncode, out) == (2, "")
        assert words in err
        assert err.count("\n") == 1
