"""Settings of the ranking; what each means stands in ``config_declaration.yaml``."""

from __future__ import annotations

import ckantoolkit as tk
from ckan.exceptions import CkanConfigurationException

from ckanext.patiodigital.config import PREFIX

#: Where a method's text contradicts itself, or says nothing: the choices that there are, the first one ours.
CHOICES = {
    "mqa.of_distributions": ("best", "mean"),
    "mqa.format_penalty": ("no", "yes"),
    "mqm.of_distributions": ("best", "worst"),
    "mqm.findability_cap": ("yes", "no"),
    "mqm.seal": ("total", "completeness"),
    "mqm.resolution": ("metres", "vocabulary"),
}


def methods() -> dict[str, str]:
    """The choices. Raises CkanConfigurationException where one is not among those that there are."""
    found = {name: str(tk.config[f"{PREFIX}ranking.{name}"]) for name in CHOICES}
    for name, value in found.items():
        if value not in CHOICES[name]:
            raise CkanConfigurationException(
                f"{PREFIX}ranking.{name} is {value!r}; it must be one of {', '.join(CHOICES[name])}."
            )
    return found


def links_a_run() -> int:
    """How many links one job follows at most."""
    return int(tk.config[PREFIX + "ranking.links_a_run"])


def link_timeout() -> float:
    """Seconds until a link has to answer."""
    return float(tk.config[PREFIX + "ranking.link_timeout"])
