"""What a school's pages say to search engines, in the language of the address."""

from __future__ import annotations

from collections.abc import Iterable

import ckantoolkit as tk
from markupsafe import Markup

from ckanext.patiodigital.menus import pages
from ckanext.patiodigital.menus.core.contracts import Day
from ckanext.patiodigital.menus.core.rows import SchoolRow
from ckanext.patiodigital.menus.core.structured_data import script_text
from ckanext.patiodigital.menus.subscriptions.canteen import CITY


def structured_data(school: SchoolRow, days: Iterable[Day]) -> Markup:
    """The content of a script element with the school and the menus of some days, for templates."""
    url = str(tk.url_for("patiodigital_menus.school", eol=school.eol, qualified=True))
    text = script_text(school, days, url=url, lang=tk.h.unix_locale_to_bcp47(pages.lang()), city=CITY)
    return Markup(text)  # noqa: S704 (no character that HTML knows)  # nosec B704
