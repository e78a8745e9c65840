"""Codes as the department spells them, the labels that its API shows for them, and the orders it shows them in.

A code's first alias in its vocabulary is the department's code, the second one is its label; labels that several
codes share (B4) can't be aliases, and stand here.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Any, NamedTuple

from ckanext.patiodigital.schemas import vocabularies
from ckanext.patiodigital.schemas.vocabularies import slug

Document = dict[str, Any]
"""A JSON object, with the department's field names."""

#: ``tipo_atendimento`` and ``agrupamento`` of a special unit's menus, whose ``tipo_unidade`` is the unit's name.
SPECIAL_UNIT = "UE"

_SHARED_LABELS = {
    "r1-refeicao-1": "Refeição",
    "aa-almoco-adulto": "Refeição",
    "r-refeicao": "Refeição",
    "l5-lanche-5-horas": "Lanche - Permanência de 5 ou 6 horas",
    "l5-lanche-5-ou-6-horas": "Lanche - Permanência de 5 ou 6 horas",
}
#: Groupings whose spelling a slug does not keep; the others are numbers.
_GROUPINGS = {slug(name): name for name in ("EDITAL 78/2016", "Novo Edital", "Edital 2024")}

_MEALS = (
    "Desjejum", "Colação", "Almoço", "Lanche", "Refeição da Tarde", "Lanche - Permanência de 5 ou 6 horas", "Refeição",
    "Lanche - Permanência de 4 ou 8 horas", "Lanche Período Integral", "Merenda Seca", "Merenda Especial Seca",
    "Merenda Inicial", "Refeição - Professor", "Pro Jovem (filhos)", "Almoço - Professor", "Jantar - Professor",
    "Refeição 2", "Refeição CEMEI", "Lanche CEMEI", "Sem Refeição", "Horário estendido", "Lanche passeio",
    "Lanche 5h - Escola Aberta", "Refeição - Escola Aberta", "Lanche 4h - Escola Aberta",
)  # fmt: skip
_AGES = (
    "a-0-a-1-mes", "b-1-a-3-meses", "c-4-a-5-meses", "d-0-a-5-meses", "d-6-a-7-meses", "d-6-meses", "d-7-meses",
    "e-7-a-11-meses", "e-8-a-11-meses", "x-1a-1a-e-11mes", "f-1-a-3-anos", "f-2-a-3-anos", "g-4-a-6-anos",
    "i-2-a-6-anos", "w-emei-da-cemei", "n-6-a-7-meses-parcial", "o-8-a-11-meses-parcial", "y-1a-1a-e-11mes-parcial",
    "p-2-a-3-anos-parcial", "q-4-a-6-anos-parcial", "h-adulto", "z-unidades-sem-faixa", "s-filhos-pro-jovem",
    "v-professor", "u-professor-jantar-cei", "t-turmas-do-infantil",
)  # fmt: skip
_MEAL_RANKS = {label: rank for rank, label in enumerate(_MEALS)}
_AGE_RANKS = {code: rank for rank, code in enumerate(_AGES)}


class Terms(NamedTuple):
    """The codes that a menu group's name is made of."""

    management: str
    school_type: str
    grouping: str


def terms(menu_group: str) -> Terms | None:
    """The codes in ``direta/emef/1``; None for a special unit (``unit/recreio-ferias``), which has none."""
    parts = menu_group.split("/")
    return Terms(*parts) if len(parts) == len(Terms._fields) else None


def raw(scheme: str, code: str) -> str:
    """The department's spelling of a code."""
    vocabulary = vocabularies.load(scheme)
    return vocabulary[code].aliases[0] if code in vocabulary else code


def label(scheme: str, code: str) -> str:
    """What the department's API shows for a code of ``meals`` or ``age_bands``."""
    vocabulary = vocabularies.load(scheme)
    return _SHARED_LABELS.get(code) or (vocabulary[code].aliases[1] if code in vocabulary else code)


def code(scheme: str, spelling: str) -> str:
    """The code that a client's spelling stands for; one that no row has where it stands for none."""
    return vocabularies.load(scheme).code(spelling) or slug(spelling)


def grouping(code: str) -> str:
    """``agrupamento`` as the department spells it."""
    return _GROUPINGS.get(code, code)


def unit_name(menu_group: str) -> str:
    """A special unit's name, as far as its slug keeps it: ``unit/recreio-ferias`` → ``RECREIO_FERIAS``."""
    return menu_group.partition("/")[2].replace("-", "_").upper()


def eater(menu_group: str) -> Document:
    """The three fields of a menu that say who eats it."""
    found = terms(menu_group)
    if found is None:
        return {
            "tipo_unidade": unit_name(menu_group),
            "tipo_atendimento": SPECIAL_UNIT,
            "agrupamento": SPECIAL_UNIT,
        }
    return {
        "tipo_unidade": raw("school_types", found.school_type),
        "tipo_atendimento": raw("managements", found.management),
        "agrupamento": grouping(found.grouping),
    }


def meal_rank(code: str) -> tuple[int, int]:
    """The place of a meal in a menu: that of its label, and among meals of one label the order of the vocabulary."""
    return _MEAL_RANKS.get(label("meals", code), len(_MEAL_RANKS)), vocabularies.load("meals").order(code)


def age_rank(age_band: str) -> int:
    """The place of an age band's menus in a list, by its code."""
    return _AGE_RANKS.get(age_band, len(_AGE_RANKS))


def day(date: dt.date) -> str:
    """A day as ``YYYYMMDD``."""
    return f"{date:%Y%m%d}"


def object_id(*key: object) -> Document:
    """An ``_id`` as MongoDB prints one: the same for the same key, at every portal."""
    return {"$oid": hashlib.sha256("|".join(map(str, key)).encode()).hexdigest()[:24]}
