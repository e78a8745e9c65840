"""The YAML of fields and presets, without CKAN."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from ckanext.patiodigital.schemas import merge, vocabularies

FOLDER = Path(merge.__file__).parent
DATASET = yaml.safe_load((FOLDER / "dataset.yaml").read_text(encoding="utf-8"))
PRESETS = {
    preset["preset_name"]: preset["values"]
    for preset in yaml.safe_load((FOLDER / "presets.yaml").read_text(encoding="utf-8"))["presets"]
}
FIELDS = DATASET["dataset_fields"] + DATASET["resource_fields"]


def by_name(field):
    return field["field_name"]


@pytest.mark.parametrize("field", FIELDS, ids=by_name)
def test_labels_and_help_are_in_english_and_portuguese(field):
    for text in (field["label"], field.get("help_text", {"en": "-", "pt_BR": "-"})):
        assert set(text) == {"en", "pt_BR"}
        assert all(text.values())


def test_six_fields_are_required_and_stand_first():
    required = [field["field_name"] for field in DATASET["dataset_fields"] if field.get("required")]
    assert required == ["title", "notes", "owner_org", "subject", "frequency", "maintainer_email"]
    open_fields = [field["field_name"] for field in DATASET["dataset_fields"] if "form_group" not in field]
    assert [name for name in open_fields if name != "name"] == required


def test_every_group_exists_and_has_fields():
    used = {field["form_group"] for field in DATASET["dataset_fields"] if "form_group" in field}
    assert used == {group["name"] for group in DATASET["form_groups"]}


@pytest.mark.parametrize("field", [f for f in FIELDS if "vocabulary" in f], ids=by_name)
def test_every_vocabulary_field_has_a_vocabulary_and_a_preset_of_ours(field):
    assert field["vocabulary"] in vocabularies.schemes()
    assert field["preset"].startswith("patiodigital_vocabulary_")
    assert PRESETS[field["preset"]]["choices_helper"] == "patiodigital_vocabulary_choices"


def test_what_the_loader_writes_is_never_in_the_form():
    hidden = {f["field_name"] for f in DATASET["resource_fields"] if f.get("preset") == "patiodigital_loader_only"}
    assert hidden == {"table_schema", "data_version", "loaded_at", "row_count", "set_aside_count", "hash"}
    assert PRESETS["patiodigital_loader_only"]["form_snippet"] is None


def test_free_text_is_bounded():
    free = [
        field
        for field in FIELDS
        if field.get("form_snippet") == "markdown.html"
        or PRESETS.get(field.get("preset", ""), {}).get("form_snippet") in ("markdown.html", "multiple_text.html")
        or field.get("preset") in ("patiodigital_line", "patiodigital_link", "patiodigital_email")
    ]
    assert len(free) > 15
    for field in free:
        validators = field.get("validators") or PRESETS[field["preset"]]["validators"]
        assert "patiodigital_at_most(" in validators, field["field_name"]
