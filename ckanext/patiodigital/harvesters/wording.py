"""How harvests stand and went, in the words and the language of the page."""

from __future__ import annotations

from datetime import datetime

import ckantoolkit as tk
from babel.dates import format_datetime, format_skeleton
from babel.numbers import format_decimal

from ckanext.patiodigital import clock, config
from ckanext.patiodigital.harvesters.core.outcome import COUNTS, Outcome, State
from ckanext.patiodigital.harvesters.core.plan import ConfigError, part_of
from ckanext.patiodigital.harvesters.service import Standing
from ckanext.patiodigital.tables.core import schema as schemas


def line(standing: Standing) -> str:
    """One sentence on a source."""
    if standing.waiting:
        count = len(standing.waiting)
        text = tk.ungettext("{n} load waits for a decision", "{n} loads wait for a decision", count)
        return text.format(n=number(count)) + ": " + ", ".join(map(part_title, standing.waiting))
    if standing.failing and standing.down_since:
        return _down(standing, standing.down_since)
    last = standing.last
    if last is not None and last.ended is None:
        done = tk._("{done} of {total} parts done").format(done=number(last.done), total=number(len(last.parts)))
        return tk._("Being read since {when}: {done}").format(when=when(last.begun), done=done)
    if last is not None and last.outcome is not None:
        return _ended(last.outcome, when(last.ended or last.begun))
    if standing.last_answer:
        return tk._("Up to date: last checked {when}").format(when=when(standing.last_answer))
    return tk._("Not read yet")


def _down(standing: Standing, since: datetime) -> str:
    if len(standing.failing) == standing.known:
        return tk._("The source is down since {when}. What was read before is still shown.").format(when=when(since))
    text = tk._("{failing} of {known} parts can't be read since {when}. What was read before is still shown.")
    return text.format(failing=number(len(standing.failing)), known=number(standing.known), when=when(since))


def _ended(outcome: Outcome, at: str) -> str:
    if outcome.state is State.FAILED:
        return tk._("The last reading failed, {when}").format(when=at)
    if not outcome.read:
        return tk._("Up to date: checked {when}, nothing new").format(when=at)
    return tk._("Up to date: read {rows} {when}, {changed}, {set_aside}").format(
        rows=tk.ungettext("{n} row", "{n} rows", outcome.read).format(n=number(outcome.read)),
        when=at,
        changed=tk.ungettext("{n} changed", "{n} changed", outcome.differences).format(n=number(outcome.differences)),
        set_aside=tk.ungettext("{n} was left out", "{n} were left out", outcome.set_aside).format(
            n=number(outcome.set_aside)
        ),
    )


def state(outcome: Outcome | None, *, at_work: bool = False) -> str:
    """How a part or a run ended, or that it did not yet."""
    if outcome is None:
        return tk._("Being read") if at_work else tk._("Waits for its turn")
    return {
        State.UNCHANGED: tk._("Nothing new"),
        State.CHANGED: tk._("Changed"),
        State.EMPTY: tk._("Empty at the source"),
        State.PARTIAL: tk._("In part"),
        State.REFUSED: tk._("Waits for a decision"),
        State.FAILED: tk._("Failed"),
    }[outcome.state]


def counts() -> dict[str, str]:
    """The heading of each count."""
    headings = {
        "read": tk._("Read"),
        "new": tk._("New"),
        "changed": tk._("Changed"),
        "unchanged": tk._("Unchanged"),
        "withdrawn": tk._("Withdrawn"),
        "set_aside": tk._("Left out"),
    }
    return {name: headings[name] for name in COUNTS}


def part_title(name: str) -> str:
    """A partition by the title of its table, and its month: ``Cardápios, junho de 2026``."""
    try:
        part = part_of(name)
    except ConfigError:
        return name
    first = part.partition.first
    month = f", {format_skeleton('yMMMM', first, locale=tk.h.lang())}" if first else ""
    return table_title(part.table) + month


def table_title(table: str) -> str:
    """A table's name for people."""
    titles = schemas.load(table).title
    return titles["pt"] if tk.h.lang().startswith("pt") else titles["en"]


def when(moment: datetime) -> str:
    """An instant in the portal's zone: ``today at 05:02``, or with its date."""
    local = moment.astimezone(config.zone())
    time = format_datetime(local, "HH:mm", locale=tk.h.lang())
    if local.date() == clock.today(config.zone()):
        return tk._("today at {time}").format(time=time)
    return tk._("{day} at {time}").format(day=format_skeleton("yMMMd", local, locale=tk.h.lang()), time=time)


def number(value: int) -> str:
    """A number with the thousands of the page's language: ``61.204``."""
    return str(format_decimal(value, locale=tk.h.lang()))
