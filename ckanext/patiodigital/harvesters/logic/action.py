"""The API of harvests."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import ckantoolkit as tk

from ckanext.patiodigital.harvesters import service
from ckanext.patiodigital.harvesters.service import HarvestError

__all__ = ["patiodigital_harvest_accept"]

#: Characters of a reason that are kept.
REASON_LIMIT = 500


def patiodigital_harvest_accept(context: dict[str, Any], data_dict: dict[str, Any]) -> dict[str, Any]:
    """Publish a load that was refused because too much would vanish, as it was read.

    :param id: the harvest source, by name or id
    :param part: the partition that waits: ``schools``, ``menus/2026-06``…
    :param reason: why the load is right; it is kept with the run, and who accepted it
    :returns: the outcome: ``state``, ``read``, ``new``, ``changed``, ``unchanged``, ``withdrawn``, ``set_aside``,
        ``messages``
    """
    tk.check_access("patiodigital_harvest_accept", context, data_dict)
    text = [tk.get_validator("unicode_safe"), _stripped, tk.get_validator("not_empty")]
    data, errors = tk.navl_validate(data_dict, {"id": text, "part": text, "reason": [*text, _short]}, context)
    if errors:
        raise tk.ValidationError(errors)
    try:
        source, _ = service.find(data["id"])
        return asdict(service.accept(source, data["part"], context["user"], data["reason"]))
    except HarvestError as error:
        raise tk.ValidationError({"part": [str(error)]}) from error


def _stripped(value: str) -> str:
    return value.strip()


def _short(value: str) -> str:
    if len(value) > REASON_LIMIT:
        raise tk.Invalid(tk._("Write at most {limit} characters.").format(limit=REASON_LIMIT))
    return value
