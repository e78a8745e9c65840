"""What axe finds wrong with pages, and whether they fit the smallest phone, light and dark."""

from __future__ import annotations

from collections.abc import Mapping

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

PHONE = {"viewport": {"width": 320, "height": 640}, "locale": "pt-BR"}


def violations(page: Page) -> list[str]:
    """What axe finds, a line a node."""
    return [
        f"{violation['id']}: {node['target']}"
        for violation in Axe().run(page).response["violations"]
        for node in violation["nodes"]
    ]


def is_wider_than_the_screen(page: Page) -> bool:
    """Whether the page scrolls sideways."""
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))


def problems(browser: Browser, portal: str, states: Mapping[str, str]) -> dict[str, list[str]]:
    """Faults of pages, ``states`` by name with their paths, on the smallest phone; those without any are missing."""
    found = {}
    for scheme in ("light", "dark"):
        context = browser.new_context(**PHONE, color_scheme=scheme)
        page = context.new_page()
        for name, path in states.items():
            page.goto(portal + path)
            faults = violations(page)
            if is_wider_than_the_screen(page):
                faults.append("wider than the screen")
            if faults:
                found[f"{name}, {scheme}"] = faults
        context.close()
    return found
