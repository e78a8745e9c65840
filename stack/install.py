"""Brings what is missing: Debian packages, the virtual environment, Solr's jars. What is there is left alone.

Each part is keyed by a hash of what asks for it, kept in a stamp beside the part, so a second run costs
nothing and a changed requirement is installed by the next `portal up`.
"""

from __future__ import annotations

import ctypes.util
import importlib.util
import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from stack import nginx, postgres, solr
from stack.console import StackError, say, step
from stack.lock import only_one
from stack.settings import CLONE, Home
from stack.stamp import Stamp, digest

_REQUIREMENTS = CLONE / "requirements"
_POLICY = Path("/usr/sbin/policy-rc.d")
# Services that Debian starts at boot, some on ports open to the network; ours run under the supervisor.
_SERVICES = {"postgresql": "postgresql", "redis-server": "redis-server", "nginx-light": "nginx"}


def install(home: Home, *, development: bool) -> None:
    """Make the machine ready; `development` adds what tests and linters need.

    Raises StackError, naming what to install by hand, when something is missing and cannot be installed.
    """
    with only_one(home.root / "install.lock", "installation"):
        _install_packages(_missing_packages(development=development))
        _install_venv(home, "portal.txt")
        if development:
            _install_venv(home, "dev.txt")
        _install_solr(home)


def _missing_packages(*, development: bool) -> list[str]:
    """Debian packages whose programs or files are not on this machine, wherever they might come from."""
    there = {
        "python3-venv": importlib.util.find_spec("ensurepip"),
        "postgresql": postgres.bin_folder(),
        "redis-server": shutil.which("redis-server"),
        "nginx-light": nginx.binary(),
        "default-jdk-headless": shutil.which("javac"),
        "maven": shutil.which("mvn"),
        "util-linux": shutil.which("setpriv"),
        "tzdata": Path("/usr/share/zoneinfo/America/Sao_Paulo").exists(),
        "libmagic1": ctypes.util.find_library("magic"),
        # psycopg2 comes as source.
        "gcc": shutil.which("gcc"),
        "libpq-dev": shutil.which("pg_config"),
        "python3-dev": Path(sysconfig.get_path("include"), "Python.h").exists(),
    }
    if development:
        there["chromium"] = shutil.which("chromium")
        there["wrk"] = shutil.which("wrk")
    return [package for package, found in there.items() if not found]


def _install_packages(packages: Sequence[str]) -> None:
    if not packages:
        return
    by_hand = f"install these packages by hand: {' '.join(packages)}"
    if not shutil.which("apt-get"):
        raise StackError(f"There is no apt-get on this machine; {by_hand} (Debian's names).")
    sudo = [] if os.geteuid() == 0 else ["sudo"]
    # `sudo --validate` asks for the password where the user sees it; later output is kept back.
    if sudo and not (shutil.which("sudo") and subprocess.run(["sudo", "--validate"], check=False).returncode == 0):
        raise StackError(f"This needs root or sudo; as root, {by_hand}.")
    apt = [*sudo, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq", "-o", "DPkg::Lock::Timeout=120"]
    with step(f"Installing Debian packages: {' '.join(packages)}"), _no_services_started(sudo):
        _run([*apt, "update"], f"apt-get update failed; {by_hand}.")
        _run([*apt, "install", "--no-install-recommends", "--yes", *packages], f"apt-get failed; {by_hand}.")
    if shutil.which("systemctl"):
        for service in (_SERVICES[package] for package in packages if package in _SERVICES):
            # Where systemd is not what runs, this edits links only, and may find nothing to do.
            subprocess.run([*sudo, "systemctl", "disable", "--quiet", service], capture_output=True, check=False)


@contextmanager
def _no_services_started(sudo: Sequence[str]) -> Iterator[None]:
    """Keep Debian's packages from starting their services: policy-rc.d(8) of invoke-rc.d."""
    if _POLICY.exists():
        yield
        return
    refuse = f"printf '#!/bin/sh\\nexit 101\\n' > {_POLICY} && chmod 755 {_POLICY}"
    _run([*sudo, "sh", "-c", refuse], f"{_POLICY} could not be written.")
    try:
        yield
    finally:
        _run([*sudo, "rm", "--force", str(_POLICY)], f"{_POLICY} is to be removed by hand.")


def _install_venv(home: Home, name: str) -> None:
    asked_by = [*sorted(_REQUIREMENTS.glob("*.txt")), CLONE / "setup.py"]
    stamp = Stamp(home.venv / f"{name}.stamp")
    wanted = digest(asked_by, sys.version)
    if stamp.matches(wanted):
        return
    if not Path(home.program("pip")).exists() or not home.python.exists():
        with step("Making the virtual environment"):
            _run(
                [sys.executable, "-m", "venv", "--clear", str(home.venv)],
                "The virtual environment could not be made.",
            )
    pip = [str(home.python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    constraints = ["--constraint", str(_REQUIREMENTS / "constraints.txt")]
    with step(f"Installing Python packages of requirements/{name}"):
        _run(
            [*pip, *constraints, "--requirement", str(_REQUIREMENTS / name)],
            "pip failed; is the package index reachable?",
        )
    stamp.set(wanted)


def _install_solr(home: Home) -> None:
    pom, source = solr.SOURCES / "pom.xml", solr.SOURCES / "SolrServer.java"
    stamp = Stamp(home.solr / "stamp")
    wanted = digest([pom, source])
    if stamp.matches(wanted):
        return
    lib, classes = home.solr / "lib", home.solr / "classes"
    shutil.rmtree(home.solr, ignore_errors=True)
    with step("Fetching Solr from Maven Central"):
        maven = ["mvn", "--batch-mode", "--quiet", "--strict-checksums", "--file", str(pom)]
        _run(
            [*maven, "dependency:copy-dependencies", f"-DoutputDirectory={lib}"],
            "Maven failed; is Maven Central reachable?",
        )
    with step("Compiling Solr's server"):
        _run(["javac", "-cp", f"{lib}/*", "-d", str(classes), str(source)], "javac failed.")
    stamp.set(wanted)


def _run(command: Sequence[str], failure: str) -> None:
    """Run a command, showing its output only when it fails."""
    done = subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        cwd=CLONE,
    )
    if done.returncode != 0:
        say(f"{' '.join(command)}\n{done.stdout}")
        raise StackError(failure)
