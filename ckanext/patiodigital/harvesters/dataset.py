"""The dataset that a harvest source fills: made once, then kept true to its data."""

from __future__ import annotations

import uuid
from typing import Any

import ckantoolkit as tk
from ckan import model
from ckanext.harvest.model import HarvestSource

from ckanext.patiodigital import config
from ckanext.patiodigital.schemas import school_years
from ckanext.patiodigital.tables import service


class DatasetError(Exception):
    """The portal's own dataset of a source can't be used; the message says how to put it right."""


def package_id_of(source_id: str) -> str:
    """The id of a source's dataset: the same each time, so that two consumers never make two."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"patiodigital:{source_id}"))


def ensure_dataset(source: HarvestSource, metadata: dict[str, Any]) -> str:
    """The id of the source's dataset, made from ``metadata`` where it is missing."""
    package_id = package_id_of(source.id)
    package = model.Package.get(package_id)
    if package is not None:
        if not package.is_active():
            raise DatasetError(
                f"The dataset {package.name} of this source was deleted. Restore it, or delete the source as well."
            )
        return package_id
    as_package = model.Package.get(source.id)
    fields = {
        "id": package_id,
        "owner_org": as_package.owner_org if as_package else None,
        "maintainer_email": config.contact_email(),
        **metadata,
        "name": _free_name(metadata["name"], source.id),
    }
    try:
        tk.get_action("package_create")(service.as_site() | {"schema": None}, fields)
    except tk.ValidationError as error:
        model.Session.rollback()
        faults = "; ".join(f"{field}: {fault}" for field, fault in error.error_summary.items())
        raise DatasetError(f"The dataset of this source can't be made. {faults}") from error
    return package_id


def _free_name(name: str, source_id: str) -> str:
    return name if model.Package.get(name) is None else f"{name}-{source_id[:8]}"


def refresh_dataset(package_id: str) -> None:
    """Bring what follows from the data up to date: the days covered, the school years, the data date."""
    fields: dict[str, Any] = {}
    changed_at = service.changed_at(package_id)
    if changed_at:
        fields["data_date"] = changed_at.astimezone(config.zone()).date().isoformat()
    days = service.days_of(service.resource_id_of(package_id, "menus"))
    if days:
        first, last = days
        fields |= {
            "temporal_start": first.isoformat(),
            "temporal_end": last.isoformat(),
            "school_years": school_years.compact(range(first.year, last.year + 1)),
        }
    shown = tk.get_action("package_show")(service.as_site(), {"id": package_id})
    if any(shown.get(name) != value for name, value in fields.items()):
        tk.get_action("package_patch")(service.as_site(), {"id": package_id, **fields})
