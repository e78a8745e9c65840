"""The education field group in a portal's own schema."""

from __future__ import annotations

import copy
import re
from pathlib import Path

import pytest
import yaml

from ckanext.patiodigital.schemas import merge as merge_module
from ckanext.patiodigital.schemas.merge import MergeError, merge


def read(name):
    return yaml.safe_load(Path(merge_module.__file__).with_name(name).read_text(encoding="utf-8"))


PORTAL = {
    "scheming_version": 2,
    "dataset_type": "dataset",
    "about": "ours",
    "dataset_fields": [
        {"field_name": "title", "label": "Title"},
        {
            "start_form_page": {"title": "More"},
            "field_name": "mood",
            "label": "Mood",
            "choices": [{"value": "good"}],
        },
    ],
    "resource_fields": [{"field_name": "url", "label": "URL"}],
}
EDUCATION = {
    "form_groups": [{"name": "use", "label": "Use"}],
    "dataset_fields": [{"field_name": "stage", "label": "Stage", "preset": "p", "form_group": "use"}],
    "resource_fields": [{"field_name": "row_count", "label": "Rows", "validators": "v"}],
}


def names(fields):
    return [field["field_name"] for field in fields]


def test_fields_that_are_missing_come_after_the_portals_own():
    merged = merge(PORTAL, EDUCATION)
    assert names(merged["dataset_fields"]) == ["title", "mood", "stage"]
    assert names(merged["resource_fields"]) == ["url", "row_count"]
    assert merged["form_groups"] == EDUCATION["form_groups"]
    assert merged["dataset_fields"][:2] == PORTAL["dataset_fields"]
    assert merged["about"] == "ours"


def test_merging_twice_changes_nothing():
    once = merge(PORTAL, EDUCATION)
    assert merge(once, EDUCATION) == once


def test_the_arguments_stay_as_they_were():
    portal, education = copy.deepcopy(PORTAL), copy.deepcopy(EDUCATION)
    merge(portal, education)["dataset_fields"][2]["label"] = "changed"
    assert (portal, education) == (PORTAL, EDUCATION)


def test_a_field_that_stores_the_same_values_stays_as_the_portal_wrote_it():
    portal = copy.deepcopy(PORTAL)
    portal["dataset_fields"].append({"field_name": "stage", "label": "Etapa", "preset": "p"})
    assert merge(portal, EDUCATION)["dataset_fields"] == portal["dataset_fields"]


def test_fields_that_store_other_values_are_all_named_and_nothing_is_merged():
    portal = copy.deepcopy(PORTAL)
    portal["dataset_fields"].append({"field_name": "stage", "label": "Stage", "validators": "unicode_safe"})
    portal["resource_fields"].append({"field_name": "row_count", "label": "Rows"})
    with pytest.raises(MergeError) as error:
        merge(portal, EDUCATION)
    assert "Rename or remove" in str(error.value)
    assert "dataset_fields: 'stage' has another preset, validators" in str(error.value)
    assert "resource_fields: 'row_count' has another validators" in str(error.value)


@pytest.mark.parametrize("portal", [{}, {"dataset_type": "dataset"}, {"group_type": "group", "fields": []}])
def test_a_file_that_is_no_dataset_schema_is_refused(portal):
    with pytest.raises(MergeError, match=re.escape("needs 'dataset_type' and 'dataset_fields'")):
        merge(portal, EDUCATION)


def test_the_schema_of_a_new_portal_holds_the_whole_education_group():
    dataset, education = read("dataset.yaml"), read("education.yaml")
    assert merge(dataset, education) == dataset
    for section in ("dataset_fields", "resource_fields"):
        ours = {field["field_name"]: field for field in dataset[section]}
        assert [ours[field["field_name"]] for field in education[section]] == education[section]


def test_the_education_group_fits_a_plain_ckan_schema():
    merged = merge(PORTAL, read("education.yaml"))
    assert len(set(names(merged["dataset_fields"]))) == len(merged["dataset_fields"])
