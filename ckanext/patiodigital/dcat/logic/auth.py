"""Who may see how a dataset fares in the feeds: those who may edit it."""

from __future__ import annotations

from typing import Any

import ckantoolkit as tk


def patiodigital_feed_status(context: dict[str, Any], data_dict: dict[str, Any]) -> dict[str, Any]:
    return {"success": bool(tk.check_access("package_update", context, {"id": data_dict.get("id")}))}
