"""Whether a dataset keeps its own promise: the day of its newest data against the update frequency that it states.

Data are on time until a period and a grace are over, late for one period more, then stale. The grace is a tenth of the
period and a day at least, since data of a day are published on the next.
"""

from __future__ import annotations

import datetime as dt

from ckanext.patiodigital.ranking.core import yardstick
from ckanext.patiodigital.ranking.core.evidence import Evidence
from ckanext.patiodigital.ranking.core.scores import Measured, Score

NAME = "currency"
GRACE = 0.1


def share(evidence: Evidence) -> float | None:
    """1 on time, 0.5 late, 0 stale or without a date; None where there is no promise with a term."""
    if evidence.period is None:
        return None
    if evidence.data_day is None:
        return 0.0
    # A day in the future, after a clock jumped, is as good as today.
    age = max(0, (evidence.today - evidence.data_day).days)
    due = _due(evidence.period)
    return 1.0 if age <= due else 0.5 if age <= due + evidence.period else 0.0


def next_change(evidence: Evidence) -> dt.date | None:
    """The first day on which the share falls, though nothing changes; None where it can't fall any more."""
    now = share(evidence)
    if not now or evidence.data_day is None or evidence.period is None:
        return None
    late = 0 if now == 1.0 else evidence.period
    return evidence.data_day + dt.timedelta(days=_due(evidence.period) + late + 1)


def _due(period: int) -> int:
    """Days until data are late: a period and its grace."""
    return period + max(1, round(GRACE * period))


def score(evidence: Evidence) -> Score:
    """100, 50 or 0."""
    kept = share(evidence)
    known = yardstick.load(NAME)
    if kept is None:
        return Score(NAME, 0.0, 0.0, None, [Measured("promise_kept", 0.0, 0.0, applies=False)], applies=False)
    points = 100 * kept
    return Score(NAME, points, known.most, known.band(points), [Measured("promise_kept", points, 100.0)])
