"""The yardsticks: each measures the evidence of a dataset by its own method, to the point."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ckanext.patiodigital.ranking.core.evidence import Evidence
from ckanext.patiodigital.ranking.core.scores import Score
from ckanext.patiodigital.ranking.core.yardsticks import currency, mqa, mqm, odi, stars, validity

_MEASURES: Mapping[str, Callable[[Evidence], Score]] = {
    "mqa": mqa.score,
    "mqm": mqm.score,
    "odi": odi.score,
    "stars": stars.score,
    "currency": currency.score,
    "validity": validity.score,
}


def score(name: str, evidence: Evidence) -> Score:
    """A dataset by a yardstick of ``yardstick.NAMES``."""
    return _MEASURES[name](evidence)
