"""CKAN's pins sit in an extra that pip forgets once CKAN is installed: they are held by our constraints."""

from __future__ import annotations

import re
from importlib import metadata

from stack.settings import CLONE

_PIN = re.compile(r"([\w.-]+)(?:\[[\w,]+\])?==(\S+)")


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _constraints() -> dict[str, str]:
    lines = (CLONE / "requirements" / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = [_PIN.fullmatch(line) for line in lines if line and not line.startswith("#")]
    assert all(pins), "every line of constraints.txt is one pin"
    return {_normal(pin[1]): pin[2] for pin in pins if pin}


def test_every_pin_of_ckan_is_ours():
    pins = [_PIN.match(line) for line in metadata.requires("ckan") or [] if 'extra == "requirements"' in line]
    theirs = {_normal(pin[1]): pin[2].rstrip(";") for pin in pins if pin}
    assert len(theirs) > 50
    ours = _constraints()
    assert {name: ours.get(name) for name in theirs} == theirs


def test_what_is_installed_is_what_is_pinned():
    ours = _constraints()
    installed = {_normal(found.metadata["Name"]): found.version for found in metadata.distributions()}
    assert {name: installed[name] for name in ours if name in installed} == {
        name: version for name, version in ours.items() if name in installed
    }
    unpinned = set(installed) - set(ours) - {"pip", "setuptools", "wheel", "ckanext-patiodigital"}
    assert not unpinned
