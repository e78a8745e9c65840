"""Prato Aberto's routes: who may call them, what they answer, and how they fail.

An exception in a route becomes the real service's HTTP 500; nothing is caught to be kinder than the source.
Routes that write on the real service only note that they were called.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from simulator.answers import HTML, Answer, Request
from simulator.department import Department
from simulator.menus import PUBLISHED, Search
from simulator.public_menus import family_menus, school_menus
from simulator.vocabulary import AGES, MEAL_LABEL_ORDER, MEALS, SPECIAL_UNIT, Document

Handler = Callable[..., Answer]

_UNAUTHORIZED_BODY = b'""\n'
_PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n%%EOF\n"
_LIST_FIELDS = ("_id", "nome", "endereco", "bairro", "lat", "lon")
_SUGGESTIONS = 5
_PAGE_SIZE = 100
_ANY = frozenset({None, "", "TODOS"})
_NO_UNIT = frozenset({None, "", "NENHUMA"})
_OBJECT_ID = re.compile(r"[0-9a-fA-F]{24}")


class Route(NamedTuple):
    """A path pattern and its handlers by method; a pattern that ends in a slash redirects the path without
    it.
    """

    pattern: re.Pattern[str]
    handlers: dict[str, Handler]


def answer(department: Department, request: Request) -> Answer:
    """What the department answers, before faults. Never raises."""
    path = "/" + request.path.lstrip("/")
    for route in ROUTES:
        found = route.pattern.fullmatch(path)
        if found is None:
            continue
        handler = route.handlers.get("GET" if request.method == "HEAD" else request.method)
        if request.method == "OPTIONS":
            return Answer(b"", headers={"Allow": ", ".join(sorted({*route.handlers, "HEAD", "OPTIONS"}))})
        if handler is None:
            return Answer({"message": "The method is not allowed for the requested URL."}, 405)
        try:
            return handler(department, request, **found.groupdict())
        except Exception:  # noqa: BLE001 - the real service answers any of its own errors in this way
            return Answer({"message": "Internal Server Error"}, 500)
    if any(route.pattern.fullmatch(path + "/") for route in ROUTES if route.pattern.pattern.endswith("/")):
        return _redirect(request, path + "/")
    return _page(404, "Not Found")


def _redirect(request: Request, path: str) -> Answer:
    """The absolute address that the real service sends (B6), with whatever host the client named."""
    query = f"?{request.query}" if request.query else ""
    location = f"http://{request.headers.get('host', 'localhost')}{path}{query}"
    return Answer(_page(308, "Redirecting").payload, 308, HTML, {"Location": location})


def _page(status: int, title: str) -> Answer:
    return Answer(f"<!DOCTYPE html><title>{status} {title}</title><h1>{title}</h1>".encode(), status, HTML)


def _with_key(handler: Handler) -> Handler:
    """An editor's route: the header `key` must be the department's, and there must be one."""

    def guarded(department: Department, request: Request, **parts: str) -> Answer:
        if department.key is None or request.headers.get("key") != department.key:
            return Answer(_UNAUTHORIZED_BODY, 401)
        return handler(department, request, **parts)

    return guarded


def _home(_: Department, __: Request) -> Answer:
    return Answer(
        b"<!DOCTYPE html><title>API do Prato Aberto</title><h1>Simulador da API do Prato Aberto</h1>",
        200,
        HTML,
    )


def _school_list(department: Department, request: Request) -> Answer:
    """All active schools, or with `nome` the first `limit` whose name its words are in, as a regular
    expression.
    """
    schools = department.active_schools()
    limit = request.number("limit", _SUGGESTIONS)
    name = request.argument("nome")
    if name is None:
        return Answer([_fields(school, _LIST_FIELDS) for school in schools])
    matches = [_fields(school, ("_id", "nome")) for school in _named(schools, name)]
    return Answer(matches[: abs(limit) or None])


def _named(schools: Iterable[Document], name: str) -> list[Document]:
    pattern = re.compile(name.replace(" ", ".*"), re.IGNORECASE)
    return [school for school in schools if pattern.search(str(school.get("nome", "")))]


def _fields(document: Document, names: Iterable[str]) -> Document:
    return {name: document[name] for name in names if name in document}


def _school(department: Department, request: Request, eol: str) -> Answer:
    school = department.schools.get(int(eol))
    if school is None or school.get("status") != "ativo":
        return Answer({"erro": "Escola inexistente"}, 404)
    document = {key: value for key, value in school.items() if key not in {"_id", "status"}}
    document["editais"] = department.contracts.get(int(eol), [])
    if not request.argument("raw"):
        if "idades" in document:
            document["idades"] = [AGES.get(age, age) for age in document["idades"]]
        if "refeicoes" in document:
            document["refeicoes"] = sorted((MEALS.get(meal, meal) for meal in document["refeicoes"]), key=_label_order)
    return Answer(document)


def _label_order(label: str) -> int:
    return MEAL_LABEL_ORDER.index(label) if label in MEAL_LABEL_ORDER else len(MEAL_LABEL_ORDER)


def _menus_of_school(department: Department, request: Request, eol: str, day: str | None = None) -> Answer:
    school = department.schools.get(int(eol))
    if school is None:
        return Answer({"erro": "Escola inexistente"}, 404)
    return Answer(school_menus(department, school, request, day or None))


def _menus(department: Department, request: Request, day: str | None = None) -> Answer:
    return Answer(family_menus(department, request, day or None))


def _menu_pdf(department: Department, request: Request, day: str | None = None) -> Answer:
    """Only that there is a PDF, or that there is none for want of menus, is simulated."""
    menus = family_menus(department, request, day or None)
    return Answer(_PDF, 200, "application/pdf") if menus else Answer({"message": "Internal Server Error"}, 500)


def _editor_menus(department: Department, request: Request) -> Answer:
    unit = request.argument("unidade_especial")
    statuses = request.arguments().get("status", [""])
    search = Search(
        statuses=frozenset(statuses if statuses[0] else [PUBLISHED]),
        age=_unless_any(request, "idade"),
        first=request.argument("data_inicial") or None,
        last=request.argument("data_final") or None,
    )
    if unit not in _NO_UNIT:
        search = search._replace(management=SPECIAL_UNIT, school_type=unit, grouping=SPECIAL_UNIT)
    else:
        search = search._replace(
            management=_unless_any(request, "tipo_atendimento"),
            school_type=_unless_any(request, "tipo_unidade"),
            grouping=_unless_any(request, "agrupamento"),
        )
    return Answer(_page_of_menus(department, request, search))


def _editor_unit_menus(department: Department, request: Request) -> Answer:
    unit = request.argument("unidade_especial")
    search = Search(
        statuses=frozenset(request.arguments().get("status", [])),
        management=SPECIAL_UNIT,
        school_type=None if unit in _NO_UNIT else unit,
        grouping=SPECIAL_UNIT,
        age=_unless_any(request, "idade"),
        first=request.argument("data_inicial") or None,
        last=request.argument("data_final") or None,
    )
    return Answer(_page_of_menus(department, request, search))


def _page_of_menus(department: Department, request: Request, search: Search) -> list[Document]:
    """Page n begins at 1; without `page` the first `limit` menus, without `limit` all of them."""
    limit, page = request.number("limit", 0), request.number("page", 0)
    if not limit:
        return department.menus.find(search)
    return department.menus.find(search, skip=limit * (page - 1) if page else 0, limit=limit)


def _unless_any(request: Request, name: str) -> str | None:
    value = request.argument(name)
    return None if value in _ANY else value


def _editor_schools(department: Department, request: Request) -> Answer:
    """A page of whole documents and where the others are; a key is checked only if one is sent."""
    sent = request.headers.get("key")
    if sent and department.key and sent != department.key:
        return Answer(_UNAUTHORIZED_BODY, 401)
    try:
        schools = sorted(_schools_wanted(department, request), key=lambda school: school["_id"])
        page, size = request.number("page", 1), request.number("limit", _PAGE_SIZE)
        pages = math.ceil(len(schools) / size)
    except (ValueError, ArithmeticError, re.error) as error:
        return Answer({"erro": str(error)}, 400)
    if page > pages > 0:
        return Answer({"erro": "pagina nao existe"}, 400)
    if page < 1:
        return Answer({"erro": "Cursor instances do not support negative indices"}, 400)
    links = {
        "total_pages": pages,
        "next": page + 1 if page < pages else None,
        "previous": page - 1 if page > 1 else None,
    }
    return Answer([schools[size * (page - 1) : size * page], links])


def _schools_wanted(department: Department, request: Request) -> list[Document]:
    """The filters of the editor's list. Groupings are compared with their type: `1` misses 1 (B8)."""
    schools = department.active_schools()
    wanted = request.argument("nome")
    if wanted and any(character.isdigit() for character in wanted):
        eol = int("".join(character for character in wanted if character in "0123456789"))
        schools = [school for school in schools if school["_id"] == eol]
    elif wanted:
        schools = _named(schools, wanted)
    for field in ("agrupamento", "tipo_atendimento"):
        value = _unless_any(request, field)
        schools = [school for school in schools if value is None or school.get(field) == value]
    kind = request.argument("tipo_unidade")
    if kind:
        pattern = re.compile(kind.replace(" ", ".*"), re.IGNORECASE)
        schools = [school for school in schools if pattern.search(str(school.get("tipo_unidade", "")))]
    return schools


def _contracts(department: Department, _: Request) -> Answer:
    """Only rows without end: what was before stands in `/escola/<eol>` alone."""
    return Answer([row for rows in department.contracts.values() for row in rows if row["data_fim"] is None])


def _contracts_of(department: Department, _: Request, eols: str) -> Answer:
    """Rows without end of these schools, else their first row; a school without any is an error, as in the
    source.
    """
    wanted = [int(eol) for eol in eols.split(",")]
    found: list[Document] = []
    for eol in wanted:
        rows = department.contracts.get(eol, [])
        found += [row for row in rows if row["data_fim"] is None] or [rows[0]]
    return Answer([{key: value for key, value in row.items() if key != "_id"} for row in found])


def _special_units(department: Department, _: Request) -> Answer:
    return Answer(department.special_units)


def _special_unit(department: Department, _: Request, oid: str) -> Answer:
    return Answer(_unit_by_id(department, oid))


def _unit_by_id(department: Department, oid: str) -> Document | None:
    """ValueError for what is no ObjectId."""
    if not _OBJECT_ID.fullmatch(oid):
        raise ValueError(f"{oid!r} is not a valid ObjectId")
    return next((unit for unit in department.special_units if unit["_id"]["$oid"] == oid), None)


def _special_unit_menus(department: Department, request: Request) -> Answer:
    """Whole documents of a unit, if the two dates are exactly its own; else an empty object, not a list."""
    oid = request.argument("unidade")
    unit = None if oid is None else _unit_by_id(department, oid)
    first, last = request.argument("inicio"), request.argument("fim")
    if unit is None or (unit["data_inicio"], unit["data_fim"]) != (first, last):
        return Answer({})
    return Answer(department.menus.find(Search(school_type=unit["nome"], first=first, last=last)))


def _special_unit_for_editor(_: Department, __: Request, **___: str) -> Answer:
    """The real route looks for the id as text and so never finds one."""
    return Answer({"erro": "Unidade especial inexistente"}, 404)


def _meal_periods(department: Department, request: Request) -> Answer:
    periods, wanted = department.meal_periods, request.argument("nome")
    if wanted and any(character.isdigit() for character in wanted):
        eol = "".join(character for character in wanted if character in "0123456789").lstrip("0") or "0"
        periods = [period for period in periods if period["escola_id"] == eol]
    elif wanted:
        pattern = re.compile(wanted.replace(" ", ".*"), re.IGNORECASE)
        periods = [period for period in periods if pattern.search(period["escola"])]
    return Answer(periods)


def _meal_period(department: Department, _: Request, oid: str) -> Answer:
    found = next((period for period in department.meal_periods if period["_id"]["$oid"] == oid), None)
    return Answer({"message": "Vigência não encontrada"}, 404) if found is None else Answer(found)


def _notes(department: Department, _: Request) -> Answer:
    return Answer(department.notes)


def _server_error(_: Department, __: Request) -> Answer:
    return _page(500, "Internal Server Error")


def _writes(payload: Any) -> Handler:
    """A route that changes data on the real service: here the call is noted, and nothing else happens."""

    def note(department: Department, request: Request, **_: str) -> Answer:
        department.mutations.append((request.method, request.path))
        return Answer(payload)

    return note


def _route(pattern: str, **handlers: Handler) -> Route:
    return Route(re.compile(pattern), handlers)


_DONE = _writes(b"")
_DONE_WITH_KEY = _with_key(_DONE)
_EOL = r"(?P<eol>\d+)"
_DAY = r"(?P<day>[^/]+)"
_OID = r"(?P<oid>[^/]+)"

ROUTES = (
    _route("/", GET=_home),
    _route("/escolas", GET=_school_list),
    _route(f"/escola/{_EOL}", GET=_school),
    _route(f"/escola/{_EOL}/cardapios/", GET=_menus_of_school),
    _route(f"/escola/{_EOL}/cardapios/{_DAY}", GET=_menus_of_school),
    _route("/cardapios/", GET=_menus),
    _route(f"/cardapios/{_DAY}", GET=_menus),
    _route("/cardapio-pdf", GET=_menu_pdf),
    _route(f"/cardapio-pdf/{_DAY}", GET=_menu_pdf),
    _route("/editor/cardapios", GET=_with_key(_editor_menus), POST=_DONE_WITH_KEY),
    _route("/editor/cardapios-unidades-especiais", GET=_with_key(_editor_unit_menus)),
    _route("/v2/editor/escolas", GET=_editor_schools),
    _route(f"/editor/escola/{_EOL}", POST=_DONE_WITH_KEY, DELETE=_DONE_WITH_KEY),
    _route("/editor/escolas_editais", GET=_contracts),
    _route("/editor/escolas_editais/(?P<eols>[^/]+)", GET=_contracts_of),
    _route(
        f"/editor/escolas_editais/criar_escola_edital/{_EOL}",
        GET=_writes({"data": "Edital criado com sucesso"}),
    ),
    _route("/editor/unidades_especiais", GET=_special_units),
    _route(f"/editor/unidade-especial/{_OID}", GET=_special_unit),
    _route("/editor/cardapios-unidade-especial/", GET=_special_unit_menus, POST=_writes(None)),
    _route("/editor/unidade_especial/", POST=_DONE_WITH_KEY),
    _route(
        f"/editor/unidade_especial/{_OID}",
        GET=_with_key(_special_unit_for_editor),
        POST=_DONE_WITH_KEY,
        DELETE=_DONE_WITH_KEY,
    ),
    _route("/editor/vigencias_tipo_alimentacao", GET=_meal_periods),
    _route(f"/editor/vigencias_tipo_alimentacao/{_OID}", GET=_meal_period),
    _route("/editor/editar_notas", GET=_notes, POST=_writes(b"editor atualizado com sucesso")),
    _route("/editor/remove-cardapio", POST=_writes(b"1 registro(s) removido(s)")),
    _route("/ajuste-datas-cardapios/", GET=_writes({"message": "Datas alteradas para hoje"})),
    _route("/migrar_historico_editais", GET=_writes({"editais": "collection editais já criada"})),
    _route("/migrar_historico_gestao", GET=_writes({"escolas_editais": "collection escolas_editais atualizada"})),
    _route("/debug-sentry", GET=_server_error),
)
