"""The commands, as an administrator types them."""

import pytest
from ckan.cli.cli import ckan
from school_calendar.conftest import stated

from ckanext.patiodigital.school_calendar import service


@pytest.fixture
def run(portal, cli):
    def run(*arguments, exit_code=0):
        result = cli.invoke(ckan, ["patiodigital", "calendar", *map(str, arguments)])
        assert result.exit_code == exit_code, result.output
        assert "Traceback" not in result.output
        return result.output

    return run


@pytest.fixture
def file(tmp_path):
    def write(*lines, encoding="utf-8"):
        path = tmp_path / "calendario.csv"
        path.write_text("\n".join(lines), encoding=encoding)
        return path

    return write


def test_add_list_and_undo(run):
    assert "eol:000086" in run("add", "2026-12-01", "--scope", "eol:86", "--name", "Falta de água")
    assert stated("2026-12-01") == {"eol:000086": ("closed", "Falta de água")}
    listed = run("list")
    assert "1 of 1 entries" in listed
    number = listed.split()[0]
    assert "undone by" in run("undo", number)
    assert stated("2026-12-01") == {}
    assert "0 of 0 entries" in run("list")
    assert "Falta de água" in run("list", "--past")


def test_a_range_of_days(run):
    run("add", "2026-12-01", "2026-12-03", "--scope", "dre:BT", "--kind", "recess", "--name", "x")
    assert stated("2026-12-03") == {"dre:108100": ("recess", "x")}


def test_what_is_wrong_with_an_entry_is_said_by_field(run):
    said = run("add", "2026-12-01", "2026-11-01", "--scope", "eol:999999", "--name", "x", exit_code=1)
    assert "last: The last day is before the first one." in said
    assert "scope: No active school" in said


def test_a_number_that_is_not_there(run):
    assert "calendar list" in run("undo", 999_999, exit_code=1)


GOOD = "13/07/2026;24/07/2026;network;recess;Recesso de julho"
HEADER = "first;last;scope;kind;name"


def test_import_enters_all_lines(run, file):
    run("import", file(HEADER, GOOD, "01/12/2026;;eol:86;closed;Falta de água", encoding="cp1252"))
    assert stated("2026-07-20") == {"network": ("recess", "Recesso de julho")}
    assert stated("2026-12-01") == {"eol:000086": ("closed", "Falta de água")}


def test_a_later_line_counts_before_an_earlier_one(run, file):
    run("import", file(HEADER, GOOD, "20/07/2026;;network;school_day;Reposição"))
    assert stated("2026-07-20")["network"] == ("school_day", "Reposição")
    assert stated("2026-07-21")["network"] == ("recess", "Recesso de julho")


def test_import_enters_nothing_where_a_line_is_wrong_and_names_each(run, file):
    said = run("import", file(HEADER, GOOD, "31/02/2026;;network;closed;x", GOOD, ";;rede;fechado;"), exit_code=1)
    assert "Row 3: first: " in said
    assert "Row 4" not in said
    for field in ("first", "kind", "name", "scope"):
        assert f"{field}: " in said.split("Row 5: ")[1]
    assert "Nothing was entered: 2 of 4 rows are at fault." in said
    assert service.current(1)[0] == service.past(1)[0] == 0


def test_a_dry_run_enters_nothing(run, file):
    assert "All 1 rows are good" in run("import", "--dry-run", file(HEADER, GOOD))
    assert service.past(1)[0] == 0
    run("import", "--dry-run", file(HEADER, "x;;y;z;"), exit_code=1)


def test_a_file_that_is_none(run, file):
    assert "lacks kind, name, scope" in run("import", file("first;x"), exit_code=1)
    assert "has no rows" in run("import", file(HEADER))


def test_generate_enters_the_recess_once(run):
    assert run("generate", "--year", 2026, "--year", 2027).count("recess") == 6
    assert stated("2026-07-14")["network"][0] == "recess"
    assert "entered before" in run("generate", "--year", 2026)
    assert "2010 to 2028" in run("generate", "--year", 2029, exit_code=1)
