"""Loading 200,000 rows through tables/ (validated, with full text), against ``datastore_upsert`` in batches of 1,000.

The baseline loads a tenth of the rows: its time grows with the rows, and the ratio is of rows a second.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import ckantoolkit as tk

from benchmarks._portal import Report, Stopwatch, context, make_dataset, portal
from ckanext.patiodigital.tables import service
from ckanext.patiodigital.tables.core import schema as schemas
from ckanext.patiodigital.tables.core.load import WHOLE

ROWS = 200_000
BASELINE_ROWS = 20_000
BATCH = 1_000

_DISHES = ("Arroz, feijão e frango assado", "Macarrão com molho", "Salada de acelga", "Maçã", "Leite com cacau")


def rows(count: int) -> Iterator[tuple[object, ...]]:
    """Menu rows, all with different keys."""
    schema = schemas.load("menus")
    columns = [name for name in schema.columns if name != "run"]
    cells = {name: schema.field(name).example for name in columns}
    start = date(2025, 2, 3)
    for number in range(count):
        day, rest = divmod(number, 1_000)
        group, position = divmod(rest, 10)
        cells["date"] = (start + timedelta(days=day)).isoformat()
        cells["menu_group"] = f"direta/emef/{group}"
        cells["position"] = position + 1
        cells["dish"] = f"{_DISHES[number % len(_DISHES)]} {number % 997}"
        yield tuple(cells[name] for name in columns)


def upsert(resource_id: str) -> None:
    schema = schemas.load("menus")
    fields = [{"id": field.name, "type": field.postgres_type} for field in schema.fields if field.name != "run"]
    names = [field["id"] for field in fields]
    tk.get_action("datastore_create")(
        context(), {"resource_id": resource_id, "force": True, "fields": fields, "primary_key": list(schema.key)}
    )
    batch: list[dict[str, object]] = []
    for row in rows(BASELINE_ROWS):
        batch.append({name: _plain(cell) for name, cell in zip(names, row, strict=True)})
        if len(batch) == BATCH:
            tk.get_action("datastore_upsert")(
                context(), {"resource_id": resource_id, "force": True, "method": "upsert", "records": batch}
            )
            batch = []


def _plain(cell: object) -> object:
    """A cell as the DataStore's API takes it: instants without a zone."""
    return cell.removesuffix("Z") if isinstance(cell, str) and cell.endswith("Z") and "T" in cell else cell


def main() -> None:
    report = Report()
    with portal():
        resource_id = service.ensure_table(make_dataset("bench-load"), "menus", "bench")
        with Stopwatch() as ours:
            outcome = service.load(resource_id, rows(ROWS), WHOLE)
        if outcome.new != ROWS:
            raise SystemExit(f"{outcome.new} of {ROWS} rows were loaded: {outcome}")
        other = tk.get_action("resource_create")(
            context(), {"package_id": make_dataset("bench-upsert"), "name": "upsert", "url": "http://example.org/x"}
        )
        with Stopwatch() as theirs:
            upsert(other["id"])
    speed, baseline = ROWS / ours.seconds, BASELINE_ROWS / theirs.seconds
    report.figure("tables/: rows a second", speed, "rows/s", least=20_000)
    report.figure("datastore_upsert: rows a second", baseline, "rows/s")
    report.figure("ratio", speed / baseline, "times", least=10)
    report.close()


if __name__ == "__main__":
    main()
