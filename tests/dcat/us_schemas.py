"""The published JSON Schemas of DCAT-US, with what is plainly wrong in them put right, and nothing else."""

import copy
import datetime as dt
import json
import re
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from jsonschema import Draft7Validator, Draft202012Validator, FormatChecker
from referencing import Registry, Resource

from ckanext.patiodigital.dcat.core import shapes

FOLDER = Path(shapes.__file__).parent.parent / "shapes" / "dcat_us"
_ADDRESS = "^mailto:[\\w\\_\\~\\!\\$\\&\\'\\(\\)\\*\\+\\,\\;\\=\\:.-]+@[\\w.-]+\\.[\\w.-]+?$"
#: Every address of RFC 5321 that is no quoted string, also those of a host without a dot.
_ANY_ADDRESS = "^mailto:[^@\\s]+@[^@\\s]+$"
_ONE_KEYWORD = {"oneOf": [{"type": "null"}, {"type": "string"}]}
_KEYWORDS = {"type": "array", "items": {"type": "string"}}

# Where, what stands there, and what is meant: docs/dcat.md has the same in words.
DEFECTS = {
    "schema.json": [
        (("$defs", "Dataset", "properties", "keyword"), _ONE_KEYWORD, _KEYWORDS),
        (("$defs", "Kind", "properties", "hasEmail", "pattern"), _ADDRESS, _ANY_ADDRESS),
    ],
    "pod-dataset.json": [
        (("$defs", "vcard", "properties", "hasEmail", "anyOf", 0, "pattern"), _ADDRESS, _ANY_ADDRESS),
    ],
    "pod-catalog.json": [],
}


@cache
def published(name):
    return json.loads((FOLDER / name).read_text(encoding="utf-8"))


def mended(name):
    """A schema without its defects. Fails where one of these is not there any more."""
    schema = copy.deepcopy(published(name))
    for path, written, meant in DEFECTS[name]:
        holder = schema
        for step in path[:-1]:
            holder = holder[step]
        found = holder[path[-1]]
        if isinstance(found, dict):
            found = {key: value for key, value in found.items() if key not in {"title", "description"}}
        assert found == written, f"{name} {path}: mended upstream?"
        holder[path[-1]] = meant
    return schema


# jsonschema judges these only with packages that nothing else needs; unjudged, every date is both a day and an instant.
formats = FormatChecker(formats=())


def _format(*names):
    """A format is of texts only; whatever else there is, its type is for other rules to refuse."""

    def register(judge):
        for name in names:
            formats.checks(name, raises=ValueError)(lambda value: not isinstance(value, str) or judge(value))

    return register


@_format("iri", "uri")
def _is_uri(text):
    return bool(urlsplit(text).scheme) and re.fullmatch(r"[!-~]+", text) and not set(text) & set('<>"{}|\\^`')


@_format("date")
def _is_day(text):
    return re.fullmatch(r"\d{4}-\d\d-\d\d", text) and dt.date.fromisoformat(text)


@_format("date-time")
def _is_instant(text):
    return re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)", text) and dt.datetime.fromisoformat(text)


@cache
def validator(name, *, as_published=False):
    """For ``schema.json`` (DCAT-US 3.0) or ``pod-catalog.json`` (Project Open Data 1.1)."""
    schema = published if as_published else mended
    if name == "schema.json":
        return Draft7Validator(schema(name), format_checker=formats)
    dataset = Resource.from_contents(schema("pod-dataset.json"))
    registry = Registry().with_resource("https://resources.data.gov/schemas/dcat-us/v1.1/schema/dataset.json", dataset)
    return Draft202012Validator(schema(name), registry=registry, format_checker=formats)


def errors(document, name, *, as_published=False):
    """What a schema refuses, in words that say where."""
    found = validator(name, as_published=as_published).iter_errors(document)
    return [line for error in found for line in _leaves(error)]


def _leaves(error):
    if not error.context:
        return [f"{error.json_path} {error.validator}: {error.message[:300]}"]
    return [line for each in error.context for line in _leaves(each)]
