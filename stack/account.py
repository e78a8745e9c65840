"""Who runs what. As root, services run as an account of their own; else everything is the user's."""

from __future__ import annotations

import hashlib
import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stack.settings import CLONE, Home

SERVICE_ACCOUNT = "patiodigital"


@dataclass(frozen=True)
class Account:
    """A user of this machine."""

    name: str
    uid: int
    gid: int

    def spawn_options(self) -> dict[str, Any]:
        """Keyword arguments for `subprocess` that start a child as this account."""
        if os.geteuid() == self.uid:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def own(self, path: Path, mode: int) -> None:
        """Give a file or folder to this account, with these permissions."""
        if os.geteuid() != self.uid:
            os.chown(path, self.uid, self.gid)
        path.chmod(mode)

    def make_folder(self, path: Path) -> Path:
        """Make a folder that only this account (and root) can enter."""
        path.mkdir(parents=True, exist_ok=True)
        self.own(path, 0o700)
        return path

    def write(self, path: Path, text: str) -> None:
        """Replace a file, never readable by others, not even while it is written."""
        fresh = path.with_name(path.name + ".new")
        fresh.unlink(missing_ok=True)
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(text)
        self.own(fresh, 0o600)
        fresh.replace(path)

    def can(self, *command: str) -> bool:
        """Whether this account can run a command that succeeds."""
        try:
            done = subprocess.run(command, capture_output=True, check=False, cwd="/", **self.spawn_options())
        except PermissionError:
            return False
        return done.returncode == 0


def current_account() -> Account:
    """The user who runs `portal`."""
    return _account(pwd.getpwuid(os.geteuid()))


def service_account() -> Account:
    """The account of PostgreSQL (which refuses to be root), Redis, Solr and nginx's workers.

    Made on first use when root runs `portal`; an ordinary user is their own service account.
    """
    if os.geteuid() != 0:
        return current_account()
    try:
        return _account(pwd.getpwnam(SERVICE_ACCOUNT))
    except KeyError:
        command = ["useradd", "--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin"]
        subprocess.run([*command, SERVICE_ACCOUNT], check=True)
        return _account(pwd.getpwnam(SERVICE_ACCOUNT))


def code_account(home: Home, service: Account) -> Account:
    """The account of CKAN and the simulator: the service account, where it can read clone and Python.

    A clone under /root (mode 700) is closed to it; then these run as the user who runs `portal`.
    """
    readable = service.can(str(home.python), "-c", f"open({str(CLONE / 'setup.py')!r}).close()")
    return service if readable else current_account()


def find_home(service: Account) -> Home:
    """PATIODIGITAL_HOME, else `.portal` in the clone, else, where services cannot go there, /var/lib."""
    chosen = os.environ.get("PATIODIGITAL_HOME")
    if chosen:
        return Home(Path(chosen).resolve())
    if service.can("test", "-x", str(CLONE)):
        return Home(CLONE / ".portal")
    return Home(Path("/var/lib/patiodigital") / hashlib.sha256(str(CLONE).encode()).hexdigest()[:12])


def _account(entry: pwd.struct_passwd) -> Account:
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)
