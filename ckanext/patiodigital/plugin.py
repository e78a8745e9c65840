"""The ``patiodigital`` plugin: schemas, vocabularies, tables and the edge. Blankets and interfaces only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ckan.plugins as p
import ckantoolkit as tk
from ckan.config.middleware.flask_app import CKANApp
from ckan.lib.plugins import DefaultTranslation

from ckanext.patiodigital import facets, validators
from ckanext.patiodigital.admin import health
from ckanext.patiodigital.definitions import views as definitions
from ckanext.patiodigital.edge.core.route import PublicRoute
from ckanext.patiodigital.edge.interfaces import IPublicRoutes
from ckanext.patiodigital.edge.middleware import install
from ckanext.patiodigital.schemas.indexing import index_fields
from ckanext.patiodigital.tables import other_loaders


@tk.blanket.actions
@tk.blanket.auth_functions
@tk.blanket.cli
@tk.blanket.blueprints
@tk.blanket.helpers
@tk.blanket.validators(validators)
@tk.blanket.config_declarations
class PatioDigitalPlugin(p.SingletonPlugin, DefaultTranslation):
    """What every other room of this extension rests on."""

    p.implements(p.IConfigurer)
    p.implements(p.IMiddleware, inherit=True)
    p.implements(p.IPackageController, inherit=True)
    p.implements(p.IFacets, inherit=True)
    p.implements(p.ITranslation)
    p.implements(IPublicRoutes)
    for _interface in other_loaders.INTERFACES:
        p.implements(_interface, inherit=True)

    def update_config(self, config: Any) -> None:
        tk.add_template_directory(config, "templates")
        tk.add_public_directory(config, "public")

    def make_middleware(self, app: CKANApp, config: Mapping[str, Any]) -> CKANApp:
        return install(health.put_in_front(app), config)

    def get_public_routes(self) -> list[PublicRoute]:
        return definitions.public_routes()

    def before_dataset_index(self, pkg_dict: dict[str, Any]) -> dict[str, Any]:
        return {**pkg_dict, **index_fields(pkg_dict)}

    def after_dataset_search(self, search_results: dict[str, Any], _params: dict[str, Any]) -> dict[str, Any]:
        facets.label(search_results["search_facets"])
        return search_results

    def dataset_facets(self, facets_dict: dict[str, Any], package_type: str) -> dict[str, Any]:
        return facets.add(facets_dict, package_type)

    def organization_facets(
        self, facets_dict: dict[str, Any], _organization_type: str, package_type: str | None
    ) -> dict[str, Any]:
        return facets.add(facets_dict, package_type or "dataset")

    def can_upload(self, resource_id: str) -> bool:
        return other_loaders.may_load(resource_id)
