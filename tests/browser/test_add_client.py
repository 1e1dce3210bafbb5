"""Adding a client by hand in Chromium: its kind's fields, and who looks the same before it is made.

Pictures at both widths go to `var/screenshots`; each screen is checked by axe.
"""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, ViewportSize, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from practicesync.store.models import Client
from web.desk import Desk, a_desk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PICTURES = Path(__file__).resolve().parents[2] / "var" / "screenshots"
FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
)
WIDE: ViewportSize = {"width": 1280, "height": 800}
PHONE: ViewportSize = {"width": 360, "height": 740}


@pytest.fixture
def desk() -> Iterator[Desk]:
    with a_desk(clients=5) as found:
        found.firm.add("Kauri Joinery Limited", email="office@kauri.example", phone="09 555 0101")
        yield found


@pytest.fixture(autouse=True)
def rows_beside_a_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    """Playwright keeps an event loop in this thread, beside which Django refuses the tests' own queries."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")


@pytest.fixture
def page(desk: Desk, live_server: LiveServer) -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS.split())
        context = browser.new_context(viewport=WIDE, base_url=live_server.url)
        context.set_default_timeout(15_000)
        cookie = desk.standard.cookies["session"].value
        context.add_cookies([{"name": "session", "value": cookie, "url": live_server.url}])
        yield context.new_page()
        browser.close()


def look(page: Page, name: str) -> None:
    """Take a picture at both widths, and let axe judge both."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    for width_name, size in (("desktop", WIDE), ("phone", PHONE)):
        page.set_viewport_size(size)
        page.screenshot(path=PICTURES / f"add-client-{name}-{width_name}.png")
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= size["width"], f"{name} scrolls sideways at {size['width']}"
        found = Axe().run(page)
        assert [each["id"] for each in found.response["violations"]] == [], f"{name} at {size['width']}"
    page.set_viewport_size(WIDE)


def test_a_client_is_added_by_hand_once(page: Page, desk: Desk) -> None:
    page.goto("/clients/add/?kind=company")
    expect(page.get_by_role("heading", name="What a company needs first")).to_be_visible()
    look(page, "company")
    page.get_by_label("Name", exact=False).first.fill("Kauri Joinery Ltd")
    page.locator("#f-email").fill("office@kauri.example")
    page.locator("#f-phone").fill("09 555 0101")
    page.get_by_role("button", name="Add the client").click()
    expect(page.get_by_text("May be here already.")).to_be_visible()
    expect(page.locator("#lookalikes")).to_contain_text("Kauri Joinery Limited")
    look(page, "lookalikes")
    page.get_by_role("button", name="Create anyway").click()
    expect(page).to_have_url(re.compile(r"/profile/$"))
    assert Client.rows.of(desk.firm.practice.pk).filter(name="Kauri Joinery Ltd").count() == 1
