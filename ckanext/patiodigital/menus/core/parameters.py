"""What the parameters of the API mean, in the words of OpenAPI. ``queries.py`` says where each is taken."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ckanext.patiodigital.menus.core import queries
from ckanext.patiodigital.menus.core.rows import Codes
from ckanext.patiodigital.tables.core import formats

_Json = dict[str, Any]


def in_path(tables: Iterable[str]) -> dict[str, _Json]:
    """Each parameter of a path by its name."""
    eol: _Json = {"type": "string", "pattern": "^[0-9]{1,6}$"}
    return {
        "eol": _parameter("eol", "A school's EOL code, 1 to 6 digits.", eol, "94617", place="path"),
        "table": _parameter("table", "A table.", _one_of(tables), "menus", place="path"),
        "extension": _parameter("extension", "A format.", _one_of(formats.BY_EXTENSION), "parquet", place="path"),
    }


def in_query(codes: Codes) -> dict[str, _Json]:
    """Each query parameter by its name; the same name means the same everywhere."""
    day = {"type": "string", "format": "date"}
    years = f"A day from {queries.FIRST_YEAR} to the end of next year."
    return {
        "q": _parameter(
            "q",
            "Words of a name, a place or a code, in any order; typing errors are forgiven.",
            {"type": "string", "maxLength": queries.MAX_QUERY},
            "emef joao 23",
        ),
        "near": _parameter(
            "near",
            "Latitude and longitude in degrees WGS 84: the nearest schools first.",
            {"type": "string", "pattern": r"^-?[0-9]{1,2}(\.[0-9]+)?,-?[0-9]{1,3}(\.[0-9]+)?$"},
            "-23.55,-46.63",
        ),
        "radius": _parameter(
            "radius",
            "Metres around `near`, which must be given too.",
            {"type": "number", "exclusiveMinimum": 0, "maximum": queries.MAX_RADIUS_M},
            5000,
        ),
        "dre": _parameter("dre", "The regional board.", _one_of(codes.codes("dres")), "108100"),
        "type": _parameter("type", "The type of school.", _one_of(codes.codes("school_types")), "emef"),
        "limit": _parameter(
            "limit",
            "Schools of one page.",
            {
                "type": "integer",
                "minimum": 1,
                "maximum": queries.MAX_LIMIT,
                "default": queries.DEFAULT_LIMIT,
            },
            queries.DEFAULT_LIMIT,
        ),
        "cursor": _parameter(
            "cursor", "From the address of the next page; good for the same search only.", {"type": "string"}, None
        ),
        "start": _parameter("start", f"The first day. {years}", day, "2026-03-02"),
        "end": _parameter(
            "end", f"The last day, at most {queries.MAX_DAYS - 1} after the first. {years}", day, "2026-03-06"
        ),
        "age": _codes("age", "Only these age bands.", codes.codes("age_bands"), "g-4-a-6-anos"),
        "meal": _codes("meal", "Only these meals.", codes.codes("meals"), "a-almoco"),
        "diet": _codes("diet", "Only these diets.", codes.codes("diets"), "common"),
        "version": _parameter(
            "version",
            "An instant in UTC: the menus as they were published then.",
            {"type": "string", "format": "date-time", "pattern": "Z$"},
            "2026-03-02T08:15:00Z",
        ),
        "group": _parameter(
            "group", "What one event of the calendar is.", {**_one_of(queries.GROUPS), "default": "meal"}, "day"
        ),
    }


def _one_of(values: Iterable[str]) -> _Json:
    return {"type": "string", "enum": sorted(values)}


def _codes(name: str, description: str, codes: Iterable[str], example: str) -> _Json:
    several: _Json = {"type": "array", "items": _one_of(codes), "minItems": 1, "uniqueItems": True}
    described = _parameter(name, f"{description} Several with a comma between them.", several, [example])
    return described | {"style": "form", "explode": False}


def _parameter(name: str, description: str, schema: _Json, example: Any, *, place: str = "query") -> _Json:
    described: _Json = {"name": name, "in": place, "description": description, "schema": schema}
    if place == "path":
        described["required"] = True
    return described if example is None else described | {"example": example}
