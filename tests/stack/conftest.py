"""A home in a temporary folder that borrows the running virtual environment, and ports that are free."""

from __future__ import annotations

import socket
import sys
from pathlib import Path

import pytest

from stack.settings import LOOPBACK, Home, Ports, Profile


@pytest.fixture
def home(tmp_path: Path) -> Home:
    root = tmp_path / "home"
    root.mkdir()
    (root / "venv").symlink_to(sys.prefix)
    # Services run as an account of their own, which pytest's folders would shut out.
    for folder in (tmp_path, *tmp_path.parents[:3]):
        folder.chmod(folder.stat().st_mode | 0o011)
    return Home(root)


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
