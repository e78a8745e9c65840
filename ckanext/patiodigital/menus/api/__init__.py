"""``/api/menus/v1``: schools and their menus for programs. Each module adds its routes to the one blueprint."""

from ckanext.patiodigital.menus.api import exports, openapi, schools, subscriptions
from ckanext.patiodigital.menus.api.blueprint import PREFIX, api

__all__ = ["PREFIX", "api", "exports", "openapi", "schools", "subscriptions"]
