"""Searching everything from the top bar in Chromium, by keyboard and by touch."""

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

FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
)
PICTURES = Path(__file__).resolve().parents[2] / "var" / "screenshots"
SIZES: dict[str, ViewportSize] = {"wide": {"width": 1280, "height": 800}, "phone": {"width": 360, "height": 740}}


@pytest.fixture
def desk() -> Iterator[Desk]:
    with a_desk() as found:
        found.firm.add("Prospect Hill Limited", email="office@prospect.example")
        found.firm.xpm_add(Name="Prosper Family Trust", City="Nelson")
        found.firm.refresh()
        yield found


@pytest.fixture(autouse=True)
def rows_beside_a_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    """Playwright keeps an event loop in this thread, beside which Django refuses the tests' own queries."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")


@pytest.fixture
def page(desk: Desk, live_server: LiveServer) -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS.split())
        context = browser.new_context(viewport=SIZES["wide"], base_url=live_server.url, has_touch=True)
        context.set_default_timeout(10_000)
        cookie = desk.standard.cookies["session"].value
        context.add_cookies([{"name": "session", "value": cookie, "url": live_server.url}])
        page = context.new_page()
        problems: list[str] = []
        page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda problem: problems.append(str(problem)))
        yield page
        browser.close()
        assert problems == []


def test_from_anywhere_by_keyboard_to_a_client_a_page_and_an_action(page: Page) -> None:
    page.goto("/")
    box = page.get_by_role("combobox", name="Search everything")
    for keys, option, where in (
        ("/", "Prospect Hill Limited", r"/clients/\d+/profile/"),
        ("Control+k", "Proposals", "/proposals/$"),
        ("Control+k", "New proposal", "/proposals/new/$"),
    ):
        page.keyboard.press(keys)
        expect(box).to_be_focused()
        page.keyboard.type("prop" if "ropos" in option else "prosp")
        wanted = page.get_by_role("option", name=re.compile(option)).first
        expect(wanted).to_be_visible()
        for _ in range(6):
            page.keyboard.press("ArrowDown")
            if wanted.get_attribute("aria-selected") == "true":
                break
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile(where))


def test_a_touch_goes_to_what_xpm_alone_has_and_makes_nothing(page: Page, desk: Desk) -> None:
    page.set_viewport_size(SIZES["phone"])
    page.goto("/")
    page.get_by_role("combobox", name="Search everything").tap()
    page.keyboard.type("prosper")
    page.get_by_role("group", name="XPM clients").get_by_role("option").tap()
    page.wait_for_url(re.compile(r"/import/|import"))
    assert Client.rows.of(desk.firm.practice.pk).count() == 1
    expect(page.get_by_text("Prosper Family Trust").first).to_be_visible()


@pytest.mark.parametrize("size", SIZES)
def test_the_list_under_the_box_and_the_page_are_for_everybody(page: Page, size: str) -> None:
    page.set_viewport_size(SIZES[size])
    page.goto("/")
    page.get_by_role("combobox", name="Search everything").fill("pro")
    expect(page.get_by_role("listbox", name="Found")).to_be_visible()
    _judge(page, f"search-list-{size}", SIZES[size]["width"])
    page.goto("/search/?q=pro")
    _judge(page, f"search-page-{size}", SIZES[size]["width"])


def _judge(page: Page, name: str, width: int) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=PICTURES / f"{name}.png", caret="initial")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
