"""Menu documents to rows of ``menus``."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from ckanext.patiodigital.harvesters.core.prato_aberto.documents import Document, day, entries, fault, no_object
from ckanext.patiodigital.harvesters.core.prato_aberto.groups import grouping_code, menu_group, special_unit_group
from ckanext.patiodigital.schemas import vocabularies
from ckanext.patiodigital.tables.core.reasons import Fault, Reason, Remark, SourceFault

#: More dishes in one meal than this is no menu.
DISHES_LIMIT = 200
#: A dish that says that none is planned (B9).
NO_DISH = "-"
#: The ``status`` of a menu that families may see. Documents of the public routes have none.
PUBLISHED = "PUBLICADO"
#: Menus of kitchens that the department supplies come from another system, which spells a school's code in its own way.
AS_IMPORTED = {"l5-lanche-5-horas": "l5-lanche-5-ou-6-horas"}
OUTSOURCED = "terceirizada"
#: ``tipo_atendimento`` of the menus of special units, whose name stands as ``tipo_unidade``.
SPECIAL_UNIT = "UE"

_FAMILY_FARMING = re.compile(r"\s*[-–]\s*AF\s*$")

#: What :class:`MenuMapper` reads, or leaves out on purpose.
KEYS = frozenset(
    [
        *("_id", "data", "idade", "tipo_atendimento", "tipo_unidade", "agrupamento", "cardapio", "cardapio_original"),
        *("status", "data_publicacao", "dia_semana"),
    ]
)


class MenuRow(NamedTuple):
    """A row of ``menus``."""

    date: Any
    menu_group: str
    management: str | None
    school_type: str | None
    grouping: str | None
    age_band: Any
    diet: str
    meal: Any
    position: int
    dish: Any
    contains: None
    may_contain: None
    allergens: str
    family_farming: bool | None
    published_at: str | None
    status: str
    source_url: str


class _Group(NamedTuple):
    """Who eats a menu; of a special unit only the name is known."""

    menu_group: str
    management: str | None = None
    school_type: str | None = None
    grouping: str | None = None


class _Meal(NamedTuple):
    """What the dishes of one meal have in common."""

    date: Any
    group: _Group
    age_band: Any
    code: Any
    published_at: str | None
    url: str


@dataclass(frozen=True, slots=True)
class Served:
    """The codes of meals and ages that some schools have."""

    meals: frozenset[str] = frozenset()
    age_bands: frozenset[str] = frozenset()


def served(schools: Iterable[Document]) -> Served:
    """What the schools have together, by their documents."""
    meals, age_bands = vocabularies.load("meals"), vocabularies.load("age_bands")
    found_meals: set[str | None] = set()
    found_ages: set[str | None] = set()
    for document in schools:
        found_meals.update(meals.code(raw) for raw in entries(document.get("refeicoes")) if isinstance(raw, str))
        found_ages.update(age_bands.code(raw) for raw in entries(document.get("idades")) if isinstance(raw, str))
    return Served(frozenset(filter(None, found_meals)), frozenset(filter(None, found_ages)))


class MenuMapper:
    """Menu documents to rows, one a dish.

    The public routes print labels, and one label may stand for several codes (B4): ``served_by`` tells what
    the schools that eat a document's menu have, which decides. The bulk route prints codes, and needs no such help.
    """

    def __init__(self, served_by: Callable[[Document], Served]) -> None:
        self._served_by = served_by
        self._managements = vocabularies.load("managements")
        self._school_types = vocabularies.load("school_types")
        self._told: dict[tuple[str, str, str, str], list[Any]] = {}

    def rows(self, document: Any, url: str) -> Iterator[MenuRow | SourceFault | Remark]:
        """The rows of one document: for each management that it names, meal and dish.

        What a document before told in the same words is left out: the public routes show one menu once for
        each school asked for. A second, different menu for the same meal comes through, and is set aside.
        """
        if not isinstance(document, Mapping):
            yield no_object(document, url)
            return
        name = f"{document.get('data')} / {document.get('tipo_unidade')} / {document.get('idade')}"[:300]
        status, date, meals = document.get("status", PUBLISHED), day(document.get("data")), document.get("cardapio")
        if status != PUBLISHED:
            message = "Not published at the source, so it is not ours to show."
            yield SourceFault(name, [fault("status", status, Reason.ENUM, message)], url)
            return
        groups = self._groups(document)
        if isinstance(groups, Fault):
            yield SourceFault(name, [groups], url, {"date": date})
            return
        own = self._served_by(document)
        age_band = _code("age_bands", document.get("idade"), own.age_bands)
        key = {"date": date, "age_band": age_band} | ({"menu_group": groups[0].menu_group} if len(groups) == 1 else {})
        if not isinstance(meals, Mapping):
            message = "Expected meals with their dishes (cardapio)."
            yield SourceFault(name, [fault("meal", meals, Reason.TYPE, message)], url, key)
            return
        published_at, unclear = _published_at(document.get("data_publicacao"))
        if unclear:
            yield Remark(name, unclear, url)
        for raw_meal, raw_dishes in meals.items():
            meal = _code("meals", raw_meal, own.meals)
            if groups[0].management != OUTSOURCED and _is_label(raw_meal):
                meal = AS_IMPORTED.get(meal, meal)
            wrong = _meal_fault(raw_meal, meal, raw_dishes)
            if wrong is not None:
                yield SourceFault(name, [wrong], url, {**key, "meal": meal})
                continue
            dishes = [dish for dish in raw_dishes if dish != NO_DISH]
            for group in groups if dishes else ():
                told = self._told.setdefault((str(date), group.menu_group, str(age_band), str(meal)), dishes)
                if told is dishes or told != dishes:
                    yield from _dishes(_Meal(date, group, age_band, meal, published_at, url), dishes)

    def _groups(self, document: Document) -> list[_Group] | Fault:
        """The groups that a document is for: one, or one for each management."""
        managements, school_type = document.get("tipo_atendimento"), document.get("tipo_unidade")
        if managements == SPECIAL_UNIT:
            unit = special_unit_group(school_type)
            message = "The special unit has no name (tipo_unidade)."
            return [_Group(unit)] if unit else fault("menu_group", school_type, Reason.REQUIRED, message)
        grouping = grouping_code(document.get("agrupamento"))
        if not isinstance(managements, str) or not isinstance(school_type, str) or not grouping:
            message = "tipo_atendimento, tipo_unidade or agrupamento is missing."
            return fault("menu_group", None, Reason.REQUIRED, message)
        type_code = self._school_types.code(school_type)
        if type_code is None:
            return fault("school_type", school_type, Reason.UNKNOWN_CODE, "Not a known school type (tipo_unidade).")
        groups = []
        for raw in dict.fromkeys(managements.split("+")):
            management = self._managements.code(raw)
            if management is None:
                message = "Not a known way of running the kitchen (tipo_atendimento)."
                return fault("management", raw, Reason.UNKNOWN_CODE, message)
            groups.append(_Group(menu_group(management, type_code, grouping), management, type_code, grouping))
        return groups


def _code(scheme: str, raw: Any, own: frozenset[str]) -> Any:
    """The code of a spelling. Of several that a label may mean, the one that the schools have; else as it is."""
    if not isinstance(raw, str):
        return raw
    candidates = vocabularies.load(scheme).candidates(raw)
    if len(candidates) > 1:
        candidates = tuple(code for code in candidates if code in own)
    return candidates[0] if len(candidates) == 1 else raw


def _is_label(raw_meal: str) -> bool:
    """Whether a meal is spelled as families read it, which hides the code (B4)."""
    return len(vocabularies.load("meals").candidates(raw_meal)) > 1


def _meal_fault(raw_meal: str, meal: str, dishes: Any) -> Fault | None:
    """What is wrong with a whole meal; None where its dishes can be looked at."""
    if _is_label(raw_meal) and meal == raw_meal:
        candidates = vocabularies.load("meals").candidates(raw_meal)
        message = f"The label may mean {', '.join(candidates)}, and the schools do not tell which."
        return fault("meal", raw_meal, Reason.UNKNOWN_CODE, message)
    if not isinstance(dishes, list):
        return fault("dish", dishes, Reason.TYPE, f"Expected a list of dishes of {raw_meal[:60]}.")
    if len(dishes) > DISHES_LIMIT:
        message = f"{raw_meal[:60]} has {len(dishes)} dishes; at most {DISHES_LIMIT} are a meal."
        return fault("dish", len(dishes), Reason.TOO_LONG, message)
    return None


def _published_at(raw: Any) -> tuple[str | None, list[Fault]]:
    """An instant, as ISO text or MongoDB's ``{"$date": …}``; None and why, which is no reason to lose a menu."""
    if raw is None:
        return None, []
    text = str(raw.get("$date") if isinstance(raw, Mapping) else raw)
    try:
        if datetime.fromisoformat(text.replace("Z", "+00:00")).tzinfo is not None:
            return text, []
    except ValueError:
        pass
    message = "Not an instant of the form YYYY-MM-DDThh:mm:ssZ; the menu is published without it."
    return None, [fault("published_at", raw, Reason.FORMAT, message)]


def _dishes(meal: _Meal, dishes: list[Any]) -> Iterator[MenuRow]:
    group = meal.group
    for position, raw in enumerate(dishes, start=1):
        dish, family_farming = raw, None
        if isinstance(raw, str) and raw.endswith("AF"):
            dish = _FAMILY_FARMING.sub("", raw)
            family_farming = True if dish != raw else None
        yield MenuRow(
            date=meal.date,
            menu_group=group.menu_group,
            management=group.management,
            school_type=group.school_type,
            grouping=group.grouping,
            age_band=meal.age_band,
            diet="common",
            meal=meal.code,
            position=position,
            dish=dish,
            contains=None,
            may_contain=None,
            allergens="not_informed",
            family_farming=family_farming,
            published_at=meal.published_at,
            status="published",
            source_url=meal.url,
        )
