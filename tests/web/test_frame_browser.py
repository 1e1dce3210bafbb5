"""The frame in Chromium: keys, menus, a run that is followed, both widths, and axe."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import uuid4

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from practicesync.flows.clock import SYSTEM_CLOCK
from practicesync.store.models import Connection, Run
from web.desk import Desk, a_desk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
)
SCREENS = (
    "/",
    "/admin/add-ons/",
    "/settings/practice-management/",
    "/settings/practice-management/connect/",
    "/settings/practice-management/disconnect/",
    "/no-such-page/",
)
# A phone, a laptop at 200 % zoom, and a desk.
WIDTHS = (360, 640, 1280)


@dataclass
class Window:
    """A person's browser on the firm's site; `problems` collects what the console complains of."""

    desk: Desk
    page: Page
    address: str
    problems: list[str]

    def open(self, path: str) -> Page:
        self.page.goto(self.address + path)
        return self.page


@pytest.fixture
def desk() -> Iterator[Desk]:
    with a_desk(clients=30) as found:
        yield found


@pytest.fixture
def chromium(monkeypatch: pytest.MonkeyPatch) -> Iterator[Chromium]:
    # Playwright's own loop makes Django think that it is called from asynchronous code.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS.split())
        yield browser
        browser.close()


def open_window(desk: Desk, chromium: Chromium, live_server: LiveServer, *, script: bool = True) -> Window:
    context = chromium.new_context(viewport={"width": 1280, "height": 800}, java_script_enabled=script)
    cookie = desk.admin.cookies["session"].value
    context.add_cookies([{"name": "session", "value": cookie, "url": live_server.url}])
    page = context.new_page()
    window = Window(desk, page, live_server.url, [])
    page.on("console", lambda said: window.problems.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda problem: window.problems.append(str(problem)))
    return window


@pytest.fixture
def window(desk: Desk, chromium: Chromium, live_server: LiveServer) -> Iterator[Window]:
    """A window that nothing complains in."""
    opened = open_window(desk, chromium, live_server)
    yield opened
    assert [said for said in opened.problems if "404" not in said] == []


def test_every_screen_reads_well_and_fits_at_every_width(window: Window) -> None:
    for width in WIDTHS:
        window.page.set_viewport_size({"width": width, "height": 800})
        for path in SCREENS:
            page = window.open(path)
            violations = Axe().run(page).response["violations"]
            assert [each["id"] for each in violations] == [], f"{path} at {width}"
            wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert wider <= 0, f"{path} scrolls sideways at {width}"


def test_keys_reach_the_search_the_list_of_keys_and_close_it(window: Window) -> None:
    page = window.open("/")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Keys")).to_be_hidden()
    page.keyboard.press("/")
    box = page.get_by_role("combobox", name="Search everything")
    expect(box).to_be_focused()
    page.keyboard.type("what? a/b")
    expect(box).to_have_value("what? a/b")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/?q=what*")


def test_the_menu_works_by_keyboard_and_gives_focus_back(window: Window) -> None:
    page = window.open("/")
    menu = page.locator("details.menu summary")
    menu.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Sign out")).to_be_hidden()
    expect(menu).to_be_focused()


def test_the_first_tab_leads_past_the_frame(window: Window) -> None:
    page = window.open("/")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_on_a_phone_the_sidebar_is_a_bar_at_the_bottom(window: Window) -> None:
    window.page.set_viewport_size({"width": 360, "height": 740})
    page = window.open("/")
    bar = page.get_by_role("navigation", name="Main")
    box = bar.bounding_box()
    assert box is not None
    assert (box["y"] + box["height"], box["width"]) == (740, 360)
    expect(bar.get_by_role("link", name="Settings")).to_be_visible()


def test_a_run_is_followed_without_touching_the_page(window: Window) -> None:
    now = SYSTEM_CLOCK.now()
    run = Run.rows.create(
        practice=window.desk.firm.practice,
        connection=window.desk.firm.connection,
        key=uuid4(),
        kind="refresh",
        state="running",
        asked_by="Ana Lee",
        asked_at=now,
        started_at=now,
        done=100,
        total=1204,
    )
    page = window.open("/")
    expect(page.locator("#sync-state")).to_have_text("Syncing 100 of 1,204")
    run.done = 412
    run.save()
    expect(page.locator("#live")).to_contain_text("412 of 1,204")
    expect(page.locator("#sync-state")).to_have_text("Syncing 412 of 1,204")
    run.state, run.finished_at = "done", SYSTEM_CLOCK.now()
    Connection.rows.of(run.practice_id).update(refreshed_at=SYSTEM_CLOCK.now())
    run.save()
    expect(page.get_by_role("button", name="Refresh", exact=True)).to_be_enabled()
    expect(page.locator("#sync-state")).to_contain_text("Up to date")
    assert page.locator("[hx-trigger]").count() == 0


def test_a_refresh_is_asked_for_once_however_often_one_clicks(window: Window) -> None:
    page = window.open("/")
    page.get_by_role("button", name="Refresh", exact=True).dblclick()
    expect(page.get_by_role("button", name="Refreshing")).to_be_disabled()
    assert Run.rows.of(window.desk.firm.practice.pk).filter(kind="refresh", state="queued").count() == 1


def test_without_a_script_everything_is_a_plain_form(desk: Desk, chromium: Chromium, live_server: LiveServer) -> None:
    page = open_window(desk, chromium, live_server, script=False).open("/")
    page.get_by_role("button", name="Refresh", exact=True).click()
    expect(page.get_by_role("button", name="Refreshing")).to_be_disabled()
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_text("Cancelled. What was done stands.")).to_be_visible()
    page.locator("details.menu summary").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Look around the demo")).to_be_visible()
