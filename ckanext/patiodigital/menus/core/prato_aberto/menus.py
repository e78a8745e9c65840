"""Menus as the department's documents: one for each day, menu group and age band."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

from ckanext.patiodigital.menus.core.groups import MenuGroups, ServedMeals, code_prefix
from ckanext.patiodigital.menus.core.prato_aberto import schools, spellings
from ckanext.patiodigital.menus.core.prato_aberto.spellings import Document
from ckanext.patiodigital.menus.core.rows import SchoolRow

#: Suffix of a dish from family farms.
_FAMILY_FARMING = " - AF"
_ADULTS_AGE, _MAIN_MEAL, _COVENANT = "Toda Idade", "Refeição", "SME_CONVÊNIO"
_WEEKDAYS = ("Seg", "Ter", "Qua", "Qui", "Sex", "Sáb", "Dom")
_OUTSOURCED = "terceirizada"
_PUBLISHED = "PUBLICADO"


class DishRow(NamedTuple):
    """A published row of ``menus``, of the ordinary diet: the department's API knows no other.

    ``published_at`` is UTC, without a zone.
    """

    date: dt.date
    menu_group: str
    age_band: str
    meal: str
    dish: str
    family_farming: bool | None
    published_at: dt.datetime | None


class Menu(NamedTuple):
    """What is planned for one age band of a group on one day; dishes by the code of their meal, as spelled there."""

    date: dt.date
    menu_group: str
    age_band: str
    meals: Mapping[str, list[str]]
    published_at: dt.datetime | None


Eaten = Mapping[tuple[dt.date, str], Sequence[SchoolRow]]
"""For each day and menu group, the schools that are asked for and eat from it."""


def collect(rows: Iterable[DishRow]) -> list[Menu]:
    """The menus that rows make, which come by day, group, age band, meal and position."""
    menus = []
    for (date, group, age_band), of_menu in groupby(rows, key=lambda row: row[:3]):
        meals: defaultdict[str, list[str]] = defaultdict(list)
        published_at = None
        for row in of_menu:
            meals[row.meal].append(row.dish + (_FAMILY_FARMING if row.family_farming else ""))
            published_at = max(filter(None, (published_at, row.published_at)), default=None)
        menus.append(Menu(date, group, age_band, meals, published_at))
    return menus


def eaten_by(
    wanted: Iterable[SchoolRow], groups: MenuGroups, days: Sequence[dt.date], *, other_managements: Collection[str] = ()
) -> Eaten:
    """From which groups the schools eat on each of the days, which ascend.

    ``other_managements``: codes of those whose menus are wanted, too, where they have the school's type and grouping.
    """
    found: defaultdict[tuple[dt.date, str], list[SchoolRow]] = defaultdict(list)
    for school in wanted:
        for day in days:
            group = schools.group_on(school, groups, day, days)
            if group is None:
                continue
            own = spellings.terms(group)
            others = ["/".join(own._replace(management=each)) for each in other_managements] if own else []
            for each in dict.fromkeys((group, *others)):
                found[day, each].append(school)
    return found


def for_schools(menus: Iterable[Menu], eaten: Eaten, meals: ServedMeals) -> Iterator[Menu]:
    """Of each menu what one or another of the schools has that eat it; nothing is left of some."""
    for menu in menus:
        served: dict[str, list[str]] = {}
        for school in eaten.get((menu.date, menu.menu_group), ()):
            if not school.age_bands or menu.age_band in school.age_bands:
                served |= _served(menu.meals, schools.meals_on(school, meals.of(school.eol), menu.date))
        yield menu._replace(meals=served)


def documents(menus: Iterable[Menu]) -> list[Document]:
    """Menus that have meals, in the order of ``/cardapios/``: by age band, then by day."""
    ranked = sorted(
        (menu for menu in menus if menu.meals),
        key=lambda menu: (spellings.age_rank(menu.age_band), menu.date, menu.menu_group),
    )
    return _without_doubles(
        [
            {
                **_head(menu),
                "idade": spellings.label("age_bands", menu.age_band),
                "cardapio": _labelled(menu.meals),
            }
            for menu in ranked
        ]
    )


def newest(listed: Iterable[Document], most: int) -> list[Document]:
    """The last days first."""
    return sorted(listed, key=lambda document: document["data"], reverse=True)[:most]


def stored_document(menu: Menu) -> Document:
    """A menu as the department keeps it, with codes; without the imported list, which is not public."""
    return {
        "_id": spellings.object_id("menu", menu.date, menu.menu_group, menu.age_band),
        **_head(menu),
        "idade": spellings.raw("age_bands", menu.age_band),
        "cardapio": {spellings.raw("meals", code): dishes for code, dishes in menu.meals.items()},
        "status": _PUBLISHED,
    }


def _without_doubles(listed: list[Document]) -> list[Document]:
    """The department's own order and choice for partner units: the fullest menu first, and none for adults where it
    has the main meal and one other, for adults eat that meal, too.

    Where the fullest has more meals, the department's service drops all menus; here none is dropped.
    """
    if not listed or any(document["tipo_unidade"] != _COVENANT for document in listed):
        return listed
    fullest_first = sorted(listed, key=lambda document: len(document["cardapio"]), reverse=True)
    meals = fullest_first[0]["cardapio"]
    doubled = len(meals) == 2 and _MAIN_MEAL in meals
    return [document for document in fullest_first if not (doubled and document["idade"] == _ADULTS_AGE)]


def _head(menu: Menu) -> Document:
    """What a document says beside age and meals."""
    head = spellings.eater(menu.menu_group)
    if menu.published_at is not None:
        head["data_publicacao"] = f"{menu.published_at.isoformat(timespec='milliseconds')}Z"
    head["data"] = spellings.day(menu.date)
    own = spellings.terms(menu.menu_group)
    if own is not None and own.management == _OUTSOURCED:
        head["dia_semana"] = _WEEKDAYS[menu.date.weekday()]
    return head


def _served(planned: Mapping[str, list[str]], own: Collection[str]) -> dict[str, list[str]]:
    """The planned meals that a school has, by their labels; ``own``: codes, empty = all.

    The department tells meals apart by their labels alone, which several codes share (B4). Of planned meals with one
    label, those count whose code the school has.
    """
    if not own:
        return dict(planned)
    labels = {spellings.label("meals", code) for code in own}
    prefixes = set(map(code_prefix, own))
    by_label: defaultdict[str, list[str]] = defaultdict(list)
    for code in planned:
        by_label[spellings.label("meals", code)].append(code)
    return {
        code: planned[code]
        for label, codes in by_label.items()
        if label in labels
        for code in [code for code in codes if code_prefix(code) in prefixes] or codes
    }


def _labelled(meals: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """Dishes by label, in the department's order; meals of one label are put together, so that none is lost (B4)."""
    found: dict[str, list[str]] = {}
    for code in sorted(meals, key=spellings.meal_rank):
        label = spellings.label("meals", code)
        before = found.get(label, [])
        found[label] = before + [dish for dish in meals[code] if dish not in before]
    return found
