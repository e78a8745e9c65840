"""The ``patiodigital_dcat`` plugin: profiles, and feeds of the whole catalogue."""

from __future__ import annotations

import logging
from typing import Any

import ckan.plugins as p
import ckantoolkit as tk
import sqlalchemy as sa
from ckan import model
from ckan.exceptions import CkanConfigurationException
from ckanext.dcat.interfaces import IDCATURIGenerator
from ckanext.dcat.processors import DEFAULT_RDF_PROFILES
from ckanext.dcat.utils import catalog_uri

from ckanext.patiodigital.dcat import helpers, profiles, renewal, views
from ckanext.patiodigital.dcat.logic import action, auth
from ckanext.patiodigital.edge.core.route import PublicRoute
from ckanext.patiodigital.edge.interfaces import IPublicRoutes

log = logging.getLogger(__name__)

#: In ``Session.info``: this transaction changes what the feeds hold.
_DUE = "patiodigital_feeds_due"


@tk.blanket.actions(action)
@tk.blanket.auth_functions(auth)
@tk.blanket.blueprints([views.feeds])
@tk.blanket.helpers(helpers)
@tk.blanket.config_declarations
class DcatPlugin(p.SingletonPlugin):
    """DCAT-AP, DCAT-BR and DCAT-US, from fragments that each change renews."""

    p.implements(p.IConfigurer)
    p.implements(p.IDomainObjectModification, inherit=True)
    p.implements(p.IOrganizationController, inherit=True)
    p.implements(IDCATURIGenerator, inherit=True)
    p.implements(IPublicRoutes)

    def update_config(self, config: Any) -> None:
        for needed in ("patiodigital", "dcat"):
            if not p.plugin_loaded(needed):
                raise CkanConfigurationException(
                    f"patiodigital_dcat needs the plugin {needed}: put it into ckan.plugins before patiodigital_dcat."
                )
        tk.add_template_directory(config, "../templates/dcat")
        # What stands there where nobody set it. Who wants it with this plugin on asks for it: ?profiles=euro_dcat_ap_3.
        if tk.aslist(config.get("ckanext.dcat.rdf.profiles")) == DEFAULT_RDF_PROFILES:
            config["ckanext.dcat.rdf.profiles"] = f"{profiles.PREFIX}dcat_ap"
        if tk.aslist(config.get("ckanext.dcat.structured_data.profiles")) in ([], ["schemaorg"]):
            config["ckanext.dcat.structured_data.profiles"] = [f"{profiles.PREFIX}schemaorg"]

    def get_public_routes(self) -> list[PublicRoute]:
        return views.public_routes()

    # -- events

    def notify(self, entity: Any, operation: Any) -> None:
        if isinstance(entity, model.Package | model.Resource):
            _mark()

    def edit(self, entity: Any) -> None:
        _mark()  # an organisation's name stands in each of its datasets

    # -- URIs

    def catalog_uri(self, uri: str) -> None:
        """ckanext-dcat's own."""

    def dataset_uri(self, dataset_dict: dict[str, Any], uri: str) -> str | None:
        """Ours, also for a dataset that was harvested from another portal under its URI."""
        return f"{catalog_uri().rstrip('/')}/dataset/{dataset_dict['id']}" if dataset_dict.get("id") else None


def _mark() -> None:
    model.Session.info[_DUE] = True


def _queue(session: Any) -> None:
    """After a commit: have a worker renew the feeds. Where Redis is away the next change, or cron, makes up for it."""
    if not session.info.pop(_DUE, False) or not p.plugin_loaded("patiodigital_dcat"):
        return
    try:
        tk.enqueue_job(renewal.job, title="Renew the feeds", rq_kwargs={"timeout": 3_600})
    except Exception:
        log.exception("The renewal of the feeds could not be queued; `ckan patiodigital feeds renew` does it")


sa.event.listen(model.Session, "after_commit", _queue)
