"""The share of rows that pass their Table Schema, over all tables of a dataset."""

from __future__ import annotations

from ckanext.patiodigital.ranking.core import yardstick
from ckanext.patiodigital.ranking.core.evidence import Evidence
from ckanext.patiodigital.ranking.core.scores import Measured, Score

NAME = "validity"


def score(evidence: Evidence) -> Score:
    """0 to 100; a dataset without tables is not measured."""
    passed = sum(table.rows for table in evidence.tables)
    received = passed + sum(table.set_aside for table in evidence.tables)
    if not received:
        return Score(NAME, 0.0, 0.0, None, [Measured("valid_rows", 0.0, 0.0, applies=False)], applies=False)
    points = 100 * passed / received
    return Score(NAME, points, yardstick.load(NAME).most, None, [Measured("valid_rows", points, 100.0)])
