"""The script `portal` as a user calls it, in a home where nothing was set up."""

from __future__ import annotations

import os
import subprocess

import pytest

from stack import commands, install
from stack.console import StackError
from stack.settings import CLONE


@pytest.fixture
def portal(tmp_path):
    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "PATIODIGITAL_HOME": str(tmp_path)}
        return subprocess.run(  # noqa: S603 - our own script
            [str(CLONE / "portal"), *arguments],
            capture_output=True,
            text=True,
            check=False,
            env=environment,
            cwd="/",
        )

    return run


def test_help_names_every_command(portal):
    done = portal("--help")
    assert done.returncode == 0
    for command in ("up", "down", "status", "logs", "test", "bench", "ckan", "password", "reset", "install"):
        assert f"\n    {command} " in done.stdout


@pytest.mark.parametrize("command", ["up", "down", "status", "logs", "test", "bench", "password", "reset"])
def test_every_command_has_help(portal, command):
    done = portal(command, "--help")
    assert done.returncode == 0
    assert done.stdout.startswith("usage: portal")


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("fly",),
        ("up", "--port", "80"),
        ("up", "--schools", "0"),
        ("up", "--schools", "many"),
        ("up", "--schools", "5", "--real", "x.json"),
        ("status", "now"),
    ],
)
def test_wrong_arguments_are_told_with_code_2(portal, arguments):
    done = portal(*arguments)
    assert done.returncode == 2
    assert "usage: portal" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("command", ["status", "down", "logs", "password", "ckan", "reset"])
def test_without_a_portal_it_says_how_to_make_one(portal, command):
    done = portal(command)
    assert done.returncode == 1
    assert done.stderr == "portal: No portal was set up here yet; `./portal up` does.\n"


def test_test_and_ckan_hand_their_arguments_on():
    assert commands._split(["test", "-k", "menus", "--keep", "tests/menus"]) == (
        ["test", "--keep"],
        ["-k", "menus", "tests/menus"],
    )
    assert commands._split(["ckan", "patiodigital", "--help"]) == (["ckan"], ["patiodigital", "--help"])
    assert commands._split(["up", "--port", "6000"]) == (["up", "--port", "6000"], [])


def test_a_machine_without_apt_is_told_what_to_install(monkeypatch):
    monkeypatch.setattr("shutil.which", lambda *_, **__: None)
    with pytest.raises(StackError, match=r"by hand: maven nginx-light"):
        install._install_packages(["maven", "nginx-light"])


def test_a_user_without_sudo_is_told_what_root_must_install(monkeypatch):
    monkeypatch.setattr("shutil.which", lambda name, **_: None if name == "sudo" else f"/usr/bin/{name}")
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    with pytest.raises(StackError, match=r"root or sudo; as root, install .*: maven"):
        install._install_packages(["maven"])


def test_only_what_is_not_there_is_asked_for(monkeypatch):
    assert install._missing_packages(development=False) == []
    known = install.shutil.which
    monkeypatch.setattr("shutil.which", lambda name, **options: None if name == "mvn" else known(name, **options))
    assert install._missing_packages(development=False) == ["maven"]
