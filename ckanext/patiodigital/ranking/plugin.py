"""The ``patiodigital_ranking`` plugin: scores by several yardsticks, what each department does next, and its place."""

from __future__ import annotations

import logging
from typing import Any

import ckan.plugins as p
import ckantoolkit as tk
from ckan.exceptions import CkanConfigurationException

from ckanext.patiodigital.dcat import renewal
from ckanext.patiodigital.edge.core.route import PublicRoute
from ckanext.patiodigital.edge.interfaces import IPublicRoutes
from ckanext.patiodigital.ranking import config, following, helpers, scoring, views
from ckanext.patiodigital.ranking.logic import action, auth

log = logging.getLogger(__name__)

#: The queue of links: a worker of its own, so that a slow host holds up nothing else.
LINKS_QUEUE = "links"


@tk.blanket.actions(action)
@tk.blanket.auth_functions(auth)
@tk.blanket.blueprints([views.pages])
@tk.blanket.helpers(helpers)
@tk.blanket.config_declarations
class RankingPlugin(p.SingletonPlugin):
    """Quality that is measured on what the feeds serve."""

    p.implements(p.IConfigurer)
    p.implements(p.IConfigurable)
    p.implements(p.ISignal)
    p.implements(IPublicRoutes)

    def update_config(self, config: Any) -> None:
        if not p.plugin_loaded("patiodigital_dcat"):
            raise CkanConfigurationException(
                "patiodigital_ranking needs the plugin patiodigital_dcat: put it into ckan.plugins."
            )
        tk.add_template_directory(config, "../templates/quality")

    def configure(self, _config: Any) -> None:
        config.methods()  # a wrong setting is told at start-up

    def get_signal_subscriptions(self) -> dict[Any, Any]:
        return {renewal.renewed: [_after_renewal]}

    def get_public_routes(self) -> list[PublicRoute]:
        return views.public_routes()


def _after_renewal(_sender: object, **_told: object) -> None:
    """Score what changed in the feeds, in the same job, and have new links followed."""
    scoring.job()
    try:
        tk.enqueue_job(following.job, title="Follow links", queue=LINKS_QUEUE, rq_kwargs={"timeout": 3_600})
    except Exception:
        log.exception("The links could not be queued; the next renewal of the feeds queues them again")
