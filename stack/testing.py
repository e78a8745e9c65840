"""`portal test` and `portal bench`: services of their own, fresh tables, and no trace in a running portal."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from stack.account import Account, current_account
from stack.application import schema_version
from stack.ckan import Ckan
from stack.console import StackError, say, step
from stack.lock import only_one
from stack.services import Services
from stack.settings import CLONE, Home, Ports, Profile, test_port
from stack.supervise import Supervisor

_INI = CLONE / "test.ini"
#: Databases beside the first ones: of the second half of the tests (tests/conftest.py), and of another CKAN that reads
#: from the portal, a half's own.
_BESIDE = ("_gw1", "_second", "_gw1_second")
#: A whole run takes both cores. Each file stays in one half, since its tests may share what is dear to make.
_HALVES = ("--numprocesses=2", "--dist=loadfile")


@contextmanager
def _environment(home: Home, service: Account, *, keep: bool) -> Iterator[Mapping[str, str]]:
    """Start the test services, empty, and yield the environment in which pytest and benchmarks run.

    Waits while another run uses them. Stops them at the end unless `keep`.
    """
    profile = _profile(home)
    with _alone(home):
        services = Services(profile, service, durable=False)
        supervisor = Supervisor(profile)
        try:
            with step("Starting the test services"):
                postgres, redis, solr = services.prepare()
                supervisor.apply([postgres, redis, solr])
                supervisor.launch([postgres, solr])
                supervisor.restart(redis)  # which empties it
                supervisor.wait([postgres, redis, solr])
                services.solr.clear()
            variables = {
                **services.environment(),
                "CKAN_STORAGE_PATH": str(profile.storage),
                "CKAN_INI": str(_INI),
            }
            with step("Making the test databases"):
                _make_databases(services, Ckan(home, _INI, current_account(), variables))
            shutil.rmtree(profile.storage, ignore_errors=True)
            current_account().make_folder(profile.storage)
            yield {**os.environ, **variables, "PYTHONPATH": str(CLONE)}
        finally:
            if keep:
                say("The test services stay up; `./portal down --test` stops them")
            else:
                supervisor.shut_down()


def run_tests(home: Home, service: Account, arguments: Sequence[str], *, keep: bool) -> int:
    """Run pytest with the given arguments, without any all tests in two halves at once; returns its exit code."""
    chosen = any(Path(argument.partition("::")[0]).exists() for argument in arguments)
    with _environment(home, service, keep=keep) as variables:
        command = [str(home.python), "-m", "pytest", *(() if chosen else _HALVES), *arguments]
        return subprocess.run(command, cwd=CLONE, env=variables, check=False).returncode


def run_benchmarks(home: Home, service: Account, names: Sequence[str]) -> int:
    """Run benchmarks by name, all without names; returns 1 when one of them fails or misses its target."""
    known = sorted(path.stem for path in (CLONE / "benchmarks").glob("[!_]*.py"))
    unknown = [name for name in names if name not in known]
    if unknown:
        raise StackError(f"There is no benchmark {', '.join(unknown)}. There are: {', '.join(known) or 'none'}.")
    failed = False
    with _environment(home, service, keep=False) as variables:
        for name in names or known:
            with step(f"Benchmark {name}"):
                command = [str(home.python), "-m", f"benchmarks.{name}"]
                failed |= subprocess.run(command, cwd=CLONE, env=variables, check=False).returncode != 0
    return int(failed)


def stop(home: Home) -> None:
    """Stop the services that `--keep` left."""
    profile = _profile(home)
    with _alone(home), step("Stopping the test services"):
        Supervisor(profile).shut_down()


def _alone(home: Home) -> AbstractContextManager[None]:
    return only_one(home.root / "test.lock", "run of tests or benchmarks")


def _profile(home: Home) -> Profile:
    return Profile("test", home, Ports(test_port()))


def _make_databases(services: Services, ckan: Ckan) -> None:
    """Fresh databases for this run: copies of migrated ones, or made from nothing when the schema is new."""
    version = schema_version()
    if not services.postgres.restore_snapshot(version):
        services.postgres.drop_databases()
        services.postgres.create_databases()
        ckan.migrate(services.postgres)
        services.postgres.take_snapshot(version)
    services.postgres.create_databases()
    for suffix in _BESIDE:
        services.postgres.copy_snapshots(suffix)
