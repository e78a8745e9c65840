"""One supervisord a profile: it starts programs detached from the terminal and restarts those that die.

`portal` talks to it over its Unix socket with XML-RPC, so no output of a command line tool is parsed. Only
our own supervisord answers on that socket, so its XML is trusted.
"""

from __future__ import annotations

import http.client
import os
import shlex
import socket
import subprocess
import time
import xmlrpc.client  # nosec B411
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from stack.account import Account, current_account
from stack.console import StackError, say
from stack.settings import CLONE, LOOPBACK, Profile
from stack.stamp import digest

_FOUNDATION, _UPPER = 1, 2  # priorities of supervisord
_GUARD = CLONE / "stack" / "guard.py"
_ALIVE = {"STARTING", "RUNNING", "BACKOFF"}
_CALL_TIMEOUT = 10.0  # seconds
_POLL = 0.1  # seconds between two looks at a condition
_PORT_WAIT = 5.0  # seconds
_STOP_WAIT = 20  # seconds that a program gets to end before it is killed
_LOG_SIZE = "10MB"
_LOG_FILES = 3
_LOG_LINES, _LOG_WIDTH = 15, 300  # of a log, in a message
# supervisord waits one second longer before each new try, so this gives up after three and a half minutes.
_RETRIES = 20


@dataclass(frozen=True)
class Program:
    """A process to keep alive.

    `answers` tells whether it does its work, `reads` are the files whose change asks for a restart, `signal`
    asks it to end. One that `forks` has children that would outlive it; others stand on a `foundation`, so
    it is stopped after them.
    """

    name: str
    command: Sequence[str]
    account: Account
    answers: Callable[[], bool] | None = None
    port: int | None = None
    environment: Mapping[str, str] = field(default_factory=dict)
    reads: Sequence[Path] = ()
    directory: Path = Path("/")
    signal: str = "TERM"
    forks: bool = False
    foundation: bool = False
    patience: float = 90.0  # seconds until it must answer


class Supervisor:
    """The supervisord of one profile, running or not."""

    def __init__(self, profile: Profile) -> None:
        self._profile = profile
        self._config = profile.run / "supervisord.conf"
        self._pid = profile.run / "supervisord.pid"
        self._rpc = xmlrpc.client.ServerProxy("http://supervisor", transport=_UnixTransport(profile.socket))

    def is_running(self) -> bool:
        """Whether supervisord answers."""
        try:
            self._rpc.supervisor.getPID()
        except (OSError, http.client.HTTPException):
            return False
        return True

    def states(self) -> dict[str, dict[str, Any]]:
        """What supervisord says of each program (`getProcessInfo`), by name; empty when it is down."""
        if not self.is_running():
            return {}
        infos: Any = self._rpc.supervisor.getAllProcessInfo()
        return {info["name"]: info for info in infos}

    def apply(self, programs: Sequence[Program]) -> None:
        """Make these the programs of this profile; those that changed are stopped, none is started."""
        current_account().write(self._config, _render(self._profile, programs))
        if not self.is_running():
            self._start()
            return
        answer: Any = self._rpc.supervisor.reloadConfig()
        added, changed, removed = answer[0]
        if changed:
            say(f"Changed since they were started, so to be started anew: {', '.join(changed)}")
        self._stop([*changed, *removed])
        for name in [*changed, *removed]:
            self._rpc.supervisor.removeProcessGroup(name)
        for name in [*added, *changed]:
            self._rpc.supervisor.addProcessGroup(name)

    def launch(self, programs: Iterable[Program]) -> None:
        """Start those that do not run, without waiting. Raises StackError when a port is taken."""
        states = self.states()
        for program in programs:
            if states[program.name]["statename"] not in _ALIVE:
                _check_port(program)
                self._rpc.supervisor.startProcess(program.name, False)

    def wait(self, programs: Iterable[Program]) -> None:
        """Return when each program answers. Raises StackError with the end of its log when one does not."""
        for program in programs:
            deadline = time.monotonic() + program.patience
            while program.answers and not program.answers():
                state = self.states()[program.name]["statename"]
                if state == "FATAL" or time.monotonic() > deadline:
                    end = log_end(self._profile.logs / f"{program.name}.log")
                    raise StackError(f"{program.name} does not answer (state {state}). {end}")
                time.sleep(_POLL)

    def restart(self, program: Program) -> None:
        """Stop a program if it runs, and start it."""
        self._stop([program.name])
        self.launch([program])

    def shut_down(self) -> None:
        """Stop every program, foundations last, then supervisord itself. Nothing happens when it is down."""
        if not self.is_running():
            return
        programs: Any = self._rpc.supervisor.getAllConfigInfo()
        for level in (_UPPER, _FOUNDATION):
            self._stop([program["name"] for program in programs if program["process_prio"] == level])
        self._rpc.supervisor.shutdown()
        deadline = time.monotonic() + 3 * _STOP_WAIT
        while self._pid.exists():
            if time.monotonic() > deadline:
                raise StackError(f"supervisord (pid {self._pid.read_text().strip()}) does not end.")
            time.sleep(_POLL)

    def _start(self) -> None:
        command = [self._profile.home.program("supervisord"), "--configuration", str(self._config)]
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            cwd="/",
            # Programs inherit this: nothing of the caller's own settings may reach them.
            env={"PATH": f"{os.environ['PATH']}:/usr/sbin", "LANG": "C.UTF-8"},
        )
        if done.returncode != 0:
            raise StackError(f"supervisord did not start: {done.stderr.strip() or done.stdout.strip()}")
        deadline = time.monotonic() + _CALL_TIMEOUT
        while not self.is_running():
            if time.monotonic() > deadline:
                raise StackError(f"supervisord does not answer; see {self._profile.logs / 'supervisord.log'}.")
            time.sleep(_POLL)

    def _stop(self, names: Sequence[str]) -> None:
        """Stop programs side by side; supervisord kills those that take too long."""
        for name in names:
            self._rpc.supervisor.stopProcessGroup(name, False)
        while any(state["statename"] in _ALIVE | {"STOPPING"} for state in self._states_of(names)):
            time.sleep(_POLL)

    def _states_of(self, names: Sequence[str]) -> list[dict[str, Any]]:
        return [state for name, state in self.states().items() if name in names]


class _UnixTransport(xmlrpc.client.Transport):
    """XML-RPC over a Unix socket."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path

    def make_connection(self, host: Any) -> http.client.HTTPConnection:
        return _UnixConnection(self._path)


class _UnixConnection(http.client.HTTPConnection):
    def __init__(self, path: Path) -> None:
        # Stopping a program may take as long as it is allowed to.
        super().__init__("localhost", timeout=_CALL_TIMEOUT + _STOP_WAIT)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(str(self._path))


def log_end(log: Path) -> str:
    """The last lines of a log, for a message on what went wrong."""
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines() if log.exists() else []
    return "\n".join([f"The end of {log}:", *(f"    {line[:_LOG_WIDTH]}" for line in lines[-_LOG_LINES:])])


def _check_port(program: Program) -> None:
    """Raise StackError when the program's port is taken and stays so: one told to stop may take a moment."""
    deadline = time.monotonic() + _PORT_WAIT
    while program.port is not None and not _is_free(program.port):
        if time.monotonic() > deadline:
            raise StackError(
                f"Port {program.port}, for {program.name}, is taken by another program. Stop that one, or "
                "choose other ports: `./portal up --port N` for the portal, PATIODIGITAL_TEST_PORT=N for the "
                "tests (N and the five ports above it)."
            )
        time.sleep(_POLL)


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def _render(profile: Profile, programs: Sequence[Program]) -> str:
    """The configuration of supervisord. Passwords stand in it, so only its owner may read the file."""
    owner = current_account()
    sections = [
        _section(
            "unix_http_server",
            {"file": profile.socket, "chmod": "0700"},
        ),
        _section(
            "rpcinterface:supervisor",
            {
                "supervisor.rpcinterface_factory": "supervisor.rpcinterface:make_main_rpcinterface",
            },
        ),
        _section(
            "supervisord",
            {
                "pidfile": profile.run / "supervisord.pid",
                "logfile": profile.logs / "supervisord.log",
                "logfile_maxbytes": _LOG_SIZE,
                "logfile_backups": _LOG_FILES,
                "childlogdir": profile.logs,
                "directory": "/",
                "user": owner.name,
                "umask": "077",
            },
        ),
    ]
    for program in programs:
        # The fingerprint makes supervisord itself see that a file behind a program changed.
        environment = {**program.environment, "STACK_FINGERPRINT": digest(program.reads)}
        # Children must end with supervisord, even when it is killed.
        guard = [str(profile.home.python), str(_GUARD)] if program.forks else []
        options = ["--pdeathsig", program.signal, "--no-new-privs", "--"]
        command = ["setpriv", *options, *guard, *program.command]
        sections.append(
            _section(
                f"program:{program.name}",
                {
                    "command": shlex.join(command),
                    "directory": program.directory,
                    "user": program.account.name,
                    "environment": ",".join(f'{name}="{value}"' for name, value in environment.items()),
                    "priority": _FOUNDATION if program.foundation else _UPPER,
                    "autostart": "false",
                    "autorestart": "true",
                    "startsecs": 2,
                    "startretries": _RETRIES,
                    "stopsignal": program.signal,
                    "stopwaitsecs": _STOP_WAIT,
                    "killasgroup": "true",
                    "redirect_stderr": "true",
                    "stdout_logfile": profile.logs / f"{program.name}.log",
                    "stdout_logfile_maxbytes": _LOG_SIZE,
                    "stdout_logfile_backups": _LOG_FILES,
                },
            )
        )
    return "\n".join(sections)


def _section(name: str, options: Mapping[str, object]) -> str:
    lines = [f"{option} = {str(value).replace('%', '%%')}" for option, value in options.items()]
    return "\n".join([f"[{name}]", *lines, ""])
