"""One typed getter an option of the look-up; what each means stands in ``config_declaration.yaml``."""

from __future__ import annotations

import datetime as dt

import ckantoolkit as tk
from ckan.exceptions import CkanConfigurationException

from ckanext.patiodigital.config import PREFIX
from ckanext.patiodigital.edge.core.quota import Quota


def quota() -> Quota | None:
    """How many answers of the API are made for one address in a minute; None where that is not limited."""
    most = int(tk.config[PREFIX + "menus.rate_limit"])
    return Quota("menus", most, seconds=60) if most > 0 else None


def offline() -> bool:
    """Whether the menu pages give a service worker to devices, or take it away from them."""
    return bool(tk.config[PREFIX + "menus.offline"])


def day_ends() -> dt.time:
    """When the last meal of a day is over, local time."""
    text = tk.config[PREFIX + "menus.day_ends"]
    try:
        return dt.time.fromisoformat(text)
    except ValueError:
        raise CkanConfigurationException(
            f"{PREFIX}menus.day_ends is {text!r}; it must be a time of day, such as 18:00."
        ) from None
