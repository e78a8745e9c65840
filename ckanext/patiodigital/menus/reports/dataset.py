"""The dataset that holds the menus which families read: its editors read their reports, and its contact gets them."""

from __future__ import annotations

from ckan import model

from ckanext.patiodigital.menus.reports import config
from ckanext.patiodigital.tables import service as tables
from ckanext.patiodigital.tables.service import NoDataError

_NO_MENUS = "This portal has no menus yet, and so no reports on them."


def package_id() -> str:
    """Its id, also while it is private or deleted; :class:`NoDataError` where there is none."""
    return str(_package().id)


def contact_email() -> str:
    """Whom reports are mailed to; empty where nobody is named."""
    return config.contact_email() or _package().maintainer_email or ""


def _package() -> model.Package:
    for row in tables.registered():
        if row.table == "menus" and row.primary:
            resource = model.Session.get(model.Resource, row.resource_id)
            if resource is not None and resource.package is not None:
                return resource.package
    raise NoDataError(_NO_MENUS)
