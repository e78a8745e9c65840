"""``ckan patiodigital harvest …``"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from functools import wraps
from typing import ParamSpec

import click
from ckan import model
from ckanext.harvest.model import HarvestSource

from ckanext.patiodigital import clock, config
from ckanext.patiodigital.harvesters import service
from ckanext.patiodigital.harvesters.core import plan
from ckanext.patiodigital.harvesters.core.outcome import COUNTS, Outcome, State
from ckanext.patiodigital.harvesters.service import HarvestError, PartReport, RunReport
from ckanext.patiodigital.tables.service import as_site

P = ParamSpec("P")

#: Seconds between two looks at a run that is waited for.
POLL = 0.5
_BAD = (State.FAILED, State.REFUSED)


@click.group()
def harvest() -> None:
    """Harvests: start them, see how they stand, accept what was refused."""


def _in_context(command: Callable[P, None]) -> Callable[P, None]:
    """With addresses of pages at hand, and errors told in a line."""

    @wraps(command)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            with click.get_current_context().meta["flask_app"].test_request_context():
                command(*args, **kwargs)
        except (HarvestError, plan.ConfigError) as error:
            raise click.ClickException(str(error)) from error

    return wrapped


@harvest.command()
@click.argument("source")
@click.option("--wait", metavar="PART", help="Return when PART is done: schools, menus/2026-06, current-month or all.")
@click.option("--timeout", default=3600, show_default=True, metavar="SECONDS", help="Wait no longer than this.")
@click.option("--here", is_flag=True, help="Do it in this process, past the queues.")
@_in_context
def run(source: str, wait: str | None, timeout: int, here: bool) -> None:
    """Start a run of SOURCE, a name or id. Ends with exit code 1 where a part that was waited for did not end well."""
    found, harvester = service.find(source)
    wanted = _wanted(found, wait) if wait else set()
    job = service.begin(found, queued=not here)
    if here:
        done = []
        for part in service.work_through(job, harvester):
            done.append(part)
            click.echo(_line(part))
        _end(service.run(found.id, job.id), done)
    elif wanted:
        _end(*_waited(found.id, job.id, wanted, timeout))
    else:
        click.echo(f"Run {job.id} is queued. See how it goes: ckan patiodigital harvest status {source}")


def _wanted(source: HarvestSource, wait: str) -> set[str]:
    """The names of the parts that ``wait`` means."""
    today = clock.today(config.zone())
    names = [part.name for part in plan.parts(plan.parse_config(source.config), today)]
    if wait == "all":
        return set(names)
    month = plan.Part("menus", plan.month(today.replace(day=1))).name
    wanted = {*plan.WHOLE_TABLES, month} if wait == "current-month" else {plan.part_of(wait).name}
    if not wanted.issubset(names):
        raise HarvestError(f"A run does not read {wait}. It reads: {', '.join(names)}.")
    return wanted


def _waited(source_id: str, job_id: str, wanted: Collection[str], timeout: int) -> tuple[RunReport, list[PartReport]]:
    """The run when its ``wanted`` parts are done, and these; each is told as it comes."""
    told: set[str] = set()
    until = time.monotonic() + timeout
    while True:
        # End the transaction, or it would still show the state of its begin.
        model.Session.rollback()
        model.Session.expire_all()
        report = service.run(source_id, job_id)
        done = [part for part in report.parts if part.outcome]
        for part in done:
            if part.name not in told:
                told.add(part.name)
                click.echo(_line(part))
        if report.faults or told.issuperset(wanted):
            return report, [part for part in done if part.name in wanted]
        if time.monotonic() > until:
            missing = ", ".join(sorted(set(wanted) - told))
            raise HarvestError(
                f"After {timeout} s these are not done: {missing}. Are the consumers running (ckan harvester "
                "gather-consumer, fetch-consumer)? ckan patiodigital doctor tells."
            )
        time.sleep(POLL)


def _end(report: RunReport, done: Collection[PartReport]) -> None:
    for fault in report.faults:
        click.echo(fault)
    if report.outcome:
        click.echo(_line(PartReport("all", at_work=False, outcome=report.outcome)))
    bad = any(part.outcome and part.outcome.state in _BAD for part in done)
    click.get_current_context().exit(1 if bad or report.faults else 0)


def _line(part: PartReport) -> str:
    """One part in one line, its messages after it."""
    if part.outcome is None:
        return f"{part.name:<20} {'at work' if part.at_work else 'waits'}"
    counts = ", ".join(f"{getattr(part.outcome, name)} {name.replace('_', ' ')}" for name in COUNTS)
    messages = "" if part.name == "all" else "".join(f" | {message}" for message in part.outcome.messages)
    return f"{part.name:<20} {part.outcome.state.value:<9} {counts}{messages}"


@harvest.command()
@click.argument("source", required=False)
@_in_context
def status(source: str | None) -> None:
    """How SOURCE, or each source, stands. Ends with exit code 1 where one is down or a load waits."""
    sources = [service.find(source)[0]] if source else service.ours()
    if not sources:
        click.echo("There is no active source of this extension's harvesters.")
    well = True
    for found in sources:
        standing = service.standing(found)
        well &= not (standing.failing or standing.waiting)
        click.echo(f"{found.title} ({found.id}): {_words(standing)}")
        for part in standing.last.parts if source and standing.last else ():
            click.echo(f"  {_line(part)}")
        for name, reason in standing.waiting.items():
            click.echo(f"  {name} waits for an admin: {reason}")
    click.get_current_context().exit(0 if well else 1)


def _words(standing: service.Standing) -> str:
    words = []
    if standing.down_since:
        since = clock.rfc3339(standing.down_since)
        words.append(f"{len(standing.failing)} of {standing.known} parts down since {since}")
    if standing.last_answer:
        words.append(f"last answered {clock.rfc3339(standing.last_answer)}")
    last = standing.last
    if last and last.ended is None:
        words.append(f"a run is under way, {last.done} of {len(last.parts)} parts done")
    elif last and last.outcome:
        words.append(f"last run {last.outcome.state.value} at {clock.rfc3339(last.ended or last.begun)}")
    return "; ".join(words) or "not read yet"


@harvest.command()
@click.argument("source")
@click.argument("part")
@click.option("--reason", required=True, help="Why the load is right; kept with the run.")
@_in_context
def accept(source: str, part: str, reason: str) -> None:
    """Publish the load of PART (menus/2026-06, say) that was refused, as it was read."""
    found, _ = service.find(source)
    if not reason.strip():
        raise HarvestError("Say why the load is right: --reason TEXT.")
    outcome: Outcome = service.accept(found, part, as_site()["user"], reason.strip())
    click.echo(_line(PartReport(part, at_work=False, outcome=outcome)))
    click.get_current_context().exit(1 if outcome.state in _BAD else 0)
