"""How a room tells the edge which of its paths are public."""

from ckan.plugins.interfaces import Interface

from ckanext.patiodigital.edge.core.route import PublicRoute


class IPublicRoutes(Interface):
    """Implemented by the plugin of a room whose answers to anonymous readers the edge may serve.

    Only plugins that the portal has switched on are asked, once, when the application starts.
    """

    def get_public_routes(self) -> list[PublicRoute]:
        """The room's public paths, each with the function that reads the version of its data."""
        return []
