"""Who may accept a refused load."""

from __future__ import annotations

from typing import Any

import ckantoolkit as tk
from ckan import model

__all__ = ["patiodigital_harvest_accept"]


def patiodigital_harvest_accept(context: dict[str, Any], data_dict: dict[str, Any]) -> dict[str, Any]:
    """Who may update the harvest source."""
    package = model.Package.get(data_dict.get("id"))
    if package is not None and package.type == "harvest" and _may_update(context, package.id):
        return {"success": True}
    message = tk._("Only editors of the organization that a harvest source belongs to may accept its loads.")
    return {"success": False, "msg": message}


def _may_update(context: dict[str, Any], source_id: str) -> bool:
    # Not the caller's context: a dataset that it carries would be asked in the place of this one.
    own = {"model": model, "user": context.get("user"), "auth_user_obj": context.get("auth_user_obj")}
    try:
        return bool(tk.check_access("harvest_source_update", own, {"id": source_id}))
    except tk.NotAuthorized:
        return False
