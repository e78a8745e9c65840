"""School documents to rows of ``schools``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from ckanext.patiodigital.harvesters.core.prato_aberto.documents import Document, eol_code, fault, no_eol, no_object
from ckanext.patiodigital.schemas import vocabularies
from ckanext.patiodigital.school_names.display import display_name
from ckanext.patiodigital.tables.core.reasons import Fault, Reason, Remark, SourceFault

#: Of the municipality of São Paulo, with a margin: south, north, west, east.
CITY = (-24.05, -23.35, -46.85, -46.35)

_PARTNER_TYPES = frozenset({"cei-conveniado", "cei-parceiro-rp", "sme-convenio", "projeto-ceci"})
_PHONE = re.compile(r"(?<!\d)\(?(\d{2})\)?\s*(9?\d{4})-?\s*(\d{4})(?!\d)")

#: What :func:`school` reads, or leaves out on purpose.
KEYS = frozenset(
    [
        *("_id", "nome", "tipo_unidade", "tipo_atendimento", "agrupamento", "agrupamento_regiao", "endereco", "bairro"),
        *("telefone", "lat", "lon", "edital", "status", "idades", "refeicoes", "data_inicio_vigencia", "historico"),
        "editais",
    ]
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


def school(document: Any, url: str) -> Iterator[SchoolRow | SourceFault | Remark]:
    """A school document of ``/escola/{id}?raw=1`` or ``/v2/editor/escolas``."""
    if not isinstance(document, Mapping):
        yield no_object(document, url)
        return
    raw_type, official_name = document.get("tipo_unidade"), document.get("nome")
    eol = eol_code(document.get("_id"))
    if eol is None:
        yield no_eol(str(official_name)[:200], document.get("_id"), url)
        return
    types = vocabularies.load("school_types")
    school_type = types.code(raw_type) if isinstance(raw_type, str) else None
    if school_type is not None and not types[school_type].school:
        message = "No school, but an office or a warehouse: it serves no meals to pupils."
        yield SourceFault(eol, [fault("school_type", raw_type, Reason.ENUM, message)], url)
        return
    lat, lon, outside = _position(document)
    age_bands, unknown_ages = _known("age_bands", document.get("idades"))
    meals, unknown_meals = _known("meals", document.get("refeicoes"))
    remarks = [*outside, *unknown_ages, *unknown_meals]
    if remarks:
        yield Remark(eol, remarks, url)
    yield SchoolRow(
        eol=eol,
        inep=None,
        name=_readable(official_name),
        official_name=official_name,
        school_type=raw_type,
        network="parceira" if school_type in _PARTNER_TYPES else "direta",
        status="active" if document.get("status", "ativo") == "ativo" else "closed",
        dre=None,
        district=None,
        neighbourhood=_readable(document.get("bairro")),
        address=document.get("endereco"),
        postcode=None,
        phones=phones(document.get("telefone")),
        lat=lat,
        lon=lon,
        age_bands=age_bands,
        meals=meals,
        source_url=url,
    )


def phones(value: Any) -> list[str]:
    """The complete numbers in a telephone field; the source cuts some in the middle."""
    return [f"({area}) {first}-{last}" for area, first, last in _PHONE.findall(value if isinstance(value, str) else "")]


def _readable(name: Any) -> Any:
    return display_name(name) if isinstance(name, str) else name


def _position(document: Document) -> tuple[Any, Any, list[Fault]]:
    """``(lat, lon, [])``, or no position and why: a school is published without a wrong one."""
    lat, lon = document.get("lat"), document.get("lon")
    if lat is None and lon is None:
        return None, None, []
    south, north, west, east = CITY
    message = "Not two numbers."
    if isinstance(lat, int | float) and isinstance(lon, int | float):
        if south <= lat <= north and west <= lon <= east:
            return lat, lon, []
        message = "Outside the city."
    return None, None, [fault("lat", f"{lat}, {lon}", Reason.RANGE, message)]


def _known(scheme: str, values: Any) -> tuple[Any, list[Fault]]:
    """The known codes in a school's list, and what is wrong with the others: one new code must not cost a school."""
    if not isinstance(values, list):
        return values, []
    vocabulary = vocabularies.load(scheme)
    known = [value for value in values if isinstance(value, str) and vocabulary.code(value)]
    message = f"Not a code or known spelling of vocabulary {scheme}; left out of the school's list."
    return known, [fault(scheme, value, Reason.UNKNOWN_CODE, message) for value in values if value not in known]
