"""The ``patiodigital`` plugin: schemas, vocabularies, tables and the edge. Blankets and interfaces only."""

from __future__ import annotations

from typing import Any

import ckan.plugins as p
import ckantoolkit as tk
from ckan.lib.plugins import DefaultTranslation


@tk.blanket.blueprints
@tk.blanket.config_declarations
class PatioDigitalPlugin(p.SingletonPlugin, DefaultTranslation):
    """What every other room of this extension rests on."""

    p.implements(p.IConfigurer)
    p.implements(p.IPackageController, inherit=True)
    p.implements(p.ITranslation)

    def update_config(self, config: Any) -> None:
        tk.add_template_directory(config, "templates")

