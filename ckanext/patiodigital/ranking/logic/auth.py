"""Who may see scores: everybody those of public datasets; of others, who may see the dataset."""

from __future__ import annotations

from typing import Any

import ckantoolkit as tk


@tk.auth_allow_anonymous_access
def patiodigital_ranking_show(context: dict[str, Any], data_dict: dict[str, Any]) -> dict[str, Any]:
    return {"success": True}


@tk.auth_allow_anonymous_access
def patiodigital_score_show(context: dict[str, Any], data_dict: dict[str, Any]) -> dict[str, Any]:
    return {"success": bool(tk.check_access("package_show", context, {"id": data_dict.get("id")}))}
