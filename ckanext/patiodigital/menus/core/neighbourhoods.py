"""Schools by where they lie, for families who would rather choose than type.

A place is the school's district, or its neighbourhood where no district is known. Neighbourhoods that differ only in
accents, case or abbreviations are one place.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Literal, NamedTuple

from ckanext.patiodigital.menus.core.rows import Labels, SchoolRow
from ckanext.patiodigital.school_names.display import display_name
from ckanext.patiodigital.school_names.folding import fold

NOWHERE = "-"
"""The code of the place of schools of which none is known; no name folds to it."""
OTHER_LETTERS = "0-9"
"""The letter of names that begin with none from A to Z."""

Kind = Literal["district", "neighbourhood"]
_Key = tuple[Kind, str]


class Area(NamedTuple):
    """A place with its schools, in the order in which they came.

    ``code`` is the vocabulary's for a district, for a neighbourhood its folded name: names sort as their codes do.
    ``name`` is empty for :data:`NOWHERE`.
    """

    kind: Kind
    code: str
    name: str
    schools: tuple[SchoolRow, ...]

    @property
    def letter(self) -> str:
        """The letter under which the name is listed, in lower case."""
        first = self.code[:1]
        return first if "a" <= first <= "z" else OTHER_LETTERS


class Count(NamedTuple):
    """How many schools there are in a regional board, or in the places of a letter."""

    code: str
    schools: int


class SchoolPlaces:
    """The places of a network, from its active schools in the order in which they are to be listed."""

    def __init__(self, schools: Iterable[SchoolRow], labels: Labels, lang: str) -> None:
        self._labels, self._lang = labels, lang
        self._schools = tuple(schools)
        self._areas = self._grouped(self._schools)

    def dres(self) -> list[Count]:
        """The regional boards, in the order of their vocabulary."""
        counts = Counter(school.dre for school in self._schools if school.dre)
        return [
            Count(dre, counts[dre]) for dre in sorted(counts, key=lambda dre: (self._labels.order("dres", dre), dre))
        ]

    def letters(self) -> list[Count]:
        """The letters that names of places begin with, A first and :data:`OTHER_LETTERS` last."""
        counts: Counter[str] = Counter()
        for area in self._areas:
            if area.code != NOWHERE:
                counts[area.letter] += len(area.schools)
        return [
            Count(letter, counts[letter]) for letter in sorted(counts, key=lambda code: (code == OTHER_LETTERS, code))
        ]

    def areas(self, dre: str | None = None) -> list[Area]:
        """All places by name, :data:`NOWHERE` last; of a regional board, those with only its schools."""
        if dre is None:
            return self._areas
        return self._grouped(school for school in self._schools if school.dre == dre)

    def of_letter(self, letter: str) -> list[Area]:
        """The places of a letter, by name."""
        return [area for area in self._areas if area.code != NOWHERE and area.letter == letter]

    def _grouped(self, schools: Iterable[SchoolRow]) -> list[Area]:
        groups: defaultdict[_Key, list[SchoolRow]] = defaultdict(list)
        for school in schools:
            groups[_place(school)].append(school)
        areas = [Area(*key, self._name(key, group), tuple(group)) for key, group in groups.items()]
        return sorted(areas, key=lambda area: (area.code == NOWHERE, area.code, area.kind))

    def _name(self, key: _Key, schools: Iterable[SchoolRow]) -> str:
        kind, code = key
        if code == NOWHERE:
            return ""
        if kind == "district":
            return self._labels.label("districts", code, self._lang)
        spellings = Counter(display_name(school.neighbourhood or "") for school in schools)
        return min(spellings, key=lambda spelling: (-spellings[spelling], spelling))


def _place(school: SchoolRow) -> _Key:
    if school.district:
        return "district", school.district
    return "neighbourhood", fold(school.neighbourhood or "").replace(" ", "-") or NOWHERE
