"""School documents as Prato Aberto stores them: generated in the measured proportions, dirt included.

School number n is the same whatever the number of schools asked for. The first ones are landmarks: one of
each type, the names that searches in the documentation look for, records that are no schools, and every kind
of dirt. A school document never tells the school's regional board (DRE).
"""

from __future__ import annotations

from itertools import accumulate
from random import Random
from typing import NamedTuple

from simulator import services
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
from simulator.services import Service
from simulator.vocabulary import OUTSOURCED, Document

MOST_SCHOOLS = 40_000
"""Beyond it EOL codes of one type would run into those of the next."""

_EDITAIS = ("EDITAL 78/2016",) * 3 + ("Novo Edital", "Edital 2024")
_DIRTY_AGES = {
    "C - 4 A 5 MESES": "C- 4 A 5 MESES",
    "A - 0 A 1 MES": "A\u00a0- 0 A 1 MES",
    "B - 1 A 3 MESES": "B\n- 1 A 3 MESES",
    "X - 1A -1A E 11MES": "X - 1A -1A E\n11MES",
}


class Kind(NamedTuple):
    """A school type: how many of 3,233 there are, its first EOL code, who cooks there, what it serves."""

    school_type: str
    weight: int
    first_eol: int
    managements: tuple[str, ...]
    service: Service
    prefix: str


_MOSTLY_OUTSOURCED = (OUTSOURCED, OUTSOURCED, "MISTA")
KINDS = (
    Kind("CEI_CONVENIADO", 1693, 306_250, ("DIRETA",), services.PARTNER, "CEI CONV."),
    Kind("EMEF", 555, 50_000, _MOSTLY_OUTSOURCED, services.FUNDAMENTAL, "EMEF"),
    Kind("EMEI", 549, 10_000, _MOSTLY_OUTSOURCED, services.PRESCHOOL, "EMEI"),
    Kind("CEI_MUNICIPAL", 362, 400_000, _MOSTLY_OUTSOURCED, services.MUNICIPAL, "CEI MUN."),
    Kind("SME_CONVÊNIO", 19, 600_000, ("DIRETA",), services.COVENANT, "SME CONV."),
    Kind("CIEJA", 16, 200_000, ("DIRETA", "DIRETA", "MISTA"), services.DRY, "CIEJA"),
    Kind("CEMEI", 9, 700_000, ("MISTA", "MISTA", OUTSOURCED), services.CEMEI, "CEMEI"),
    Kind("CEU_GESTÃO", 8, 800_000, ("MISTA",), services.SNACK, "CEU  GESTÃO"),
    Kind("EMEBS", 6, 900_000, _MOSTLY_OUTSOURCED, services.DEAF, "EMEBS"),
    Kind("CEI_PARCEIRO_(RP)", 4, 500_000, ("DIRETA",), services.PARTNER_FROM_BIRTH, "CEI PARCEIRO (RP)"),
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
    Landmark(
        213,
        "EMEF PROF. ANTONIO PACHECO E SILVA - (MIST)",
        "EMEF",
        "MISTA",
        "JD. TABOÃO",
        services.FUNDAMENTAL,
    ),
    Landmark(92_622, "EMEF JOÃO XXIII - (MIST)", "EMEF", "MISTA", "JD. BONFIGLIOLI", services.FUNDAMENTAL),
    Landmark(
        221,
        "EMEI PROF. ANTÔNIO CARLOS PACHECO E SILVA (MIST)",
        "EMEI",
        "MISTA",
        "JD. TABOÃO",
        services.PRESCHOOL,
    ),
    Landmark(305_003, "CEI CONV. JOAO XXIII", "CEI_CONVENIADO", "DIRETA", "VL. SÔNIA", services.PARTNER),
    Landmark(86, "EMEI PROFA.  CLARICE LISPECTOR - (TERCEI.)", "EMEI", OUTSOURCED, "GUAIANASES", services.PRESCHOOL),
    Landmark(305_001, "CEI CONV. CANTINHO FELIZ", "CEI_CONVENIADO", "DIRETA", "ITAQUERA", services.PARTNER),
    Landmark(305_002, "CEI CONV. CANTINHO FELIZ", "CEI_CONVENIADO", "DIRETA", "GRAJAÚ", services.PARTNER),
    Landmark(93_033, "CEU EMEF BUTANTÃ - (MIST)", "EMEF", "MISTA", "BUTANTÃ", services.FUNDAMENTAL_THREE_SHIFTS),
    Landmark(
        450_461,
        "CEI MUN. JD. DAS ORQUÍDEAS (TERC)",
        "CEI_MUNICIPAL",
        OUTSOURCED,
        "SACOMÃ",
        services.BY_EDITAL,
    ),
    Landmark(94_322, "CEMEI PARQUE DO LAGO (MIST)", "CEMEI", "MISTA", "PQ. DO LAGO", services.CEMEI),
    Landmark(205, "EMEBS PROFA. HELEN KELLER - (MIST)", "EMEBS", "MISTA", "BELA VISTA", services.DEAF),
    Landmark(250_204, "PROJETO CECI JARAGUÁ", "PROJETO_CECI", "DIRETA", "JARAGUÁ", services.INDIGENOUS),
    Landmark(450_495, "CCI SECRETARIA DE OBRAS (TERC)", "CCI", OUTSOURCED, "CANINDÉ", services.STAFF_NURSERY),
    Landmark(250_042, "CIEJA ALM. TAMANDARÉ", "CIEJA", "DIRETA", "ERMELINO MATARAZZO", services.DRY),
    Landmark(250_201, "CEU  GESTÃO CASA BLANCA (MIST)", "CEU_GESTÃO", "MISTA", "CAMPO LIMPO", None),
    Landmark(108_300, "DIRETORIA REGIONAL DE EDUCAÇÃO CAPELA DO SOCORRO", "DRE", "DIRETA", "CIDADE DUTRA", None),
    Landmark(7_001, "CORREIO - ARMAZEM REGIÃO 2", "CORREIO_-_ARMAZEM", "DIRETA", "PENHA", None),
    Landmark(250_018, "CMCT CENTRO DE CAPACITAÇÃO E TREINAMENTO", "CMCT", "DIRETA", "SÃO MIGUEL", services.DRY),
    Landmark(650_030, "SME CONV. MÃE DO AMOR", "SME_CONVÊNIO", "DIRETA", "TATUAPÉ", services.COVENANT_WITH_LUNCH),
    Landmark(
        550_001,
        "CEI PARCEIRO (RP) LUZ",
        "CEI_PARCEIRO_(RP)",
        "DIRETA",
        "SÃO MATEUS",
        services.PARTNER_FROM_BIRTH,
    ),
    Landmark(91_021, "EMEFM DARCY RIBEIRO (TERC)", "EMEFM", OUTSOURCED, "SÃO MIGUEL", services.FUNDAMENTAL),
    Landmark(94, "EMEI STA. TEREZINHA (TERC)", "EMEI", OUTSOURCED, "VL. MARIA", services.PRESCHOOL),
    Landmark(95, "EMEI STA. TEREZINHA (TERC)", "EMEI", OUTSOURCED, "SAPOPEMBA", services.PRESCHOOL),
    Landmark(1_082, "EMEF SEN. JOSÉ ERMÍRIO II - (TERCEI.)", "EMEF", OUTSOURCED, "LAJEADO", services.FUNDAMENTAL),
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
    outsourced = landmark.management == OUTSOURCED
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
    three_shifts = kind.service in {services.FUNDAMENTAL, services.PRESCHOOL} and rng.random() < 0.06
    return Landmark(
        eol=kind.first_eol + position,
        name=_name(kind, management, neighbourhood, rng),
        school_type=kind.school_type,
        management=management,
        neighbourhood=neighbourhood.name,
        service=kind.service._replace(meals=services.SNACKS_AND_LUNCH) if three_shifts else kind.service,
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
