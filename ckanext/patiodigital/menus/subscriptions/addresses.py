"""Names and addresses that subscriptions carry. They outlive what they name: calendars keep them for years."""

from __future__ import annotations

from urllib.parse import urlsplit

import ckantoolkit as tk
from flask import request

from ckanext.patiodigital.menus.core.rows import SchoolRow


def host() -> str:
    """The portal's name in identifiers that must be unique in the world."""
    return urlsplit(tk.config["ckan.site_url"]).hostname or ""


def page(school: SchoolRow) -> str:
    """The school's family page, in the language of the address."""
    return str(tk.url_for("patiodigital_menus.school", eol=school.eol, qualified=True))


def own(school: SchoolRow) -> str:
    """The address that is being answered, in its one spelling."""
    return str(tk.url_for(request.endpoint, eol=school.eol, qualified=True, **request.args.to_dict()))
