"""Sentences for what nobody wrote, in the portal's language: the same in a request, a worker and a command.

Not through gettext, which answers in the language of who asks: a feed has one language.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """Each is filled with ``str.format``."""

    dataset: str
    file: str
    untitled: str
    a_file: str
    api: str
    api_title: str
    menus: str
    menus_title: str
    dictionary: str
    series: str
    rights: str


_WORDS = {
    "pt": Words(
        dataset="Conjunto de dados “{title}”, de {organization}.",
        file="{format} do conjunto de dados “{title}”.",
        untitled="Conjunto de dados",
        a_file="Arquivo",
        api="Consulta a “{title}” por programas, com filtros em cada coluna.",
        api_title="API de dados: {title}",
        menus="Escolas e cardápios por programas: busca de escolas, cardápios de um período, agendas e arquivos.",
        menus_title="API de cardápios",
        dictionary="Dicionário de dados: {title}",
        series="Série de conjuntos de dados “{title}”.",
        rights="Dados públicos, de acesso livre e gratuito. O uso segue a licença indicada.",
    ),
    "en": Words(
        dataset="Dataset “{title}” of {organization}.",
        file="{format} of the dataset “{title}”.",
        untitled="Dataset",
        a_file="File",
        api="Asks “{title}” by program, with filters on each column.",
        api_title="Data API: {title}",
        menus="Schools and menus by program: search of schools, menus of a period, calendars and files.",
        menus_title="Menus API",
        dictionary="Data dictionary: {title}",
        series="Series of datasets “{title}”.",
        rights="Public data, free to read for everybody. Their use follows the licence that is named.",
    ),
    "es": Words(
        dataset="Conjunto de datos “{title}”, de {organization}.",
        file="{format} del conjunto de datos “{title}”.",
        untitled="Conjunto de datos",
        a_file="Archivo",
        api="Consulta “{title}” por programas, con filtros en cada columna.",
        api_title="API de datos: {title}",
        menus="Escuelas y menús por programas: búsqueda de escuelas, menús de un período, calendarios y archivos.",
        menus_title="API de menús",
        dictionary="Diccionario de datos: {title}",
        series="Serie de conjuntos de datos “{title}”.",
        rights="Datos públicos, de acceso libre y gratuito. El uso sigue la licencia indicada.",
    ),
}


def words(language: str) -> Words:
    """Those of a language by its BCP 47 tag; English for one that has none."""
    return _WORDS.get(language.partition("-")[0], _WORDS["en"])
