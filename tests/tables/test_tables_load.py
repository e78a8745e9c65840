"""``ckan patiodigital tables load``: a CSV file becomes a table of a dataset, or says why it doesn't."""

import pytest
from ckan.cli.cli import ckan
from ckan.tests import factories

from ckanext.patiodigital.tables import service

HEADER = "eol,name,school_type,network,status\n"
ROW = "000086,EMEI Teste,emei,direta,active\n"


@pytest.fixture
def dataset(clean_tables):
    return factories.Dataset(
        owner_org=factories.Organization()["id"],
        notes="x",
        subject=["alimentacao"],
        frequency="daily",
        maintainer_email="dados@example.org",
    )


@pytest.fixture
def load(cli, dataset, tmp_path):
    def run(content, *arguments, table="schools", into=None, code=0):
        file = tmp_path / "file.csv"
        file.write_text(content)
        line = ["patiodigital", "tables", "load", str(file), "--table", table, "--dataset", into or dataset["name"]]
        result = cli.invoke(ckan, [*line, *arguments])
        assert result.exit_code == code, result.output
        assert "Traceback" not in result.output
        return result.output

    return run


def test_rows_are_published_and_counted(load, dataset):
    printed = load(HEADER + ROW + "000087,,emei,direta,active\n")
    resource_id = service.resource_id_of(dataset["id"], "schools")
    assert f"schools: 2 rows read, 1 new, 0 changed, 0 unchanged, 0 withdrawn, 1 set aside; {resource_id}" in printed
    assert service.file_of(resource_id).read_text().count("EMEI Teste") == 1
    assert "0 new, 1 changed" in load(HEADER + ROW.replace("Teste", "Outra"))


def test_what_the_portal_offers_for_download_can_be_loaded(load, dataset):
    load(HEADER + ROW)
    downloaded = service.file_of(service.resource_id_of(dataset["id"], "schools")).read_text()
    assert "1 unchanged" in load(downloaded)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "The file is empty"),
        ("eol,name\n1,x\n", "no column school_type"),
        (HEADER.replace("status", "status,colour") + ROW.replace("active", "active,red"), "no column colour"),
    ],
)
def test_a_file_of_another_form_is_refused_before_anything_is_made(load, dataset, content, words):
    assert words in load(content, code=1)
    assert service.version_of(service.resource_id_of(dataset["id"], "schools")) is None


def test_unknown_tables_and_datasets_are_named(load):
    assert "no table schema" in load(HEADER + ROW, table="pupils", code=1)
    assert "no dataset 'nowhere'" in load(HEADER + ROW, into="nowhere", code=1)


def test_a_load_that_lacks_much_waits_for_a_word(load):
    many = "".join(ROW.replace("000086", f"{number:06}") for number in range(1, 31))
    load(HEADER + many)
    assert "--accept" in load(HEADER + ROW, code=1)
    assert "30 withdrawn" in load(HEADER + ROW, "--accept")


def test_a_harvested_table_is_left_alone(load, dataset, app):
    with app.flask_app.test_request_context():
        service.ensure_table(dataset["id"], "schools", "a-harvest-source")
    assert "a-harvest-source" in load(HEADER + ROW, code=1)
