"""Where things are, and on which ports. Two profiles, `portal` and `test`, share nothing but programs."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from stack.console import StackError

CLONE = Path(__file__).resolve().parent.parent
LOOPBACK = "127.0.0.1"
DEFAULT_PORT = 5000
DEFAULT_TEST_PORT = 5100
HIGHEST_PORT = 65535

# The longest path of a Unix socket is 107 bytes (sun_path in <sys/un.h>).
_LONGEST_SOCKET_PATH = 107


@dataclass(frozen=True)
class Ports:
    """Six consecutive ports on the loopback interface, counted from the one that users see."""

    web: int

    @property
    def ckan(self) -> int:
        return self.web + 1

    @property
    def postgres(self) -> int:
        return self.web + 2

    @property
    def redis(self) -> int:
        return self.web + 3

    @property
    def solr(self) -> int:
        return self.web + 4

    @property
    def simulator(self) -> int:
        return self.web + 5


@dataclass(frozen=True)
class Home:
    """The folder that holds everything the stack makes: programs for all profiles, state for each."""

    root: Path

    @property
    def venv(self) -> Path:
        return self.root / "venv"

    @property
    def python(self) -> Path:
        return self.venv / "bin" / "python"

    @property
    def solr(self) -> Path:
        """Solr's jars and the compiled server; indexes are part of a profile."""
        return self.root / "solr"

    def program(self, name: str) -> str:
        """Path of a program that pip installed."""
        return str(self.venv / "bin" / name)


@dataclass(frozen=True)
class Profile:
    """One set of services with their data, passwords, logs and ports."""

    name: str
    home: Home
    ports: Ports

    @property
    def root(self) -> Path:
        return self.home.root / self.name

    @property
    def run(self) -> Path:
        return self.root / "run"

    @property
    def logs(self) -> Path:
        return self.root / "logs"

    @property
    def storage(self) -> Path:
        return self.root / "storage"

    @property
    def socket(self) -> Path:
        """The supervisor's control socket."""
        path = self.run / "supervisor.sock"
        if len(os.fsencode(path)) > _LONGEST_SOCKET_PATH:
            raise StackError(
                f"{path} is too long for a Unix socket ({_LONGEST_SOCKET_PATH} bytes): "
                "set PATIODIGITAL_HOME to a shorter folder."
            )
        return path


def port_from(text: str, origin: str) -> int:
    """Read the first of six consecutive ports; `origin` names the option or variable in the error."""
    lowest, highest = 1024, HIGHEST_PORT - 5
    if not text.isdecimal() or not lowest <= int(text) <= highest:
        raise StackError(f"{origin}: {text!r} is not a port; give a number from {lowest} to {highest}.")
    return int(text)


def test_port() -> int:
    """The first port of the test profile: PATIODIGITAL_TEST_PORT, else 5100."""
    return port_from(os.environ.get("PATIODIGITAL_TEST_PORT", str(DEFAULT_TEST_PORT)), "PATIODIGITAL_TEST_PORT")
