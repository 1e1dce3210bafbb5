"""The practice manager in Chromium: a working day on it at both widths, without a script, accessible throughout."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from browsers import SIZES, Visit, a_window, judge

pytestmark = pytest.mark.browser

_TABS = ("Contacts", "Relationships", "Groups", "Custom fields", "Jobs", "Notes", "Documents", "History", "Details")


@pytest.fixture(params=SIZES)
def page(chromium: Browser, sandbox: str, request: pytest.FixtureRequest) -> Iterator[Page]:
    with a_window(chromium, sandbox, Visit(refused=(404, 422))) as opened:
        opened.set_viewport_size(SIZES[request.param])
        opened.goto("/")
        opened.get_by_role("link", name="Kauri & Partners Accounting").click()
        yield opened


def _assert_good(page: Page) -> None:
    # axe is a script of the test's; the pages have none of their own.
    assert page.locator("script").count() == 0
    judge(page)


def _menu(page: Page, name: str) -> None:
    page.get_by_role("navigation", name="Practice").get_by_role("link", name=name).click()


def _add_client(page: Page, name: str) -> None:
    _menu(page, "Clients")
    page.get_by_role("link", name="Add a client").click()
    page.get_by_label("Name", exact=False).first.fill(name)
    page.get_by_role("button", name="Add client").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(name)


def test_a_client_s_tabs_are_gone_through_and_filled(page: Page) -> None:
    _add_client(page, "Tōtara Ltd")
    tabs = page.get_by_role("navigation", name="Client")
    for tab in _TABS:
        tabs.get_by_role("link", name=tab).click()
        _assert_good(page)
    tabs.get_by_role("link", name="Contacts").click()
    add = page.get_by_role("region", name="Add a contact")
    add.get_by_role("button", name="Add contact").click()
    expect(add.get_by_label("Name")).to_have_attribute("aria-invalid", "true")
    _assert_good(page)
    add.get_by_label("Name").fill("Ann Rata")
    add.get_by_role("button", name="Add contact").click()
    expect(page.get_by_role("heading", name="Ann Rata")).to_be_visible()
    _assert_good(page)


def test_a_relationship_is_made_by_typing_a_part_of_a_name(page: Page) -> None:
    _add_client(page, "Mataī Ltd")
    page.get_by_role("navigation", name="Client").get_by_role("link", name="Relationships").click()
    page.get_by_label("Other client").fill("tru")
    page.get_by_label("Relationship *").select_option("Trustee Of")
    page.get_by_role("button", name="Add relationship").click()
    choice = page.get_by_role("group", name="Which one?").get_by_role("radio")
    _assert_good(page)
    choice.first.check()
    page.get_by_role("button", name="Add relationship").click()
    expect(page.get_by_role("cell", name="Trustee Of", exact=True)).to_be_visible()
    _assert_good(page)


def test_a_job_is_found_from_the_head_and_its_task_done(page: Page) -> None:
    page.get_by_role("searchbox", name="Find anything").fill("annual")
    page.get_by_role("button", name="Find").click()
    _assert_good(page)
    _menu(page, "Jobs")
    _assert_good(page)
    page.locator("tbody a").first.click()
    _assert_good(page)
    page.get_by_role("navigation", name="Job").get_by_role("link", name="Tasks").click()
    page.get_by_label("Task *").select_option(index=1)
    page.get_by_label("Label").fill("A last look")
    page.get_by_role("button", name="Add task").click()
    page.get_by_role("button", name="Complete A last look").last.click()
    expect(page.get_by_role("button", name="Reopen A last look").first).to_be_visible()
    _assert_good(page)


def test_every_list_and_setting_is_accessible(page: Page) -> None:
    for name in ("Contacts", "Groups", "Relationships", "Staff", "Settings"):
        _menu(page, name)
        _assert_good(page)
    for name in (
        "Business structures", "Tax agents", "Custom fields", "Job states", "Job categories", "Tasks", "Job templates",
        "Connected apps",
    ):  # fmt: skip
        _menu(page, "Settings")
        page.locator("main").get_by_role("link", name=name).click()
        _assert_good(page)


def test_what_cannot_be_undone_is_asked_about_first(page: Page) -> None:
    _menu(page, "Groups")
    page.locator("tbody a").first.click()
    _assert_good(page)
    page.get_by_role("link", name="Delete").click()
    expect(page.get_by_role("heading", name=re.compile(r"^Delete the group .*\?$"))).to_be_visible()
    _assert_good(page)
    page.get_by_role("link", name="Cancel").click()
    expect(page.get_by_role("heading", name="Clients")).to_be_visible()


def test_another_practice_is_a_press_away(page: Page) -> None:
    page.locator("summary", has_text="Kauri & Partners Accounting").click()
    _assert_good(page)
    page.get_by_role("link", name="Second Street Accounting").click()
    expect(page.locator("summary", has_text="Second Street Accounting")).to_be_visible()
