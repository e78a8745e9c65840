"""Programs that load files into the DataStore by themselves. They must leave our tables alone."""

from __future__ import annotations

from ckan import model
from ckanext.datapusher.interfaces import IDataPusher

from ckanext.patiodigital.tables.service import URL_TYPE

try:
    from ckanext.xloader.interfaces import IXloader
except ImportError:  # xloader is not installed, so there is nothing to keep away
    IXloader = None

#: The interfaces of those that are installed; both ask ``can_upload``.
INTERFACES = tuple(filter(None, (IDataPusher, IXloader)))


def may_load(resource_id: str) -> bool:
    """Whether another loader may take this resource for a file of its own."""
    resource = model.Session.get(model.Resource, resource_id)
    return resource is None or resource.url_type != URL_TYPE
