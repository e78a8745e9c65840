"""A map of the schools around a position that needs no tiles: which way each lies, how far, and what is beside what."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from ckanext.patiodigital.menus.core.rows import SchoolRow
from ckanext.patiodigital.menus.core.sphere import EARTH_RADIUS_M

_EDGE = 100
"""The map is a square from -100 to 100 both ways, its middle the position, x to the east and y to the south."""
_OUTERMOST = 80.0
"""Where the furthest school lies."""
_LEAST_M = 200.0
"""Metres to the outermost, at least: a school next door is not drawn as far away."""
_HEIGHT, _PADDING, _CHARACTER = 15.0, 9.0, 5.0
"""A mark's height, its width without a label, and what each character adds."""
_MOST_NAMED = 3
_METRES_PER_DEGREE = math.radians(EARTH_RADIUS_M)


class Mark(NamedTuple):
    """One mark for schools that lie so close together that theirs would cover each other, as those of a CEU do."""

    x: float
    y: float
    numbers: tuple[int, ...]

    @property
    def label(self) -> str:
        """Their places in the list: ``4``, ``4, 7``, or ``4 +5`` for the first of six."""
        if len(self.numbers) > _MOST_NAMED:
            return f"{self.numbers[0]} +{len(self.numbers) - 1}"
        return ", ".join(map(str, self.numbers))

    @property
    def width(self) -> float:
        return _PADDING + _CHARACTER * len(self.label)

    def covers(self, other: Mark) -> bool:
        return abs(self.y - other.y) < _HEIGHT and abs(self.x - other.x) < (self.width + other.width) / 2

    def with_those_of(self, other: Mark) -> Mark:
        return self._replace(numbers=tuple(sorted(self.numbers + other.numbers)))


class Ring(NamedTuple):
    """A circle around the position."""

    radius: float
    metres: int


class NearMap(NamedTuple):
    """What is drawn, in the square's units."""

    marks: list[Mark]
    rings: list[Ring]


def near_map(near: tuple[float, float], schools: Iterable[SchoolRow], first: int = 1) -> NearMap:
    """The map of ``schools``, numbered from ``first``, around a position (latitude, longitude in degrees, WGS 84)."""
    lat, lon = near
    east_m = _METRES_PER_DEGREE * math.cos(math.radians(lat))
    offsets = {
        number: ((school.lon - lon) * east_m, (lat - school.lat) * _METRES_PER_DEGREE)
        for number, school in enumerate(schools, first)
        if school.lat is not None and school.lon is not None
    }
    furthest_m = max((math.hypot(*offset) for offset in offsets.values()), default=0.0)
    scale = _OUTERMOST / max(furthest_m, _LEAST_M)
    return NearMap(_marks({number: (x * scale, y * scale) for number, (x, y) in offsets.items()}), _rings(scale))


def _marks(points: Mapping[int, tuple[float, float]]) -> list[Mark]:
    marks: list[Mark] = []
    for number, (x, y) in points.items():
        mark = Mark(round(x, 1), round(y, 1), (number,))
        # A mark that takes another in grows wider, and may come to cover a third.
        while (covered := next((other for other in marks if other.covers(mark)), None)) is not None:
            marks.remove(covered)
            mark = covered.with_those_of(mark)
        marks.append(mark)
    return marks


def _rings(scale: float) -> list[Ring]:
    """Two to four rings at round distances."""
    widest_m = _EDGE / scale
    magnitude = int(10 ** math.floor(math.log10(widest_m / 2)))
    step = next(magnitude * factor for factor in (5, 2, 1) if magnitude * factor <= widest_m / 2)
    return [Ring(round(metres * scale, 1), metres) for metres in range(step, int(widest_m) + 1, step)]
