"""One typed getter an option of reports; what each means stands in ``menus/config_declaration.yaml``."""

from __future__ import annotations

import ckantoolkit as tk

from ckanext.patiodigital.config import PREFIX

_REPORTS = PREFIX + "menus.reports."


def contact_email() -> str:
    """Whom reports are mailed to; empty for the contact of the dataset that holds the menus."""
    return str(tk.config[_REPORTS + "contact_email"])


def keep_days() -> int:
    """Days from a report's answer or closing to its deletion."""
    return int(tk.config[_REPORTS + "keep_days"])


def per_address() -> int:
    """Reports an hour that one network address may send."""
    return int(tk.config[_REPORTS + "per_address"])


def per_hour() -> int:
    """Reports an hour that are taken of everybody together."""
    return int(tk.config[_REPORTS + "per_hour"])
