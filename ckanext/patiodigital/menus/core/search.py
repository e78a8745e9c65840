"""Forgiving school search and nearest schools, in memory.

A query and a school are compared word by word, each word weighing as much as it is rare in the network. A
word meets another by being equal, by sounding alike, by being its beginning, or by a small typing error, in
this order.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise, takewhile
from typing import NamedTuple

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from ckanext.patiodigital.menus.core.queries import MAX_QUERY, SchoolsQuery
from ckanext.patiodigital.menus.core.rows import Labels, SchoolRow
from ckanext.patiodigital.school_names.abbreviations import SCHOOL_KINDS
from ckanext.patiodigital.school_names.folding import Word, fold, sound_key, words

EARTH_RADIUS_M = 6_371_009
_MAX_WORDS = 12
_MAX_STARTS, _MAX_ALIKE, _MAX_NEAREST, _LONGEST_NAME = 300, 30, 5, 80

_FILLERS = frozenset((
    "a", "ao", "as", "bairro", "codigo", "colegio", "com", "da", "das", "de", "di", "diretoria", "do", "dos",
    "dre", "e", "em", "eol", "escola", "escolas", "inep", "municipal", "na", "nas", "no", "nos", "o", "os",
    "para", "regional", "unidade",
))  # fmt: skip
"""Words that don't say which school is meant. They count only where a query has no other."""
_KINDS = SCHOOL_KINDS | {"conveniado", "creche", "gestao"}

# How well a word of the query meets a word of a school, from 0 to 1. The figures were chosen by measuring.
_EQUAL, _SOUND, _START, _JOINED, _TYPO = 1.0, 0.95, 0.9, 0.9, 0.8
_PLACE = 0.8
"""What a word of the neighbourhood, district or DRE counts beside the same word of the name."""
_MIN_SIMILARITY = 0.7
_COMMON = 100
"""A word that more schools than this have is no typing error."""
_UNMET = 0.5
"""What a word that no school has counts beside a known one: most often it is beside the point."""
_MIN_SHARE, _MIN_OF_BEST = 0.45, 0.65
"""A school is found if it meets this share of the query's weight, and of what the best school meets."""
_COVERED, _IN_ORDER = 0.1, 0.03


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
        self._vocabulary = _Vocabulary(self._schools, labels, lang)
        self._weights = [self._vocabulary.weight(name.split()) for name in self._names]

    def get(self, eol: str) -> SchoolRow | None:
        """The school of a six-digit EOL code, whatever its status."""
        return self._by_eol.get(eol)

    def __len__(self) -> int:
        return len(self._schools)

    def find(self, query: SchoolsQuery) -> SearchResult:
        """Schools for what a family typed, best first; by distance where ``query.near`` is given.

        A blank ``q`` finds every school, by name.
        """
        candidates = self._filtered(query)
        interpreted = ""
        if query.q.strip():
            candidates, interpreted = self._ranked(query.q, candidates)
        found: list[tuple[int, int | None]] = [(index, None) for index in candidates]
        if query.near is not None:
            found = self._measured(candidates, query.near, query.radius_m or math.inf)
        page = found[query.offset : query.offset + query.limit]
        return SearchResult(
            items=[Found(self._schools[index], distance) for index, distance in page],
            total=len(found),
            nearest=[] if candidates else self._nearest_names(interpreted, self._filtered(query)),
            interpreted=interpreted,
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
        measured = []
        for index in candidates:
            school = self._schools[index]
            if school.lat is not None and school.lon is not None:
                distance = haversine_m(*near, school.lat, school.lon)
                if distance <= radius_m:
                    measured.append((distance, index))
        return [(index, round(distance)) for distance, index in sorted(measured)]

    def _ranked(self, q: str, allowed: Sequence[int]) -> tuple[list[int], str]:
        """Indexes of the schools found, best first, and the query as understood."""
        query = words(q[:MAX_QUERY])[:_MAX_WORDS]
        interpreted = " ".join(word.text for word in query)
        telling = [word for word in query if word.text not in _FILLERS] or query
        scores, total = self._vocabulary.score(telling)
        permitted = allowed if isinstance(allowed, range) else set(allowed)
        shares = {index: score / total for index, score in scores.items() if index in permitted}
        least = max(_MIN_SHARE, _MIN_OF_BEST * max(shares.values(), default=0.0))
        essence = _essence(interpreted.split())
        merits = {index: self._merit(index, share, total, essence) for index, share in shares.items() if share >= least}
        return sorted(merits, key=lambda index: (-merits[index], index)), interpreted

    def _merit(self, index: int, share: float, total: float, essence: str) -> float:
        """How much of the query is met, then how much of the name the query says, then words in order."""
        covered = min(1.0, share * total / self._weights[index])
        in_order = (essence == self._essences[index]) + (essence in self._essences[index])
        return round(share + _COVERED * covered + _IN_ORDER * in_order, 6)

    def _nearest_names(self, interpreted: str, allowed: Sequence[int]) -> list[SchoolRow]:
        essences = {index: self._essences[index] for index in allowed}
        query = _essence(interpreted.split())[:_LONGEST_NAME]
        if not query:
            return []
        ranked = process.extract(query, essences, scorer=fuzz.token_set_ratio, limit=_MAX_NEAREST)
        return [self._schools[index] for _, _, index in ranked]


def _essence(folded: list[str]) -> str:
    """What tells one school from another in a name: neither particles nor the kind of school."""
    return " ".join(word for word in folded if word not in _FILLERS and word not in _KINDS)


class _Vocabulary:
    """Which words stand in which schools."""

    def __init__(self, schools: Sequence[SchoolRow], labels: Labels, lang: str) -> None:
        postings: dict[str, dict[int, float]] = defaultdict(dict)
        joined: dict[str, set[int]] = defaultdict(set)
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
            for code in filter(None, (school.eol, school.eol.lstrip("0"), school.inep)):
                postings[code][index] = _EQUAL
            for first, second in pairwise(name):
                for reading in first.readings[:2]:  # "jardimperi" and "jdperi"
                    joined[sound_key(reading + second.text)].add(index)
        self._postings = dict(postings)
        self._joined = dict(joined)
        self._sorted = sorted(postings)
        # A wrong digit is another school or another year, not a typing error.
        self._spelled = [word for word in self._sorted if not word.isdigit()]
        for spelled in self._spelled:
            by_sound[sound_key(spelled)].append(spelled)
        self._by_sound = dict(by_sound)
        self._sounds = list(by_sound)

    def weight(self, name: Sequence[str]) -> float:
        """How much there is to say in a name: the rarer its words, the more."""
        return sum(self._rarity(len(self._postings.get(word, ()))) for word in name) or 1.0

    def score(self, query: Sequence[Word]) -> tuple[dict[int, float], float]:
        """Weight of the query that each school meets, and the whole weight of the query."""
        scores: defaultdict[int, float] = defaultdict(float)
        total = 0.0
        mets = [self._met(word, typing=word is query[-1]) for word in query]
        for position, (first, second) in enumerate(pairwise(query)):  # typed apart, written together
            for known in self._by_sound.get(sound_key(first.text + second.text), ()):
                for index, field in self._postings[known].items():
                    for met in mets[position : position + 2]:
                        met[index] = max(met.get(index, 0.0), _JOINED * field)
        for met in mets:
            strongest = max(met.values(), default=0.0)
            rarity = self._rarity(sum(quality == strongest for quality in met.values()))
            for index, quality in met.items():
                scores[index] += quality * rarity
            total += rarity if met else rarity * _UNMET
        return scores, total

    def _rarity(self, schools: int) -> float:
        return math.log(1 + self._school_count / max(schools, 1))

    def _met(self, word: Word, *, typing: bool) -> dict[int, float]:
        """Schools that a word of the query meets, each with how well."""
        met: dict[int, float] = dict.fromkeys(self._joined.get(sound_key(word.text), ()), _JOINED)
        for known, quality in self._meetings(word, typing=typing):
            for index, field in self._postings[known].items():
                if quality * field > met.get(index, 0.0):
                    met[index] = quality * field
        return met

    def _meetings(self, word: Word, *, typing: bool) -> Iterator[tuple[str, float]]:
        """Known words that a word of the query meets, each with how well; one may come more than once."""
        text = word.text
        for reading in word.readings:
            if reading in self._postings:
                yield reading, _EQUAL
        if text.isdigit():  # "2" is a number, "3061" the beginning of a code
            if len(text) >= 4:
                yield from ((known, _START) for known in self._starting(text))
            return
        for reading in word.readings:
            if typing or len(reading) >= 3:
                yield from ((known, _START) for known in self._starting(reading))
        key = sound_key(text)
        yield from ((known, _SOUND) for known in self._by_sound.get(key, ()))
        if len(text) < 3 or len(self._postings.get(text, ())) > _COMMON:
            return
        for known, similarity, _ in _alike(text, self._spelled):
            yield known, _TYPO * similarity
        for sound, similarity, _ in _alike(key, self._sounds):
            yield from ((known, _TYPO * similarity) for known in self._by_sound[sound])

    def _starting(self, text: str) -> Iterator[str]:
        first = bisect_left(self._sorted, text)
        return takewhile(lambda known: known.startswith(text), self._sorted[first : first + _MAX_STARTS])


def _alike(text: str, known: list[str]) -> list[tuple[str, float, int]]:
    """Words within a small typing error of a text, with their similarity from 0 to 1."""
    return process.extract(
        text, known, scorer=OSA.normalized_similarity, score_cutoff=_MIN_SIMILARITY, limit=_MAX_ALIKE
    )


def _places(school: SchoolRow, labels: Labels, lang: str) -> list[str]:
    places = [school.neighbourhood or ""]
    if school.district:
        places.append(labels.label("districts", school.district, lang))
    if school.dre:
        places.append(labels.label("dres", school.dre, lang))
    return places


def haversine_m(lat: float, lon: float, other_lat: float, other_lon: float) -> float:
    """Metres between two points (degrees, WGS 84) on a sphere of the earth's mean radius."""
    phi, other_phi = math.radians(lat), math.radians(other_lat)
    half_chord = (
        math.sin((other_phi - phi) / 2) ** 2
        + math.cos(phi) * math.cos(other_phi) * math.sin(math.radians(other_lon - lon) / 2) ** 2
    )
    return 2 * EARTH_RADIUS_M * math.asin(math.sqrt(min(1.0, half_chord)))
