"""A real supervisord, with small programs in the place of services."""

from __future__ import annotations

import configparser
import os
import signal
import socket
import stat
import sys
import time
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from stack.account import current_account
from stack.console import StackError
from stack.probe import accepts
from stack.settings import LOOPBACK, Profile
from stack.supervise import Program, Supervisor

_PATIENCE = 20.0  # seconds; a failing test waits this long, a passing one does not


@pytest.fixture
def supervisor(profile: Profile):
    supervisor = Supervisor(profile)
    yield supervisor
    supervisor.shut_down()


@pytest.fixture
def server(profile: Profile) -> Program:
    """A program that answers on a port."""
    port = profile.ports.web
    return Program(
        name="server",
        command=[sys.executable, "-m", "http.server", "--bind", LOOPBACK, str(port)],
        account=current_account(),
        answers=partial(accepts, port),
        port=port,
        directory=profile.root,
        patience=_PATIENCE,
    )


def _wait_until(condition, message: str) -> None:
    deadline = time.monotonic() + _PATIENCE
    while not condition():
        assert time.monotonic() < deadline, message
        time.sleep(0.05)


def _start(supervisor: Supervisor, program: Program) -> int:
    supervisor.apply([program])
    supervisor.launch([program])
    supervisor.wait([program])
    pid: int = supervisor.states()[program.name]["pid"]
    return pid


def _ended(pid: int) -> bool:
    """Whether a process is gone; one that nobody collected counts as gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


def test_it_is_down_until_it_is_started_and_after_it_is_shut_down(supervisor, server, profile):
    assert not supervisor.is_running()
    assert supervisor.states() == {}
    pid = _start(supervisor, server)
    assert supervisor.is_running()
    supervisor.shut_down()
    assert not supervisor.is_running()
    assert _ended(pid)
    assert not accepts(profile.ports.web)


def test_what_is_killed_is_started_again(supervisor, server):
    pid = _start(supervisor, server)
    os.kill(pid, signal.SIGKILL)
    _wait_until(lambda: supervisor.states()["server"]["pid"] not in {0, pid}, "not started again")
    supervisor.wait([server])


def test_children_end_when_supervisord_is_killed(supervisor, server, profile):
    pid = _start(supervisor, server)
    os.kill(int((profile.run / "supervisord.pid").read_text()), signal.SIGKILL)
    _wait_until(lambda: _ended(pid), "outlived supervisord")
    # And what is left lying about does not stop the next start.
    assert _start(supervisor, server) != pid


def test_the_same_again_leaves_it_alone_and_a_changed_file_starts_it_anew(supervisor, server, profile):
    code = profile.root / "code.py"
    code.write_text("1")
    server = replace(server, reads=[code])
    pid = _start(supervisor, server)
    assert _start(supervisor, server) == pid
    code.write_text("2")
    assert _start(supervisor, server) != pid


def test_a_program_no_longer_wanted_is_stopped(supervisor, server):
    pid = _start(supervisor, server)
    supervisor.apply([])
    assert supervisor.states() == {}
    assert _ended(pid)


def test_a_taken_port_is_told_with_the_way_out(supervisor, server, monkeypatch):
    monkeypatch.setattr("stack.supervise._PORT_WAIT", 0)
    with socket.create_server((LOOPBACK, server.port)):
        supervisor.apply([server])
        with pytest.raises(StackError, match=rf"Port {server.port}, for server.*--port N"):
            supervisor.launch([server])


def test_a_program_that_does_not_come_up_is_told_with_the_end_of_its_log(supervisor, server):
    broken = replace(server, command=["sh", "-c", "echo disk on fire; exit 1"], patience=1)
    supervisor.apply([broken])
    supervisor.launch([broken])
    with pytest.raises(StackError, match=r"server does not answer(?s:.*)disk on fire"):
        supervisor.wait([broken])


def test_the_configuration_is_private_and_keeps_secrets_out_of_command_lines(supervisor, server, profile):
    secret = "50%-s3cret"
    _start(supervisor, replace(server, environment={"KEY": secret}))
    path = profile.run / "supervisord.conf"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    parsed = configparser.RawConfigParser()
    parsed.read(path)
    assert secret not in parsed["program:server"]["command"]
    environment = Path(f"/proc/{supervisor.states()['server']['pid']}/environ").read_bytes()
    assert f"KEY={secret}".encode() in environment.split(b"\0")


def test_nothing_of_the_callers_environment_reaches_a_program(supervisor, server, monkeypatch):
    monkeypatch.setenv("CKAN_SQLALCHEMY_URL", "postgresql://elsewhere")
    pid = _start(supervisor, server)
    assert b"elsewhere" not in Path(f"/proc/{pid}/environ").read_bytes()


def test_the_caller_is_not_held_by_its_own_pipe(supervisor, server, profile):
    """`./portal up | cat` ends: no program keeps the caller's standard output open."""
    reader, writer = os.pipe()
    saved = os.dup(1)
    os.dup2(writer, 1)
    try:
        _start(supervisor, server)
    finally:
        os.dup2(saved, 1)
        os.close(saved)
        os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        assert pipe.read() == b""


def test_the_children_of_a_killed_program_end_with_it(supervisor, profile):
    child = profile.root / "child.pid"
    forking = Program(
        name="forking",
        command=["sh", "-c", f"sleep 600 & echo $! > {child}; wait"],
        account=current_account(),
        answers=lambda: child.exists() and child.read_text().endswith("\n"),
        patience=_PATIENCE,
        forks=True,
    )
    guard = _start(supervisor, forking)
    first_child = int(child.read_text())
    (program,) = Path(f"/proc/{guard}/task/{guard}/children").read_text().split()
    os.kill(int(program), signal.SIGKILL)
    _wait_until(lambda: _ended(first_child), "a child outlived its program")
    _wait_until(lambda: supervisor.states()["forking"]["pid"] not in {0, guard}, "not started again")
