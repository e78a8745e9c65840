"""Examines the portal. Each check stands alone: one that fails is a finding, and no secret is in any."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

import ckantoolkit as tk
from ckan import model

from ckanext.patiodigital.admin import services as service_questions
from ckanext.patiodigital.admin.checks import harvests, quality, services, setup, tables
from ckanext.patiodigital.admin.core.findings import Finding, error, ok
from ckanext.patiodigital.admin.core.probe import Probe
from ckanext.patiodigital.admin.core.redact import redact, secrets_in

#: Seconds that a service has to answer.
PATIENCE = 5.0

Check = Callable[[], Iterator[Finding]]

_CKAN, _DATASTORE, _REDIS, _SOLR = service_questions.QUESTIONS
#: The checks in the order of the report, each with the services without which it can't be made.
CHECKS: Mapping[Check, tuple[str, ...]] = MappingProxyType(
    {
        setup.installed: (),
        setup.settings: (),
        setup.education_fields: (),
        setup.shipped_files: (),
        setup.full_text: (_DATASTORE,),
        setup.migrations: (_CKAN,),
        services.datastore: (_DATASTORE,),
        services.solr: (_SOLR,),
        services.workers: (_REDIS,),
        services.consumers: (_REDIS,),
        services.harvest_clock: (_CKAN, _REDIS),
        services.storage: (),
        tables.registry: (_CKAN, _DATASTORE),
        harvests.all_sources: (_CKAN, _REDIS),
        harvests.spool: (),
        quality.described: (_CKAN,),
        quality.links: (_CKAN,),
    }
)
#: What can be mended without an admin.
REPAIRS: Mapping[str, Callable[[], Iterator[str]]] = MappingProxyType(
    {"Tables": tables.repair, "Harvests": harvests.repair}
)
_MEND_SERVICE = "start it, and see that its address in the settings is right"


def examine() -> Iterator[Finding]:
    """All findings, as they are made."""
    secrets = secrets_in(tk.config)

    def clean(finding: Finding) -> Finding:
        return Finding(finding.level, finding.where, redact(finding.what, secrets), redact(finding.mend, secrets))

    down = set()
    for name, fault in _service_faults().items():
        if fault is None:
            yield ok(name, "It answers.")
        else:
            down.add(name)
            yield clean(error(name, _one_line(fault), _MEND_SERVICE))
    for check, needed in CHECKS.items():
        if not down.intersection(needed):
            for finding in _made(check):
                yield clean(finding)


def _service_faults() -> dict[str, Exception | None]:
    probes = {name: Probe(ask) for name, ask in service_questions.QUESTIONS.items()}
    for probe in probes.values():
        probe.begin()
    deadline = time.monotonic() + PATIENCE
    return {name: probe.failure(deadline) for name, probe in probes.items()}


def _made(check: Check) -> Iterator[Finding]:
    try:
        yield from check()
    except Exception as fault:  # noqa: BLE001 (a check that fails says something, and the others go on)
        model.Session.rollback()
        name = f"{check.__module__.rpartition('.')[2]}.{check.__name__}"
        yield error(f"check {name}", f"It could not be made. {_one_line(fault)}", "see to what it says; else report it")


def _one_line(fault: Exception) -> str:
    lines = str(fault).strip().splitlines()
    return f"{type(fault).__name__}: {lines[0][:300]}" if lines else type(fault).__name__


def repair() -> Iterator[str]:
    """Mend what can be mended without an admin; a sentence on each thing done, and on what could not be."""
    for name, mend in REPAIRS.items():
        yield from _mended(name, mend)


def _mended(name: str, mend: Callable[[], Iterator[str]]) -> Iterator[str]:
    try:
        yield from mend()
    except Exception as fault:  # noqa: BLE001 (the report that follows says what is wrong)
        model.Session.rollback()
        yield f"{name} could not be mended. {redact(_one_line(fault), secrets_in(tk.config))}"
