"""The ``patiodigital_menus`` plugin: the menu look-up."""

from __future__ import annotations

from typing import Any

import ckan.plugins as p
import ckantoolkit as tk
from ckan.exceptions import CkanConfigurationException

from ckanext.patiodigital.edge.core.route import PublicRoute
from ckanext.patiodigital.edge.interfaces import IPublicRoutes
from ckanext.patiodigital.menus import (
    agenda,
    api,
    config,
    files,
    neighbourhoods,
    offline,
    prato_aberto,
    printing,
    resource_view,
    service,
    sitemap,
    views,
    widget,
)
from ckanext.patiodigital.menus.reports.inbox import inbox
from ckanext.patiodigital.menus.reports.logic import action, auth
from ckanext.patiodigital.menus.reports.views import reports


@tk.blanket.actions(action)
@tk.blanket.auth_functions(auth)
@tk.blanket.config_declarations
class MenusPlugin(p.SingletonPlugin):
    """Pages, API and resource view over the tables of schools and menus."""

    p.implements(p.IConfigurer)
    p.implements(p.IBlueprint)
    p.implements(p.IResourceView, inherit=True)
    p.implements(IPublicRoutes)

    def update_config(self, config: Any) -> None:
        if not p.plugin_loaded("patiodigital"):
            raise CkanConfigurationException(
                "patiodigital_menus needs the plugin patiodigital: put it into ckan.plugins as well."
            )
        tk.add_public_directory(config, "../public")
        # The view makes itself on each table of menus, and stands first there; on other resources it never shows.
        views_by_default = tk.aslist(config.get("ckan.views.default_views"))
        if resource_view.NAME not in views_by_default:
            config["ckan.views.default_views"] = [resource_view.NAME, *views_by_default]

    def get_blueprint(self) -> list[Any]:
        return [api.api, views.menus, widget.widgets, reports, inbox, prato_aberto.prato_aberto]

    def get_public_routes(self) -> list[PublicRoute]:
        return [
            PublicRoute(api.PREFIX, service.public_version, cors=True, quota=config.quota()),
            PublicRoute(f"{api.PREFIX}/export", None, cors=True, quota=config.quota()),
            PublicRoute(
                "/cardapio",
                service.public_version,
                params=views.PARAMS
                | {*widget.PARAMS, *agenda.PARAMS, *neighbourhoods.PARAMS, printing.PARAM, sitemap.PARAM},
            ),
            offline.public_route(),
            *files.public_routes(),
            PublicRoute(
                prato_aberto.PREFIX, service.public_version, params=prato_aberto.PARAMS, cors=True, quota=config.quota()
            ),
        ]

    # -- IResourceView

    def info(self) -> dict[str, Any]:
        return resource_view.info()

    def can_view(self, data_dict: dict[str, Any]) -> bool:
        return resource_view.can_view(data_dict["resource"])

    def setup_template_variables(self, _context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
        return resource_view.variables(data_dict["resource"], data_dict["resource_view"])

    def view_template(self, _context: Any, _data_dict: dict[str, Any]) -> str:
        return "menus/resource_view.html"

    def form_template(self, _context: Any, _data_dict: dict[str, Any]) -> str:
        return "menus/resource_view_form.html"
