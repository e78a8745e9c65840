"""The forms that a table is downloaded in."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Format:
    """``extension`` ends the names of its files; ``name`` is what CKAN and DCAT call it."""

    extension: str
    name: str
    media_type: str


CSV = Format("csv", "CSV", "text/csv")
JSON_LINES = Format("jsonl", "JSONL", "application/jsonl")
PARQUET = Format("parquet", "Parquet", "application/vnd.apache.parquet")

BY_EXTENSION = {known.extension: known for known in (CSV, JSON_LINES, PARQUET)}
