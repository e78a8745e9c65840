"""CKAN's own commands, run from outside: tables, permissions, assets, index."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

from stack.account import Account
from stack.console import StackError
from stack.postgres import Postgres
from stack.settings import CLONE, Home


class Ckan:
    """The `ckan` command with one configuration file, run by one account."""

    def __init__(self, home: Home, ini: Path, account: Account, variables: Mapping[str, str]) -> None:
        self._command = [home.program("ckan"), "--config", str(ini)]
        self._account = account
        # The caller's own CKAN_… would override the configuration file.
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("CKAN_")}
        self._environment = {**inherited, **variables}

    def run(self, *arguments: str, answers: str = "") -> str:
        """Run a command, `answers` on its standard input, and return what it printed.

        Raises StackError with the end of its output when it fails.
        """
        done: subprocess.CompletedProcess[str] = subprocess.run(
            [*self._command, *arguments],
            input=answers,
            capture_output=True,
            text=True,
            check=False,
            cwd=CLONE,
            env=self._environment,
            # Without a terminal, prompts for a password read standard input.
            start_new_session=True,
            **self._account.spawn_options(),
        )
        if done.returncode != 0:
            end = "\n".join((done.stdout + done.stderr).splitlines()[-15:])
            raise StackError(f"`ckan {' '.join(arguments)}` failed:\n{end}")
        return done.stdout

    def show(self, arguments: Sequence[str], log: Path | None = None) -> int:
        """Run a command on the user's terminal, or with its log lines in a file; returns its exit code."""
        with ExitStack() as stack:
            errors = stack.enter_context(log.open("w")) if log else None
            return subprocess.run(
                [*self._command, *arguments],
                stderr=errors,
                check=False,
                cwd=CLONE,
                env=self._environment,
                **self._account.spawn_options(),
            ).returncode

    def migrate(self, postgres: Postgres) -> None:
        """Bring the tables of CKAN and of every plugin, and the DataStore's permissions, up to date."""
        self.run("db", "upgrade")
        postgres.run_sql(self.run("datastore", "set-permissions"))
