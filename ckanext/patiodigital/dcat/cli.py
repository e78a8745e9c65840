"""``ckan patiodigital feeds``: renew, validate, status."""

from __future__ import annotations

import json
from typing import Any

import click
from ckan import model

from ckanext.patiodigital.dcat import config, renewal, store
from ckanext.patiodigital.dcat.core import crosswalk


@click.group(short_help="The DCAT feeds.")
def feeds() -> None:
    """Renew the DCAT feeds, judge them by the published shapes, and see what could not be described."""


@feeds.command()
def renew() -> None:
    """Bring the feeds up to date with the catalogue now. Ends with 1 where a dataset could not be described."""
    outcome = renewal.renew()
    renewal.finish()
    click.echo(f"{outcome.renewed} made anew, {outcome.withdrawn} taken out, {outcome.failed} failed")
    if outcome.failed:
        _troubles()
        raise SystemExit(1)


@feeds.command()
def status() -> None:
    """How many datasets the feeds hold, and which could not be described, with the reason."""
    state = store.state()
    count = model.Session.query(store.FeedDataset).filter_by(state="listed").count()
    changed = state.changed.isoformat() if state.changed else "never"
    click.echo(f"{count} datasets, last changed {changed}, {len(store.unchecked(1_000_000))} not judged yet")
    _troubles()


@feeds.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON document instead of lines.")
@click.argument("dataset", required=False)
def validate(dataset: str | None, as_json: bool) -> None:
    """Judge all datasets in the feeds, or one by its id or name, by the shapes of each profile.

    Ends with exit code 1 where there are violations.
    """
    renewal.renew()
    site = config.site()
    keys = [each.dataset_id for each in store.listed()]
    if dataset is not None:
        found = model.Package.get(dataset)
        if found is None or found.id not in keys:
            raise click.ClickException(f"The feeds hold no dataset {dataset!r}; `feeds status` says which fail.")
        keys = [found.id]
    report: dict[str, dict[str, Any]] = {}
    totals = {name: {"Violation": 0, "Warning": 0, "Info": 0} for name in crosswalk.PROFILES}
    for key in keys:
        for name in crosswalk.PROFILES:
            findings = renewal.judge(store.fragments([key], name, "nt"), name, site)[key]
            report.setdefault(key, {})[name] = findings
            for each in findings:
                totals[name][each["severity"]] += 1
                if not as_json and each["severity"] != "Info":
                    click.echo(
                        f"{each['severity']} {name} {each['node']} {each['path']} {each['value']}: {each['message']}"
                    )
    if as_json:
        click.echo(json.dumps({"totals": totals, "datasets": report}, ensure_ascii=False))
    else:
        for name, counts in totals.items():
            said = ", ".join(f"{count} {severity.lower()}s" for severity, count in counts.items())
            click.echo(f"{name}: {len(keys)} datasets, {said}")
    raise SystemExit(int(any(counts["Violation"] for counts in totals.values())))


def _troubles() -> None:
    for each in store.troubled():
        kept = "its last description stays" if each.state == "listed" else "left out"
        click.echo(f"{each.uri}: {each.error} ({kept}, since {each.failed})")
