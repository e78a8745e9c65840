"""The dataset schema through CKAN's own actions and form."""

from __future__ import annotations

import ckantoolkit as tk
import pytest
from ckan import model
from ckan.tests import factories, helpers

from ckanext.patiodigital.validators import LOADER

pytestmark = pytest.mark.usefixtures("with_plugins", "clean_db", "clean_index")

TABLE = {
    "table_schema": "menus/1",
    "data_version": "2026-11-24T08:00:00Z",
    "loaded_at": "2026-11-24T08:00:01Z",
    "row_count": 12,
    "set_aside_count": 1,
    "hash": "ab12",
}


@pytest.fixture
def organization():
    return factories.Organization(name="sme", title="Secretaria Municipal de Educação")


@pytest.fixture
def call():
    """Call an action as a user who may do everything."""
    user = factories.Sysadmin()["name"]

    def act(action, **values):
        return helpers.call_action(action, {"user": user, "ignore_auth": False}, **values)

    return act


@pytest.fixture
def load():
    """Call an action as the table loader."""
    user = factories.Sysadmin()["name"]

    def act(action, **values):
        return helpers.call_action(action, {"user": user, LOADER: True}, **values)

    return act


@pytest.fixture
def six(organization):
    """The six required fields, and nothing else."""
    return {
        "title": "Cardápios da alimentação escolar",
        "notes": "O que se come em cada escola.",
        "owner_org": organization["id"],
        "subject": ["alimentacao"],
        "frequency": "daily",
        "maintainer_email": "codae@example.org",
    }


@pytest.fixture
def dataset(call, six):
    return call("package_create", **six)


@pytest.fixture
def errors(call, six):
    """Errors of creating a dataset with the six fields and these changes, by field."""

    def create(**changes):
        with pytest.raises(tk.ValidationError) as caught:
            call("package_create", **{**six, **changes})
        return caught.value.error_dict

    return create


def test_six_fields_are_enough_and_the_rest_has_defaults(dataset):
    expected = {
        "name": "cardapios-da-alimentacao-escolar",
        "subject": ["alimentacao"],
        "frequency": "daily",
        "responsible_unit": "Secretaria Municipal de Educação",
        "maintainer": "Secretaria Municipal de Educação",
        "license_id": "cc-zero",
        "access_rights": "public",
        "language": ["pt"],
        "theme": ["http://publications.europa.eu/resource/authority/data-theme/EDUC"],
        "spatial_text": "São Paulo",
        "spatial_uri": "https://sws.geonames.org/3448439/",
        "stage": [],
    }
    assert {field: dataset[field] for field in expected} == expected
    assert "minimum_group_size" not in dataset
    assert "personal_data" not in dataset


@pytest.mark.parametrize("blank", ["", None])
def test_each_of_the_six_is_required(errors, six, blank):
    assert set(errors(name="menus", **dict.fromkeys(six, blank))) == set(six)


WRONG = [
    {
        "subject": ["merenda"],
        "frequency": "Diária",
        "maintainer_email": "not an address",
        "title": "t" * 301,
        "notes": "n" * 8001,
        "caveats": "\U0001f34e" * 8001,
        "school_years": "2022-2020",
        "temporal_start": "05/02/2026",
        "data_date": "2026-02-30",
        "data_dictionary": "javascript:alert(1)",
        "dre": ["999999"],
        "observation_unit": "pupil",
        "minimum_group_size": "4",
        "access_rights": "secret",
        "theme": ["http://example.org/" + "t" * 8000],
    },
    {
        "subject": {"a": "b"},
        "school_years": ["2020"],
        "temporal_start": "20260205",
        "data_date": 20260205,
        "minimum_group_size": "many",
        "language": "pt-BR",
    },
]


@pytest.mark.parametrize("wrong", WRONG)
def test_what_does_not_fit_is_refused_at_its_field(errors, wrong):
    assert set(errors(name="menus", **wrong)) == set(wrong)


@pytest.mark.parametrize(
    ("end", "changes"),
    [
        ("temporal_end", {"temporal_start": "2026-02-05", "temporal_end": "2026-02-04"}),
        ("next_update", {"data_date": "2026-02-05", "next_update": "2025-12-31"}),
    ],
)
def test_periods_run_forward(errors, end, changes):
    assert errors(**changes) == {end: ["This day is before 2026-02-05."]}


def test_everything_that_was_said_comes_back(call, six):
    said = {
        "school_years": "2020, 2018-2019",
        "temporal_start": "2026-02-05",
        "temporal_end": "2026-02-05",
        "stage": ["pre-escola", "creche"],
        "network": ["direta"],
        "dre": ["109300"],
        "geographic_grain": "school",
        "observation_unit": "meal-day",
        "data_date": "2026-02-05",
        "next_update": "2026-02-06",
        "caveats": "Não compare meses.",
        "total_method": "Some as linhas.",
        "data_dictionary": "https://example.org/dictionary",
        "responsible_unit": "SME/CODAE",
        "source_system": "Prato Aberto",
        "plan_item": "PTDA 1.1",
        "personal_data": "aggregated",
        "protection_method": "Supressão.",
        "legal_basis": "LGPD, art. 7º, III",
        "privacy_report": "https://example.org/report",
    }
    created = call("package_create", **{**six, **said})
    shown = call("package_show", id=created["id"])
    stored = {"school_years": "2018-2020", "stage": ["creche", "pre-escola"]}
    assert {field: shown[field] for field in said} == {**said, **stored}
    assert shown["minimum_group_size"] == "10"


def test_an_update_without_a_name_keeps_the_name(call, dataset):
    changed = {**dataset, "title": "Outro título"}
    del changed["name"]
    assert call("package_update", **changed)["name"] == "cardapios-da-alimentacao-escolar"


def test_the_name_that_is_given_is_taken(call, six):
    assert call("package_create", **six, name="menus")["name"] == "menus"


@pytest.fixture
def table(call, load, dataset):
    """A resource that the loader filled."""
    resource = call("resource_create", package_id=dataset["id"], url="http://example.org/menus.csv", format="CSV")
    return load("resource_patch", id=resource["id"], **TABLE)


@pytest.fixture
def stored(call):
    """What a resource holds in the loader's fields."""

    def show(resource):
        shown = call("resource_show", id=resource["id"])
        return {field: shown.get(field) for field in TABLE}

    return show


def test_the_loader_writes_its_fields(stored, table):
    assert stored(table) == TABLE


def test_others_can_neither_change_nor_drop_what_the_loader_wrote(call, stored, table):
    call("resource_patch", id=table["id"], table_schema="schools/1", row_count=0, hash="00")
    assert stored(table) == TABLE
    call("resource_update", id=table["id"], url=table["url"], name="Cardápios")
    assert stored(table) == TABLE
    call("package_patch", id=table["package_id"], notes="Nova descrição")
    assert stored(table) == TABLE


def test_others_cannot_pass_a_file_off_as_a_table(call, stored, dataset):
    resource = call("resource_create", package_id=dataset["id"], url="http://example.org/x", **TABLE)
    assert stored(resource) == {**dict.fromkeys(TABLE), "hash": "ab12"}


def test_other_tools_keep_their_hash_on_other_resources(call, stored, dataset):
    resource = call("resource_create", package_id=dataset["id"], url="http://example.org/x", hash="1")
    call("resource_patch", id=resource["id"], hash="2")
    assert stored(resource)["hash"] == "2"


def test_a_resource_cannot_borrow_another_resources_table(call, stored, dataset, table):
    other = call("resource_create", package_id=dataset["id"], url="http://example.org/y")
    call("resource_patch", id=other["id"], table_schema="menus/1")
    assert stored(other)["table_schema"] is None


@pytest.fixture
def editor(call, organization):
    user = factories.UserWithToken()
    call("organization_member_create", id=organization["id"], username=user["name"], role="editor")
    return {"Authorization": user["token"]}


def test_the_form_shows_the_six_first_and_folds_the_rest(app, editor):
    html = app.get("/dataset/new", headers=editor).body
    first_group = html.index("<details")
    for field in ("title", "notes", "owner_org", "subject", "frequency", "maintainer_email"):
        assert html.index(f'name="{field}"') < first_group
    assert html.index('name="caveats"') > first_group
    assert html.count("<details") == html.count("</details>") == 6
    assert "<summary" in html
    assert " open>" not in html
    assert 'value="cc-zero" selected' in html
    assert "O que os dados cobrem" in html


def test_the_form_is_in_the_language_of_its_address(app, editor):
    html = app.get("/en/dataset/new", headers=editor).body
    assert "What the data cover" in html
    assert "School meals" in html


def submit(app, editor, **data):
    """Send the first page of the form, as a browser without JavaScript does."""
    form = {"_ckan_phase": "dataset_new_1", "save": "", "name": "", **data}
    return app.post("/dataset/new", headers=editor, data=form, follow_redirects=False)


def test_the_form_saves_the_six_fields(app, editor, call, six):
    blank = {"caveats": "", "data_date": "", "personal_data": "", "minimum_group_size": "", "version": ""}
    assert submit(app, editor, **six, **blank).status_code == 302
    shown = call("package_show", id="cardapios-da-alimentacao-escolar")
    assert shown["subject"] == ["alimentacao"]
    assert not {"caveats", "data_date", "personal_data", "minimum_group_size"} & set(shown)


def test_a_group_with_an_error_opens(app, editor, six):
    html = submit(app, editor, **six, data_date="amanhã").body
    assert html.count(" open>") == 1
    assert 'value="codae@example.org"' in html


def test_a_resource_form_saves_a_table_without_losing_what_the_loader_wrote(app, editor, call, stored, table):
    app.post(
        f"/dataset/{table['package_id']}/resource/{table['id']}/edit",
        headers=editor,
        data={
            "id": table["id"],
            "url": table["url"],
            "name": "Cardápios",
            "format": "CSV",
            "save": "go-metadata",
        },
        follow_redirects=False,
    )
    assert call("resource_show", id=table["id"])["name"] == "Cardápios"
    assert stored(table) == TABLE


def test_the_dataset_page_shows_labels_and_not_codes(app, dataset):
    html = app.get(f"/dataset/{dataset['name']}").body
    assert "Alimentação escolar" in html
    assert "Promessa de atualização" in html
    assert "Diária" in html


def test_ckanext_dcat_finds_its_fields(app, call, six):
    said = {"temporal_start": "2026-02-05", "temporal_end": "2026-12-18", "provenance": "Prato Aberto"}
    name = call("package_create", **six, **said)["name"]
    turtle = app.get(f"/dataset/{name}.ttl?profiles=euro_dcat_ap_3").body
    for triple in (
        'dcat:startDate "2026-02-05"',
        'dcat:endDate "2026-12-18"',
        "dcat:theme <http://publications.europa.eu/resource/authority/data-theme/EDUC>",
        "dct:spatial <https://sws.geonames.org/3448439/>",
        'vcard:fn "Secretaria Municipal de Educação"',
        "vcard:hasEmail <mailto:codae@example.org>",
        'rdfs:label "Prato Aberto"',
    ):
        assert triple in turtle


def test_facets_count_codes_and_show_labels(call, six):
    call("package_create", **six, stage=["creche", "pre-escola"], school_years="2019-2020")
    found = call(
        "package_search",
        fq='vocab_education_stage:"pre-escola"',
        **{
            "facet.field": [
                "vocab_education_subject",
                "vocab_education_stage",
                "vocab_education_school_years",
            ]
        },
    )
    counts = {field: facet["items"] for field, facet in found["search_facets"].items()}
    assert found["count"] == 1
    assert {item["display_name"] for item in counts["vocab_education_stage"]} == {
        "Creche (0 a 3 anos)",
        "Pré-escola (4 e 5 anos)",
    }
    assert {item["name"] for item in counts["vocab_education_school_years"]} == {"2019", "2020"}


@pytest.mark.parametrize("words", ["school meals", "alimentação escolar", "guardería"])
def test_a_search_finds_labels_in_any_language(call, six, words):
    call("package_create", **{**six, "title": "x", "notes": "x"}, stage=["creche"], name="found")
    assert [hit["name"] for hit in call("package_search", q=words)["results"]] == ["found"]


def test_the_longest_text_of_the_widest_letters_fits_the_index(call, six):
    created = call("package_create", **six, caveats="\U0001f34e" * 8000)
    assert model.Package.get(created["id"]).state == "active"
    assert call("package_search", q=f"id:{created['id']}")["count"] == 1
