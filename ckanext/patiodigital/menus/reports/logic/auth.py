"""Who reads what families reported."""

from __future__ import annotations

from typing import Any

import ckantoolkit as tk

from ckanext.patiodigital.menus.reports import dataset
from ckanext.patiodigital.tables.service import NoDataError

__all__ = ["patiodigital_report_edit"]


def patiodigital_report_edit(context: dict[str, Any], data_dict: dict[str, Any]) -> dict[str, Any]:
    """Who may update the dataset that holds the menus which families read."""
    try:
        package_id = dataset.package_id()
    except NoDataError as error:
        return {"success": False, "msg": str(error)}
    # Not the caller's context: a dataset that it carries would be asked in the place of this one.
    own = {"user": context.get("user"), "auth_user_obj": context.get("auth_user_obj")}
    try:
        tk.check_access("package_update", own, {"id": package_id})
    except tk.NotAuthorized:
        return {
            "success": False,
            "msg": tk._("Only editors of the organization that publishes the menus may read what families report."),
        }
    return {"success": True}
