"""Verdicts on settings."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from ckanext.patiodigital.admin.core.findings import Finding, error, ok, warning

PRESETS = "ckanext.patiodigital:schemas/presets.yaml"

#: Of each pair of plugins the first stands before the second where both are there: its templates win.
_ORDER = (
    ("patiodigital_theme", "patiodigital"),
    ("patiodigital_theme", "harvest"),
    ("patiodigital_theme", "scheming_datasets"),
    ("patiodigital_theme", "activity"),
    ("patiodigital", "scheming_datasets"),
)
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def plugins(names: Sequence[str], *, harvests: bool) -> Iterator[Finding]:
    """Which plugins are there, and in which order. ``harvests``: a harvester of ours is among them."""
    where = "ckan.plugins"
    needed = ["patiodigital", "datastore", *(["harvest"] if harvests else [])]
    missing = [name for name in needed if name not in names]
    if missing:
        yield error(where, f"It lacks {', '.join(missing)}.", f"add {' '.join(missing)} to {where}")
    wrong = [
        (first, second)
        for first, second in _ORDER
        if first in names and second in names and names.index(first) > names.index(second)
    ]
    for first, second in wrong:
        yield error(where, f"{first} stands after {second}, whose templates it extends.", f"move {first} before it")
    if not missing and not wrong:
        yield ok(where, "Present, and in order.")


def education_fields(presets: str, missing: Sequence[str], *, harvests: bool) -> Iterator[Finding]:
    """Whether the portal's dataset schema has the education fields, of which ``missing`` are not there."""
    if missing:
        what = f"The dataset schema lacks {len(missing)} education fields, among them {', '.join(missing[:3])}"
        mend = (
            "plugin scheming_datasets with scheming.dataset_schemas = ckanext.patiodigital:schemas/dataset.yaml, "
            "or add the fields to your own schema: ckan patiodigital schema merge FILE"
        )
        if harvests:
            yield error("scheming.dataset_schemas", what + "; harvesters need them.", mend)
        else:
            yield warning("scheming.dataset_schemas", what + ".", mend)
        return
    yield ok("scheming.dataset_schemas", "It has the education fields.")
    if PRESETS not in presets.split() and "ckanext.patiodigital.schemas:presets.yaml" not in presets.split():
        yield error(
            "scheming.presets",
            "The education fields' presets are missing.",
            f"scheming.presets = ckanext.scheming:presets.json {PRESETS}",
        )


def full_text(language: str, database: str, index_method: str) -> Iterator[Finding]:
    """Whether a word is stemmed alike where a table is filled (``database``) and where it is searched."""
    where = "ckan.datastore.default_fts_lang"
    found = database.removeprefix("pg_catalog.")
    if language == found == "portuguese":
        yield ok(where, "Portuguese, as in PostgreSQL.")
    elif language == found:
        yield warning(where, f"Tables are searched in {language}.", _portuguese(where))
    else:
        yield warning(where, f"It is {language}, PostgreSQL's is {found}: searches miss words.", _portuguese(where))
    if index_method != "gin":
        method = "ckan.datastore.default_fts_index_method"
        yield warning(method, f"{index_method} is slower to build and to search than gin.", f"{method} = gin")


def _portuguese(where: str) -> str:
    return f"{where} = portuguese, and ALTER DATABASE … SET default_text_search_config = 'portuguese' (in psql)"


def contact_email(address: str, *, harvests: bool) -> Finding:
    """Who answers for harvested datasets."""
    where = "ckanext.patiodigital.contact_email"
    if _EMAIL.fullmatch(address):
        return ok(where, address)
    what = f"{address!r} is no e-mail address." if address else "It is empty."
    mend = f"{where} = an address of the unit that answers for the data"
    if harvests:
        return error(where, what + " Harvesters make no dataset without it.", mend)
    return warning(where, what, mend)


def timezone(name: str) -> Finding:
    """The zone in which a school day begins."""
    where = "ckanext.patiodigital.timezone"
    try:
        ZoneInfo(name)
    except (KeyError, OSError, ValueError):  # not found (a KeyError), a folder, a path that leads elsewhere
        return error(where, f"There is no time zone {name!r}.", f"{where} = America/Sao_Paulo")
    return ok(where, name)


def site_url(url: str) -> Finding:
    """The address that links in downloads, feeds and mails begin with."""
    where = "ckan.site_url"
    try:
        parts = urlsplit(url)
        complete = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        complete = False
    if not complete:
        return error(where, f"{url!r} is no whole address.", f"{where} = https://dados.example.org")
    if parts.path or parts.query:
        return error(where, f"{url} has more than scheme, host and port.", "put the path into ckan.root_path")
    return ok(where, url)


def sql_search(*, enabled: bool) -> Finding:
    """CKAN's SQL API: each hole in it was one into the database, and nothing here needs it."""
    where = "ckan.datastore.sqlsearch.enabled"
    if enabled:
        return warning(where, "Anybody may send SQL to the database.", f"{where} = false")
    return ok(where, "Off.")


def queue_type(kind: str) -> Finding:
    """Where harvest queues lie. Only those in Redis are renewed by a heartbeat, and queued again when lost."""
    where = "ckan.harvest.mq.type"
    if kind == "redis":
        return ok(where, "redis")
    return error(where, f"{kind!r} loses what a killed consumer was working on.", f"{where} = redis")
