"""Departments of unlike quality, marked as a demonstration: so that a new portal's ranking shows something.

Everything in them is made up here, and says so. Each department has one thing that others do better or worse.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import ckantoolkit as tk
from ckan import model
from werkzeug.datastructures import FileStorage

PREFIX = "demonstracao-"
_MARK = "Demonstração: dados inventados, que nada dizem de escola alguma."
_LONG = (
    f"{_MARK} Uma linha descreve uma escola inventada num mês. Servem para ver como a qualidade de um conjunto muda a "
    "posição de um departamento no ranking, e o que cada campo vazio do formulário faria ganhar."
)
#: All that the form asks for.
_FULL = {
    "notes": _LONG,
    "license_id": "cc-by",
    "tag_string": "demonstração,educação",
    "temporal_start": "2024-01-01",
    "temporal_end": "2026-12-31",
    "observation_unit": "school",
    "geographic_grain": "school",
    "version": "1",
    "caveats": _MARK,
}


class _Dataset(NamedTuple):
    """``files`` are names with what lies in them; None for an address where nothing is."""

    name: str
    title: str
    subject: str
    frequency: str
    fields: Mapping[str, Any]
    files: Mapping[str, str | None]


class _Department(NamedTuple):
    name: str
    title: str
    lesson: str
    datasets: tuple[_Dataset, ...]


def make() -> str:
    """Make what is not there yet; says what was done."""
    made = 0
    for department in _departments():
        name = PREFIX + department.name
        if model.Group.get(name) is None:
            fields = {"name": name, "title": f"{department.title} (demonstração)", "description": department.lesson}
            _act("organization_create", **fields)
        for dataset in department.datasets:
            if model.Package.get(PREFIX + dataset.name) is None:
                _make(name, dataset)
                made += 1
    return f"{len(_departments())} departments, {made} datasets made"


def remove() -> str:
    """Take everything away again that :func:`make` made; says what was done."""
    gone = 0
    for department in _departments():
        for dataset in department.datasets:
            if model.Package.get(PREFIX + dataset.name) is not None:
                _act("dataset_purge", id=PREFIX + dataset.name)
                gone += 1
        if model.Group.get(PREFIX + department.name) is not None:
            _act("organization_purge", id=PREFIX + department.name)
    return f"{gone} datasets removed with their departments"


def _make(organization: str, dataset: _Dataset) -> None:
    package = _act(
        "package_create",
        name=PREFIX + dataset.name,
        title=f"{dataset.title} (demonstração)",
        owner_org=organization,
        subject=[dataset.subject],
        frequency=dataset.frequency,
        maintainer_email="demonstracao@example.org",
        **{"notes": _MARK, **dataset.fields},
    )
    for name, body in dataset.files.items():
        stem, _, extension = name.rpartition(".")
        fields = {"package_id": package["id"], "name": stem, "format": extension.upper()}
        if body is None:
            _act("resource_create", **fields, url=f"{tk.config['ckan.site_url']}/demonstracao/{name}")
        else:
            upload = FileStorage(io.BytesIO(body.encode()), name)
            digest = hashlib.sha256(body.encode()).hexdigest()
            _act("resource_create", **fields, description=_MARK, upload=upload, url=name, hash=digest)


def _act(action: str, **fields: Any) -> Any:
    user = tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
    return tk.get_action(action)({"user": user, "ignore_auth": True}, fields)


def _table(kind: str, rows: int = 12) -> str:
    return "".join(_lines(kind, rows))


def _lines(kind: str, rows: int) -> Iterator[str]:
    yield "escola,mes,total\r\n"
    for row in range(rows):
        yield f"Escola inventada {row % 4 + 1} ({kind}),2026-{row % 12 + 1:02},{(row * 37 + len(kind)) % 90}\r\n"


def _departments() -> tuple[_Department, ...]:
    return (
        _Department(
            "transporte",
            "Transporte Escolar",
            "Preenche o formulário inteiro e publica em CSV.",
            tuple(
                _Dataset(f"transporte-{kind}", title, "transporte", "monthly", _FULL, {f"{kind}.csv": _table(kind)})
                for kind, title in (
                    ("rotas", "Rotas do transporte escolar"),
                    ("frota", "Frota do transporte escolar"),
                    ("atendidos", "Escolas atendidas pelo transporte"),
                )
            ),
        ),
        _Department(
            "vagas",
            "Vagas em Creche",
            "Preenche só os seis campos obrigatórios.",
            tuple(
                _Dataset(f"vagas-{kind}", title, "vagas-creche", "monthly", {}, {f"{kind}.csv": _table(kind)})
                for kind, title in (("oferta", "Oferta de vagas em creche"), ("procura", "Procura por creche"))
            ),
        ),
        _Department(
            "avaliacao",
            "Avaliação",
            "Divide uma base por ano, e deixou de atualizar.",
            tuple(
                _Dataset(
                    f"avaliacao-{year}",
                    f"Resultados da avaliação {year}",
                    "avaliacao",
                    "annual",
                    {**_FULL, "data_date": f"{year}-12-01"},
                    {f"avaliacao-{year}.csv": _table(str(year))},
                )
                for year in (2021, 2022, 2023)
            ),
        ),
        _Department(
            "infraestrutura",
            "Infraestrutura",
            "Descreve bem arquivos que não estão mais no lugar.",
            tuple(
                _Dataset(f"infraestrutura-{kind}", title, "infraestrutura", "annual", _FULL, {f"{kind}.csv": None})
                for kind, title in (("predios", "Prédios escolares"), ("obras", "Obras em escolas"))
            ),
        ),
        _Department(
            "recursos",
            "Recursos Financeiros",
            "Publica o mesmo arquivo duas vezes, e um conjunto vazio.",
            (
                *(
                    _Dataset(
                        f"recursos-{kind}",
                        title,
                        "financiamento",
                        "annual",
                        _FULL,
                        {"repasses.csv": _table("x")},
                    )
                    for kind, title in (("repasses", "Repasses às escolas"), ("verbas", "Verbas das escolas"))
                ),
                _Dataset("recursos-vazio", "Contratos", "financiamento", "annual", _FULL, {}),
            ),
        ),
        _Department("profissionais", "Profissionais", "Ainda não publicou.", ()),
    )
