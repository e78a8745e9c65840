"""Which schools an entry is about, and which one an editor means."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from ckanext.patiodigital.school_calendar.core.calendar import DRE, NETWORK, SCHOOL
from ckanext.patiodigital.school_names.folding import words

EOL_DIGITS = 6


class School(NamedTuple):
    """An active school of the table ``schools``."""

    eol: str
    name: str
    dre: str | None


def in_scope(scope: str, schools: Iterable[School]) -> list[School]:
    """The schools that a scope takes in."""
    if scope == NETWORK:
        return list(schools)
    return [school for school in schools if scope in (f"{DRE}{school.dre}", f"{SCHOOL}{school.eol}")]


def meant(text: str, schools: Iterable[School]) -> list[School]:
    """The schools that an EOL code or a name may mean, by name: one where it is clear.

    Every word of the name must occur in the school's; a school whose words are exactly these is the one.
    """
    code = text.strip()
    if code.isascii() and code.isdecimal():
        return [school for school in schools if school.eol == code.zfill(EOL_DIGITS)]
    asked = words(text)
    if not asked:
        return []
    found = []
    for school in schools:
        name = words(school.name)
        readings = {reading for word in name for reading in word.readings}
        if all(readings.intersection(word.readings) for word in asked):
            found.append((len(name) - len(asked), school))
    exact = [school for more, school in found if more == 0]
    return exact if len(exact) == 1 else sorted((school for _, school in found), key=lambda school: school.name)
