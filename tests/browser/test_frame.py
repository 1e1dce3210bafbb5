"""The frame in Chromium: keys, menus, a run that is followed, both widths, and axe."""

from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from browsers import judge
from practicesync.core.actor import Role
from practicesync.flows.clock import SYSTEM_CLOCK
from practicesync.operations.workers import beat
from practicesync.store.models import Connection, Run
from web.desk import Desk

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.visit(clients=30, role=Role.ADMIN, refused=(404,)),
]

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


@pytest.mark.parametrize("width", WIDTHS)
def test_every_screen_reads_well_and_fits_at_every_width(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    for path in SCREENS:
        page.goto(path)
        judge(page)


def test_keys_reach_the_search_the_list_of_keys_and_close_it(page: Page) -> None:
    page.goto("/")
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


def test_the_menu_works_by_keyboard_and_gives_focus_back(page: Page) -> None:
    page.goto("/")
    menu = page.locator(".top details.menu summary")
    menu.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Sign out")).to_be_hidden()
    expect(menu).to_be_focused()


def test_the_first_tab_leads_past_the_frame(page: Page) -> None:
    page.goto("/")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_on_a_phone_the_sidebar_is_a_bar_at_the_bottom(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto("/")
    bar = page.get_by_role("navigation", name="Main")
    box = bar.bounding_box()
    assert box is not None
    assert (box["y"] + box["height"], box["width"]) == (740, 360)
    expect(bar.get_by_role("link")).to_have_count(5)
    bar.get_by_text("More").click()
    expect(bar.get_by_role("link", name="Practice management")).to_be_visible()
    expect(bar.get_by_role("link", name="Lists")).to_be_in_viewport()
    judge(page)


def test_a_run_is_followed_without_touching_the_page(page: Page, desk: Desk) -> None:
    now = SYSTEM_CLOCK.now()
    beat("worker", now)
    run = Run.rows.create(
        practice=desk.firm.practice,
        connection=desk.firm.connection,
        key=uuid4(),
        kind="refresh",
        state="running",
        asked_by="Ana Lee",
        asked_at=now,
        started_at=now,
        done=100,
        total=1204,
    )
    page.goto("/")
    expect(page.locator("#sync-state")).to_have_text("Syncing 100 of 1,204")
    run.done = 412
    run.save()
    expect(page.locator("#live")).to_contain_text("412 of 1,204")
    expect(page.locator("#sync-state")).to_have_text("Syncing 412 of 1,204")
    run.state, run.finished_at = "done", SYSTEM_CLOCK.now()
    Connection.rows.of(run.practice_id).update(refreshed_at=run.finished_at, swept_at=run.finished_at)
    run.save()
    expect(page.get_by_role("button", name="Refresh", exact=True)).to_be_enabled()
    expect(page.locator("#sync-state")).to_contain_text("Up to date")
    assert page.locator("[hx-trigger]").count() == 0


def test_a_refresh_is_asked_for_once_however_often_one_clicks(page: Page, desk: Desk) -> None:
    page.goto("/")
    page.get_by_role("button", name="Refresh", exact=True).dblclick()
    expect(page.get_by_role("button", name="Refreshing")).to_be_disabled()
    assert Run.rows.of(desk.firm.practice.pk).filter(kind="refresh", state="queued").count() == 1


@pytest.mark.visit(script=False)
def test_without_a_script_everything_is_a_plain_form(page: Page) -> None:
    page.goto("/")
    page.get_by_role("button", name="Refresh", exact=True).click()
    expect(page.get_by_role("button", name="Refreshing")).to_be_disabled()
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_text("Cancelled. What was done stands.")).to_be_visible()
    page.locator(".top details.menu summary").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Look around the demo")).to_be_visible()
