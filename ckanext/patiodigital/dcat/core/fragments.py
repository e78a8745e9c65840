"""A graph as text that can be put together with others: a dataset's part of a feed, in each form.

A feed is ``head`` + parts joined by ``joint`` + ``tail``. It is a right document whatever parts are in it, because all
graphs have the same prefixes and no blank nodes. In plain JSON a part is an object, in the list of the catalogue's own.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from rdflib import Graph
from rdflib.plugins.serializers.jsonld import from_rdf

from ckanext.patiodigital.dcat.core.writing import PREFIXES

_CONTEXT = {prefix: str(namespace) for prefix, namespace in PREFIXES.items()}
_XML_HEAD = "".join(f'\n   xmlns:{prefix}="{namespace}"' for prefix, namespace in _CONTEXT.items())
_XML_BODY = re.compile(rb"<rdf:RDF[^>]*>\n?(.*)</rdf:RDF>", re.DOTALL)


class Form(NamedTuple):
    """A way to write a feed. ``joint`` stands between two parts."""

    name: str
    media_type: str
    head: bytes
    joint: bytes
    tail: bytes


#: The serialisations of RDF.
FORMS = {
    form.name: form
    for form in (
        Form("nt", "application/n-triples", b"", b"", b""),
        Form(
            "ttl",
            "text/turtle; charset=utf-8",
            "".join(f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in _CONTEXT.items()).encode(),
            b"",
            b"",
        ),
        Form(
            "rdf",
            "application/rdf+xml; charset=utf-8",
            f'<?xml version="1.0" encoding="utf-8"?>\n<rdf:RDF{_XML_HEAD}\n>\n'.encode(),
            b"",
            b"</rdf:RDF>\n",
        ),
        Form(
            "jsonld",
            "application/ld+json; charset=utf-8",
            b'{"@context": ' + json.dumps(_CONTEXT).encode() + b', "@graph": [\n',
            b",\n",
            b"\n]}\n",
        ),
    )
}
#: Plain JSON, without its head: that is the catalogue's, see ``around``.
JSON = Form("json", "application/json", b"", b",\n", b"\n]}\n")


def part(graph: Graph, form: str) -> bytes:
    """A graph as a part of a document in a form of ``FORMS``."""
    match form:
        case "nt":
            return b"".join(sorted(_serialised(graph, "nt").splitlines(keepends=True)))
        case "ttl":
            lines = _serialised(graph, "turtle").splitlines(keepends=True)
            return b"".join(line for line in lines if not line.startswith(b"@prefix")).lstrip(b"\n")
        case "rdf":
            found = _XML_BODY.search(_serialised(graph, "xml"))
            return found.group(1) if found else b""
        case "jsonld":
            document: dict[str, Any] = from_rdf(graph, context_data=_CONTEXT)  # type: ignore[no-untyped-call]
            nodes = document["@graph"] if "@graph" in document else [_without_context(document)]
            return b",\n".join(json.dumps(node, ensure_ascii=False, sort_keys=True).encode() for node in nodes if node)
    raise KeyError(form)


def plain(said: Mapping[str, Any]) -> bytes:
    """An object as a part of a document in ``JSON``."""
    return json.dumps(said, ensure_ascii=False).encode()


def around(catalog: Mapping[str, Any], name: str) -> Form:
    """``JSON`` for parts that are a list in a catalogue's object, under ``name``."""
    return JSON._replace(head=plain(catalog).removesuffix(b"}") + b', "' + name.encode() + b'": [\n')


def document(parts: Iterable[bytes], form: str) -> Iterator[bytes]:
    """A whole document in a form of ``FORMS``, piece by piece."""
    return joined(parts, FORMS[form])


def joined(parts: Iterable[bytes], how: Form) -> Iterator[bytes]:
    """A whole document, piece by piece. What is empty is no part."""
    first = True
    yield how.head
    for each in parts:
        if not each:
            continue
        if not first and how.joint:
            yield how.joint
        first = False
        yield each
    yield how.tail


def _serialised(graph: Graph, form: str) -> bytes:
    return graph.serialize(format=form, encoding="utf-8")


def _without_context(node: dict[str, object]) -> dict[str, object]:
    return {key: value for key, value in node.items() if key != "@context"}
