"""School years of a dataset, written as people write them: ``2018, 2020-2022``."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise

FIRST, LAST = 1900, 2100

_PART = re.compile(r"([0-9]{4})(?:\s*[-–]\s*([0-9]{4}))?")


def parse(text: str) -> tuple[int, ...]:
    """Give the years of ``2018, 2020-2022`` in ascending order, each once; commas and semicolons separate.

    Raises ValueError, with the part that is wrong, for anything that is not a year from 1900 to 2100 or a
    range of them from the earlier to the later.
    """
    years: set[int] = set()
    for part in filter(None, (part.strip() for part in re.split("[,;]", text))):
        match = _PART.fullmatch(part)
        first = int(match[1]) if match else 0
        last = int(match[2] or first) if match else 0
        if not FIRST <= first <= last <= LAST:
            raise ValueError(part)
        years.update(range(first, last + 1))
    return tuple(sorted(years))


def compact(years: Iterable[int]) -> str:
    """Write years in the shortest form that ``parse`` reads back: ``2018, 2020-2022``."""
    ordered = sorted(set(years))
    starts = [*ordered[:1], *(later for earlier, later in pairwise(ordered) if later != earlier + 1)]
    ends = [*(earlier for earlier, later in pairwise(ordered) if later != earlier + 1), *ordered[-1:]]
    return ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in zip(starts, ends, strict=True))
