"""``ckan patiodigital rank``: score, show, status, links, demo."""

from __future__ import annotations

import json

import click
from ckan import model

from ckanext.patiodigital.ranking import demonstration, following, scoring, service, store
from ckanext.patiodigital.ranking.core import yardstick


@click.group(short_help="Quality and the ranking.")
def rank() -> None:
    """Score datasets, follow their links, and see the order of departments."""


@rank.command()
def score() -> None:
    """Score what is due now. Ends with 1 where a dataset could not be scored."""
    outcome = scoring.score_due()
    click.echo(f"{outcome.scored} scored, {outcome.dropped} dropped, {outcome.failed} failed")
    if outcome.failed:
        _troubles()
        raise SystemExit(1)


@rank.command()
def links() -> None:
    """Follow the links that are due now, at most one request a second to a host."""
    click.echo(f"{following.follow_due()} links followed")


@rank.command()
@click.option("--by", type=click.Choice(service.ORDERS), default="mqa", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="One JSON document instead of lines.")
def show(by: str, as_json: bool) -> None:
    """The departments in order."""
    places = service.order(by)
    if as_json:
        told = [{**place._asdict(), "department": place.department._asdict()} for place in places]
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    for place in places:
        value = "–" if place.value is None else f"{place.value:.1f}"
        click.echo(f"{place.position or '–':>3}  {value:>6}  {place.department.title} ({place.datasets} datasets)")


@rank.command()
@click.argument("dataset")
def dataset(dataset: str) -> None:
    """A dataset by all yardsticks, with what to do next."""
    found = model.Package.get(dataset)
    record = store.score(found.id) if found else None
    if found is None or record is None:
        raise click.ClickException(f"There is no score of a public dataset {dataset!r}.")
    for name in yardstick.NAMES:
        made = service.score(found.id, name)
        if made is None:
            continue
        told = f"{made.points:g} of {made.most:g}" if made.applies else "does not apply"
        click.echo(f"{name}: {told}{f', {made.band}' if made.band else ''}")
        for one in made.measured:
            if one.lost > 0:
                click.echo(f"  -{one.lost:g} {one.metric}{' (pending)' if one.pending else ''}")


@rank.command()
def status() -> None:
    """How many datasets are scored, which could not be, and how the links fare."""
    count, _, last = store.version()
    click.echo(f"{count} datasets scored, the last {last.isoformat() if last else 'never'}")
    alive, dead, unknown = store.link_counts()
    click.echo(f"{alive} links answer, {dead} do not, {unknown} were not followed yet")
    _troubles()


@rank.command()
@click.option("--remove", is_flag=True, help="Take the demonstration away again.")
def demo(remove: bool) -> None:
    """Make departments of unlike quality, marked as a demonstration, so that the ranking shows something."""
    click.echo(demonstration.remove() if remove else demonstration.make())


def _troubles() -> None:
    for each in store.troubled():
        click.echo(f"{each.dataset_id}: {each.error}")
