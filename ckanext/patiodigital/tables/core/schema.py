"""Table Schemas: what a table's columns are, read from ``schemas/tables/{table}/{major}.json``.

The files follow Frictionless Table Schema (https://specs.frictionlessdata.io/table-schema/) with our
``x-`` keys, described in docs/contracts.md.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

#: Column types of the DataStore for the types of Table Schema that we use. Built-in types only: a worker
#: caches PostgreSQL's types once, and an enum made later breaks it.
POSTGRES_TYPES = {
    "string": "text",
    "integer": "int4",
    "number": "float8",
    "boolean": "bool",
    "date": "date",
    "datetime": "timestamp",
}

#: Columns that say where a row came from; a difference in them alone is no change of the data.
PROVENANCE = ("source_url", "run")


class UnknownTableError(LookupError):
    """No Table Schema of that name and major version ships with the extension."""


@dataclass(frozen=True, slots=True)
class Field:
    """One column.

    ``vocabulary`` is the scheme that its codes come from; ``is_list`` says that a cell holds several,
    joined by ``;``; ``searched`` columns feed the DataStore's full text.
    """

    name: str
    type: str
    title: dict[str, str]
    description: dict[str, str]
    example: Any
    unit: str | None
    vocabulary: str | None
    is_list: bool
    searched: bool
    required: bool
    pattern: str | None
    enum: tuple[Any, ...]
    minimum: float | None
    maximum: float | None
    max_length: int | None

    @property
    def postgres_type(self) -> str:
        return POSTGRES_TYPES[self.type]


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """``fields`` of this table must occur as ``target_fields`` of the primary table ``target``."""

    fields: tuple[str, ...]
    target: str
    target_fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TableSchema:
    """A table's contract. ``floor`` is the least number of rows that a complete load may have."""

    name: str
    major: int
    version: str
    title: dict[str, str]
    description: dict[str, str]
    fields: tuple[Field, ...]
    key: tuple[str, ...]
    foreign_keys: tuple[ForeignKey, ...]
    indexes: tuple[tuple[str, ...], ...]
    floor: int

    @property
    def identifier(self) -> str:
        """What the resource field ``table_schema`` holds: ``menus/1``."""
        return f"{self.name}/{self.major}"

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(field.name for field in self.fields)

    @property
    def data_columns(self) -> tuple[str, ...]:
        """The columns whose difference is a change: neither key nor provenance."""
        apart = {*self.key, *PROVENANCE}
        return tuple(name for name in self.columns if name not in apart)

    @property
    def searched_columns(self) -> tuple[str, ...]:
        return tuple(field.name for field in self.fields if field.searched)

    @property
    def withdrawn_status(self) -> bool:
        """Whether a row that vanished at its source is kept, marked ``withdrawn``, and not deleted."""
        return any(field.name == "status" and "withdrawn" in field.enum for field in self.fields)

    def field(self, name: str) -> Field:
        for field in self.fields:
            if field.name == name:
                return field
        raise KeyError(name)


def _field(raw: dict[str, Any]) -> Field:
    constraints = raw.get("constraints", {})
    return Field(
        name=raw["name"],
        type=raw["type"],
        title=raw["title"],
        description=raw.get("description", {}),
        example=raw.get("example"),
        unit=raw.get("unit"),
        vocabulary=raw.get("x-vocabulary"),
        is_list=raw.get("x-list", False),
        searched=raw.get("x-search", False),
        required=constraints.get("required", False),
        pattern=constraints.get("pattern"),
        enum=tuple(constraints.get("enum", ())),
        minimum=constraints.get("minimum"),
        maximum=constraints.get("maximum"),
        max_length=constraints.get("maxLength"),
    )


def parse(raw: dict[str, Any], major: int) -> TableSchema:
    """The schema that a parsed JSON file states."""
    return TableSchema(
        name=raw["name"],
        major=major,
        version=raw["version"],
        title=raw["title"],
        description=raw["description"],
        fields=tuple(_field(field) for field in raw["fields"]),
        key=tuple(raw["primaryKey"]),
        foreign_keys=tuple(
            ForeignKey(
                tuple(key["fields"]),
                key["reference"]["resource"],
                tuple(key["reference"]["fields"]),
            )
            for key in raw.get("foreignKeys", ())
        ),
        indexes=tuple(tuple(index) for index in raw.get("x-index", ())),
        floor=raw.get("x-floor", 0),
    )


def _folder() -> Any:
    return files("ckanext.patiodigital.schemas") / "tables"


@cache
def load(table: str, major: int = 1) -> TableSchema:
    """The shipped schema of ``table``; :class:`UnknownTableError` names the ones there are."""
    file = _folder() / table / f"{major}.json"
    if not table.isidentifier() or not file.is_file():
        raise UnknownTableError(f"There is no table schema {table}/{major}. There are: {', '.join(available())}.")
    return parse(json.loads(file.read_text(encoding="utf-8")), major)


def source(table: str, major: int = 1) -> bytes:
    """The file that :func:`load` reads, as it ships; :class:`UnknownTableError` where there is none."""
    schema = load(table, major)
    return bytes((_folder() / schema.name / f"{schema.major}.json").read_bytes())


def from_identifier(identifier: str) -> TableSchema:
    """The schema that a resource field ``table_schema`` such as ``menus/1`` names."""
    table, _, major = identifier.partition("/")
    if not major.isdecimal():
        raise UnknownTableError(f"{identifier!r} is not of the form table/major, such as menus/1.")
    return load(table, int(major))


@cache
def available() -> tuple[str, ...]:
    """All shipped schemas as ``table/major``, ordered."""
    return tuple(
        sorted(
            f"{folder.name}/{file.name.removesuffix('.json')}"
            for folder in _folder().iterdir()
            if folder.is_dir()
            for file in folder.iterdir()
            if file.name.endswith(".json")
        )
    )
