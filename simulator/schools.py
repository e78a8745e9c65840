"""School documents as Prato Aberto stores them: generated in the measured proportions, dirt included.

School number n is the same whatever the number of schools asked for. The first ones are landmarks: one of
each type, the names that searches in the documentation look for, records that are no schools, and every kind
of dirt. A school document never tells the school's regional board (DRE).
"""

from __future__ import annotations

from itertools import accumulate
from random import Random
from typing import NamedTuple

from simulator.names import (
    CEUS,
    NEIGHBOURHOODS,
    NUMERALS,
    SUFFIXES,
    Neighbourhood,
    nursery,
    person,
    place,
    street,
)
from simulator.vocabulary import Document

MOST_SCHOOLS = 40_000
"""Beyond it EOL codes of one type would run into those of the next."""

_OUTSOURCED = "TERCEIRIZADA"
_EDITAIS = ("EDITAL 78/2016",) * 3 + ("Novo Edital", "Edital 2024")
_DIRTY_AGES = {
    "C - 4 A 5 MESES": "C- 4 A 5 MESES",
    "A - 0 A 1 MES": "A\u00a0- 0 A 1 MES",
    "B - 1 A 3 MESES": "B\n- 1 A 3 MESES",
    "X - 1A -1A E 11MES": "X - 1A -1A E\n11MES",
}


class Service(NamedTuple):
    """Age and meal codes of a school, in the order in which its kind of school lists them."""

    ages: tuple[str, ...]
    meals: tuple[str, ...]


_ANY_AGE, _ADULT = "Z - UNIDADES SEM FAIXA", "H - ADULTO"
_NEWBORN = "A - 0 A 1 MES"
_BABIES = ("B - 1 A 3 MESES", "C - 4 A 5 MESES")
_INFANTS = ("D - 6 A 7 MESES", "E - 8 A 11 MESES")
_ONE = "X - 1A -1A E 11MES"
_CHILDREN = ("F - 2 A 3 ANOS", "G - 4 A 6 ANOS")
_DAY = ("D - DESJEJUM", "C - COLACAO", "A - ALMOCO", "L - LANCHE", "J - JANTAR")
_SNACK, _SHIFT = "L4 - LANCHE 4 HORAS", ("L5 - LANCHE 5 HORAS", "R1 - REFEICAO 1")
_ADULT_LUNCH = "AA - ALMOCO ADULTO"
_PARTNER_DAY = (*_DAY[:2], _ADULT_LUNCH, *_DAY[2:])

PARTNER = Service((_ONE, _ADULT, *_CHILDREN, *_BABIES, *reversed(_INFANTS)), _PARTNER_DAY)
PARTNER_FROM_BIRTH = Service((*PARTNER.ages, _NEWBORN), _PARTNER_DAY)
MUNICIPAL = Service((_ONE, "Q - 4 A 6 ANOS PARCIAL", *_INFANTS, *_CHILDREN), _DAY)
BY_EDITAL = Service(
    ("D - 0 A 5 MESES", "D - 6 MESES", "D - 7 MESES", "E - 8 A 11 MESES", _ONE, "I - 2 A 6 ANOS"), _DAY
)
CEMEI = Service((_NEWBORN, *_BABIES, *_INFANTS, _ONE, *_CHILDREN, "W - EMEI DA CEMEI"), _DAY)
INDIGENOUS = Service((_ANY_AGE,), _PARTNER_DAY)
STAFF_NURSERY = Service((_ANY_AGE,), _DAY)
FUNDAMENTAL = Service((_ANY_AGE, _ADULT), _SHIFT)
FUNDAMENTAL_THREE_SHIFTS = Service((_ANY_AGE, _ADULT), (_SNACK, *_SHIFT))
PRESCHOOL = Service((_ANY_AGE,), _SHIFT)
DEAF = Service((_ANY_AGE,), ("MI - MERENDA INICIAL", _ADULT_LUNCH, *_SHIFT))
DRY = Service((_ANY_AGE,), ("MS - MERENDA SECA",))
SNACK = Service((_ANY_AGE,), (_SNACK,))
COVENANT = Service((_ANY_AGE, _ADULT), (_ADULT_LUNCH, _SNACK))
COVENANT_WITH_LUNCH = Service((_ANY_AGE, _ADULT), (_ADULT_LUNCH, _SNACK, "R1 - REFEICAO 1"))


class Kind(NamedTuple):
    """A school type: how many of 3,233 there are, its first EOL code, who runs its kitchens, what it serves."""

    school_type: str
    weight: int
    first_eol: int
    managements: tuple[str, ...]
    service: Service
    prefix: str


_MOSTLY_OUTSOURCED = (_OUTSOURCED, _OUTSOURCED, "MISTA")
KINDS = (
    Kind("CEI_CONVENIADO", 1693, 306_250, ("DIRETA",), PARTNER, "CEI CONV."),
    Kind("EMEF", 555, 50_000, _MOSTLY_OUTSOURCED, FUNDAMENTAL, "EMEF"),
    Kind("EMEI", 549, 10_000, _MOSTLY_OUTSOURCED, PRESCHOOL, "EMEI"),
    Kind("CEI_MUNICIPAL", 362, 400_000, _MOSTLY_OUTSOURCED, MUNICIPAL, "CEI MUN."),
    Kind("SME_CONVÊNIO", 19, 600_000, ("DIRETA",), COVENANT, "SME CONV."),
    Kind("CIEJA", 16, 200_000, ("DIRETA", "DIRETA", "MISTA"), DRY, "CIEJA"),
    Kind("CEMEI", 9, 700_000, ("MISTA", "MISTA", _OUTSOURCED), CEMEI, "CEMEI"),
    Kind("CEU_GESTÃO", 8, 800_000, ("MISTA",), SNACK, "CEU  GESTÃO"),
    Kind("EMEBS", 6, 900_000, _MOSTLY_OUTSOURCED, DEAF, "EMEBS"),
    Kind("CEI_PARCEIRO_(RP)", 4, 500_000, ("DIRETA",), PARTNER_FROM_BIRTH, "CEI PARCEIRO (RP)"),
)
"""The types of the generated schools; the rarest ones stand among the landmarks alone."""
_BOUNDS = list(accumulate(kind.weight for kind in KINDS))


class Landmark(NamedTuple):
    """A school that every department has; without `service` it is a record that is no school, or tells
    nothing.
    """

    eol: int
    name: str
    school_type: str
    management: str
    neighbourhood: str
    service: Service | None


LANDMARKS = (
    Landmark(213, "EMEF PROF. ANTONIO PACHECO E SILVA - (MIST)", "EMEF", "MISTA", "JD. TABOÃO", FUNDAMENTAL),
    Landmark(92_622, "EMEF JOÃO XXIII - (MIST)", "EMEF", "MISTA", "JD. BONFIGLIOLI", FUNDAMENTAL),
    Landmark(
        221, "EMEI PROF. ANTÔNIO CARLOS PACHECO E SILVA (MIST)", "EMEI", "MISTA", "JD. TABOÃO", PRESCHOOL
    ),
    Landmark(305_003, "CEI CONV. JOAO XXIII", "CEI_CONVENIADO", "DIRETA", "VL. SÔNIA", PARTNER),
    Landmark(86, "EMEI PROFA.  CLARICE LISPECTOR - (TERCEI.)", "EMEI", _OUTSOURCED, "GUAIANASES", PRESCHOOL),
    Landmark(305_001, "CEI CONV. CANTINHO FELIZ", "CEI_CONVENIADO", "DIRETA", "ITAQUERA", PARTNER),
    Landmark(305_002, "CEI CONV. CANTINHO FELIZ", "CEI_CONVENIADO", "DIRETA", "GRAJAÚ", PARTNER),
    Landmark(93_033, "CEU EMEF BUTANTÃ - (MIST)", "EMEF", "MISTA", "BUTANTÃ", FUNDAMENTAL_THREE_SHIFTS),
    Landmark(450_461, "CEI MUN. JD. DAS ORQUÍDEAS (TERC)", "CEI_MUNICIPAL", _OUTSOURCED, "SACOMÃ", BY_EDITAL),
    Landmark(94_322, "CEMEI PARQUE DO LAGO (MIST)", "CEMEI", "MISTA", "PQ. DO LAGO", CEMEI),
    Landmark(205, "EMEBS PROFA. HELEN KELLER - (MIST)", "EMEBS", "MISTA", "BELA VISTA", DEAF),
    Landmark(250_204, "PROJETO CECI JARAGUÁ", "PROJETO_CECI", "DIRETA", "JARAGUÁ", INDIGENOUS),
    Landmark(450_495, "CCI SECRETARIA DE OBRAS (TERC)", "CCI", _OUTSOURCED, "CANINDÉ", STAFF_NURSERY),
    Landmark(250_042, "CIEJA ALM. TAMANDARÉ", "CIEJA", "DIRETA", "ERMELINO MATARAZZO", DRY),
    Landmark(250_201, "CEU  GESTÃO CASA BLANCA (MIST)", "CEU_GESTÃO", "MISTA", "CAMPO LIMPO", None),
    Landmark(
        108_300, "DIRETORIA REGIONAL DE EDUCAÇÃO CAPELA DO SOCORRO", "DRE", "DIRETA", "CIDADE DUTRA", None
    ),
    Landmark(7_001, "CORREIO - ARMAZEM REGIÃO 2", "CORREIO_-_ARMAZEM", "DIRETA", "PENHA", None),
    Landmark(250_018, "CMCT CENTRO DE CAPACITAÇÃO E TREINAMENTO", "CMCT", "DIRETA", "SÃO MIGUEL", DRY),
    Landmark(650_030, "SME CONV. MÃE DO AMOR", "SME_CONVÊNIO", "DIRETA", "TATUAPÉ", COVENANT_WITH_LUNCH),
    Landmark(
        550_001, "CEI PARCEIRO (RP) LUZ", "CEI_PARCEIRO_(RP)", "DIRETA", "SÃO MATEUS", PARTNER_FROM_BIRTH
    ),
    Landmark(91_021, "EMEFM DARCY RIBEIRO (TERC)", "EMEFM", _OUTSOURCED, "SÃO MIGUEL", FUNDAMENTAL),
    Landmark(94, "EMEI STA. TEREZINHA (TERC)", "EMEI", _OUTSOURCED, "VL. MARIA", PRESCHOOL),
    Landmark(95, "EMEI STA. TEREZINHA (TERC)", "EMEI", _OUTSOURCED, "SAPOPEMBA", PRESCHOOL),
    Landmark(1_082, "EMEF SEN. JOSÉ ERMÍRIO II - (TERCEI.)", "EMEF", _OUTSOURCED, "LAJEADO", FUNDAMENTAL),
)
_ALWAYS_DIRTY = frozenset({94_322})
"""The landmark with age codes off the vocabulary, so that even a small department has one."""


def make_schools(number: int, seed: int) -> list[Document]:
    """That many school documents. ValueError for a number that has no codes left."""
    if not 1 <= number <= MOST_SCHOOLS:
        raise ValueError(f"schools: {number} is not between 1 and {MOST_SCHOOLS}")
    return [_school(n, Random(f"{seed}/school/{n}")) for n in range(number)]  # noqa: S311 - repeatable is the point


def _school(position: int, rng: Random) -> Document:
    landmark = LANDMARKS[position] if position < len(LANDMARKS) else _generated(position, rng)
    neighbourhood = next(each for each in NEIGHBOURHOODS if each.name == landmark.neighbourhood)
    outsourced = landmark.management == _OUTSOURCED
    grouping = rng.choice(_EDITAIS) if outsourced else neighbourhood.region
    document: Document = {
        "_id": landmark.eol,
        "nome": landmark.name,
        "tipo_unidade": landmark.school_type,
        "tipo_atendimento": landmark.management,
        "agrupamento": str(grouping) if outsourced or rng.random() < 0.015 else grouping,
        "endereco": street(rng),
        "bairro": neighbourhood.name,
        "telefone": _phones(rng),
        **_coordinates(neighbourhood, rng),
        "agrupamento_regiao": neighbourhood.region,
        "status": "ativo",
    }
    if outsourced:
        document["edital"] = grouping
    if landmark.service is not None:
        dirty = landmark.eol in _ALWAYS_DIRTY or rng.random() < 0.006
        ages, meals = landmark.service
        document["idades"] = [_DIRTY_AGES.get(age, age) for age in ages] if dirty else list(ages)
        document["refeicoes"] = list(meals)
    if rng.random() < 0.018:
        document |= {"data_inicio_vigencia": rng.choice(("", "20150101")), "historico": []}
    return document


def _generated(position: int, rng: Random) -> Landmark:
    (kind,) = rng.choices(KINDS, cum_weights=_BOUNDS)
    management, neighbourhood = rng.choice(kind.managements), rng.choice(NEIGHBOURHOODS)
    three_shifts = kind.service in {FUNDAMENTAL, PRESCHOOL} and rng.random() < 0.06
    return Landmark(
        eol=kind.first_eol + position,
        name=_name(kind, management, neighbourhood, rng),
        school_type=kind.school_type,
        management=management,
        neighbourhood=neighbourhood.name,
        service=kind.service._replace(meals=(_SNACK, *_SHIFT)) if three_shifts else kind.service,
    )


def _coordinates(neighbourhood: Neighbourhood, rng: Random) -> Document:
    """Within a kilometre or so of the neighbourhood's centre; seldom none."""
    if rng.random() < 0.008:
        return {"lat": None, "lon": None}
    lat, lon = (max(-0.01, min(0.01, rng.gauss(0, 0.004))) for _ in range(2))
    return {"lat": round(neighbourhood.lat + lat, 6), "lon": round(neighbourhood.lon + lon, 6)}


def _name(kind: Kind, management: str, neighbourhood: Neighbourhood, rng: Random) -> str:
    if kind.school_type in {"CEI_CONVENIADO", "CEI_PARCEIRO_(RP)", "SME_CONVÊNIO"}:
        own = nursery(rng)
    elif kind.school_type in {"EMEF", "EMEI", "CEI_MUNICIPAL"} and rng.random() < 0.06:
        own = f"CEU {rng.choice(CEUS)} - {person(rng)}"
    elif rng.random() < (0.7 if kind.school_type == "CEI_MUNICIPAL" else 0.12):
        own = place(rng)
    else:
        own = person(rng)
    if kind.school_type in {"CIEJA", "CEMEI", "CEU_GESTÃO"}:
        own = f"{neighbourhood.name} {rng.choice(NUMERALS)} - {rng.choice(CEUS)}"
    gap = "  " if rng.random() < 0.02 else " "
    return f"{kind.prefix}{gap}{own}{rng.choice(SUFFIXES[management])}"


def _phones(rng: Random) -> str | None:
    """One number, at times two or three in one text, the last one sometimes cut; seldom none.

    No line in Brazil starts with 1: nobody is called from a demonstration.
    """
    chance = rng.random()
    if chance < 0.023:
        return None
    number = 1 if chance < 0.86 else 2 if chance < 0.985 else 3
    numbers = [f"(11){rng.randint(10_000_000, 19_999_999)}" for _ in range(number)]
    if rng.random() < 0.003:
        numbers.append("(11)0")
    text = " ".join(numbers)
    return text[: -rng.randint(1, 5)] if number > 1 and rng.random() < 0.05 else text
