"""The API's description: OpenAPI 3.1 from one table of operations and the structs of ``contracts.py``.

https://spec.openapis.org/oas/v3.1.1
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from ckanext.patiodigital.menus.core import contracts, parameters, queries
from ckanext.patiodigital.menus.core.rows import Codes
from ckanext.patiodigital.tables.core import formats

TITLE = "School menus"
_DESCRIPTION = """\
Schools of the municipal network and what is planned for their meals, day by day.

- No key, no account. Any origin may ask from a browser.
- Prefix the path with `/en` or `/es` for labels in English or Spanish; without a prefix they are Portuguese.
- Answers carry a strong `ETag` over the version of the data: ask again with `If-None-Match`, and 304 costs nothing.
- Only answers that have to be made anew count towards the limit in `RateLimit-Policy`.
- Whoever wants everything takes the whole tables below `/export`: one file each, in one state, with ranges.
- `allergens` of a dish that are `not_informed` say nothing: a dish is never stated to be free of anything.
"""

_JSON = "application/json"
_Json = dict[str, Any]


@dataclass(frozen=True)
class Portal:
    """The portal that answers. ``url`` is its address, without a slash at its end; ``version`` that of the data
    contract; ``licence`` is (name, address), ``contact`` (name, e-mail). ``tables`` can be exported.
    """

    url: str
    prefix: str
    version: str
    tables: tuple[str, ...]
    licence: tuple[str, str] | None = None
    contact: tuple[str, str] | None = None


@dataclass(frozen=True)
class Operation:
    """One path below the prefix, read with GET or HEAD.

    ``body`` is the struct of a JSON answer, ``media_types`` those of any other; ``headers`` are its own.
    """

    path: str
    name: str
    summary: str
    query: tuple[str, ...] = ()
    body: type[msgspec.Struct] | None = None
    media_types: tuple[str, ...] = (_JSON,)
    headers: tuple[str, ...] = ()
    ranges: bool = False


OPERATIONS = (
    Operation("", "index", "All that this API answers.", body=contracts.Index, headers=("Link",)),
    Operation("/openapi.json", "openapi", "This description."),
    Operation(
        "/schools",
        "schools",
        "Search schools by name, place or code, or by distance.",
        query=queries.SCHOOLS_PARAMETERS,
        body=contracts.SchoolList,
        headers=("Link", "X-Total-Count"),
    ),
    Operation("/schools/{eol}", "school", "One school.", body=contracts.School),
    Operation(
        "/schools/{eol}/menus",
        "menus",
        "A school's menus, day by day; each day says why it has none. Without `start` and `end`, this ISO week.",
        query=queries.MENUS_PARAMETERS,
        body=contracts.SchoolMenus,
    ),
    Operation(
        "/schools/{eol}/menus.ics",
        "menus_calendar",
        "A school's meals and days off as a calendar to subscribe to.",
        query=queries.CALENDAR_PARAMETERS,
        media_types=("text/calendar",),
    ),
    Operation(
        "/schools/{eol}/menus.atom",
        "menus_atom",
        "What is new in a school's menus.",
        query=queries.SUBSCRIPTION_PARAMETERS,
        media_types=("application/atom+xml",),
    ),
    Operation(
        "/schools/{eol}/openmensa.xml",
        "school_openmensa",
        "A school's menus as an OpenMensa feed, version 2.",
        media_types=("application/xml",),
    ),
    Operation("/openmensa.json", "openmensa_index", "The OpenMensa feed of each open school, by EOL code."),
    Operation(
        "/export/{table}.{extension}",
        "export",
        "A whole table, as it stood at its last change.",
        media_types=tuple(form.media_type for form in formats.BY_EXTENSION.values()),
        headers=("Accept-Ranges", "Content-Disposition"),
        ranges=True,
    ),
)

_HEADERS = {
    "ETag": "Names the bytes of this answer: send it in `If-None-Match`.",
    "Last-Modified": "When the data last changed.",
    "RateLimit-Policy": "How many answers are made for one address, and in how many seconds.",
    "RateLimit": "What is left of that, and for how many seconds; only where no cache could show it to others.",
    "Retry-After": "Seconds after which it is worth asking again.",
    "Link": "`rel=next`: the next page. On the index `rel=service-desc`: this description.",
    "X-Total-Count": "How many schools were found, over all pages.",
    "Accept-Ranges": "`bytes`: a part can be asked for with `Range`.",
    "Content-Disposition": "A file name with the day of the data.",
    "Content-Range": "Which part this is, and of how many bytes.",
    "Allow": "The methods that there are.",
}
_PROBLEMS = {
    400: ("BadRequest", "Parameters that can't be answered; `errors` says what to change in each.", ()),
    404: ("NotFound", "There is no such school, table or path.", ()),
    416: ("BeyondTheEnd", "The file ends before the part asked for.", ("Content-Range",)),
    429: ("TooManyRequests", "Too many new answers were asked for from one address.", ("RateLimit", "Retry-After")),
    503: ("NoData", "Nothing is published yet, or the database is away.", ("Retry-After",)),
}


def document(portal: Portal, codes: Codes) -> _Json:
    """The description of the API of a portal, with the codes that its parameters take."""
    structs = [*{operation.body for operation in OPERATIONS if operation.body}, contracts.Problem]
    _, schemas = msgspec.json.schema_components(structs, ref_template="#/components/schemas/{name}")
    return {
        "openapi": "3.1.0",
        "info": _info(portal),
        "servers": [{"url": portal.url}],
        "paths": {portal.prefix + operation.path: {"get": _operation(operation)} for operation in OPERATIONS},
        "components": {
            "schemas": dict(sorted(schemas.items())),
            "parameters": {**parameters.in_query(codes), **parameters.in_path(portal.tables)},
            "headers": {name: {"description": text, "schema": {"type": "string"}} for name, text in _HEADERS.items()},
            "responses": {
                "NotModified": {"description": "You have it.", "headers": _headers("ETag", "RateLimit-Policy")},
                **{name: _problem(text, headers) for name, text, headers in _PROBLEMS.values()},
            },
        },
    }


def links(portal: Portal) -> list[contracts.Link]:
    """Where each operation is, as URI templates."""
    found = []
    for operation in OPERATIONS:
        query = f"{{?{','.join(operation.query)}}}" if operation.query else ""
        href = f"{portal.url}{portal.prefix}{operation.path}{query}"
        found.append(contracts.Link(href, operation.summary, operation.media_types))
    return found


def _info(portal: Portal) -> _Json:
    info: _Json = {"title": TITLE, "version": portal.version, "description": _DESCRIPTION}
    for kind, texts, second in (("license", portal.licence, "url"), ("contact", portal.contact, "email")):
        if texts:
            info[kind] = {key: text for key, text in zip(("name", second), texts, strict=True) if text}
    return info


def _operation(operation: Operation) -> _Json:
    in_path = re.findall(r"{(\w+)}", operation.path)
    responses = {"200": _success(operation), "304": {"$ref": "#/components/responses/NotModified"}}
    if operation.ranges:
        responses["206"] = _success(operation, "The part of it that was asked for.", "Content-Range")
    failures = {400, 429, 503} | ({404} if in_path else set()) | ({416} if operation.ranges else set())
    responses |= {str(status): {"$ref": f"#/components/responses/{_PROBLEMS[status][0]}"} for status in failures}
    return {
        "operationId": operation.name,
        "summary": operation.summary,
        "parameters": [{"$ref": f"#/components/parameters/{name}"} for name in (*in_path, *operation.query)],
        "responses": dict(sorted(responses.items())),
    }


def _success(operation: Operation, description: str = "What was asked for.", *more: str) -> _Json:
    shape: _Json = {"schema": {"$ref": f"#/components/schemas/{operation.body.__name__}"}} if operation.body else {}
    return {
        "description": description,
        "headers": _headers("ETag", "Last-Modified", "RateLimit-Policy", *operation.headers, *more),
        "content": dict.fromkeys(operation.media_types, shape),
    }


def _problem(description: str, headers: Sequence[str]) -> _Json:
    return {
        "description": description,
        "headers": _headers("RateLimit-Policy", *headers),
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }


def _headers(*names: str) -> _Json:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}
