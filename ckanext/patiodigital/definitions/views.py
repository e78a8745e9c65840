"""``/vocabulary`` and ``/table-schema``: each code list, code and Table Schema under its URI.

A URI itself is a page for people; the extension of an address, and never ``Accept``, gives programs their form.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

import ckantoolkit as tk
from flask import Blueprint, Response, make_response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from ckanext.patiodigital.definitions.core import answers, skos
from ckanext.patiodigital.definitions.core.nearest import nearest
from ckanext.patiodigital.definitions.core.uris import concept_uri, scheme_uri
from ckanext.patiodigital.edge.core.route import PublicRoute, Version
from ckanext.patiodigital.menus.alternates import page_addresses
from ckanext.patiodigital.problems import problem
from ckanext.patiodigital.schemas import vocabularies
from ckanext.patiodigital.schemas.vocabularies import localised, slug
from ckanext.patiodigital.tables.core import schema as table_schemas

_MEDIA_TYPES = {"ttl": "text/turtle", "json": "application/json"}

definitions = Blueprint("patiodigital_definitions", __name__)


class Link(NamedTuple):
    """Somewhere to go on to."""

    name: str
    url: str


class Form(NamedTuple):
    """What a page shows, for programs."""

    media_type: str
    url: str


def public_routes() -> list[PublicRoute]:
    """What the edge answers: it changes with the release, which counts in each answer's tag anyway."""
    return [PublicRoute(prefix, _version, params=frozenset(), cors=True) for prefix in ("/vocabulary", "/table-schema")]


def _version() -> Version:
    return Version("definitions")


@definitions.get("/vocabulary")
def schemes() -> Response:
    """All code lists."""
    lists = [vocabularies.load(scheme) for scheme in vocabularies.schemes()]
    return _page(
        "definitions/schemes.html", lists=sorted(lists, key=lambda each: slug(localised(each.title, tk.h.lang())))
    )


@definitions.get("/vocabulary/<scheme>")
@definitions.get("/vocabulary/<scheme>.<any(json, ttl):form>")
def scheme(scheme: str, form: str = "html") -> Response:
    """A code list."""
    if scheme not in vocabularies.schemes():
        return _no_scheme(scheme)
    vocabulary = vocabularies.load(scheme)
    if form == "json":
        return _data(form, answers.scheme_json(vocabulary, _site_url()))
    if form == "ttl":
        return _data(form, skos.turtle(skos.scheme_graph(vocabulary, _site_url())))
    return _page(
        "definitions/scheme.html",
        _forms("scheme", _MEDIA_TYPES, scheme=scheme),
        vocabulary=vocabulary,
        uri=scheme_uri(_site_url(), scheme),
    )


@definitions.get("/vocabulary/<scheme>/<code>")
@definitions.get("/vocabulary/<scheme>/<code>.<any(json, ttl):form>")
def concept(scheme: str, code: str, form: str = "html") -> Response:
    """A code of a list."""
    if scheme not in vocabularies.schemes():
        return _no_scheme(scheme)
    vocabulary = vocabularies.load(scheme)
    if code not in vocabulary:
        return _no_concept(vocabulary, code)
    found = vocabulary[code]
    if form == "json":
        return _data(form, answers.concept_json(vocabulary, found, _site_url()))
    if form == "ttl":
        return _data(form, skos.turtle(skos.concept_graph(vocabulary, found, _site_url())))
    return _page(
        "definitions/concept.html",
        _forms("concept", _MEDIA_TYPES, scheme=scheme, code=code),
        vocabulary=vocabulary,
        concept=found,
        narrower=[each for each in vocabulary.concepts if each.broader == code],
        uri=concept_uri(_site_url(), scheme, found),
        is_web_address=skos.is_web_address,
    )


@definitions.get("/table-schema")
def tables() -> Response:
    """All Table Schemas."""
    return _page("definitions/tables.html", schemas=_table_schemas())


@definitions.get("/table-schema/<table>/<major>")
def table(table: str, major: str) -> Response:
    """What the columns of a table are."""
    if f"{table}/{major}" not in table_schemas.available():
        return _no_table(f"{table}/{major}")
    forms = [Form(_MEDIA_TYPES["json"], _url("table_json", table=table, major=major))]
    schema = table_schemas.load(table, int(major))
    lists = {field.vocabulary for field in schema.fields if field.vocabulary}
    titles = {scheme: vocabularies.load(scheme).title for scheme in lists}
    return _page("definitions/table.html", forms, schema=schema, titles=titles)


@definitions.get("/table-schema/<table>/<major>.json")
def table_json(table: str, major: str) -> Response:
    """A Table Schema itself."""
    if f"{table}/{major}" not in table_schemas.available():
        return _no_table(f"{table}/{major}")
    return _data("json", table_schemas.source(table, int(major)))


@definitions.get("/vocabulary/", defaults={"rest": ""})
@definitions.get("/vocabulary/<path:rest>")
def no_vocabulary(rest: str) -> AnyResponse:
    """Any other address below ``/vocabulary``."""
    return _elsewhere("schemes", "no_vocabulary", rest, _no_scheme)


@definitions.get("/table-schema/", defaults={"rest": ""})
@definitions.get("/table-schema/<path:rest>")
def no_table_schema(rest: str) -> AnyResponse:
    """Any other address below ``/table-schema``."""
    return _elsewhere("tables", "no_table_schema", rest, _no_table)


def _elsewhere(index: str, endpoint: str, rest: str, absent: Callable[[str], Response]) -> AnyResponse:
    """Lead to the address without its last slash, or say that there is none."""
    if not request.path.endswith("/"):
        return absent(rest)
    kept = rest.rstrip("/")
    return redirect(_url(endpoint, rest=kept) if kept else _url(index), 301)


def _no_scheme(asked: str) -> Response:
    titles = {name: vocabularies.load(name).title for name in vocabularies.schemes()}
    near = nearest(asked.partition("/")[0], {name: (name, *title.values()) for name, title in titles.items()})
    return _absent(
        f"There is no code list at this address. There are: {', '.join(titles)}.",
        Link(tk._("Code lists"), _url("schemes")),
        [Link(localised(titles[name], tk.h.lang()), _url("scheme", scheme=name)) for name in near],
    )


def _no_concept(vocabulary: vocabularies.Vocabulary, asked: str) -> Response:
    spellings = {each.code: (each.code, *each.label.values(), *each.aliases) for each in vocabulary.concepts}
    index = scheme_uri(_site_url(), vocabulary.scheme)
    return _absent(
        f"The code list {vocabulary.scheme} has no such code. {index}.json holds all that it has.",
        Link(localised(vocabulary.title, tk.h.lang()), _url("scheme", scheme=vocabulary.scheme)),
        [
            Link(vocabulary.label(code, tk.h.lang()), _url("concept", scheme=vocabulary.scheme, code=code))
            for code in nearest(asked, spellings)
        ],
    )


def _no_table(asked: str) -> Response:
    schemas = {schema.identifier: schema for schema in _table_schemas()}
    near = nearest(asked.partition("/")[0], {name: (each.name, *each.title.values()) for name, each in schemas.items()})
    return _absent(
        f"There is no Table Schema at this address. There are: {', '.join(schemas)}.",
        Link(tk._("Table schemas"), _url("tables")),
        [
            Link(
                localised(schemas[name].title, tk.h.lang()),
                _url("table", table=schemas[name].name, major=str(schemas[name].major)),
            )
            for name in near
        ],
    )


def _table_schemas() -> list[table_schemas.TableSchema]:
    return [table_schemas.from_identifier(identifier) for identifier in table_schemas.available()]


def _absent(detail: str, up: Link, near: Sequence[Link]) -> Response:
    """404 in the form asked for: problem details (RFC 9457), or a page that leads on."""
    if request.path.endswith((".json", ".ttl")):
        return problem(404, "Not found", detail)
    return _page("definitions/absent.html", status=404, up=up, near=near)


def _data(form: str, body: bytes) -> Response:
    charset = "; charset=utf-8" if form == "ttl" else ""
    return Response(body, 200, {"Content-Type": _MEDIA_TYPES[form] + charset})


def _page(template: str, forms: Sequence[Form] = (), *, status: int = 200, **values: Any) -> Response:
    """A page for people; ``forms`` are the same for programs."""
    known = {
        "forms": forms,
        "lang": tk.h.lang(),
        "localised": localised,
        "page_addresses": page_addresses,
        # Where search engines may list it: at its address without a query.
        "named_by": () if status == 200 else None,
    }
    answer = make_response(tk.render(template, {**known, **values}), status)
    answer.headers["Content-Security-Policy"] = "frame-ancestors 'self'"
    for form in forms:
        answer.headers.add("Link", f'<{form.url}>; rel="alternate"; type="{form.media_type}"')
    return answer


def _forms(endpoint: str, extensions: Iterable[str], **ids: str) -> list[Form]:
    return [Form(_MEDIA_TYPES[each], _url(endpoint, form=each, **ids)) for each in extensions]


def _url(endpoint: str, **values: str) -> str:
    return str(tk.url_for(f"patiodigital_definitions.{endpoint}", **values))


def _site_url() -> str:
    return str(tk.config["ckan.site_url"])
