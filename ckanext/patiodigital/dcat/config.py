"""What the feeds say of the portal itself, from its settings; each stands in ``config_declaration.yaml``."""

from __future__ import annotations

import ckan.plugins as p
import ckantoolkit as tk
from ckan.exceptions import CkanConfigurationException
from ckanext.dcat.utils import catalog_uri

from ckanext.patiodigital.config import PREFIX, contact_email
from ckanext.patiodigital.dcat.core.description import Agent, Place
from ckanext.patiodigital.dcat.core.reading import Site


def site() -> Site:
    """The portal, as its feeds describe it. Raises CkanConfigurationException where a setting can't be used."""
    base, url = catalog_uri().rstrip("/"), tk.config["ckan.site_url"].rstrip("/")
    title = tk.config["ckan.site_title"] or url
    name = tk.config[PREFIX + "dcat.publisher"] or title
    return Site(
        url=url,
        base=base,
        title=title,
        description=tk.config["ckan.site_description"] or title,
        language=tk.config["ckan.locale_default"].replace("_", "-"),
        publisher=Agent(f"{base}#publisher", name, contact_email() or None, f"{url}/"),
        area=_area(),
        menus_api=p.plugin_loaded("patiodigital_menus"),
    )


def _area() -> Place:
    raw = tk.config[PREFIX + "dcat.area_box"]
    try:
        west, south, east, north = map(float, raw.split())
    except ValueError:
        west = south = east = north = 0.0
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
        raise CkanConfigurationException(
            f"{PREFIX}dcat.area_box is {raw!r}; it must be four degrees, west south east north, "
            "such as -46.83 -24.01 -46.36 -23.35."
        )
    corners = ((west, south), (east, south), (east, north), (west, north), (west, south))
    return Place(
        tk.config[PREFIX + "dcat.area_uri"],
        tk.config[PREFIX + "dcat.area"],
        f"POLYGON(({','.join(f'{x:g} {y:g}' for x, y in corners)}))",
        f"POINT({(west + east) / 2:g} {(south + north) / 2:g})",
    )
