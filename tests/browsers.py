"""Screens in Chromium: a window that nothing complains in, and what holds of every screen however it looks.

A test of a screen is a file in `tests/browser`, whose `conftest.py` opens the window on a firm at work:

    pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.visit(refused=(422,))]

    def test_a_client_is_renamed(page: Page, desk: Desk) -> None:
        client = desk.firm.add("Kauri Joinery Limited")
        page.goto(f"/clients/{client.pk}/edit/")
        look(page, "client-edit")

`visit` takes the words of `Visit`; a test's own mark adds to its file's. Pictures go to `var/screenshots`.
"""

import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, ViewportSize, expect, sync_playwright

from practicesync.core.actor import Role

WIDE: Final[ViewportSize] = {"width": 1280, "height": 800}
PHONE: Final[ViewportSize] = {"width": 360, "height": 740}
SIZES: Final = {"wide": WIDE, "phone": PHONE}

PICTURES: Final = Path(__file__).resolve().parents[1] / "var" / "screenshots"
PROGRAMS: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS: Final = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
# Milliseconds; both are many times what a screen takes, since other tests may have the machine.
PATIENCE: Final = 15_000
EXPECTING: Final = 10_000


@dataclass(frozen=True)
class Visit:
    """Who looks at which firm: words of the mark `visit`.

    `clients` is how many XPM has. `refused` are the statuses that the screens may answer, which Chromium tells on its
    console; whatever else is told there fails the test.
    """

    clients: int = 0
    role: Role = Role.STANDARD
    refused: tuple[int, ...] = ()
    script: bool = True
    touch: bool = False


def visit_of(request: pytest.FixtureRequest) -> Visit:
    """What the marks of a test say; the nearer one wins, word by word."""
    words: dict[str, Any] = {}
    for mark in request.node.iter_markers("visit"):
        words = {**mark.kwargs, **words}
    return Visit(**words)


@contextmanager
def a_chromium() -> Iterator[Browser]:
    """Chromium, as it is installed on this machine."""
    expect.set_options(timeout=EXPECTING)
    program = next((path for path in map(shutil.which, PROGRAMS) if path), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        browser.close()


@contextmanager
def a_window(chromium: Browser, address: str, visit: Visit = Visit(), *, session: str = "") -> Iterator[Page]:
    """A window of its own on a site, signed in by a session's key; more may be opened from its `context`.

    Raises `AssertionError` at the end where the console of any of them complained.
    """
    context = chromium.new_context(
        viewport=WIDE, base_url=address, java_script_enabled=visit.script, has_touch=visit.touch
    )
    context.set_default_timeout(PATIENCE)
    if session:
        context.add_cookies([{"name": "session", "value": session, "url": address}])
    problems: list[str] = []
    context.on("console", lambda said: problems.append(_told(said)) if said.type == "error" else None)
    context.on("weberror", lambda problem: problems.append(str(problem.error)))
    try:
        yield context.new_page()
    finally:
        context.close()
    complaints = unexpected(problems, visit.refused)
    assert not complaints, complaints


def _told(said: ConsoleMessage) -> str:
    return f"{said.text} {said.location.get('url', '')}".rstrip()


def unexpected(problems: Iterable[str], refused: Iterable[int]) -> list[str]:
    """What a console said, without the answers that were to be refused."""
    words = [f"responded with a status of {status} (" for status in refused]
    return [said for said in problems if not any(each in said for each in words)]


def settle(page: Page) -> None:
    """Wait until htmx listens to what it has put into the page: keys that are pressed earlier tell it nothing."""
    expect(page.locator(".htmx-swapping, .htmx-settling")).to_have_count(0)


def judge(page: Page) -> None:
    """Hold a screen, at the size that it has, to what holds of all: nothing scrolls sideways, and axe finds nothing."""
    page.wait_for_load_state()  # a press may have begun to lead elsewhere: a page without its styles is wider
    where = f"{page.url} at {page.viewport_size}"
    wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wider <= 0, f"{where} scrolls sideways by {wider}"
    found = Axe().run(page)
    assert found.violations_count == 0, f"{where}\n{found.generate_report()}"


def picture(page: Page, name: str) -> None:
    """Keep what a screen looks like, all of it, for people to look at."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    # Playwright hides the caret by a style of its own, which the screens' content policy complains of.
    page.screenshot(path=PICTURES / f"{name}.png", caret="initial", full_page=True)


def look(page: Page, name: str) -> None:
    """Judge a screen at every size, with a picture each; it is wide again then."""
    for size_name, size in SIZES.items():
        page.set_viewport_size(size)
        picture(page, f"{name}-{size_name}")
        judge(page)
    page.set_viewport_size(WIDE)
