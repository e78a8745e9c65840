"""A page of another site frames the widget: the keyboard goes through it, axe finds nothing, no form is framed."""

from __future__ import annotations

import gzip
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from accessibility import is_wider_than_the_screen, violations

pytestmark = pytest.mark.browser

STATES = {
    "today": "/cardapio/094617/widget",
    "a week": "/cardapio/094617/widget?dias=5",
    "several ages": "/cardapio/000086/widget",
    "no plan": "/cardapio/400001/widget",
    "wrong address": "/cardapio/094617/widget?dias=99",
    "unknown school": "/cardapio/999999/widget",
    "hostile names": "/cardapio/400002/widget",
    "its code": "/cardapio/094617/incorporar?dias=2",
    "a wrong choice": "/cardapio/094617/incorporar?dias=99",
}
#: Between dark and light: 0 is black, 255 white.
MIDDLE = 128


class _Site(BaseHTTPRequestHandler):
    page = b""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(self.page)

    def log_message(self, *_: object) -> None:
        """Keep the test's output clean."""


@pytest.fixture
def site():
    """A school's site on an origin of its own: give its body, get its address."""
    handler = type("Site", (_Site,), {})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()

    def show(body: str) -> str:
        handler.page = (
            f'<!DOCTYPE html><html lang="pt-BR"><title>Escola</title><main><h1>Nossa escola</h1>{body}</main>'.encode()
        )
        return f"http://localhost:{server.server_port}/"

    yield show
    server.shutdown()
    thread.join()


def ground(frame):
    """How bright a page's ground is."""
    colour = frame.evaluate("getComputedStyle(document.body).backgroundColor")
    return sum(map(int, re.findall(r"\d+", colour)[:3])) / 3


def test_another_sites_page_shows_it_and_the_keyboard_goes_through_it(browser, portal, site):
    context = browser.new_context(viewport={"width": 320, "height": 640}, locale="pt-BR")
    page = context.new_page()
    page.goto(portal + "/cardapio/094617/incorporar?dias=2")
    code = page.locator("textarea").input_value()
    page.goto(site(re.sub(r'src="https?://[^/]+', f'src="{portal}', code)))
    frame = page.frame_locator("iframe")
    assert frame.get_by_text("Arroz, feijão e frango").is_visible()
    inside = page.frames[1]
    assert inside.url == portal + "/cardapio/094617/widget?dias=2"
    assert violations(inside) == violations(page) == []
    assert not is_wider_than_the_screen(inside)
    assert not is_wider_than_the_screen(page)
    for _ in range(5):  # the frame itself may be a stop, as what scrolls is
        page.keyboard.press("Tab")
        if inside.evaluate("document.activeElement.tagName") == "A":
            break
    with context.expect_page() as opened:
        page.keyboard.press("Enter")
    opened.value.wait_for_url(portal + "/cardapio/094617")
    assert opened.value.evaluate("window.opener") is None
    assert context.cookies() == []
    context.close()


def test_a_page_with_a_form_is_not_framed_by_another_site(browser, portal, site):
    page = browser.new_page()
    page.goto(site(f'<iframe src="{portal}/cardapio" title="Cardápio"></iframe>'))
    page.wait_for_load_state("networkidle")
    assert page.frame_locator("iframe").locator("form").count() == 0
    page.goto(site(f'<iframe src="{portal}/cardapio/094617/widget" title="Cardápio"></iframe>'))
    page.frame_locator("iframe").locator("h1").wait_for()  # so the first assertion can fail
    page.close()


@pytest.mark.parametrize("device", ["light", "dark"])
def test_axe_finds_nothing_and_nothing_is_cut_on_any_state(browser, portal, device):
    context = browser.new_context(viewport={"width": 320, "height": 640}, color_scheme=device, locale="pt-BR")
    page = context.new_page()
    problems = {}
    for name, path in STATES.items():
        page.goto(portal + path)
        found = violations(page) + ["wider than the screen"] * is_wider_than_the_screen(page)
        if found:
            problems[name] = found
    assert problems == {}
    context.close()


@pytest.mark.parametrize("device", ["light", "dark"])
def test_it_wears_the_colours_of_its_address_whatever_the_device_prefers(browser, portal, device):
    context = browser.new_context(color_scheme=device)
    page = context.new_page()
    page.goto(portal + "/cardapio/094617/widget?tema=claro")
    assert ground(page) > MIDDLE
    assert violations(page) == []
    page.goto(portal + "/cardapio/094617/widget?tema=escuro")
    assert ground(page) < MIDDLE
    assert violations(page) == []
    page.goto(portal + "/cardapio/094617/widget")
    assert (ground(page) > MIDDLE) == (device == "light")
    context.close()


def test_it_is_light(browser, portal):
    context = browser.new_context()
    page = context.new_page()
    answers = []
    page.on("response", lambda answer: answers.append(answer))  # noqa: PLW0108 (Playwright takes no built-in)
    page.goto(portal + "/cardapio/094617/widget?dias=5")
    page.wait_for_load_state("networkidle")
    assert all(answer.url.startswith(portal) for answer in answers)
    sizes = {answer.url: len(gzip.compress(answer.body())) for answer in answers}
    assert sum(sizes.values()) < 20_000, sizes
    context.close()
