"""CKAN as a WSGI application. Runs inside the virtual environment; CKAN_INI names the settings."""

from __future__ import annotations

import os

from ckan.cli import load_config
from ckan.config.middleware import make_app

application = make_app(load_config(os.environ["CKAN_INI"]))
