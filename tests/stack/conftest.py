"""A home in a temporary folder that borrows the running virtual environment, and ports that are free."""

from __future__ import annotations

import socket
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from stack.settings import LOOPBACK, Home, Ports, Profile


@pytest.fixture
def home() -> Iterator[Home]:
    # Not pytest's own folder: the paths of sockets in it would be too long where tests run in halves.
    with tempfile.TemporaryDirectory() as folder:
        # Services run as an account of their own, which it would shut out.
        Path(folder).chmod(0o711)
        root = Path(folder) / "home"
        root.mkdir()
        (root / "venv").symlink_to(sys.prefix)
        yield Home(root)


@pytest.fixture
def profile(home: Home) -> Profile:
    profile = Profile("portal", home, Ports(_six_free_ports()))
    for folder in (profile.root, profile.run, profile.logs):
        folder.mkdir()
    return profile


def _six_free_ports() -> int:
    """The first of six consecutive ports that nobody uses."""
    for first in range(20000, 30000, 6):
        if all(_is_free(port) for port in range(first, first + 6)):
            return first
    raise AssertionError("no six free ports")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((LOOPBACK, port)) != 0
