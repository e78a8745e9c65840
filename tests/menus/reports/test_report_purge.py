"""How long reports are kept; and that a portal's database has the tables that the code expects."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa
from ckan import model
from click.testing import CliRunner
from menus.reports.conftest import filed, reports

from ckanext.patiodigital import clock
from ckanext.patiodigital.cli import patiodigital
from ckanext.patiodigital.menus.reports.model import Report


def purge():
    result = CliRunner().invoke(patiodigital, ["reports", "purge"])
    assert result.exit_code == 0, result.output
    return result.output


def test_a_report_goes_some_days_after_it_was_settled_with_all_that_belongs_to_it(desk, family, stopped_clock):
    opened, answered, closed = (filed(family, texto=text) for text in ("aberto", "respondido", "fechado"))
    begun = clock.now()
    desk.act("update", id=answered.id, answer="Faltou arroz.", publish=True)
    stopped_clock(begun + timedelta(days=1))
    desk.act("update", id=closed.id, state="closed")
    stopped_clock(begun + timedelta(days=90))
    assert purge() == "0 reports deleted, settled more than 90 days ago.\n"
    stopped_clock(begun + timedelta(days=90, seconds=1))
    assert purge().startswith("1 reports deleted")
    assert [report.id for report in reports()] == [opened.id, closed.id]
    stopped_clock(begun + timedelta(days=10_000))
    purge()
    assert [report.id for report in reports()] == [opened.id]


def test_one_that_is_opened_again_is_kept(desk, family, stopped_clock):
    report = filed(family)
    begun = clock.now()
    desk.act("update", id=report.id, state="closed")
    desk.act("update", id=report.id, state="in_progress")
    stopped_clock(begun + timedelta(days=1000))
    purge()
    assert len(reports()) == 1


def test_the_migrated_table_is_what_the_model_expects(desk):
    columns = sa.inspect(model.meta.engine).get_columns(Report.__tablename__)
    found = {column["name"]: (str(column["type"]), column["nullable"]) for column in columns}
    dialect = model.meta.engine.dialect
    expected = {
        column.name: (column.type.compile(dialect), bool(column.nullable)) for column in Report.__table__.columns
    }
    assert {name: kind for name, (kind, _) in found.items()}.keys() == expected.keys()
    assert {name: nullable for name, (_, nullable) in found.items()} == {
        name: nullable for name, (_, nullable) in expected.items()
    }
