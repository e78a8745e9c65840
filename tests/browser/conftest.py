"""CKAN's real app on a port, and Debian's Chromium."""

from __future__ import annotations

import threading

import pytest
from menus.conftest import NOW, load_network, make_dataset
from playwright.sync_api import sync_playwright
from werkzeug.serving import make_server

from ckanext.patiodigital import clock
from ckanext.patiodigital.menus import service as lookup

CHROMIUM = "/usr/bin/chromium"
#: Chromium must ask nothing of the outside while it runs.
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


@pytest.fixture(scope="session")
def browser():
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield running
        running.close()


@pytest.fixture
def portal(clean_tables, app):
    """The address of a portal with the small network of tests/menus, on a Tuesday morning."""
    load_network(make_dataset()["id"])
    clock.set_source(lambda: NOW)
    lookup.forget()
    server = make_server("127.0.0.1", 0, app.flask_app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    clock.set_source(None)
    lookup.forget()
