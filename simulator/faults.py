"""Faults on request: what services do on a bad day, and documents that no schema foresaw.

Some spoil documents of an answer, the others the whole answer.
"""

from __future__ import annotations

import copy
import threading
from collections.abc import Callable
from typing import Any, Literal

from msgspec import Struct

from simulator.answers import BLOCK, HTML, Answer
from simulator.vocabulary import Document

Kind = Literal[
    "delay",
    "status",
    "cut",
    "truncated_json",
    "wrong_shape",
    "html",
    "slow",
    "endless",
    "huge",
    "content_type",
    "redirect",
    "etag_on",
    "etag_off",
    "duplicate",
    "data_as_number",
    "menu_as_list",
    "name_as_number",
    "html_in_dish",
    "html_in_name",
    "no_eol",
    "duplicate_eol",
    "outside_city",
    "bad_date",
    "header_row",
    "unknown_meal",
    "unknown_age",
    "many_dishes",
    "missing_fields",
]

HTML_PAGE = b"<!doctype html><title>503</title><h1>Em manuten&ccedil;&atilde;o</h1>"
SCRIPT = "<script>alert('cardapio')</script><b>ARROZ</b>"
MANY = 10_000
_MILAN = {"lat": 45.4642, "lon": 9.19}


class Fault(Struct, forbid_unknown_fields=True, kw_only=True, eq=False):
    """One fault, and where and how often it strikes. Fields that a kind does not name are not read by it.

    It strikes requests whose path begins with `path` and whose query contains `query`, `count` times, None =
    until it is removed. Document faults spoil the first `documents` documents.

    delay: `seconds` before the answer. status: `status`, with Retry-After `retry_after` seconds if given.
    cut: connection closed after half of the promised body. truncated_json: half of the body, promised as all.
    wrong_shape: the payload inside an object. html: a page, under `content_type`. slow: the body in pieces of
    1,024 bytes with `seconds` between. endless: so too, and then blanks for ever. huge: the body and `size`
    blanks at once, in steps of 65,536. content_type: `content_type` on a right body. redirect: 302 to
    `location`. etag_on, etag_off: as though the department were run with or without ETags. missing_fields:
    without `fields`. The other kinds say what they do to a document.
    """

    kind: Kind
    path: str = "/"
    query: str = ""
    count: int | None = None
    documents: int = 1
    seconds: float = 0.05
    status: int = 503
    retry_after: int | None = None
    content_type: str = HTML
    location: str = ""
    size: int = 64 * 1024 * 1024
    fields: tuple[str, ...] = ("nome", "data")


class Faults:
    """The faults at work, in the order in which they were added. Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults: list[Fault] = []

    def add(self, kind: Kind, **settings: Any) -> Fault:
        """Put a fault to work; the settings are the fields of `Fault`. Gives the fault, to remove it by."""
        return self.put(Fault(kind=kind, **settings))

    def put(self, fault: Fault) -> Fault:
        """Put this fault to work."""
        with self._lock:
            self._faults.append(fault)
        return fault

    def remove(self, fault: Fault) -> None:
        """End one fault; nothing happens if it has ended by itself."""
        with self._lock:
            self._faults = [other for other in self._faults if other is not fault]

    def clear(self) -> None:
        """End all faults."""
        with self._lock:
            self._faults = []

    def strike(self, path: str, query: str) -> list[Fault]:
        """The faults for one answer; each counts it."""
        with self._lock:
            struck = [fault for fault in self._faults if path.startswith(fault.path) and fault.query in query]
            for fault in struck:
                if fault.count is not None:
                    fault.count -= 1
            self._faults = [fault for fault in self._faults if fault.count is None or fault.count > 0]
        return struck


def spoil(answer: Answer, faults: list[Fault]) -> Answer:
    """The answer with these faults, documents first; the department's own data stay whole."""
    for fault in faults:
        if fault.kind in _DOCUMENT_FAULTS and answer.status == 200 and not isinstance(answer.payload, bytes):
            answer.payload = _spoil_documents(answer.payload, fault)
    for fault in faults:
        whole = _ANSWER_FAULTS.get(fault.kind)
        if whole is not None:
            whole(answer, fault)
    return answer


def _spoil_documents(payload: Any, fault: Fault) -> Any:
    """Lists of documents, the paged list of `/v2/editor/escolas`, or a single document."""
    payload = copy.copy(payload)
    if isinstance(payload, dict):
        return _DOCUMENT_FAULTS[fault.kind](copy.deepcopy(payload), fault)[0]
    if payload and isinstance(payload[0], list):
        return [_spoil_documents(payload[0], fault), *payload[1:]]
    first, rest = copy.deepcopy(payload[: fault.documents]), payload[fault.documents :]
    other = rest[0] if rest else None
    spoilt: list[Any] = []
    for document in first:
        if fault.kind == "duplicate_eol" and other is not None:
            document["_id"] = other["_id"]
        spoilt += _DOCUMENT_FAULTS[fault.kind](document, fault)
    return [*spoilt, *rest]


def _setting(key: str, value: Any) -> Callable[[Document, Fault], list[Document]]:
    """A fault that sets a field where the document has it."""

    def spoil_document(document: Document, _: Fault) -> list[Document]:
        return [{**document, key: value} if key in document else document]

    return spoil_document


def _meals(change: Callable[[dict[str, list[str]]], Any]) -> Callable[[Document, Fault], list[Document]]:
    """A fault that changes the meals of a menu."""

    def spoil_document(document: Document, _: Fault) -> list[Document]:
        meals = document.get("cardapio")
        return [{**document, "cardapio": change(meals)} if isinstance(meals, dict) else document]

    return spoil_document


def _first_dish(meals: dict[str, list[str]], dishes: list[str]) -> dict[str, list[str]]:
    first = next(iter(meals), None)
    return {meal: dishes if meal == first else list(served) for meal, served in meals.items()}


def _without(document: Document, fault: Fault) -> list[Document]:
    return [{key: value for key, value in document.items() if key not in fault.fields}]


_DOCUMENT_FAULTS: dict[str, Callable[[Document, Fault], list[Document]]] = {
    "duplicate": lambda document, _: [document, copy.deepcopy(document)],
    "duplicate_eol": lambda document, _: [document],
    "data_as_number": lambda document, _: [
        {**document, "data": int(document["data"])} if str(document.get("data")).isdigit() else document
    ],
    "menu_as_list": _meals(lambda meals: [{"refeicao": meal, "pratos": dishes} for meal, dishes in meals.items()]),
    "name_as_number": _setting("nome", 42),
    "html_in_dish": _meals(lambda meals: _first_dish(meals, [SCRIPT])),
    "html_in_name": _setting("nome", SCRIPT),
    "no_eol": lambda document, _: [{key: value for key, value in document.items() if key != "_id"}],
    "outside_city": lambda document, _: [{**document, **_MILAN} if "lat" in document else document],
    "bad_date": _setting("data", "20260230"),
    "header_row": _setting("data", "Data"),
    "unknown_meal": _meals(lambda meals: {**meals, "XX - CEIA": ["CHÁ"]}),
    "unknown_age": _setting("idade", "K - 99 A 120 ANOS"),
    "many_dishes": _meals(lambda meals: _first_dish(meals, [f"PRATO {n}" for n in range(MANY)])),
    "missing_fields": _without,
}


def _status(answer: Answer, fault: Fault) -> None:
    answer.status, answer.content_type, answer.payload = fault.status, HTML, HTML_PAGE
    if fault.retry_after is not None:
        answer.headers["Retry-After"] = str(fault.retry_after)


def _html(answer: Answer, fault: Fault) -> None:
    answer.content_type, answer.payload = fault.content_type, HTML_PAGE


def _redirect(answer: Answer, fault: Fault) -> None:
    answer.status, answer.payload = 302, b""
    answer.headers["Location"] = fault.location


def _truncated(answer: Answer, _: Fault) -> None:
    body = answer.body()
    answer.payload = body[: len(body) // 2]


def _wrong_shape(answer: Answer, _: Fault) -> None:
    answer.payload = {"resultado": answer.body().decode("ascii", "replace")}


def _delay(answer: Answer, fault: Fault) -> None:
    answer.delay += fault.seconds


def _cut(answer: Answer, _: Fault) -> None:
    answer.cut = True


def _content_type(answer: Answer, fault: Fault) -> None:
    answer.content_type = fault.content_type


def _slow(answer: Answer, fault: Fault) -> None:
    answer.pause = fault.seconds


def _endless(answer: Answer, fault: Fault) -> None:
    answer.padding, answer.pause = None, fault.seconds


def _huge(answer: Answer, fault: Fault) -> None:
    answer.padding = -(-fault.size // BLOCK) * BLOCK


_ANSWER_FAULTS: dict[str, Callable[[Answer, Fault], None]] = {
    "wrong_shape": _wrong_shape,
    "status": _status,
    "html": _html,
    "redirect": _redirect,
    "truncated_json": _truncated,
    "content_type": _content_type,
    "delay": _delay,
    "cut": _cut,
    "slow": _slow,
    "endless": _endless,
    "huge": _huge,
}
