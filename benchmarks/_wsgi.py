"""CKAN as a WSGI application of ``CKAN_INI``, for gunicorn, on a school day at seven in the morning."""

import os
from datetime import datetime, timezone

from ckan.cli import CKANConfigLoader
from ckan.config.middleware import make_app

from ckanext.patiodigital import clock

#: A Friday in São Paulo.
NOW = datetime(2025, 12, 12, 10, 0, tzinfo=timezone.utc)


def make_application() -> object:
    """The application; its clock stands."""
    clock.set_source(lambda: NOW)
    return make_app(CKANConfigLoader(os.environ["CKAN_INI"]).get_config())
