"""The routes. Their answers are the department's, in its words: no language, nothing of ours beside them."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable, Collection
from functools import lru_cache
from typing import Any

import ckantoolkit as tk
import psycopg2
from flask import Blueprint, Response, current_app, redirect, request
from sqlalchemy.exc import OperationalError
from werkzeug.wrappers import Response as AnyResponse

from ckanext.patiodigital import clock
from ckanext.patiodigital import config as base_config
from ckanext.patiodigital.menus import service
from ckanext.patiodigital.menus.api.blueprint import RETRY_AFTER
from ckanext.patiodigital.menus.core.prato_aberto import menus, questions, schools
from ckanext.patiodigital.menus.core.prato_aberto.menus import Menu
from ckanext.patiodigital.menus.core.prato_aberto.questions import MenusQuestion, QuestionError
from ckanext.patiodigital.menus.core.prato_aberto.schools import Register
from ckanext.patiodigital.menus.core.queries import normalise_eol
from ckanext.patiodigital.menus.core.rows import SchoolRow
from ckanext.patiodigital.menus.core.search import SchoolIndex
from ckanext.patiodigital.menus.labels import LABELS
from ckanext.patiodigital.menus.prato_aberto import store
from ckanext.patiodigital.tables import service as tables
from ckanext.patiodigital.tables.service import NoDataError

PREFIX = "/prato-aberto"
#: The department's route of one school's menus gives no more.
SCHOOL_MENUS = 15

_NO_SCHOOL = "Escola inexistente"
#: Routes that change the department's data when they are asked with GET.
_WRITING = re.compile(r"ajuste-datas-cardapios/?|migrar_historico_\w+|editor/escolas_editais/criar_escola_edital/\d+")

prato_aberto = Blueprint("patiodigital_prato_aberto", __name__)


class _NoSchoolError(LookupError):
    """There is no school with this code or name."""


def _json(body: Any, status: int = 200, **headers: str) -> Response:
    """JSON as the department's API writes it: in ASCII, with a blank after colons and commas."""
    return Response(json.dumps(body), status, headers, content_type="application/json")


def _error(status: int, message: str, **headers: str) -> Response:
    return _json({"erro": message}, status, **headers)


@lru_cache(maxsize=2)
def _register(index: SchoolIndex) -> Register:
    """The register of a data version; the look-up holds one index for each."""
    return Register(index)


def _today() -> dt.date:
    return clock.today(base_config.zone())


def _school(lookup: service.Lookup, eol: str) -> SchoolRow:
    code = normalise_eol(eol)
    school = lookup.schools.get(code) if code else None
    if school is None or school.status != "active":
        raise _NoSchoolError
    return school


# -- schools


@prato_aberto.get(f"{PREFIX}/escolas")
def school_list() -> Response:
    """All schools, or with ``nome`` the first ``limit`` that have its words in their name."""
    register = _register(service.public().schools)
    wanted = request.args.get("nome")
    if wanted is None:
        return _json([schools.entry(school) for school in register])
    found = register.search(wanted, questions.limit(request.args))
    return _json([schools.suggestion(school) for school in found])


@prato_aberto.get(f"{PREFIX}/escola/<eol>")
def school_page(eol: str) -> Response:
    """One school, with labels, or with any ``raw`` with codes."""
    lookup = service.public()
    as_codes = bool(request.args.get("raw"))
    return _json(schools.page(_school(lookup, eol), lookup.book.groups, _today(), as_codes=as_codes))


# -- menus


@prato_aberto.get(f"{PREFIX}/escola/<eol>/cardapios/")
@prato_aberto.get(f"{PREFIX}/escola/<eol>/cardapios/<data>")
def school_menus(eol: str, data: str | None = None) -> Response:
    """The newest menus of a school."""
    lookup = service.public()
    question = questions.school_menus_question(request.args, data, _today())
    found = _menus_of_schools(lookup, [_school(lookup, eol)], question)
    return _json(menus.newest(menus.documents(found), SCHOOL_MENUS))


@prato_aberto.get(f"{PREFIX}/cardapios/")
@prato_aberto.get(f"{PREFIX}/cardapios/<data>")
def menus_of_days(data: str | None = None) -> Response:
    """The menus of a school by its name, or those of menu groups."""
    lookup = service.public()
    question = questions.menus_question(request.args, data, _today())
    if question.name is None:
        return _json(menus.documents(_menus_of_groups(lookup, question)))
    managements = LABELS.codes("managements") if question.choice.management is None else ()
    found = _menus_of_schools(lookup, _named(lookup, question), question, managements)
    return _json(menus.documents(found))


@prato_aberto.get(f"{PREFIX}/cardapio-pdf")
@prato_aberto.get(f"{PREFIX}/cardapio-pdf/<data>")
def printed(data: str | None = None) -> AnyResponse:
    """The printed week of the school, in place of a PDF."""
    question = questions.menus_question(request.args, data, _today())
    if question.name is None:
        raise _NoSchoolError
    school = _named(service.public(), question)[0]
    year, week, _ = question.start.isocalendar()
    return redirect(tk.url_for("patiodigital_menus.printed", eol=school.eol, semana=f"{year}-W{week:02}"))


def _named(lookup: service.Lookup, question: MenusQuestion) -> list[SchoolRow]:
    """The schools that a name means: of several those whose contract is the one that was asked with (B3).

    The clients ask with what a school's page told them.
    """
    found = _register(lookup.schools).named(question.name or "")
    if not found:
        raise _NoSchoolError
    groups, today = lookup.book.groups, _today()
    meant = [school for school in found if question.choice.fits(schools.terms_on(school, groups, today))]
    return meant or found


def _menus_of_schools(
    lookup: service.Lookup, wanted: list[SchoolRow], question: MenusQuestion, other_managements: Collection[str] = ()
) -> list[Menu]:
    groups = lookup.book.groups
    eaten = menus.eaten_by(wanted, groups, question.days(), other_managements=other_managements)
    planned = _planned(lookup, {group for _, group in eaten}, question)
    return list(menus.for_schools(planned, eaten, lookup.own_meals))


def _menus_of_groups(lookup: service.Lookup, question: MenusQuestion) -> list[Menu]:
    """Menus of the groups that schools eat from; the client that asks without a name wants those of a whole group."""
    wanted = question.choice.groups({row.menu_group for row in lookup.book.groups})
    questions.check_size(len(wanted), question)
    return _planned(lookup, wanted, question)


def _planned(lookup: service.Lookup, groups: Collection[str], question: MenusQuestion) -> list[Menu]:
    if not groups:
        return []
    with tables.reading() as connection:
        rows = store.dishes(
            connection, lookup.tables["menus"].resource_id, groups, question.start, question.end, question.age
        )
    return menus.collect(rows)


# -- what the front end, and harvesters, read below /editor


@prato_aberto.get(f"{PREFIX}/editor/editar_notas")
def notes() -> Response:
    """The note that the front end shows below each menu, as HTML."""
    loaded = service.public().loaded_at.astimezone(base_config.zone())
    text = (
        f"<p>Cardápios do Prato Aberto, como este portal os leu em {loaded:%d/%m/%Y} às {loaded:%H:%M}. "
        "Eles podem mudar.</p><p>AF: da agricultura familiar.</p>"
    )
    return _json({"_id": 1, "notas": text})


@prato_aberto.get(f"{PREFIX}/editor/unidades_especiais")
def special_units() -> Response:
    """Holiday centres, with the schools that they take in."""
    return _json(list(schools.special_units(service.public().book.groups).values()))


@prato_aberto.get(f"{PREFIX}/editor/cardapios-unidade-especial/")
def special_unit_menus() -> Response:
    """A unit's menus on all of its days; an empty object where there is no unit of this id and these days."""
    lookup = service.public()
    units = schools.special_units(lookup.book.groups).items()
    unit = next((unit for unit, document in units if questions.names_unit(request.args, document)), None)
    if unit is None:
        return _json({})
    with tables.reading() as connection:
        rows = store.dishes(connection, lookup.tables["menus"].resource_id, [unit.group], unit.first, unit.last)
    return _json([menus.stored_document(menu) for menu in reversed(menus.collect(rows))])


@prato_aberto.get(f"{PREFIX}/editor/vigencias_tipo_alimentacao")
def meal_periods() -> Response:
    """Meals that schools have for a while."""
    lookup = service.public()
    return _json(schools.meal_periods(_register(lookup.schools), lookup.own_meals))


# -- everything else


@prato_aberto.get(f"{PREFIX}//<path:rest>", merge_slashes=False)
def doubled_slash(rest: str) -> AnyResponse:
    """The chat bot joins addresses so that a slash comes twice: it is answered as if it were one."""
    endpoint, arguments = current_app.url_map.bind_to_environ(request.environ).match(f"{PREFIX}/{rest}")
    view: Callable[..., Any] = current_app.view_functions[endpoint]
    return view(**arguments)


@prato_aberto.route(PREFIX, defaults={"rest": ""}, methods=["GET", "POST", "PUT", "PATCH", "DELETE"])
@prato_aberto.route(f"{PREFIX}/", defaults={"rest": ""}, methods=["GET", "POST", "PUT", "PATCH", "DELETE"])
@prato_aberto.route(f"{PREFIX}/<path:rest>", methods=["GET", "POST", "PUT", "PATCH", "DELETE"])
def unknown(rest: str) -> Response:
    """Any other path or method below the prefix."""
    writing = _WRITING.fullmatch(rest)
    if writing or request.method not in ("GET", "HEAD"):
        message = "The method is not allowed for the requested URL."
        return _json({"message": message}, 405, Allow="" if writing else "GET, HEAD, OPTIONS")
    return _error(404, f"{PREFIX}/{rest[:100]} não é um endereço desta API. Comece por {PREFIX}/escolas.")


@prato_aberto.errorhandler(QuestionError)
def _question(error: QuestionError) -> Response:
    return _error(400, str(error))


@prato_aberto.errorhandler(_NoSchoolError)
def _no_school(_missing: _NoSchoolError) -> Response:
    return _error(404, _NO_SCHOOL)


@prato_aberto.errorhandler(NoDataError)
@prato_aberto.errorhandler(OperationalError)
@prato_aberto.errorhandler(psycopg2.OperationalError)
def _not_now(_away: Exception) -> Response:
    message = "Os cardápios não podem ser lidos agora. Tente de novo em um minuto."
    return _error(503, message, **{"Retry-After": str(RETRY_AFTER)})
