"""Verdicts on what is installed, and on whether the databases are in step with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.version import Version

from ckanext.patiodigital.admin.core.findings import Finding, error, ok


def installed(requirements: Sequence[str], versions: Mapping[str, str | None]) -> Iterator[Finding]:
    """Whether each package has a version that this extension works with.

    ``requirements`` are written as in packaging metadata (``ckanext-harvest>=1.6.3``); ``versions`` gives what
    is installed by name, None for what is not.
    """
    for requirement in map(Requirement, requirements):
        version = versions[requirement.name]
        if version is None:
            yield error(requirement.name, "It is not installed.", f"pip install '{requirement}'")
        elif not requirement.specifier.contains(version, prereleases=True):
            needed = f"Version {version} is installed; {requirement.specifier} is needed."
            yield error(requirement.name, needed, f"pip install '{requirement}'")
        else:
            yield ok(requirement.name, f"Version {version}.")


def python(version: str, needed: str) -> Finding:
    """Whether Python is of a version that ``needed`` (``>=3.10``) allows."""
    if SpecifierSet(needed).contains(Version(version)):
        return ok("Python", f"Version {version}.")
    return error("Python", f"Version {version} runs; {needed} is needed.", "make the virtual environment anew")


def migrations(plugin: str, current: str | None, head: str | None) -> Finding:
    """Whether the tables of a plugin are those of its newest migration. ``None``: nothing there."""
    where = f"tables of {plugin}"
    if current == head:
        return ok(where, f"Up to date ({head}).")
    state = f"they are of {current}" if current else "they were never made"
    return error(where, f"The newest migration is {head}; {state}.", "ckan db upgrade")
