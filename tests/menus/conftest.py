"""A small network of schools with menus, published once for a module of tests that only read."""

from __future__ import annotations

from datetime import date, datetime, timezone

import pytest
from ckan.tests import factories
from tables.rows import row

from ckanext.patiodigital import clock
from ckanext.patiodigital.menus import service as lookup
from ckanext.patiodigital.tables import service
from ckanext.patiodigital.tables.core.load import Partition

#: A Tuesday, seven in the morning in São Paulo.
NOW = datetime(2026, 6, 2, 10, 0, tzinfo=timezone.utc)
JUNE = Partition("2026-06", "date", date(2026, 6, 1), date(2026, 6, 30))

SCHOOLS = [
    row(
        "schools", eol="000086", name="EMEI Paulo Camilhier Florençano", school_type="emei", neighbourhood="Guaianases",
        phones="(11) 2557-8348", lat=-23.553905, lon=-46.398452, age_bands="g-4-a-6-anos", meals="a-almoco;l-lanche",
    ),
    row(
        "schools", eol="094617", name="EMEF Professor Antônio Pacheco e Silva", neighbourhood="Jardim Paulo VI",
        lat=-23.575, lon=-46.75,
    ),
    row("schools", eol="019283", name="EMEF João XXIII", neighbourhood="Butantã", lat=-23.57, lon=-46.73),
    row("schools", eol="400001", name="EMEF Sem Plano", neighbourhood="Penha"),
    row("schools", eol="400002", name="EMEF <script>alert(1)</script>", neighbourhood='"><img src=x onerror=x>'),
]  # fmt: skip
GROUPS = [
    row("school_menu_groups", eol="000086", valid_from="2026-01-01", menu_group="terceirizada/emei/edital-78-2016"),
    row("school_menu_groups", eol="094617", valid_from="2026-01-01"),
    row("school_menu_groups", eol="019283", valid_from="2026-01-01"),
    row("school_menu_groups", eol="400002", valid_from="2026-01-01", menu_group="direta/emef/9"),
]
CALENDAR = [
    row("school_calendar", date="2026-06-04", name="Corpus Christi"),
    row("school_calendar", date="2026-06-08", scope="eol:094617", kind="closed", name="Falta de água"),
    row("school_calendar", date="2026-06-29", kind="recess", name="Recesso de julho"),
    row("school_calendar", date="2026-06-30", kind="recess", name="Recesso de julho"),
]


def dish(day, position, name, **cells):
    cells = {"published_at": "2026-05-20T12:00:00Z", **cells}
    return row("menus", date=day, position=position, dish=name, **cells)


def emei(day, position, name, **cells):
    """A dish of the EMEI's group, of which the school serves one of two ages."""
    return dish(
        day, position, name, menu_group="terceirizada/emei/edital-78-2016", management="terceirizada",
        school_type="emei", grouping="edital-78-2016", **cells,
    )  # fmt: skip


MENUS = [
    dish("2026-06-02", 1, "ARROZ, FEIJÃO E FRANGO"),
    dish("2026-06-02", 2, "Banana", family_farming=True),
    dish("2026-06-02", 1, "Leite com chocolate", meal="l4-lanche-4-horas"),
    dish("2026-06-03", 1, "Macarrão"),
    dish("2026-06-04", 1, "Prato de feriado"),
    dish("2026-06-08", 1, "Sopa"),
    emei("2026-06-02", 1, "Purê", age_band="g-4-a-6-anos"),
    emei("2026-06-02", 1, "Papinha", age_band="b-1-a-3-meses"),
    emei("2026-06-02", 1, "Jantar que esta escola não serve", age_band="g-4-a-6-anos", meal="j-jantar"),
    dish("2026-06-02", 1, "<script>alert('prato')</script>", menu_group="direta/emef/9"),
    emei(
        "2026-06-03", 1, "Bolo", age_band="g-4-a-6-anos", contains=["leite"], may_contain=["soja"], allergens="informed"
    ),
]


def load_network(package_id):
    """Publish the network in a dataset; the resources by table."""
    content = {"schools": SCHOOLS, "school_menu_groups": GROUPS, "school_calendar": CALENDAR}
    resources = {}
    for table, rows in content.items():
        resources[table] = service.ensure_table(package_id, table, "test")
        assert service.load(resources[table], rows).set_aside == 0
    resources["menus"] = service.ensure_table(package_id, "menus", "test")
    assert service.load(resources["menus"], MENUS, JUNE).set_aside == 0
    lookup.forget()
    return resources


def make_dataset():
    organization = factories.Organization()
    return factories.Dataset(
        owner_org=organization["id"],
        notes="x",
        subject=["alimentacao"],
        frequency="daily",
        maintainer_email="dados@example.org",
    )


@pytest.fixture
def morning():
    """The portal's clock stands at :data:`NOW`."""
    clock.set_source(lambda: NOW)
    lookup.forget()
    yield
    clock.set_source(None)
    lookup.forget()


@pytest.fixture
def network(request, morning):
    """The published network: its dataset and resources. Made by the module's first test, kept for the rest."""
    made = getattr(request.module, "_network", None)
    request.getfixturevalue("with_plugins" if made else "clean_tables")
    if made is None:
        package = make_dataset()
        made = request.module._network = (package, load_network(package["id"]))
    return made
