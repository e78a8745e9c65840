"""``/prato-aberto``: the read routes of the department's own menu API, for the clients that it has already."""

from ckanext.patiodigital.menus.core.prato_aberto.questions import PARAMS
from ckanext.patiodigital.menus.prato_aberto.views import PREFIX, prato_aberto

__all__ = ["PARAMS", "PREFIX", "prato_aberto"]
