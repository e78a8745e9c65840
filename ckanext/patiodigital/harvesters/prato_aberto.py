"""The harvester of Prato Aberto, the department's menu system.

With a key it reads the editors' bulk routes, without one the public ones. See docs/prato-aberto.md.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, suppress
from typing import Any
from urllib.parse import urlsplit

import ckantoolkit as tk
import msgspec
from ckan import plugins as p
from ckanext.harvest.model import HarvestSource

from ckanext.patiodigital import clock, config
from ckanext.patiodigital.harvesters import config as harvest_config
from ckanext.patiodigital.harvesters import helpers, views
from ckanext.patiodigital.harvesters.base import TableHarvester
from ckanext.patiodigital.harvesters.core import plan
from ckanext.patiodigital.harvesters.core.key_watch import KeyWatch
from ckanext.patiodigital.harvesters.core.plan import Config, Part
from ckanext.patiodigital.harvesters.core.prato_aberto import groups, menus, questions, schools
from ckanext.patiodigital.harvesters.core.prato_aberto.documents import Document, day, entries, eol_code, no_eol
from ckanext.patiodigital.harvesters.core.prato_aberto.menus import MenuMapper, Served
from ckanext.patiodigital.harvesters.http import Client, MissingError, Params, SourceError
from ckanext.patiodigital.harvesters.logic import action, auth
from ckanext.patiodigital.harvesters.prato_aberto_dataset import METADATA
from ckanext.patiodigital.harvesters.spool import Page, Spool, spool_of
from ckanext.patiodigital.schemas import vocabularies
from ckanext.patiodigital.tables.service import Mapped

#: The only paths that are ever asked: some GET routes of this service write.
ALLOWED = tuple(
    re.compile(pattern)
    for pattern in (
        "/escolas",
        "/escola/[0-9]{1,6}",
        "/cardapios/",
        "/v2/editor/escolas",
        "/editor/cardapios",
        "/editor/cardapios-unidade-especial/",
        "/editor/escolas_editais",
        "/editor/unidades_especiais",
        "/editor/vigencias_tipo_alimentacao",
    )
)
PAGE_SIZE = 500
#: A partition of more pages, or more bytes, is a source that never ends.
PAGES_LIMIT, BYTES_LIMIT = 5_000, 100_000_000

_SCHOOL = re.compile(r"/escola/([0-9]+)")
_EMPTY_LIST = re.compile(rb"\s*\[\s*\]\s*")
_KEY = re.compile(r"[!-~]{1,200}")


class Reader:
    """Asks for the pages of one partition, each only where it changed since the last complete reading."""

    def __init__(self, client: Client, spool: Spool) -> None:
        self._client = client
        self._spool = spool
        self._bytes = 0
        self.pages: list[Page] = []

    def read(self, path: str, params: Params = (), check: Callable[[str, bytes], Any] | None = None) -> bytes:
        """The body of ``path``, from the source or, where it says 304, from the spool.

        ``check`` (by default :func:`documents`) looks at a body that is new, and raises where it can't be used: what
        was spooled before stays then.
        """
        known = self._spool.known(self._client.url(path, params))
        answer = self._client.get(path, params, etag=known.etag if known else None)
        if known and answer.not_modified:
            page, body = known, self._spool.body(known)
        else:
            body = answer.body
            if known is None or known.sha256 != answer.sha256:
                (check or documents)(answer.url, body)
            page = self._spool.write(answer.url, body, answer.sha256, answer.etag)
        self.pages.append(page)
        self._bytes += len(body)
        if len(self.pages) > PAGES_LIMIT or self._bytes > BYTES_LIMIT:
            raise SourceError(f"{path} does not end: {len(self.pages)} pages and {self._bytes} bytes were read.")
        return body

    def read_if_there(self, path: str, params: Params) -> None:
        """Read a school's page; a school that was closed since the list was read has none."""
        with suppress(MissingError):
            self.read(path, params, school_documents)


def documents(url: str, body: bytes) -> list[Any]:
    """The list that a page must hold."""
    value = _json(url, body)
    if not isinstance(value, list):
        raise SourceError(f"{url} answered {type(value).__name__}; a list was expected.")
    return value


def school_documents(url: str, body: bytes) -> list[Any]:
    """The school documents of ``/v2/editor/escolas``, or the one of ``/escola/{eol}``, which does not name itself."""
    own_page = _SCHOOL.search(urlsplit(url).path)
    if own_page:
        document = _json(url, body)
        return [{"_id": int(own_page[1]), **document} if isinstance(document, Mapping) else document]
    page = documents(url, body)
    if len(page) != 2 or not isinstance(page[0], list) or not isinstance(page[1], Mapping):
        raise SourceError(f"{url} answered another shape than [[schools], {{pages}}].")
    return page[0]


def unit_menus(url: str, body: bytes) -> list[Any]:
    """The menus of a special unit; the route answers with an empty object where its days were changed just now."""
    return [] if _json(url, body) == {} else documents(url, body)


def _json(url: str, body: bytes) -> Any:
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError) as error:
        raise SourceError(f"{url} answered no JSON: {error}. It begins with {body[:60]!r}.") from error


@tk.blanket.actions(action)
@tk.blanket.auth_functions(auth)
@tk.blanket.blueprints([views.harvests])
@tk.blanket.helpers(helpers)
class PratoAbertoHarvester(TableHarvester):
    """Fills ``schools``, ``school_menu_groups``, ``school_meals`` and ``menus``."""

    p.implements(p.IConfigurer)

    def update_config(self, config: Any) -> None:
        tk.add_template_directory(config, "../templates/harvesters")

    def info(self) -> dict[str, str]:
        return {
            "name": "prato_aberto",
            "title": "Prato Aberto",
            "description": "Schools and menus from the department's menu system",
            "form_config_interface": "Text",
        }

    def validate_config(self, source_config: str) -> str:
        plan.parse_config(source_config)
        return source_config

    def metadata(self, source: HarvestSource) -> dict[str, Any]:
        return METADATA

    def parts(self, source: HarvestSource) -> Iterator[Part]:
        return plan.parts(plan.parse_config(source.config), clock.today(config.zone()))

    # -- reading

    def fetch(self, source: HarvestSource, part: Part, spool: Spool) -> None:
        options = plan.parse_config(source.config)
        headers = {"key": _key(options.key_env)} if options.key_env else {}
        with closing(Client(source.url, ALLOWED, harvest_config.limits(), headers)) as client:
            reader = Reader(client, spool)
            match part.table:
                case "schools" if options.key_env:
                    _read_schools(reader)
                case "schools":
                    _read_schools_one_by_one(reader)
                case "school_menu_groups":
                    if options.key_env:
                        _read_contracts(reader, source, options)
                    reader.read("/editor/unidades_especiais")
                case "school_meals":
                    reader.read("/editor/vigencias_tipo_alimentacao")
                case "menus" if options.key_env:
                    _read_menus(reader, part)
                case "menus":
                    _read_menus_by_group(reader, source, part)
        spool.complete(reader.pages)

    # -- mapping

    def basis(self, source: HarvestSource, part: Part) -> str:
        """Groups and meals need their schools; menus, where labels must be told apart, what each group is served."""
        if part.table in ("school_menu_groups", "school_meals"):
            return _schools_spool(source).fingerprint
        if part.table == "menus" and not _has_key(source):
            served = sorted(
                (*map(str, group), sorted(own.meals), sorted(own.age_bands))
                for group, own in questions.served_by_group(_spooled_schools(source), part.partition).items()
            )
            return hashlib.sha256(msgspec.json.encode(served)).hexdigest()
        return ""

    def rows(self, source: HarvestSource, part: Part, spool: Spool, watch: KeyWatch) -> Iterator[Mapped]:
        match part.table:
            case "schools":
                yield from _school_rows(spool, watch)
            case "school_menu_groups":
                yield from _group_rows(source, spool, watch)
            case "school_meals":
                found = (
                    (url, document)
                    for url, body in spool.pages()
                    for document in watch.each(documents(url, body), groups.PERIOD_KEYS)
                )
                yield from groups.meal_periods(found, _usual_meals(source))
            case "menus":
                yield from _menu_rows(source, part, spool, watch)

    def remarks(self, source: HarvestSource, part: Part) -> list[str]:
        if part.table != "menus" or _has_key(source):
            return []
        unreachable = questions.plan(_spooled_schools(source), part.partition).unreachable
        return [
            f"No school of {group.school_type} / {group.grouping} has a name of its own to ask by."
            for group in unreachable
        ]


def _has_key(source: HarvestSource) -> bool:
    return plan.parse_config(source.config).key_env is not None


def _key(variable: str) -> str:
    """The key of the editors' routes, from the environment."""
    key = os.environ.get(variable, "").strip()
    if not key:
        raise SourceError(
            f"The environment variable {variable}, which the source's key_env names, is not set for the harvest "
            "consumers. Set it, or take key_env out of the source's configuration to read the public routes."
        )
    if not _KEY.fullmatch(key):
        raise SourceError(f"The environment variable {variable} holds no key: it has blanks, or signs beyond ASCII.")
    return key


def _read_schools(reader: Reader) -> None:
    page = 1
    while page:
        params = [("limit", str(PAGE_SIZE)), ("page", str(page))]
        body = reader.read("/v2/editor/escolas", params, school_documents)
        following = documents("/v2/editor/escolas", body)[1].get("next")
        page = following if isinstance(following, int) and following > page else 0


def _read_schools_one_by_one(reader: Reader) -> None:
    for school in documents("/escolas", reader.read("/escolas")):
        eol = eol_code(school.get("_id")) if isinstance(school, Mapping) else None
        if eol is not None:
            _read_school(reader, eol)


def _read_school(reader: Reader, eol: str) -> None:
    reader.read_if_there(f"/escola/{int(eol)}", [("raw", "1")])


def _read_contracts(reader: Reader, source: HarvestSource, options: Config) -> None:
    """The open contracts, and the page of each school whose own does not cover all days read: it tells those before."""
    body = reader.read("/editor/escolas_editais")
    first = plan.first_day(options, clock.today(config.zone())).isoformat()
    covered = {
        eol_code(contract.get("escola"))
        for contract in documents("/editor/escolas_editais", body)
        if isinstance(contract, Mapping) and str(day(contract.get("data_inicio")) or "") <= first
    }
    for school in _spooled_schools(source):
        eol = eol_code(school.get("_id"))
        if eol is not None and eol not in covered:
            _read_school(reader, eol)


def _read_menus(reader: Reader, part: Part) -> None:
    """Pages until an empty one: the route does not say how many there are."""
    days = [("data_inicial", f"{part.partition.first:%Y%m%d}"), ("data_final", f"{part.partition.last:%Y%m%d}")]
    page, body = 0, b""
    while not _EMPTY_LIST.fullmatch(body):
        page += 1
        params = [("status", menus.PUBLISHED), *days, ("limit", str(PAGE_SIZE)), ("page", str(page))]
        before, body = body, reader.read("/editor/cardapios", params)
        if body == before:
            raise SourceError(f"/editor/cardapios gave the same menus as page {page - 1} and as page {page}.")


def _read_menus_by_group(reader: Reader, source: HarvestSource, part: Part) -> None:
    known = list(_spooled_schools(source))
    if not known:
        raise SourceError("The schools of this source were not read yet; menus are asked for through schools.")
    for question in questions.plan(known, part.partition).questions:
        reader.read("/cardapios/", question)
    for unit in documents("/editor/unidades_especiais", reader.read("/editor/unidades_especiais")):
        unit_question = questions.unit_question(unit, part.partition)
        if unit_question:
            reader.read("/editor/cardapios-unidade-especial/", unit_question, unit_menus)


def _schools_spool(source: HarvestSource) -> Spool:
    return spool_of(source.id, "schools")


def _spooled_schools(source: HarvestSource) -> Iterator[Document]:
    """The school documents of the last complete reading."""
    for url, body in _schools_spool(source).pages():
        if not _is_index(url):
            yield from (document for document in school_documents(url, body) if isinstance(document, Mapping))


def _is_index(url: str) -> bool:
    """Whether a page only says which schools there are, each with a page of its own."""
    return urlsplit(url).path.endswith("/escolas") and "/v2/" not in url


def _school_types(source: HarvestSource) -> dict[str, str]:
    """Each school's type code by its EOL code."""
    types = vocabularies.load("school_types")
    found = {}
    for document in _spooled_schools(source):
        eol, raw = eol_code(document.get("_id")), document.get("tipo_unidade")
        code = types.code(raw) if isinstance(raw, str) else None
        if eol and code:
            found[eol] = code
    return found


def _usual_meals(source: HarvestSource) -> dict[str, frozenset[str]]:
    """The codes of each school's own list of meals by its EOL code."""
    return {
        eol: menus.served([document]).meals
        for document in _spooled_schools(source)
        if (eol := eol_code(document.get("_id"))) is not None
    }


def _school_rows(spool: Spool, watch: KeyWatch) -> Iterator[Mapped]:
    for url, body in spool.pages():
        if _is_index(url):
            for entry in documents(url, body):
                eol = entry.get("_id") if isinstance(entry, Mapping) else entry
                if eol_code(eol) is None:
                    yield no_eol("-", eol, url)
        else:
            for document in watch.each(school_documents(url, body), schools.KEYS):
                yield from schools.school(document, url)


def _group_rows(source: HarvestSource, spool: Spool, watch: KeyWatch) -> Iterator[Mapped]:
    school_types = _school_types(source)
    for contract, url in _contracts(source, spool):
        for document in watch.each([contract], groups.CONTRACT_KEYS):
            yield from groups.contract(document, school_types, url)
    for url, body in spool.pages():
        if url.endswith("/unidades_especiais"):
            for document in watch.each(documents(url, body), groups.UNIT_KEYS):
                yield from groups.special_unit(document, url)


def _contracts(source: HarvestSource, spool: Spool) -> Iterator[tuple[Any, str]]:
    """Contracts with their address: from a school's own page where that was read, for it has the whole history."""
    told = set()
    for url, body in (*_schools_spool(source).pages(), *spool.pages()):
        if _SCHOOL.search(urlsplit(url).path):
            for school in school_documents(url, body):
                if isinstance(school, Mapping) and "editais" in school:
                    told.add(eol_code(school["_id"]))
                    yield from ((contract, url) for contract in entries(school["editais"]))
    for url, body in spool.pages():
        if url.endswith("/escolas_editais"):
            for contract in documents(url, body):
                if not isinstance(contract, Mapping) or eol_code(contract.get("escola")) not in told:
                    yield contract, url


def _menu_rows(source: HarvestSource, part: Part, spool: Spool, watch: KeyWatch) -> Iterator[Mapped]:
    served = {} if _has_key(source) else questions.served_by_group(_spooled_schools(source), part.partition)
    mapper = MenuMapper(lambda document: served.get(questions.group_of(document), Served()))
    for url, body in spool.pages():
        path = urlsplit(url).path
        if path.endswith("/unidades_especiais"):
            continue  # read for the addresses of the units' menus
        of_unit = path.endswith("/cardapios-unidade-especial/")
        for document in watch.each((unit_menus if of_unit else documents)(url, body), menus.KEYS):
            if not (of_unit and questions.is_elsewhere(document, part.partition)):
                yield from mapper.rows(document, url)
