"""What changes at the source changes here, and nothing else; what does not change is not even touched."""

from datetime import date

import pytest
from ckan import model
from ckan.lib import jobs
from ckan.tests.helpers import call_action
from ckanext.harvest.helpers import package_count_for_source
from harvest_source import EMEF, MENUS, PARTS, adds_up, select

from ckanext.patiodigital import config
from ckanext.patiodigital.harvesters.core.outcome import State
from ckanext.patiodigital.tables import service, sources
from simulator.edits import (
    ChangeContract,
    ChangeSchool,
    DeleteMenu,
    Interval,
    MenuKey,
    ReplaceDishes,
    WithdrawSchool,
)

DAY = date(2026, 2, 3)
KEY = MenuKey(DAY, "MISTA", "EMEF", "1", "Z - UNIDADES SEM FAIXA")
SCHOOL = f"{EMEF:06}"


def settle():
    """Do the jobs that wait: the downloads are written."""
    jobs.Worker().work(burst=True)
    model.Session.remove()


def state_of_files():
    folder = config.storage_path() / "patiodigital"
    return {str(path): path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}


def everything(source):
    """All that a run could rewrite, but for ckanext-harvest's rows and the rows of source state."""
    ours = ("_patiodigital_version", "_patiodigital_load", "_patiodigital_change", "_patiodigital_set_aside")
    return {
        "tables": source.dump(),
        "beside": {table: select(f"SELECT * FROM {table} ORDER BY 1, 2, 3, 4") for table in ours},  # noqa: S608 (ours)
        "files": state_of_files(),
        "package": call_action("package_show", id=source.package_id),
        "activities": call_action("package_activity_list", id=source.package_id, include_hidden_activity=True),
    }


@pytest.mark.parametrize("etags", [False, True])
def test_a_run_without_news_touches_nothing(source, department, etags):
    if etags:
        department.faults.add("etag_on")
        source.run()  # with which the spool learns the ETags
    settle()
    before = everything(source)
    department.requests.clear()
    outcomes = source.run()
    settle()
    assert list(outcomes) == PARTS
    assert {outcome.state for outcome in outcomes.values()} == {State.UNCHANGED}
    assert {part.report_status for part in source.parts.values()} == {"not modified"}
    assert {seen.status for seen in department.requests} == ({304} if etags else {200})
    assert everything(source) == before
    assert all(state.checked_at for state in sources.of_source(source.id))


def test_content_known_by_its_hash_is_not_even_parsed(source, monkeypatch):
    def never(*_):
        raise AssertionError("parsed again")

    source.run(MENUS)
    monkeypatch.setattr("ckanext.patiodigital.harvesters.prato_aberto.documents", never)
    assert source.run(MENUS)[MENUS].state is State.UNCHANGED


def test_a_menu_changed_after_its_publication(source, department):
    before = source.dump()
    department.edit(ReplaceDishes(KEY, {"R1 - REFEICAO 1": ["ARROZ", "FEIJÃO PRETO - AF"]}))
    outcomes = source.run()
    assert {name for name, outcome in outcomes.items() if outcome.state is not State.UNCHANGED} == {MENUS}
    assert adds_up(outcomes[MENUS])
    served = [
        (row["meal"], row["dish"], row["family_farming"])
        for row in source.in_force("menus")
        if (row["date"], row["menu_group"], row["age_band"]) == (str(DAY), "mista/emef/1", "z-unidades-sem-faixa")
    ]
    assert served == [("r1-refeicao-1", "ARROZ", None), ("r1-refeicao-1", "FEIJÃO PRETO", True)]
    after = source.dump()
    untouched = [row for row in after["menus"] if (row["date"], row["menu_group"]) != (str(DAY), "mista/emef/1")]
    assert all(row in before["menus"] for row in untouched)
    assert {table: after[table] for table in PARTS[:3]} == {table: before[table] for table in PARTS[:3]}


def test_a_deleted_menu_is_withdrawn_and_its_dishes_stay_known(source, department):
    slot = {"date": "2026-02-04", "menu_group": "mista/emef/1", "age_band": "z-unidades-sem-faixa"}

    def rows():
        return [row for row in source.rows("menus") if slot.items() <= row.items()]

    before = rows()
    department.edit(DeleteMenu(MenuKey(date(2026, 2, 4), *[KEY.management, KEY.school_type, KEY.grouping, KEY.age])))
    outcome = source.run()[MENUS]
    assert outcome.withdrawn == len(before) > 0
    assert [{**row, "status": "published"} for row in rows()] == before
    assert {row["status"] for row in rows()} == {"withdrawn"}


def test_a_renamed_school(source, department):
    department.edit(ChangeSchool(EMEF, {"nome": "EMEF PROF. PAULO FREIRE - (MIST)"}))
    outcomes = source.run()
    assert outcomes["schools"].changed == 1
    (row,) = [row for row in source.rows("schools") if row["eol"] == SCHOOL]
    assert (row["name"], row["official_name"]) == ("EMEF Professor Paulo Freire", "EMEF PROF. PAULO FREIRE - (MIST)")
    assert outcomes["school_menu_groups"].differences == 0
    assert outcomes[MENUS].state is State.UNCHANGED


def test_a_school_that_is_gone_is_withdrawn_and_comes_back(source, department):
    document = department.schools[305_003]
    department.edit(WithdrawSchool(305_003))
    assert source.run()["schools"].withdrawn == 1
    assert "305003" not in {row["eol"] for row in source.in_force("schools")}
    assert "305003" in {row["eol"] for row in source.rows("school_menu_groups")}  # its past is still told
    department.edit(ChangeSchool(305_003, document))
    assert source.run()["schools"].changed == 1
    assert "305003" in {row["eol"] for row in source.in_force("schools")}


def test_a_new_school_brings_the_contract_that_was_set_aside_for_want_of_it(source, department):
    department.edit(ChangeContract(99, [Interval("20171218", None, "MISTA", "1")]))
    source.run()
    assert "000099" in {line[0] for line in source.set_aside("school_menu_groups")}
    department.edit(ChangeSchool(99, {**department.schools[92_622], "_id": 99, "nome": "EMEF NOVA"}))
    source.run()
    assert "000099" in {row["eol"] for row in source.rows("school_menu_groups")}
    assert "000099" not in {line[0] for line in source.set_aside("school_menu_groups")}


def test_a_changed_contract_keeps_what_held_before(source, department):
    def groups():
        rows = [row for row in source.rows("school_menu_groups") if row["eol"] == "092622" and not row["priority"]]
        return [(row["valid_from"], row["valid_to"], row["menu_group"]) for row in rows]

    assert groups() == [("2017-12-18", None, "mista/emef/1")]
    old, new = Interval("20171218", "20260131", "MISTA", "1"), Interval("20260201", None, "TERCEIRIZADA", "Edital 2024")
    department.edit(ChangeContract(92_622, [old, new]))
    source.run()
    assert groups() == [
        ("2017-12-18", "2026-01-31", "mista/emef/1"),
        ("2026-02-01", None, "terceirizada/emef/edital-2024"),
    ]


def test_the_dataset_tells_what_its_data_are(source):
    settle()
    shown = call_action("package_show", id=source.package_id)
    assert shown["owner_org"] == source.organization["id"]
    assert (shown["temporal_start"], shown["temporal_end"]) == ("2026-01-12", "2026-02-06")
    assert shown["school_years"] == "2026"
    assert shown["data_date"]
    by_name = {resource["url"].rpartition("/")[2]: resource for resource in shown["resources"]}
    menus = by_name["menus.csv"]
    assert (menus["table_schema"], int(menus["row_count"])) == ("menus/1", len(source.rows("menus")))
    assert len(menus["hash"]) == 64
    assert by_name["schools-set-aside.csv"]["row_count"]


def test_ckanext_harvest_sees_one_dataset(source, app):
    settle()
    with app.flask_app.test_request_context():
        assert package_count_for_source(source.id) == 1
    status = call_action("harvest_source_show_status", context={"model": model}, id=source.id)
    assert status["total_datasets"] == 1


def test_a_source_that_was_cleared_is_published_again(source):
    before = source.dump(provenance=False)
    context = {"model": model, "session": model.Session, "user": call_action("get_site_user")["name"]}
    call_action("harvest_source_clear", context=context, id=source.id)
    model.Session.expire_all()
    assert model.Package.get(source.package_id) is None
    outcomes = source.run()
    settle()
    assert State.FAILED not in {outcome.state for outcome in outcomes.values()}
    assert source.dump(provenance=False) == before
    shown = call_action("package_show", id=source.package_id)
    assert all(resource["hash"] for resource in shown["resources"] if resource["url_type"] == service.URL_TYPE)


def test_a_resource_that_was_deleted_is_made_again(source):
    before = source.rows("school_meals")
    user = call_action("get_site_user")["name"]
    call_action("resource_delete", context={"user": user}, id=source.resource_id("school_meals"))
    outcomes = source.run()
    settle()
    assert outcomes["school_meals"].state is not State.FAILED
    assert source.rows("school_meals") == before
    assert call_action("resource_show", id=source.resource_id("school_meals"))["hash"]


def test_a_load_that_was_killed_before_it_told_anyone_is_told_by_the_next(source, department, monkeypatch):
    department.edit(ChangeSchool(EMEF, {"endereco": "RUA NOVA, 1"}))
    with monkeypatch.context() as patch:
        patch.setattr(service, "_note_publication", lambda _registered: (_ for _ in ()).throw(RuntimeError("killed")))
        assert source.run("schools")["schools"].state is State.FAILED
    settle()
    assert source.run("schools")["schools"].state is State.UNCHANGED
    settle()
    shown = call_action("resource_show", id=source.resource_id("schools"))
    version = service.version_of(source.resource_id("schools"))
    assert shown["data_version"].startswith(version.data_version.strftime("%Y-%m-%dT%H:%M:%S"))
