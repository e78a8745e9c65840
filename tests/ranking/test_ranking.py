"""The ranking on a portal: who stands where, what counts, what is done next; and what nobody may see."""

import csv
import datetime as dt
import html
import io
import json
import re
import time

import pytest
from ckan import model
from ckan.tests import factories
from lxml import etree
from rdflib import Graph, URIRef

from ckanext.patiodigital import clock, form_fields
from ckanext.patiodigital.dcat.core import shapes
from ckanext.patiodigital.ranking import demonstration, scoring, service, store
from ckanext.patiodigital.ranking.core import yardstick
from ckanext.patiodigital.ranking.core.dqv import DQV

DAY = dt.timedelta(days=1)
LONG = "O que os dados são, para quem servem e que perguntas respondem. " * 5


@pytest.fixture
def answers(score):
    """Have all links answer, and score again."""

    def answers(*dead):
        score()
        for address in store.links_due(clock.now(), 100):
            status = 404 if any(part in address for part in dead) else 200
            store.saw(address, clock.now(), store.Look(status, None if status == 200 else "HTTP 404", None, 1))
        model.Session.commit()
        return score()

    return answers


@pytest.fixture
def editor(act):
    return {"Authorization": factories.SysadminWithToken()["token"]}


def rows(app, query=""):
    return json.loads(app.get(f"/ranking.json{query}").body)["departments"]


def until(told, expected):
    """What is public follows within five seconds."""
    last = time.monotonic() + 5
    while (found := told()) != expected and time.monotonic() < last:
        pass
    assert found == expected


def places(app, query=""):
    return {each["department"]: each["position"] for each in rows(app, query)}


# -- what a dataset is worth


def test_six_fields_and_one_live_csv_have_385_of_405(make, answers):
    package = make("aa")
    answers()
    score = service.score(package["id"], "mqa")
    assert score.points == 385
    assert {one.metric for one in score.measured if one.lost} == {"temporalAvailability"}


def test_a_dataset_that_says_all_has_405_the_gold_seal_and_what_is_left_has_its_cure(make, answers):
    package = make("aa", temporal_start="2024-01-01", temporal_end="2026-12-31", version="1", notes=LONG)
    answers()
    assert service.score(package["id"], "mqa").points == 405
    mqm = service.score(package["id"], "mqm")
    assert (mqm.points, mqm.band) == (507, "ouro")


def test_a_link_that_is_not_followed_yet_is_pending_and_a_dead_one_is_lost(make, score, answers):
    package = make("aa")
    score()
    assert [one.metric for one in service.score(package["id"], "mqa").measured if one.pending] == [
        "accessUrlStatusCode",
        "downloadUrlStatusCode",
    ]
    answers("aa.csv")
    assert service.score(package["id"], "mqa").points == 385 - 80


def test_a_dataset_without_files_and_one_with_five_hundred(make, score):
    none = make("aa", resources=[])
    many = make("bb", resources=[{"url": f"https://ex.org/{n}.csv", "format": "CSV", "name": "T"} for n in range(500)])
    assert score() == (2, 0, 0)
    assert service.score(none["id"], "mqa").points < service.score(many["id"], "mqa").points


def test_what_cannot_be_scored_keeps_its_last_score_and_is_told(make, act, score, monkeypatch):
    package = make("aa")
    score()
    before = service.score(package["id"], "mqa").points
    with monkeypatch.context() as patch:
        patch.setattr(scoring, "_summary", lambda *_: 1 / 0)
        act("package_patch", id="aa", temporal_start="2024-01-01")
        assert score()[2] == 1
    assert service.score(package["id"], "mqa").points == before
    assert "ZeroDivisionError" in store.troubled()[0].error
    act("package_patch", id="aa", title="Outro título")
    assert score()[2] == 0
    assert store.troubled() == []


def test_nothing_is_scored_twice(make, score):
    make("aa")
    assert score() == (1, 0, 0)
    assert score() == (0, 0, 0)


# -- the order


def test_departments_stand_by_what_their_datasets_are_worth(app, make, answers):
    for name in ("aa", "bb"):
        make(name, "boa", temporal_start="2024-01-01", temporal_end="2026-12-31")
    make("cc", "media")
    make("dd", "ruim", license_id="", maintainer_email="x@example.org")
    answers("dd.csv")
    assert places(app) == {"boa": 1, "media": 2, "ruim": 3}
    assert places(app, "?regua=datasets") == {"boa": 1, "media": 2, "ruim": 2}


def test_one_perfect_dataset_does_not_beat_many_good_ones(app, make, answers):
    """Each department is given two more datasets with half of the portal's mean."""
    make("aa", "um", temporal_start="2024-01-01", temporal_end="2026-12-31")
    for name, title in (("bb", "Merenda"), ("cc", "Transporte"), ("dd", "Vagas")):
        make(name, "tres", title=title)
    answers()
    three, one = rows(app)
    middle = (100 + 3 * 100 * 385 / 405) / 4
    assert (one["department"], one["value"]) == ("um", round((100 + middle) / 3, 1))
    assert (three["department"], three["value"]) == ("tres", round((3 * 100 * 385 / 405 + middle) / 5, 1))


def test_a_file_belongs_to_who_had_it_first_and_what_is_dead_owns_nothing(make, act, answers):
    old = make("velho", "um")
    good = make("bom", "dois", resources=[{"url": "https://ex.org/dados.csv", "format": "CSV", "name": "T", "size": 1}])
    answers()
    act("resource_create", package_id="velho", url="https://ex.org/dados.csv", format="CSV", name="Cópia")
    act("package_patch", id="velho", resources=[{"url": "https://ex.org/dados.csv", "format": "CSV", "name": "Cópia"}])
    answers()
    verdicts = service.snapshot().verdicts
    assert (verdicts[good["id"]].reason, verdicts[old["id"]].reason) == (None, "duplicate")


def test_a_dataset_made_private_is_gone_at_once_though_no_worker_runs(app, make, act, answers):
    make("aa", "um", title="Segredo")
    answers()
    assert "Segredo" in app.get("/ranking/um").body
    act("package_patch", id="aa", private=True)
    until(lambda: "Segredo" in app.get("/ranking/um").body, False)


def test_equal_departments_share_a_position_and_one_without_datasets_has_none(app, make, act, answers):
    for name in ("aa", "bb"):
        make(name, f"dep-{name}")
    make("cc", "dep-cc", maintainer_email="x@example.org", resources=[])
    act("organization_create", name="vazio", title="Vazio")
    answers()
    assert places(app) == {"dep-aa": 1, "dep-bb": 1, "dep-cc": 3, "vazio": None}


@pytest.mark.parametrize(
    ("fields", "dead", "reason"),
    [
        ({"resources": []}, (), "empty"),
        ({}, ("bb.csv",), "dead"),
        ({"resources": [{"url": "https://ex.org/aa.csv", "format": "CSV", "name": "Outra"}]}, (), "duplicate"),
    ],
)
def test_what_has_nothing_behind_it_counts_nothing(app, make, answers, fields, dead, reason):
    make("aa", "um")
    package = make("bb", "dois", **fields)
    answers(*dead)
    verdict = service.snapshot().verdicts[package["id"]]
    assert (verdict.reason, verdict.factor) == (reason, 0)
    assert places(app) == {"um": 1, "dois": 2}
    assert rows(app)[1]["worst"] == 0


def test_stale_data_count_half(app, make, answers, stopped_clock):
    stopped_clock(dt.datetime.now(dt.timezone.utc))  # CKAN dates files by the real clock
    package = make("bb", frequency="daily")
    answers()
    assert service.snapshot().verdicts[package["id"]].reason is None
    stopped_clock(clock.now() + 10 * DAY)
    answers()
    assert service.snapshot().verdicts[package["id"]] == (0.5, "stale", package["id"])
    assert rows(app)[0]["late"] == 1


def test_a_split_dataset_counts_as_one(app, make, answers):
    for year in (2023, 2024, 2025):
        make(f"a{year}", "dividido", title=f"Merenda servida em {year}")
    make("bb", "inteiro", title="Merenda servida")
    answers()
    groups = {verdict.group for verdict in service.snapshot().verdicts.values()}
    assert len(groups) == 2


def test_a_subject_and_a_yardstick_can_be_chosen(app, make, answers):
    make("aa", "um")
    make("bb", "dois", subject=["transporte"])
    answers()
    assert places(app, "?assunto=transporte") == {"dois": 1, "um": None}
    assert {each["value"] for each in rows(app, "?regua=currency")} == {66.7}
    assert "mqa" in app.get("/ranking.json?regua=x", status=400).json["detail"]
    assert "transporte" in app.get("/ranking.json?assunto=x", status=400).json["detail"]


def test_what_the_controller_gave_stands_beside(app, act, make, answers):
    make("aa", "um")
    act("organization_patch", id="um", extras=[{"key": "transparencia_ativa", "value": "9,5"}])
    answers()
    assert rows(app, "?regua=transparency")[0]["value"] == 9.5


def test_private_and_deleted_datasets_are_in_no_public_answer(app, make, act, answers):
    make("aa", "um")
    make("bb", "um", private=True, title="Segredo")
    answers()
    assert rows(app)[0]["datasets"] == 1
    assert "Segredo" not in app.get("/ranking/um").body
    act("package_delete", id="aa")
    answers()
    until(lambda: rows(app)[0]["datasets"], 0)


# -- history


def test_history_tells_change_and_trend_and_a_clock_that_jumps_loses_nothing(app, make, act, answers, stopped_clock):
    make("aa", "um")
    make("bb", "dois", maintainer_email="x@example.org", resources=[])
    answers()
    start = clock.now()
    stopped_clock(start + 8 * DAY)
    act("package_patch", id="aa", resources=[])
    act("package_patch", id="bb", resources=[{"url": "https://ex.org/n.csv", "format": "CSV", "name": "T", "size": 1}])
    answers()
    told = {each["department"]: (each["position"], each["change"]) for each in rows(app)}
    assert told == {"dois": (1, 1), "um": (2, -1)}
    feed = etree.fromstring(app.get("/ranking.atom").body.encode())
    assert {e.findtext("{*}title") for e in feed.iter("{*}entry")} == {
        "Departamento um: 1º → 2º",
        "Departamento dois: 2º → 1º",
    }
    assert "polyline" in app.get("/ranking").body
    stopped_clock(start + 2 * DAY)
    act("package_patch", id="aa", title="Outro")
    answers()
    assert len(store.places("mqa", (start - DAY).date())) == 6


def test_another_setting_in_mid_history_is_told(app, make, score, ckan_config, monkeypatch, stopped_clock):
    package = make("aa", "um", temporal_start="2024-01-01", temporal_end="2026-12-31", notes=LONG)
    score()
    before = store.days(package["id"])[0]
    stopped_clock(clock.now() + DAY)
    monkeypatch.setitem(ckan_config, "ckanext.patiodigital.ranking.mqm.findability_cap", "no")
    assert score()[0] == 1
    later = store.days(package["id"])[-1]
    assert (later.day - before.day, later.method) == (DAY, scoring.method())
    assert later.method != before.method
    assert "medido de outra forma" in app.get("/ranking/um?regua=mqm").body
    assert "medido de outra forma" in app.get("/dataset/quality/aa").body
    monkeypatch.setitem(ckan_config, "ckanext.patiodigital.ranking.mqm.seal", "loteria")
    with pytest.raises(Exception, match=r"must be one of total, completeness"):
        scoring.recipe()


# -- what to do next


def test_a_department_sees_what_to_do_next_with_the_very_field(app, make, act, answers):
    make("aa", "um")
    package = make("bb", "um", resources=[{"url": "https://ex.org/dados", "name": "Tabela", "size": 1}])
    answers()
    page = app.get("/ranking/um").body
    resource = package["resources"][0]
    assert "Diga o formato do arquivo." in page
    assert f"/dataset/bb/resource/{resource['id']}/edit#field-format" in page
    assert "/dataset/edit/aa#field-temporal_start" in page
    # Whoever follows it climbs by what it said.
    tasks = service.tasks(service.order("mqa")[0].department.id, "mqa")
    task = next(task for task in tasks if task.step.cure == "format")
    assert (task.entry.name, task.step.gain) == ("bb", 40)
    before = service.score(package["id"], "mqa").points
    act("resource_patch", id=resource["id"], format="CSV")
    answers()
    # With the format known the file is one to download, and open, as well.
    assert service.score(package["id"], "mqa").points >= before + 40


def test_the_form_says_what_each_empty_field_would_gain(app, make, answers, editor):
    make("aa")
    answers()
    form = app.get("/dataset/edit/aa", headers=editor).body
    assert "385 de 405 pontos" in form
    assert "/dataset/edit/aa#field-temporal_start" in form
    assert 'id="field-temporal_start"' in form


def test_each_cure_leads_to_a_field_that_is_in_the_form(app, make, editor):
    package = make("aa")
    resource = package["resources"][0]["id"]
    forms = {
        "dataset": app.get("/dataset/edit/aa", headers=editor).body,
        "resource": app.get(f"/dataset/aa/resource/{resource}/edit", headers=editor).body,
    }
    for cure in yardstick.cures().values():
        fragment = form_fields.anchor(cure.field, resource=cure.of == "resource")
        if fragment:
            assert f'id="{fragment[1:]}"' in forms[cure.of], cure.id


def test_the_dataset_page_has_its_points_and_each_yardstick_its_word(app, make, answers):
    make("aa")
    answers()
    assert "385 de 405 pontos" in app.get("/dataset/aa").body
    page = app.get("/dataset/quality/aa").body
    for name in yardstick.NAMES:
        assert yardstick.load(name).title["pt"] in page
    assert "https://ex.org/aa.csv" in page


def test_a_private_datasets_score_is_for_who_may_see_it(app, make, answers, editor):
    make("aa", private=True)
    answers()
    app.get("/dataset/quality/aa", status=404)
    assert "not measured" in app.get("/en/dataset/quality/aa.svg", headers=editor).body
    assert "275 de 405 pontos" in app.get("/dataset/quality/aa", headers=editor).body
    app.get("/api/3/action/patiodigital_score_show?id=aa", status=403)
    told = app.get("/api/3/action/patiodigital_score_show?id=aa", headers=editor).json["result"]
    assert told["yardsticks"]["mqa"]["points"] == 385 - 80 - 30


def test_the_actions(app, make, answers):
    make("aa")
    answers()
    told = app.get("/api/3/action/patiodigital_ranking_show").json["result"]
    assert told["departments"][0]["position"] == 1
    app.get("/api/3/action/patiodigital_ranking_show?by=x", status=409)
    score = app.get("/api/3/action/patiodigital_score_show?id=aa").json["result"]
    assert score["yardsticks"]["mqa"]["points"] == 385
    assert score["yardsticks"]["mqa"]["advice"][0]["gain"] == 20


# -- forms


def test_csv_runs_no_formula(app, act, make, answers):
    make("aa", "um")
    act("organization_patch", id="um", title="=1+1")
    answers()
    (row,) = csv.DictReader(io.StringIO(app.get("/ranking.csv").body))
    assert (row["title"], row["position"]) == ("'=1+1", "1")


def test_badges_are_pictures_whatever_a_department_is_called(app, act, make, answers):
    make("aa", "um")
    answers()
    for path in ("/ranking/um.svg", "/dataset/quality/aa.svg"):
        answer = app.get(path)
        assert answer.headers["Content-Type"] == "image/svg+xml; charset=utf-8"
        assert etree.fromstring(answer.body.encode()).tag == "{http://www.w3.org/2000/svg}svg"
    assert "385/405" in app.get("/dataset/quality/aa.svg").body
    app.get("/ranking/nada.svg", status=404)


def test_measurements_are_told_as_data_on_request_without_a_violation(app, make, answers):
    package = make("aa", "um")
    answers()
    body = app.get("/dataset/aa.ttl?profiles=patiodigital_dcat_ap,patiodigital_dqv").body
    graph = Graph().parse(data=body, format="turtle")
    told = {
        str(graph.value(node, DQV.isMeasurementOf)): float(graph.value(node, DQV.value))
        for node in graph.objects(URIRef(f"http://test.ckan.net/dataset/{package['id']}"), DQV.hasQualityMeasurement)
    }
    assert told["https://piveau.eu/ns/voc#keywordAvailability"] == 30
    assert told["http://test.ckan.net/quality/mqa"] == 385
    assert [each for each in shapes.findings(graph, "dcat_ap") if each.severity == "Violation"] == []
    assert str(DQV) not in app.get("/dataset/aa.ttl").body


def test_the_public_pages_are_the_edges(app, make, answers):
    make("aa", "um")
    answers()
    first = app.get("/ranking")
    app.get("/ranking", headers={"If-None-Match": first.headers["ETag"]}, status=304)
    assert "Set-Cookie" not in first.headers


@pytest.mark.parametrize("lang", ["", "/en", "/es"])
def test_each_metric_has_a_page_of_its_own(app, act, lang):
    app.get(f"{lang}/quality")
    for name in yardstick.NAMES:
        page = app.get(f"{lang}/quality/{name}").body
        for metric in yardstick.load(name).metrics:
            assert f"/quality/{name}/{metric}" in page
    for name in yardstick.NAMES:
        for metric in list(yardstick.load(name).metrics.values())[:: 1 if not lang else 9]:
            page = html.unescape(app.get(f"{lang}/quality/{name}/{metric.id}").body)
            assert metric.checks["en" if lang == "/en" else "pt"] in page
    for path in ("/quality/x", "/quality/mqa/x", "/quality/mqa/x/y", "/ranking/nada", "/ranking/a/b"):
        app.get(lang + path, status=404)


# -- the demonstration


def test_the_demonstration_shows_departments_of_unlike_quality_and_can_be_taken_away(app, act, answers):
    assert demonstration.make() == "6 departments, 13 datasets made"
    assert demonstration.make() == "6 departments, 0 datasets made"
    answers("/demonstracao/")
    told = {each["department"].removeprefix(demonstration.PREFIX): each for each in rows(app)}
    assert told["transporte"]["position"] == 1
    assert told["profissionais"]["position"] is None
    assert told["infraestrutura"]["not_counted"] == 2
    assert told["recursos"]["not_counted"] == 2
    assert all("demonstração" in each["title"] for each in told.values())
    assert re.search("Diga o primeiro e o último dia", app.get(f"/ranking/{demonstration.PREFIX}vagas").body)
    assert "13 datasets" in demonstration.remove()
    answers()
    until(lambda: rows(app), [])
