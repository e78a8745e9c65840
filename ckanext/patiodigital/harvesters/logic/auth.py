"""Who may accept a refused load."""

from __future__ import annotations

from typing import Any

import ckantoolkit as tk
from ckan import model

__all__ = ["patiodigital_harvest_accept"]


def patiodigital_harvest_accept(context: dict[str, Any], data_dict: dict[str, Any]) -> dict[str, Any]:
    """Who may update the harvest source."""
    package = model.Package.get(data_dict.get("id"))
    # Not the caller's context: a dataset that it carries would be asked in the place of this one.
    own = {"model": model, "user": context.get("user"), "auth_user_obj": context.get("auth_user_obj")}
    try:
        if package is None or package.type != "harvest":
            raise tk.NotAuthorized
        tk.check_access("harvest_source_update", own, {"id": package.id})
    except tk.NotAuthorized:
        message = tk._("Only editors of the organization that a harvest source belongs to may accept its loads.")
        return {"success": False, "msg": message}
    return {"success": True}
