"""What search gets of the education block."""

from __future__ import annotations

import pytest

from ckanext.patiodigital.schemas.indexing import FACETS, facet_field, index_fields, label_facets


def test_lists_of_codes_and_years_become_lists_of_exact_strings():
    fields = index_fields(
        {
            "id": "x",
            "subject": '["alimentacao", "cadastro-escolas"]',
            "stage": '["creche"]',
            "dre": ["108100"],
            "network": "[]",
            "school_years": "2018, 2020-2021",
        }
    )
    labels = fields.pop("extras_education_labels")
    assert fields == {
        "vocab_education_subject": ["alimentacao", "cadastro-escolas"],
        "vocab_education_stage": ["creche"],
        "vocab_education_dre": ["108100"],
        "vocab_education_school_years": ["2018", "2020", "2021"],
    }
    for label in ("Alimentação escolar", "School meals", "Registro de escuelas", "DRE Butantã"):
        assert label in labels


def test_a_dataset_without_education_fields_adds_nothing():
    assert index_fields({"id": "x", "title": "Parks", "stage": "[]", "school_years": ""}) == {}


@pytest.mark.parametrize("stored", [None, 3, {"a": 1}, "{}", "null", [None, 3]])
def test_what_is_no_list_of_codes_is_left_out(stored):
    assert index_fields({"subject": stored, "school_years": stored}) == {}


def test_a_code_that_left_the_vocabulary_is_still_found():
    fields = index_fields({"subject": "merenda"})
    assert fields["vocab_education_subject"] == ["merenda"]


def test_facets_show_labels_in_the_language_of_the_page():
    facets = {
        facet_field("stage"): {"items": [{"name": "creche", "display_name": "creche", "count": 1}]},
        facet_field("school_years"): {"items": [{"name": "2020", "display_name": "2020", "count": 1}]},
        "tags": {"items": [{"name": "creche", "display_name": "creche", "count": 1}]},
    }
    label_facets(facets, "en")
    shown = {field: facet["items"][0]["display_name"] for field, facet in facets.items()}
    assert shown == {
        facet_field("stage"): "Childcare (0 to 3 years)",
        facet_field("school_years"): "2020",
        "tags": "creche",
    }


def test_facets_are_the_ones_that_people_ask_for():
    assert list(FACETS) == ["subject", "school_years", "stage", "dre", "network"]
