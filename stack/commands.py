"""The command line of `portal`: one function a command, each returning the exit code."""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from stack import testing
from stack.account import Account, find_home, service_account
from stack.choices import DEFAULT_SCHOOLS, choose, load_choices, read_records
from stack.console import StackError, say
from stack.install import install
from stack.lock import only_one
from stack.portal import ADMIN, Portal
from stack.settings import DEFAULT_PORT, DEFAULT_TEST_PORT, Home, port_from

_EPILOG = f"""\
environment variables:
  PATIODIGITAL_HOME        folder of all that the stack makes (default: .portal in the clone)
  PATIODIGITAL_TEST_PORT   first of the six ports that tests use (default: {DEFAULT_TEST_PORT})

exit codes:
  0 done   1 failed, or not everything runs   2 wrong arguments   3 the portal is down (status)
"""
_LOG_LINES = 50
# These hand their arguments on; only the options named here are ours.
_HANDED_ON: dict[str, set[str]] = {"test": {"-h", "--help", "--keep"}, "ckan": set()}


@dataclass(frozen=True)
class Request:
    """What the user asked for, and where it is to happen."""

    options: argparse.Namespace
    handed_on: Sequence[str]
    account: Account
    home: Home

    @property
    def folder(self) -> Path:
        return self.home.root / "portal"

    def alone(self) -> AbstractContextManager[None]:
        """Keep commands that start, stop or delete from running at the same time."""
        return only_one(self.home.root / "portal.lock", "`portal up`, `down` or `reset`")

    def portal(self) -> Portal:
        """The portal as it was set up before."""
        choices = load_choices(self.folder)
        if choices is None:
            raise StackError("No portal was set up here yet; `./portal up` does.")
        return Portal(self.home, self.account, choices)


def main(arguments: Sequence[str]) -> int:
    """Run one command; returns its exit code. An error that the user can put right is a message and 1."""
    own, handed_on = _split(arguments)
    options = _parser().parse_args(own)
    command: Callable[[Request], int] = options.run
    try:
        account = service_account()
        return command(Request(options, handed_on, account, find_home(account)))
    except StackError as error:
        print(f"portal: {error}", file=sys.stderr)
        return 1
    except PermissionError as error:
        print(f"portal: {error}. Run it as the user who set the portal up.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _install(request: Request) -> int:
    install(request.home, development=request.options.development)
    print(request.home.venv / "bin")
    return 0


def _up(request: Request) -> int:
    options = request.options
    records = read_records(options.real) if options.real else None
    with request.alone():
        before = load_choices(request.folder)
        choices = choose(before, port=options.port, schools=options.schools, records=records)
        install(request.home, development=False)
        Portal(request.home, request.account, choices).up(records)
    return 0


def _down(request: Request) -> int:
    if request.options.test:
        testing.stop(request.home)
        return 0
    with request.alone():
        request.portal().down()
    return 0


def _status(request: Request) -> int:
    return request.portal().status()


def _logs(request: Request) -> int:
    folder = request.portal().profile.logs
    known = sorted(path.stem for path in folder.glob("*.log"))
    wanted = [request.options.service] if request.options.service else known
    if not wanted or not set(wanted) <= set(known):
        raise StackError(f"There is no such log. There are: {', '.join(known) or 'none yet'}.")
    follow = ["-F"] if request.options.follow else []
    files = [str(folder / f"{name}.log") for name in wanted]
    return subprocess.run(["tail", f"--lines={_LOG_LINES}", *follow, *files], check=False).returncode


def _test(request: Request) -> int:
    install(request.home, development=True)
    return testing.run_tests(request.home, request.account, request.handed_on, keep=request.options.keep)


def _bench(request: Request) -> int:
    install(request.home, development=True)
    return testing.run_benchmarks(request.home, request.account, request.options.names)


def _ckan(request: Request) -> int:
    return request.portal().ckan.show(request.handed_on)


def _password(request: Request) -> int:
    print(f"User {ADMIN}, password {request.portal().set_password()}")
    return 0


def _reset(request: Request) -> int:
    with request.alone():
        portal = request.portal()
        if not request.options.yes:
            say(f"This deletes {request.folder}: every dataset, table, password and log of this portal.")
            print("Type yes to go on: ", end="", flush=True)
            if sys.stdin.readline().strip() != "yes":
                say("Nothing was deleted")
                return 1
        portal.reset()
    return 0


def _split(arguments: Sequence[str]) -> tuple[list[str], list[str]]:
    """Part our own arguments from those that `test` and `ckan` hand on."""
    if not arguments or arguments[0] not in _HANDED_ON:
        return list(arguments), []
    ours = _HANDED_ON[arguments[0]]
    rest = arguments[1:]
    return [arguments[0], *(word for word in rest if word in ours)], [word for word in rest if word not in ours]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="portal",
        description="The education data portal on one machine.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(metavar="COMMAND", required=True)

    def add(name: str, run: Callable[[Request], int], text: str, usage: str | None = None) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=text, description=text, usage=usage)
        command.set_defaults(run=run)
        return command

    up = add("up", _up, "Install what is missing, start everything, harvest, and print the addresses.")
    up.add_argument("--port", type=_port, metavar="N", help=f"first of six ports (default: {DEFAULT_PORT})")
    source = up.add_mutually_exclusive_group()
    source.add_argument("--schools", type=_count, metavar="N", help=f"generate N schools (default: {DEFAULT_SCHOOLS})")
    source.add_argument("--real", type=Path, metavar="FILE", help="serve the school records of a file instead")
    installing = add("install", _install, "Install what is missing and print the folder of Python's programs.")
    installing.add_argument("--development", action="store_true", help="also what tests and linters need")
    down = add("down", _down, "Stop the portal. Data stay.")
    down.add_argument("--test", action="store_true", help="stop the services that `portal test --keep` left")
    add("status", _status, "Show each service and the latest harvests.")
    logs = add("logs", _logs, f"Show the last {_LOG_LINES} lines of every log, or of one.")
    logs.add_argument("service", nargs="?", help="one service, as `status` names it")
    logs.add_argument("-f", "--follow", action="store_true", help="go on as lines are written")
    test = add("test", _test, "Run the tests on services of their own.", "portal test [--keep] [PYTEST ARGUMENT ...]")
    test.add_argument("--keep", action="store_true", help="leave the test services up, for a faster next run")
    bench = add("bench", _bench, "Run the benchmarks, or those named, on the test services.")
    bench.add_argument("names", nargs="*", metavar="NAME")
    add("ckan", _ckan, "Run a CKAN command on the portal.", "portal ckan ARGUMENT ...")
    add("password", _password, "Give the administrator a new random password and print it.")
    reset = add("reset", _reset, "Stop the portal and delete its data, passwords and logs.")
    reset.add_argument("--yes", action="store_true", help="do not ask")
    return parser


def _port(text: str) -> int:
    try:
        return port_from(text, "port")
    except StackError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of schools")
    return int(text)
