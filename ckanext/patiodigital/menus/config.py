"""One typed getter an option of the look-up; what each means stands in ``config_declaration.yaml``."""

from __future__ import annotations

import datetime as dt

import ckantoolkit as tk

from ckanext.patiodigital.config import PREFIX


def day_ends() -> dt.time:
    """When the last meal of a day is over, local time."""
    text = tk.config[PREFIX + "menus.day_ends"]
    try:
        return dt.time.fromisoformat(text)
    except ValueError:
        raise tk.CkanConfigurationException(
            f"{PREFIX}menus.day_ends is {text!r}; it must be a time of day, such as 18:00."
        ) from None
