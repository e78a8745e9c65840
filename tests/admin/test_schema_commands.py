"""``ckan patiodigital schema …`` and ``validate``, as an admin calls them."""

import json

import pytest
import yaml
from ckan.cli.cli import ckan

PORTAL = {
    "scheming_version": 2,
    "dataset_type": "dataset",
    "about": "Our own schema",
    "dataset_fields": [{"field_name": "title", "label": "Título"}],
    "resource_fields": [{"field_name": "url", "label": "URL"}],
}


@pytest.fixture
def run(cli, with_plugins):
    def invoke(*arguments):
        return cli.invoke(ckan, ["patiodigital", *map(str, arguments)])

    return invoke


def names(document):
    return [field["field_name"] for field in document["dataset_fields"]]


def test_a_yaml_schema_is_merged_and_printed_with_the_settings_for_it(run, tmp_path):
    file = tmp_path / "portal.yaml"
    file.write_text(yaml.safe_dump(PORTAL, allow_unicode=True), encoding="utf-8")
    answer = run("schema", "merge", file)
    assert answer.exit_code == 0
    merged = yaml.safe_load(answer.stdout)
    assert names(merged)[0] == "title"
    assert "subject" in names(merged)
    assert "ckanext.patiodigital:schemas/presets.yaml" in answer.stderr
    assert yaml.safe_load(file.read_text(encoding="utf-8")) == PORTAL


def test_a_json_schema_stays_json_and_merging_twice_changes_nothing(run, tmp_path):
    file, once, twice = (tmp_path / name for name in ("portal.json", "once.json", "twice.json"))
    file.write_text(json.dumps(PORTAL), encoding="utf-8")
    assert run("schema", "merge", file, "-o", once).exit_code == 0
    assert "subject" in names(json.loads(once.read_text(encoding="utf-8")))
    assert run("schema", "merge", once, "-o", twice).exit_code == 0
    assert once.read_text(encoding="utf-8") == twice.read_text(encoding="utf-8")
    assert "Título" in twice.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("a.json", "{", "can't be read"),
        ("a.yaml", "a: [", "can't be read"),
        ("a.yaml", "just text", "holds no schema"),
        ("a.yaml", "dataset_fields: []", "no dataset schema"),
        ("a.yaml", "dataset_type: x\ndataset_fields: [{field_name: subject, preset: select}]", "subject"),
        ("a.yaml", "!!python/object/apply:os.system [id]", "can't be read"),
    ],
)
def test_what_is_no_schema_is_refused_with_a_reason(run, tmp_path, name, text, words):
    file = tmp_path / name
    file.write_text(text, encoding="utf-8")
    answer = run("schema", "merge", file)
    assert answer.exit_code == 1
    assert words in answer.output
    assert "Traceback" not in answer.output


def test_a_file_in_another_encoding_is_refused(run, tmp_path):
    file = tmp_path / "latin1.yaml"
    file.write_bytes("about: São Paulo".encode("latin-1"))
    answer = run("schema", "merge", file)
    assert (answer.exit_code, "can't be read" in answer.output) == (1, True)


@pytest.mark.parametrize("table", ["menus", "menus/1"])
def test_a_tables_columns_are_shown(run, table):
    lines = run("schema", "show", table).output.splitlines()
    assert lines[0].startswith("menus/1 (version ")
    assert lines[1] == "key: date, menu_group, age_band, diet, meal, position"
    assert "  meal             string    required, vocabulary meals" in lines


def test_an_unknown_table_is_answered_with_those_that_there_are(run):
    answer = run("schema", "show", "dishes")
    assert (answer.exit_code, "schools/1" in answer.output) == (1, True)


def calendar_file(tmp_path, *rows, header="date;scope;kind;name", encoding="cp1252"):
    file = tmp_path / "calendario.csv"
    file.write_bytes("\n".join([header, *rows]).encode(encoding))
    return file


def test_a_good_file_of_a_spreadsheet_passes(run, tmp_path):
    file = calendar_file(tmp_path, "2026-01-25;network;holiday;Aniversário de São Paulo")
    answer = run("validate", file, "--table", "school_calendar")
    assert (answer.exit_code, answer.output) == (0, "1 rows (cp1252, ';'), 0 faulty\n")


def test_faults_are_told_by_row_and_counted(run, tmp_path):
    file = calendar_file(tmp_path, "25/01/2026;network;holiday;Aniversário", "2026-01-25;network;festa;Aniversário")
    answer = run("validate", file, "--table", "school_calendar")
    assert answer.exit_code == 1
    lines = answer.output.splitlines()
    assert lines[0].startswith("row 2, date: format: ")
    assert lines[1].startswith("row 3, kind: enum: ")
    assert lines[-1] == "2 rows (cp1252, ';'), 2 faulty"


def test_of_very_many_faults_the_first_are_told_and_all_counted(run, tmp_path):
    answer = run("validate", calendar_file(tmp_path, *["x;y;z;"] * 60), "--table", "school_calendar")
    lines = answer.output.splitlines()
    assert lines[100] == "… and 140 faults more"
    assert "     60 × date: format" in lines


@pytest.mark.parametrize(
    ("content", "table", "words"),
    [
        (b"date;scope;kind\n2026-01-25;network;holiday\n", "school_calendar", "has no column name"),
        (b"", "school_calendar", "is empty"),
        (b"PK\x03\x04\x00\x00", "school_calendar", "binary data"),
        (b"a;b\n1;2\n", "dishes", "There is no table schema"),
        (b"a;b\n1;2\n", "../../etc", "not of the form table/major"),
    ],
)
def test_what_can_not_be_checked_is_refused_with_a_reason(run, tmp_path, content, table, words):
    file = tmp_path / "file.csv"
    file.write_bytes(content)
    answer = run("validate", file, "--table", table)
    assert answer.exit_code == 1
    assert words in answer.output


def test_personal_data_is_not_repeated(run, tmp_path):
    file = calendar_file(tmp_path, "2026-01-25;network;holiday;529.982.247-25")
    answer = run("validate", file, "--table", "school_calendar")
    assert "personal_data" in answer.output
    assert "529" not in answer.output
