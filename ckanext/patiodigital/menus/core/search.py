"""Forgiving school search and nearest schools, in memory.

A query and a school are compared word by word, each word weighing as much as it is rare in the network. A
word meets another by being equal, by sounding alike, by being its beginning, or by a small typing error, in
this order; words written together are cut into known ones. Schools of a kind, or of a board, that the query
asks for come first.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise, takewhile
from operator import itemgetter
from typing import NamedTuple

from rapidfuzz import process
from rapidfuzz.distance import OSA

from ckanext.patiodigital.menus.core.boards import Boards
from ckanext.patiodigital.menus.core.queries import MAX_QUERY, SchoolsQuery
from ckanext.patiodigital.menus.core.rows import Labels, SchoolRow
from ckanext.patiodigital.menus.core.sphere import Point, metres, point
from ckanext.patiodigital.school_names.abbreviations import ABBREVIATED, SCHOOL_KINDS
from ckanext.patiodigital.school_names.folding import Word, fold, sound_key, words

_MAX_WORDS = 12
_MAX_STARTS, _MAX_ALIKE, _MAX_NEAREST = 300, 30, 5

_FILLERS = frozenset((
    "a", "ao", "as", "bairro", "cardapio", "codigo", "colegio", "com", "da", "das", "de", "di", "diretoria", "do",
    "dos", "dre", "e", "em", "eol", "escola", "escolas", "inep", "merenda", "municipal", "na", "nas", "no", "nos",
    "o", "os", "para", "que", "regional", "unidade",
))  # fmt: skip
"""Words that don't say which school is meant. They count only where a query has no other."""
_KINDS = SCHOOL_KINDS | {"conveniado", "creche", "gestao"}


class _Care(NamedTuple):
    """How alike a misspelt word must be to a known one, and what share of a query a school must meet."""

    alike: float
    share: float


# Figures from 0 to 1, chosen by `./portal bench search`; none of them is delicate.
_FOUND, _NEAREST = _Care(alike=0.66, share=0.55), _Care(alike=0.55, share=0.2)
_EQUAL, _SOUND, _START, _JOINED, _TYPO = 1.0, 0.95, 0.9, 0.9, 0.8
"""How well a word of the query meets a word of a school."""
_PLACE = 0.8
"""What a word of the neighbourhood, district or DRE counts beside the same word of the name."""
_OF_BEST = 0.65
"""A school is shown if it meets this part of what the best school meets."""
_SAID = 0.7
"""A query that says this much of a school's name has found it, whatever else it says."""
_COVERED, _IN_ORDER = 0.1, 0.05
_COMMON = 100
"""A word that more schools than this have is no typing error."""
_LONGEST_TOGETHER, _SHORTEST_PIECE = 60, 2.5
"""Letters of words written together, and of one of them on average: shorter pieces make up anything."""


_REMEMBERED = 256
"""Words whose schools are held in memory: at most some 100 KB each, mostly far less."""


class Found(NamedTuple):
    """A school that was found; ``distance_m`` in metres where a position was given."""

    school: SchoolRow
    distance_m: int | None = None


class SearchResult(NamedTuple):
    """``items`` is one page of ``total``; ``nearest`` are offered only where nothing was found.

    ``interpreted`` is the query as it was understood: "jd sao luis ii" as "jardim sao luis 2".
    """

    items: list[Found]
    total: int
    nearest: list[SchoolRow]
    interpreted: str


class SchoolIndex:
    """Index of a network's active schools; built once per data version, read by any thread."""

    def __init__(self, schools: Iterable[SchoolRow], labels: Labels, lang: str = "pt") -> None:
        self._by_eol = {school.eol: school for school in schools}
        active = [school for school in self._by_eol.values() if school.status == "active"]
        folded = {school.eol: fold(school.name) for school in active}
        # The order of equals, everywhere: by name, then by code.
        self._schools = sorted(active, key=lambda school: (folded[school.eol], school.eol))
        self._names = [folded[school.eol] for school in self._schools]
        self._essences = [_essence(name.split()) for name in self._names]
        self._points = [_point(school) for school in self._schools]
        self._boards = Boards(self._schools, labels, lang)
        self._vocabulary = _Vocabulary(self._schools, labels, lang)
        self._weights = [self._vocabulary.weight(essence.split()) for essence in self._essences]

    def get(self, eol: str) -> SchoolRow | None:
        """The school of a six-digit EOL code, whatever its status."""
        return self._by_eol.get(eol)

    def __iter__(self) -> Iterator[SchoolRow]:
        """The active schools, by name."""
        return iter(self._schools)

    def __len__(self) -> int:
        return len(self._schools)

    def find(self, query: SchoolsQuery) -> SearchResult:
        """Schools for what a family typed, best first; by distance where ``query.near`` is given.

        A blank ``q`` finds every school, by name.
        """
        candidates = allowed = self._filtered(query)
        typed = words(query.q[:MAX_QUERY])
        if query.q.strip():
            candidates = self._found(typed, allowed)
        found: list[tuple[int, int | None]] = [(index, None) for index in candidates]
        if query.near is not None:
            found = self._measured(candidates, query.near, query.radius_m or math.inf)
        page = found[query.offset : query.offset + query.limit]
        return SearchResult(
            items=[Found(self._schools[index], distance) for index, distance in page],
            total=len(found),
            nearest=[] if candidates else self._nearest(typed, allowed),
            interpreted=_text(typed),
        )

    def _filtered(self, query: SchoolsQuery) -> Sequence[int]:
        if query.dre is None and query.school_type is None:
            return range(len(self._schools))
        return [
            index
            for index, school in enumerate(self._schools)
            if query.dre in (None, school.dre) and query.school_type in (None, school.school_type)
        ]

    def _measured(
        self, candidates: Sequence[int], near: tuple[float, float], radius_m: float
    ) -> list[tuple[int, int | None]]:
        """Candidates within the radius with their metres, nearest first; none without coordinates."""
        here = point(*near)
        measured = [(metres(here, there), index) for index in candidates if (there := self._points[index]) is not None]
        return [(index, round(distance)) for distance, index in sorted(measured) if distance <= radius_m]

    def _found(self, typed: Sequence[Word], allowed: Sequence[int]) -> list[int]:
        """Indexes of the schools found, best first: those of a board that is asked for, then what has the words."""
        ranked = self._ranked(typed, allowed, _FOUND)
        board = self._boards.meant(typed).intersection(allowed)
        if not board:
            return ranked
        either = dict.fromkeys([*ranked, *sorted(board)])
        return sorted(either, key=lambda index: index not in board)

    def _ranked(self, typed: Sequence[Word], allowed: Sequence[int], care: _Care) -> list[int]:
        """Indexes of the schools that have the words of a query, best first."""
        telling = (_telling(typed) or typed)[:_MAX_WORDS]
        scores, total = self._vocabulary.score(telling, care.alike)
        if len(allowed) < len(self):
            scores = {index: scores[index] for index in allowed if index in scores}
        least = max(care.share * total, _OF_BEST * max(scores.values(), default=0.0))
        essence = _essence(_text(typed).split())
        merits = {
            index: self._merit(index, score, total, essence)
            for index, score in scores.items()
            if score >= least or score >= _SAID * self._weights[index]
        }
        ranked = sorted(merits, key=lambda index: (-merits[index], index))
        meant = {index for index in self._vocabulary.of_kinds(typed) & merits.keys() if scores[index] >= _PLACE * total}
        if not meant or self._essences[ranked[0]] == essence:
            return ranked  # who says a whole name may err about its kind: families mix kinds up
        return sorted(ranked, key=lambda index: index not in meant and self._essences[index] != essence)

    def _merit(self, index: int, score: float, total: float, essence: str) -> float:
        """How much of the query is met, then how much of the name the query says, then words in order."""
        covered = min(1.0, score / self._weights[index])
        name = f" {self._essences[index]} "
        in_order = (name in f" {essence} ") + (f" {essence} " in name)
        return round(score / total + _COVERED * covered + _IN_ORDER * in_order, 6)

    def _nearest(self, typed: Sequence[Word], allowed: Sequence[int]) -> list[SchoolRow]:
        """Schools that a bolder search finds; where it finds none either, those whose names are spelled most alike."""
        near = self._ranked(typed, allowed, _NEAREST) or self._spelled_alike(typed, allowed)
        return [self._schools[index] for index in near[:_MAX_NEAREST]]

    def _spelled_alike(self, typed: Sequence[Word], allowed: Sequence[int]) -> list[int]:
        """The names of the nearest spelling; none for figures, since another code is another school."""
        text = _text(_telling(typed))
        if not text or text.replace(" ", "").isdigit():
            return []
        names = {index: self._names[index] for index in allowed}
        likest = process.extract(text, names, scorer=OSA.normalized_similarity, limit=_MAX_NEAREST)
        return [index for _name, similarity, index in likest if similarity]


def _point(school: SchoolRow) -> Point | None:
    return None if school.lat is None or school.lon is None else point(school.lat, school.lon)


def _telling(typed: Sequence[Word]) -> list[Word]:
    return [word for word in typed if word.text not in _FILLERS]


def _text(typed: Sequence[Word]) -> str:
    return " ".join(word.text for word in typed)


def _essence(folded: list[str]) -> str:
    """What tells one school from another in a name: neither particles nor the kind of school."""
    return " ".join(word for word in folded if word not in _FILLERS and word not in _KINDS)


class _Vocabulary:
    """Which words stand in which schools."""

    def __init__(self, schools: Sequence[SchoolRow], labels: Labels, lang: str) -> None:
        postings: dict[str, dict[int, float]] = defaultdict(dict)
        by_sound: dict[str, list[str]] = defaultdict(list)
        self._school_count = len(schools)
        for index, school in enumerate(schools):
            name = words(school.name)
            for word in name + words(school.school_type.replace("-", " ")):
                for reading in word.readings:
                    postings[reading][index] = _EQUAL
            for place in _places(school, labels, lang):
                for word in words(place):
                    for reading in word.readings:
                        postings[reading].setdefault(index, _PLACE)
            for code in filter(None, (school.eol.lstrip("0"), school.inep)):
                postings[code][index] = _EQUAL
        self._postings = dict(postings)
        # Families ask for the same few words all morning; a word of many schools is dear to look up, and to hold.
        self._remembered = lru_cache(maxsize=_REMEMBERED)(self._look_up)
        self._pieces = postings.keys() | _FILLERS | ABBREVIATED
        self._sorted = sorted(postings)
        # A wrong digit is another school or another year, not a typing error.
        self._spelled = [word for word in self._sorted if not word.isdigit()]
        for spelled in self._spelled:
            by_sound[sound_key(spelled)].append(spelled)
        self._by_sound = dict(by_sound)

    def of_kinds(self, query: Sequence[Word]) -> frozenset[int]:
        """Schools of all the kinds that a query writes out; none where it writes none."""
        kinds = [self._postings.get(word.text, {}) for word in query if word.text in SCHOOL_KINDS - _FILLERS]
        return frozenset(kinds[0]).intersection(*kinds[1:]) if kinds else frozenset()

    def weight(self, name: Sequence[str]) -> float:
        """How much there is to say in a name: the rarer its words, the more."""
        return sum(self._rarity(len(self._postings.get(word, ()))) for word in name) or 1.0

    def score(self, query: Sequence[Word], alike: float) -> tuple[dict[int, float], float]:
        """Weight of the query that each school meets, and the whole weight of the query."""
        mets = [self._met(word, alike, typing=word is query[-1]) for word in query]
        for word, met in zip(query, mets, strict=True):
            _improve(met, self._met_together(word, alike))
        for position, (first, second) in enumerate(pairwise(query)):  # typed apart, written together
            for known in self._by_sound.get(sound_key(first.text + second.text), ()):
                for met in mets[position : position + 2]:
                    _improve(met, self._postings[known], _JOINED)
        weighed = sorted(((self._met_rarity(met), met) for met in mets), key=itemgetter(0), reverse=True)
        scores: defaultdict[int, float] = defaultdict(float)
        for rarity, met in weighed:
            # What a quarter of all schools have only tells apart those that rarer words have found.
            for index in scores if scores and len(met) > self._school_count / 4 else met:
                scores[index] += met.get(index, 0.0) * rarity
        return scores, sum(rarity for rarity, _ in weighed)

    def _met_rarity(self, met: Mapping[int, float]) -> float:
        """The rarity of what is met best."""
        qualities = list(met.values())
        return self._rarity(qualities.count(max(qualities, default=0.0)))

    def _rarity(self, schools: int) -> float:
        return math.log(1 + self._school_count / max(schools, 1))

    def _met(self, word: Word, alike: float, *, typing: bool) -> dict[int, float]:
        """Schools that a word of the query meets, each with how well: the caller's own copy."""
        return dict(self._remembered(word, alike, typing))

    def _look_up(self, word: Word, alike: float, typing: bool) -> Mapping[int, float]:
        met: dict[int, float] = {}
        done = set()
        for known, quality in self._meetings(word, alike, typing=typing):
            if known not in done:
                _improve(met, self._postings[known], quality)
                done.add(known)
        return met

    def _met_together(self, word: Word, alike: float) -> dict[int, float]:
        """Schools that have all the words which are written together in one: "jdsaoluis"."""
        pieces = [piece for piece in words(" ".join(self._cut(word.text))) if piece.text not in _FILLERS]
        if not pieces:
            return {}
        mets = [self._met(piece, alike, typing=False) for piece in pieces]
        return {index: _JOINED * min(met[index] for met in mets) for index in set(mets[0]).intersection(*mets[1:])}

    def _cut(self, text: str) -> list[str]:
        """The fewest known words, two or more, that make up a text; none if it is known, or can't be cut."""
        if text in self._pieces or text.isdigit() or len(text) > _LONGEST_TOGETHER:
            return []
        fewest: list[list[str] | None] = [[]]
        for end in range(1, len(text) + 1):
            cuts = [
                [*before, text[start:end]]
                for start in range(end)
                if (before := fewest[start]) is not None and text[start:end] in self._pieces
            ]
            fewest.append(min(cuts, key=len, default=None))
        pieces = fewest[-1] or []
        return pieces if len(text) >= _SHORTEST_PIECE * len(pieces) else []

    def _meetings(self, word: Word, alike: float, *, typing: bool) -> Iterator[tuple[str, float]]:
        """Known words that a word of the query meets, each with how well, the best first; one may come again."""
        text = word.text
        yield from ((reading, _EQUAL) for reading in word.readings if reading in self._postings)
        if text.isdigit():  # "2" is a number, "3061" the beginning of a code
            if len(text) >= 4:
                yield from ((known, _START) for known in self._starting(text))
            return
        key = sound_key(text)
        telling = len(key) > 1  # "kkk" sounds like any K
        if telling:
            yield from ((known, _SOUND) for known in self._by_sound.get(key, ()))
        for reading in word.readings:
            if typing or len(reading) >= 3:
                yield from ((known, _START) for known in self._starting(reading))
        if telling and len(text) >= 3 and len(self._postings.get(text, ())) <= _COMMON:
            likest = process.extract(
                text, self._spelled, scorer=OSA.normalized_similarity, score_cutoff=alike, limit=_MAX_ALIKE
            )
            yield from ((known, _TYPO * similarity) for known, similarity, _ in likest)

    def _starting(self, text: str) -> Iterator[str]:
        first = bisect_left(self._sorted, text)
        return takewhile(lambda known: known.startswith(text), self._sorted[first : first + _MAX_STARTS])


def _improve(met: dict[int, float], other: Mapping[int, float], quality: float = 1.0) -> None:
    """Take over what is better in another meeting, which counts ``quality`` times."""
    if not met and quality == _EQUAL:  # thousands of schools at once: "cei"
        met.update(other)
        return
    for index, field in other.items():
        if quality * field > met.get(index, 0.0):
            met[index] = quality * field


def _places(school: SchoolRow, labels: Labels, lang: str) -> list[str]:
    places = [school.neighbourhood or ""]
    if school.district:
        places.append(labels.label("districts", school.district, lang))
    if school.dre:
        places.append(labels.label("dres", school.dre, lang))
    return places
