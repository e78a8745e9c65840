"""Which regional board a query names, where it names nothing else: ``dre butantã``, ``108100``."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from ckanext.patiodigital.menus.core.rows import Labels, SchoolRow
from ckanext.patiodigital.school_names.folding import Word, sound_key, words

_OPENERS = frozenset({"dre", "diretoria"})
_AROUND = _OPENERS | {"da", "das", "de", "do", "dos", "e", "educacao", "o", "regional"}
"""Words that stand around a board's name and tell none from another."""


class Boards:
    """The boards of a network, each with the places of its schools in a list."""

    def __init__(self, schools: Iterable[SchoolRow], labels: Labels, lang: str) -> None:
        by_code: defaultdict[str, set[int]] = defaultdict(set)
        for index, school in enumerate(schools):
            if school.dre:
                by_code[school.dre].add(index)
        self._schools = {code: frozenset(indexes) for code, indexes in by_code.items()}
        self._sounds = {code: _sounds(words(labels.label("dres", code, lang))) for code in by_code}

    def meant(self, query: Sequence[Word]) -> frozenset[int]:
        """The schools of the boards that a query may mean; none where it doesn't ask for a board.

        A name alone asks for none: schools and neighbourhoods have it too. Part of a board's name will do.
        """
        asked = _sounds(query)
        if len(asked) == 1 and asked <= self._schools.keys():
            return self._schools[next(iter(asked))]
        if not asked or query[0].text not in _OPENERS:
            return frozenset()
        named = [self._schools[code] for code, sounds in self._sounds.items() if asked <= sounds]
        return frozenset().union(*named)


def _sounds(name: Iterable[Word]) -> frozenset[str]:
    return frozenset(sound_key(word.text) for word in name if word.text not in _AROUND)
