"""Map Prato Aberto's documents to rows of our tables.

The documents are MongoDB's, as its API prints them: dates as text ``YYYYMMDD``, codes spelled as in the
registers (``A - ALMOCO``), EOL codes as numbers without their leading zeros. Its quirks are numbered B1 to
B11 in docs/prato-aberto.md.

Every function takes one document and gives rows (cells in the order of the table's columns, without
``run``), or what could not be mapped, with the reason. None raises on any JSON value.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timezone
from typing import Any, NamedTuple

from ckanext.patiodigital.schemas import vocabularies
from ckanext.patiodigital.schemas.vocabularies import slug
from ckanext.patiodigital.school_names.display import display_name
from ckanext.patiodigital.tables.core.reasons import Fault, Reason, Remark, SourceFault, shown

#: Of the municipality of São Paulo, with a margin: south, north, west, east.
CITY = (-24.05, -23.35, -46.85, -46.35)
#: More dishes in one meal than this is no menu.
DISHES_LIMIT = 200
#: The contract history leaves out the start of what always held.
EVER = date(1900, 1, 1)
#: A meal whose every dish is this placeholder is not planned (B9).
NO_MENU = "-"
#: The ``status`` of a menu that families may see. Documents of the public routes have none.
PUBLISHED = "PUBLICADO"
#: ``tipo_atendimento`` of the menus of special units, whose name stands as ``tipo_unidade``.
SPECIAL_UNIT = "UE"
CONTRACT_PRIORITY, SPECIAL_UNIT_PRIORITY = 0, 10

_PARTNER_TYPES = frozenset({"cei-conveniado", "cei-parceiro-rp", "sme-convenio", "projeto-ceci"})
_DAY = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_PHONE = re.compile(r"(?<!\d)\(?(\d{2})\)?\s*(9?\d{4})-?\s*(\d{4})(?!\d)")
_FAMILY_FARMING = re.compile(r"\s*[-–]\s*AF\s*$")

Document = Mapping[str, Any]
#: ``(menu_group, management, school_type, grouping)``, the last three None for a special unit.
_Group = tuple[str, "str | None", "str | None", "str | None"]
#: What can be told of the key of a faulty row, by column; see :class:`SourceFault`.
_Key = Mapping[str, Any]

#: The keys that the functions below read; others are told once a run (see :class:`KeyWatch`).
SCHOOL_KEYS = frozenset(
    ["_id", "nome", "tipo_unidade", "tipo_atendimento", "agrupamento", "agrupamento_regiao", "endereco", "bairro"]
    + ["telefone", "lat", "lon", "edital", "status", "idades", "refeicoes", "data_inicio_vigencia", "historico"]
    + ["editais"]
)
CONTRACT_KEYS = frozenset("_id edital escola data_inicio data_fim tipo_atendimento".split())
UNIT_KEYS = frozenset("_id nome escolas data_inicio data_fim data_criacao".split())
PERIOD_KEYS = frozenset("_id escola_id escola refeicoes data_inicio data_fim".split())
MENU_KEYS = frozenset(
    "_id data idade tipo_atendimento tipo_unidade agrupamento cardapio cardapio_original status data_publicacao"
    " dia_semana".split()
)


class SchoolRow(NamedTuple):
    """A row of ``schools``."""

    eol: Any
    inep: None
    name: Any
    official_name: Any
    school_type: Any
    network: Any
    status: str
    dre: None
    district: None
    neighbourhood: Any
    address: Any
    postcode: None
    phones: Any
    lat: Any
    lon: Any
    age_bands: Any
    meals: Any
    source_url: str


class GroupRow(NamedTuple):
    """A row of ``school_menu_groups``."""

    eol: str
    valid_from: Any
    valid_to: Any
    priority: int
    menu_group: str
    source_url: str


class SchoolMealRow(NamedTuple):
    """A row of ``school_meals``."""

    eol: str
    valid_from: Any
    valid_to: Any
    meal: Any
    source_url: str


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
    published_at: Any
    status: str
    source_url: str


@dataclass
class KeyWatch:
    """Notices keys of a source that nobody reads: the cheapest guard against a silent change of its shape."""

    unread: set[str] = field(default_factory=set)

    #: More names than this are no change of shape, but noise.
    LIMIT = 20

    def each(self, documents: Iterable[Any], known: frozenset[str]) -> Iterator[Any]:
        """The documents, each looked at on its way."""
        for document in documents:
            if isinstance(document, Mapping) and not document.keys() <= known and len(self.unread) < self.LIMIT:
                self.unread.update(sorted(str(key)[:60] for key in document.keys() - known)[: self.LIMIT])
            yield document


def eol_code(value: Any) -> str | None:
    """An EOL code as six digits; None where ``value`` is none."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    text = str(value).strip()
    return text.zfill(6) if text.isascii() and text.isdecimal() and len(text) <= 6 else None


def day(value: Any) -> Any:
    """``YYYYMMDD`` as ``YYYY-MM-DD``; anything else as it is, for the validator to judge."""
    match = _DAY.fullmatch(str(value).strip()) if isinstance(value, str | int) else None
    return "-".join(match.groups()) if match else value


def phones(value: Any) -> list[str]:
    """The complete numbers in a telephone field; the source cuts some in the middle."""
    return [f"({area}) {first}-{last}" for area, first, last in _PHONE.findall(value if isinstance(value, str) else "")]


def items(value: Any) -> list[Any]:
    """The entries of a list in a document; none where it holds something else."""
    return value if isinstance(value, list) else []


def _fault(
    name: str, field_name: str, value: Any, reason: Reason, message: str, url: str, key: _Key | None = None
) -> SourceFault:
    return SourceFault(name, [Fault(field_name, shown(value, reason), reason, message)], url, key)


def _no_object(value: Any, url: str) -> SourceFault:
    return _fault("-", "", value, Reason.TYPE, f"Expected an object, found {type(value).__name__}.", url, {})


# -- schools


def school(document: Any, url: str) -> Iterator[SchoolRow | SourceFault | Remark]:
    """A school document of ``/escola/{id}?raw=1`` or ``/v2/editor/escolas``."""
    if not isinstance(document, Mapping):
        yield _no_object(document, url)
        return
    raw_type = document.get("tipo_unidade")
    eol = eol_code(document.get("_id"))
    name = str(document.get("nome"))[:200]
    if eol is None:
        message = "No EOL code of up to six digits."
        yield _fault(name, "eol", document.get("_id"), Reason.REQUIRED, message, url, {})
        return
    types = vocabularies.load("school_types")
    school_type = types.code(raw_type) if isinstance(raw_type, str) else None
    if school_type is not None and not types[school_type].school:
        message = "No school, but an office or a warehouse: it serves no meals to pupils."
        yield _fault(eol, "school_type", raw_type, Reason.ENUM, message, url)
        return
    lat, lon, outside = _position(document)
    age_bands, unknown_ages = _known("age_bands", document.get("idades"))
    meals, unknown_meals = _known("meals", document.get("refeicoes"))
    remarks = [*outside, *unknown_ages, *unknown_meals]
    if remarks:
        yield Remark(eol, remarks, url)
    official_name = document.get("nome")
    yield SchoolRow(
        eol=eol,
        inep=None,
        name=display_name(official_name) if isinstance(official_name, str) else official_name,
        official_name=official_name,
        school_type=raw_type,
        network="parceira" if school_type in _PARTNER_TYPES else "direta",
        status="active" if document.get("status", "ativo") == "ativo" else "closed",
        dre=None,
        district=None,
        neighbourhood=document.get("bairro"),
        address=document.get("endereco"),
        postcode=None,
        phones=phones(document.get("telefone")),
        lat=lat,
        lon=lon,
        age_bands=age_bands,
        meals=meals,
        source_url=url,
    )


def _position(document: Document) -> tuple[Any, Any, list[Fault]]:
    """``(lat, lon, [])``, or no position and why: a school is published without a wrong one."""
    lat, lon = document.get("lat"), document.get("lon")
    if lat is None and lon is None:
        return None, None, []
    south, north, west, east = CITY
    if any(isinstance(value, bool) or not isinstance(value, int | float) for value in (lat, lon)):
        message = "Not two numbers."
    elif south <= lat <= north and west <= lon <= east:
        return lat, lon, []
    else:
        message = "Outside the city."
    return None, None, [Fault("lat", shown(f"{lat}, {lon}", Reason.RANGE), Reason.RANGE, message)]


def _known(scheme: str, values: Any) -> tuple[Any, list[Fault]]:
    """The known codes of a school's list, and the others: a new code is no reason to lose the whole school."""
    if not isinstance(values, list):
        return values, []
    vocabulary = vocabularies.load(scheme)
    known = [value for value in values if isinstance(value, str) and vocabulary.code(value)]
    message = f"Not a code or known spelling of vocabulary {scheme}; left out of the school's list."
    reason = Reason.UNKNOWN_CODE
    return known, [Fault(scheme, shown(value, reason), reason, message) for value in values if value not in known]


# -- groups and meals of schools


def menu_group(management: str, school_type: str, grouping: str) -> str:
    """The name of a group of schools that eat from one plan."""
    return f"{management}/{school_type}/{grouping}"


def grouping_code(value: Any) -> str:
    """A grouping (a number or its text, B8) or a tender as a slug; ``""`` where it is none."""
    return slug(str(value)) if isinstance(value, str | int) and not isinstance(value, bool) else ""


def special_unit_group(name: Any) -> str | None:
    """The group of a special unit, such as a holiday centre: its menus carry its name. None without a name."""
    code = slug(name) if isinstance(name, str) else ""
    return f"unit/{code}" if code else None


def contract(document: Any, school_types: Mapping[str, str], url: str) -> Iterator[GroupRow | SourceFault]:
    """A row of ``/editor/escolas_editais``; ``school_types`` gives each school's type by its EOL code."""
    if not isinstance(document, Mapping):
        yield _no_object(document, url)
        return
    eol = eol_code(document.get("escola"))
    if eol is None:
        yield _fault("-", "eol", document.get("escola"), Reason.REQUIRED, "No EOL code of up to six digits.", url)
        return
    school_type = school_types.get(eol)
    if school_type is None:
        yield _fault(eol, "eol", eol, Reason.FOREIGN_KEY, "Not in the table schools.", url)
        return
    raw = document.get("tipo_atendimento")
    management = vocabularies.load("managements").code(raw) if isinstance(raw, str) else None
    if management is None:
        yield _fault(eol, "menu_group", raw, Reason.UNKNOWN_CODE, "Not a known way of running the kitchen.", url)
        return
    grouping = grouping_code(document.get("edital"))
    if not grouping:
        yield _fault(eol, "menu_group", document.get("edital"), Reason.REQUIRED, "No grouping or tender (edital).", url)
        return
    yield GroupRow(
        eol=eol,
        valid_from=day(document.get("data_inicio")) or EVER,
        valid_to=day(document.get("data_fim")),
        priority=CONTRACT_PRIORITY,
        menu_group=menu_group(management, school_type, grouping),
        source_url=url,
    )


def special_unit(document: Any, url: str) -> Iterator[GroupRow | SourceFault]:
    """A row of ``/editor/unidades_especiais``: one row for each school that it gathers."""
    if not isinstance(document, Mapping):
        yield _no_object(document, url)
        return
    name, schools = document.get("nome"), document.get("escolas")
    group = special_unit_group(name)
    if group is None or not isinstance(schools, list):
        message = "A special unit needs a name (nome) and a list of schools (escolas)."
        yield _fault(str(name)[:200], "menu_group", schools, Reason.TYPE, message, url)
        return
    for value in schools:
        eol = eol_code(value)
        if eol is None:
            yield _fault(group, "eol", value, Reason.FORMAT, "No EOL code of up to six digits.", url)
            continue
        yield GroupRow(
            eol=eol,
            valid_from=day(document.get("data_inicio")),
            valid_to=day(document.get("data_fim")),
            priority=SPECIAL_UNIT_PRIORITY,
            menu_group=group,
            source_url=url,
        )


def meal_period(document: Any, url: str) -> Iterator[SchoolMealRow | SourceFault]:
    """A row of ``/editor/vigencias_tipo_alimentacao``: one row for each meal of the period."""
    if not isinstance(document, Mapping):
        yield _no_object(document, url)
        return
    eol = eol_code(document.get("escola_id"))
    meals = document.get("refeicoes")
    if eol is None:
        yield _fault("-", "eol", document.get("escola_id"), Reason.REQUIRED, "No EOL code of up to six digits.", url)
        return
    if not isinstance(meals, list):
        yield _fault(eol, "meal", meals, Reason.TYPE, "Expected a list of meals (refeicoes).", url)
        return
    for meal in meals:
        yield SchoolMealRow(
            eol=eol,
            valid_from=day(document.get("data_inicio")) or EVER,
            valid_to=day(document.get("data_fim")),
            meal=meal,
            source_url=url,
        )


# -- menus


@dataclass(frozen=True, slots=True)
class Served:
    """The codes of meals and ages that some schools have."""

    meals: frozenset[str]
    age_bands: frozenset[str]


def served(schools: Iterable[Document]) -> Served:
    """What the schools have together, by their documents."""
    meals, age_bands = vocabularies.load("meals"), vocabularies.load("age_bands")
    found_meals: set[str | None] = set()
    found_ages: set[str | None] = set()
    for document in schools:
        found_meals.update(meals.code(raw) for raw in items(document.get("refeicoes")) if isinstance(raw, str))
        found_ages.update(age_bands.code(raw) for raw in items(document.get("idades")) if isinstance(raw, str))
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
        self._told: dict[tuple[str, _Group, str, str], list[Any]] = {}

    def rows(self, document: Any, url: str) -> Iterator[MenuRow | SourceFault | Remark]:
        """The rows of one document: for each management that it names, meal and dish.

        What a document before told in the same words is left out: the public routes show one menu once for
        each school asked for. A second, different menu for the same meal comes through, and is set aside.
        """
        if not isinstance(document, Mapping):
            yield _no_object(document, url)
            return
        name = f"{document.get('data')} / {document.get('tipo_unidade')} / {document.get('idade')}"[:300]
        status, meals, groups = document.get("status", PUBLISHED), document.get("cardapio"), self._groups(document)
        if status != PUBLISHED:
            message = "Not published at the source, so it is not ours to show."
            yield _fault(name, "status", status, Reason.ENUM, message, url)
            return
        if isinstance(groups, Fault):
            yield SourceFault(name, [groups], url, {"date": day(document.get("data"))})
            return
        served = self._served_by(document)
        age_band = _code("age_bands", document.get("idade"), served.age_bands)
        key = {"date": day(document.get("data")), "age_band": age_band, "menu_group": groups[0][0]}
        if len(groups) > 1:
            del key["menu_group"]
        if not isinstance(meals, Mapping):
            message = "Expected meals with their dishes (cardapio)."
            yield _fault(name, "meal", meals, Reason.TYPE, message, url, key)
            return
        published_at, remarks = _published_at(document)
        if remarks:
            yield Remark(name, remarks, url)
        for raw_meal, raw_dishes in meals.items():
            meal = _code("meals", raw_meal, served.meals)
            fault = _meal_fault(raw_meal, meal, raw_dishes)
            if fault is not None:
                yield SourceFault(name, [fault], url, {**key, "meal": meal})
                continue
            dishes = [dish for dish in raw_dishes if dish != NO_MENU]
            for group in groups if dishes else ():
                told = self._told.setdefault((str(document.get("data")), group, str(age_band), str(meal)), dishes)
                if told is dishes or told != dishes:
                    yield from _dishes(document, group, age_band, meal, dishes, published_at, url)

    def _groups(self, document: Document) -> list[_Group] | Fault:
        """The groups that a document is for: one, or one for each management."""
        managements, school_type = document.get("tipo_atendimento"), document.get("tipo_unidade")
        if managements == SPECIAL_UNIT:
            unit = special_unit_group(school_type)
            if unit is None:
                return Fault("menu_group", "", Reason.REQUIRED, "The special unit's name (tipo_unidade) is missing.")
            return [(unit, None, None, None)]
        grouping = grouping_code(document.get("agrupamento"))
        if not isinstance(managements, str) or not isinstance(school_type, str) or not grouping:
            message = "tipo_atendimento, tipo_unidade or agrupamento is missing."
            return Fault("menu_group", "", Reason.REQUIRED, message)
        type_code = self._school_types.code(school_type)
        if type_code is None:
            message = "Not a known school type (tipo_unidade)."
            return Fault("school_type", shown(school_type, Reason.UNKNOWN_CODE), Reason.UNKNOWN_CODE, message)
        groups: dict[str, _Group] = {}
        for raw in managements.split("+"):
            management = self._managements.code(raw)
            if management is None:
                message = "Not a known way of running the kitchen (tipo_atendimento)."
                return Fault("management", shown(raw, Reason.UNKNOWN_CODE), Reason.UNKNOWN_CODE, message)
            group = menu_group(management, type_code, grouping)
            groups[group] = (group, management, type_code, grouping)
        return list(groups.values())


def _code(scheme: str, raw: Any, own: frozenset[str]) -> Any:
    """The code of a spelling. Of several that a label may mean, the one that the schools have; else as it is."""
    if not isinstance(raw, str):
        return raw
    candidates = vocabularies.load(scheme).candidates(raw)
    if len(candidates) > 1:
        candidates = tuple(code for code in candidates if code in own)
    return candidates[0] if len(candidates) == 1 else raw


def _meal_fault(raw_meal: str, meal: str, dishes: Any) -> Fault | None:
    """What is wrong with a whole meal of a document."""
    candidates = vocabularies.load("meals").candidates(raw_meal)
    if len(candidates) > 1 and meal == raw_meal:
        message = f"The label stands for {', '.join(candidates)}, and the schools do not tell which."
        return Fault("meal", shown(raw_meal, Reason.UNKNOWN_CODE), Reason.UNKNOWN_CODE, message)
    if not isinstance(dishes, list):
        return Fault("dish", shown(dishes, Reason.TYPE), Reason.TYPE, f"Expected a list of dishes of {raw_meal}.")
    if len(dishes) > DISHES_LIMIT:
        message = f"{raw_meal} has {len(dishes)} dishes; at most {DISHES_LIMIT} are a meal."
        return Fault("dish", str(len(dishes)), Reason.TOO_LONG, message)
    return None


def _published_at(document: Document) -> tuple[str | None, list[Fault]]:
    """When the menu was published; None, and why, where that can't be told, which is no reason to lose a menu."""
    raw = document.get("data_publicacao")
    if raw is None:
        return None, []
    value = raw.get("$date") if isinstance(raw, Mapping) else raw  # MongoDB's extended JSON
    try:
        instant = datetime.fromisoformat(str(value).strip().replace("Z", "+00:00"))
        return instant.astimezone(timezone.utc).isoformat(), []
    except (ValueError, OverflowError):
        message = "Not an instant of the form YYYY-MM-DDThh:mm:ssZ; the menu is published without it."
        return None, [Fault("published_at", shown(raw, Reason.FORMAT), Reason.FORMAT, message)]


def _dishes(
    document: Document,
    group: _Group,
    age_band: Any,
    meal: Any,
    dishes: list[Any],
    published_at: str | None,
    url: str,
) -> Iterator[MenuRow]:
    for position, raw in enumerate(dishes, start=1):
        dish, family_farming = raw, None
        if isinstance(raw, str) and raw.endswith("AF"):
            dish = _FAMILY_FARMING.sub("", raw)
            family_farming = True if dish != raw else None
        yield MenuRow(
            date=day(document.get("data")),
            menu_group=group[0],
            management=group[1],
            school_type=group[2],
            grouping=group[3],
            age_band=age_band,
            diet="common",
            meal=meal,
            position=position,
            dish=dish,
            contains=None,
            may_contain=None,
            allergens="not_informed",
            family_farming=family_farming,
            published_at=published_at,
            status="published",
            source_url=url,
        )
