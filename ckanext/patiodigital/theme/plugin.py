"""The ``patiodigital_theme`` plugin: the portal's look and home page. Switched off, it changes nothing."""

from __future__ import annotations

from typing import Any

import ckan.plugins as p
import ckantoolkit as tk

# What CKAN shows where an admin has chosen nothing, and what this portal shows instead.
_OWN_IMAGES = {
    "ckan.site_logo": ("/base/images/ckan-logo.png", "/patiodigital/logo.svg"),
    "ckan.favicon": ("/base/images/ckan.ico", "/patiodigital/favicon.svg"),
}


@tk.blanket.helpers
class ThemePlugin(p.SingletonPlugin):
    """Templates and style sheets over CKAN's own."""

    p.implements(p.IConfigurer)

    def update_config(self, config: Any) -> None:
        tk.add_template_directory(config, "../templates/theme")
        tk.add_public_directory(config, "../public")
        for option, (stock, own) in _OWN_IMAGES.items():
            if config.get(option) in {None, "", stock}:
                config[option] = own
