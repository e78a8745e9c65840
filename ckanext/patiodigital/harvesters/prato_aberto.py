"""The harvester of Prato Aberto, the department's menu system.

With a key it reads the editors' bulk routes, without one the public ones. See docs/prato-aberto.md.
"""

from __future__ import annotations

import os
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec
from ckanext.harvest.model import HarvestSource

from ckanext.patiodigital import clock, config
from ckanext.patiodigital.harvesters import config as harvest_config
from ckanext.patiodigital.harvesters.base import TableHarvester, spool_of
from ckanext.patiodigital.harvesters.core import plan, prato_aberto, public_menus
from ckanext.patiodigital.harvesters.core.plan import Config, Part
from ckanext.patiodigital.harvesters.core.prato_aberto import Document, KeyWatch, MenuMapper, Served
from ckanext.patiodigital.harvesters.http import Client, SourceError
from ckanext.patiodigital.harvesters.prato_aberto_dataset import METADATA
from ckanext.patiodigital.harvesters.spool import Page, Spool
from ckanext.patiodigital.tables import service
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
#: A partition with more pages is a source that never ends.
PAGES_LIMIT = 5_000

_SCHOOLS = Part("schools", service.WHOLE)
Params = Sequence[tuple[str, str]]


class Reader:
    """Asks for the pages of one partition, each only where it changed since the last complete reading."""

    def __init__(self, client: Client, spool: Spool) -> None:
        self._client = client
        self._spool = spool
        self.pages: list[Page] = []

    def read(self, path: str, params: Params = ()) -> bytes:
        """The body of ``path``, from the source or, where it says 304, from the spool."""
        if len(self.pages) >= PAGES_LIMIT:
            raise SourceError(f"{path} has more than {PAGES_LIMIT} pages.")
        known = self._spool.known(self._client.url(path, params))
        answer = self._client.get(path, params, etag=known.etag if known else None)
        if answer.not_modified and known:
            self.pages.append(known)
            return self._spool.body(known)
        self.pages.append(self._spool.write(answer.url, answer.body, answer.sha256, answer.etag))
        return answer.body


def documents(url: str, body: bytes) -> list[Any]:
    """The list that a page must hold."""
    try:
        value = msgspec.json.decode(body)
    except msgspec.DecodeError as error:
        raise SourceError(f"{url} answered no JSON: {error}. It begins with {body[:60]!r}.") from error
    if not isinstance(value, list):
        raise SourceError(f"{url} answered {type(value).__name__}; a list was expected.")
    return value


def school_documents(url: str, body: bytes) -> list[Any]:
    """The school documents of a page of any of the three routes that show schools."""
    if "/escola/" in url:
        return documents(url, b"[" + body + b"]")
    page = documents(url, body)
    if "/v2/editor/" not in url:
        return []  # the index /escolas: each school has a page of its own
    if len(page) != 2 or not isinstance(page[0], list) or not isinstance(page[1], Mapping):
        raise SourceError(f"{url} answered another shape than [[schools], {{pages}}].")
    return page[0]


class PratoAbertoHarvester(TableHarvester):
    """Fills ``schools``, ``school_menu_groups``, ``school_meals`` and ``menus``."""

    mapping = "1"

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
        return METADATA | {"source_system_url": source.url}

    def parts(self, source: HarvestSource) -> Iterator[Part]:
        return plan.parts(plan.parse_config(source.config), clock.today(config.zone()))

    # -- reading

    def fetch(self, source: HarvestSource, part: Part, spool: Spool) -> None:
        key = _key(plan.parse_config(source.config))
        client = Client(source.url, ALLOWED, harvest_config.limits(), {"key": key} if key else {})
        reader = Reader(client, spool)
        try:
            match part.table:
                case "schools" if key:
                    _read_schools(reader)
                case "schools":
                    _read_schools_one_by_one(reader)
                case "school_menu_groups":
                    reader.read("/editor/escolas_editais")
                    reader.read("/editor/unidades_especiais")
                case "school_meals":
                    reader.read("/editor/vigencias_tipo_alimentacao")
                case "menus" if key:
                    _read_menus(reader, part)
                case "menus":
                    self._read_menus_by_group(source, reader, part)
        finally:
            client.close()
        spool.complete(reader.pages)

    def _read_menus_by_group(self, source: HarvestSource, reader: Reader, part: Part) -> None:
        schools = list(_spooled_schools(source))
        if not schools:
            raise SourceError("The schools of this source were not read yet; menus are asked for through schools.")
        for question in public_menus.plan(schools, part.partition).questions:
            reader.read("/cardapios/", question)
        for unit in documents("/editor/unidades_especiais", reader.read("/editor/unidades_especiais")):
            question = public_menus.unit_question(unit, part.partition)
            if question:
                reader.read("/editor/cardapios-unidade-especial/", question)

    # -- mapping

    def rows(self, source: HarvestSource, part: Part, spool: Spool) -> Iterator[Mapped]:
        watch = self._watch = KeyWatch()
        match part.table:
            case "schools":
                yield from _school_rows(spool, watch)
            case "school_menu_groups":
                yield from _group_rows(spool, watch, _school_types(source))
            case "school_meals":
                for url, body in spool.pages():
                    for document in watch.each(documents(url, body), prato_aberto.PERIOD_KEYS):
                        yield from prato_aberto.meal_period(document, url)
            case "menus":
                yield from _menu_rows(source, part, spool, watch)

    def remarks(self, source: HarvestSource, part: Part) -> list[str]:
        remarks = []
        if self._watch.unread:
            remarks.append(f"The source has keys that nobody reads: {', '.join(sorted(self._watch.unread))}.")
        if part.table == "menus" and _key(plan.parse_config(source.config)) is None:
            unreachable = public_menus.plan(_spooled_schools(source), part.partition).unreachable
            remarks += [f"No school of {' / '.join(group)} has a name of its own to ask by." for group in unreachable]
        return remarks


def _key(options: Config) -> str | None:
    """The key of the editors' routes, from the environment."""
    if options.key_env is None:
        return None
    key = os.environ.get(options.key_env)
    if not key:
        raise SourceError(
            f"The environment variable {options.key_env}, which the source's key_env names, is not set for the "
            "harvest consumers. Set it, or take key_env out of the source's configuration to read the public routes."
        )
    return key


def _read_schools(reader: Reader) -> None:
    page = 1
    while page:
        body = reader.read("/v2/editor/escolas", [("limit", str(PAGE_SIZE)), ("page", str(page))])
        school_documents("/v2/editor/escolas", body)
        following = documents("/v2/editor/escolas", body)[1].get("next")
        page = following if isinstance(following, int) and following > page else 0


def _read_schools_one_by_one(reader: Reader) -> None:
    for school in documents("/escolas", reader.read("/escolas")):
        eol = prato_aberto.eol_code(school.get("_id")) if isinstance(school, Mapping) else None
        if eol is not None:
            reader.read(f"/escola/{int(eol)}", [("raw", "1")])


def _read_menus(reader: Reader, part: Part) -> None:
    """Pages until an empty one: the route does not say how many there are."""
    days = [("data_inicial", f"{part.partition.first:%Y%m%d}"), ("data_final", f"{part.partition.last:%Y%m%d}")]
    page, body = 0, b""
    while body.strip() != b"[]":
        page += 1
        body = reader.read(
            "/editor/cardapios",
            [("status", "PUBLICADO"), *days, ("limit", str(PAGE_SIZE)), ("page", str(page))],
        )


def _spooled_schools(source: HarvestSource) -> Iterator[Document]:
    """The school documents of the last complete reading."""
    for url, body in spool_of(source.id, _SCHOOLS).pages():
        yield from (document for document in school_documents(url, body) if isinstance(document, Mapping))


def _school_types(source: HarvestSource) -> dict[str, str]:
    """Each school's type code by its EOL code."""
    types = prato_aberto.vocabularies.load("school_types")
    found = {}
    for document in _spooled_schools(source):
        eol, raw = prato_aberto.eol_code(document.get("_id")), document.get("tipo_unidade")
        code = types.code(raw) if isinstance(raw, str) else None
        if eol and code:
            found[eol] = code
    return found


def _school_rows(spool: Spool, watch: KeyWatch) -> Iterator[Mapped]:
    for url, body in spool.pages():
        for document in watch.each(school_documents(url, body), prato_aberto.SCHOOL_KEYS):
            yield from prato_aberto.school(document, url)


def _group_rows(spool: Spool, watch: KeyWatch, school_types: Mapping[str, str]) -> Iterator[Mapped]:
    for url, body in spool.pages():
        if url.endswith("/unidades_especiais"):
            for document in watch.each(documents(url, body), prato_aberto.UNIT_KEYS):
                yield from prato_aberto.special_unit(document, url)
        else:
            for document in watch.each(documents(url, body), prato_aberto.CONTRACT_KEYS):
                yield from prato_aberto.contract(document, school_types, url)


def _menu_rows(source: HarvestSource, part: Part, spool: Spool, watch: KeyWatch) -> Iterator[Mapped]:
    by_group = _served_by_group(source, part)
    mapper = MenuMapper(lambda document: by_group.get(public_menus.group_of(document), _NOTHING))
    for url, body in spool.pages():
        if "/editor/unidades_especiais" in url:
            continue  # read for the addresses of the units' menus
        for document in watch.each(documents(url, body), prato_aberto.MENU_KEYS):
            if not public_menus.of_another_part(document, url, part.partition):
                yield from mapper.rows(document, url)


_NOTHING = Served(frozenset(), frozenset())


def _served_by_group(source: HarvestSource, part: Part) -> dict[public_menus.Group, Served]:
    """What the schools of each group have, by the source's spelling of the group."""
    schools: defaultdict[public_menus.Group, list[Document]] = defaultdict(list)
    for school in _spooled_schools(source):
        for group in public_menus.groups_of(school, part.partition):
            schools[group].append(school)
    return {group: prato_aberto.served(members) for group, members in schools.items()}
