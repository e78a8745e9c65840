"""One typed getter an option; what each means stands in ``config_declaration.yaml``."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

import ckantoolkit as tk
from ckan.exceptions import CkanConfigurationException

PREFIX = "ckanext.patiodigital."


def zone() -> ZoneInfo:
    """The zone in which a day begins."""
    return ZoneInfo(tk.config[PREFIX + "timezone"])


def contact_email() -> str:
    """Who answers for the datasets that harvesters make."""
    return str(tk.config[PREFIX + "contact_email"])


def trusted_proxies() -> int:
    """Proxies of the portal's own in front of CKAN."""
    return int(tk.config[PREFIX + "trusted_proxies"])


def storage_path() -> Path:
    """CKAN's own storage folder, under which our files lie."""
    path = tk.config.get("ckan.storage_path")
    if not path:
        raise CkanConfigurationException(
            "ckan.storage_path is not set. Set it to a folder that CKAN may write: table downloads lie there."
        )
    return Path(path)
