"""The pages in Chromium: accessible at both widths, and a person can edit and consent on them."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from browsers import SIZES, Visit, a_window, judge

pytestmark = pytest.mark.browser

_CONSENT = (
    "/identity/connect/authorize?response_type=code&client_id=sandbox-app&redirect_uri={back}"
    "&scope=openid%20offline_access%20practicemanager.client&state=s1"
)


@pytest.fixture(params=SIZES)
def page(chromium: Browser, sandbox: str, request: pytest.FixtureRequest) -> Iterator[Page]:
    with a_window(chromium, sandbox, Visit(refused=(404, 422, 500))) as opened:
        opened.set_viewport_size(SIZES[request.param])
        yield opened


def test_a_phone_number_is_changed_on_the_pages(page: Page, sandbox: str) -> None:
    page.goto("/")
    judge(page)
    page.get_by_role("link", name="Kauri & Partners Accounting").click()
    judge(page)
    page.get_by_role("searchbox", name="Search by name").fill("trust")
    page.get_by_role("button", name="Search").click()
    page.locator("tbody a").first.click()
    judge(page)
    page.locator("#Phone").fill("09 555 0134")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("status")).to_have_text(re.compile("Saved|Nothing was different"))
    expect(page.locator("#Phone")).to_have_value("09 555 0134")


def test_a_person_signs_in_chooses_and_allows(page: Page, sandbox: str) -> None:
    # The sandbox itself is on this machine, so any app may be sent back to its front page.
    page.goto(_CONSENT.format(back=f"{sandbox}/"))
    judge(page)
    page.get_by_role("button", name="Morgan Reyes").click()
    judge(page)
    page.get_by_role("checkbox", name="Second Street Accounting").check()
    page.get_by_role("button", name="Allow access").click()
    expect(page).to_have_url(re.compile(r"/\?code=.+&state=s1$"))


def test_somebody_without_the_privilege_reads_why(page: Page, sandbox: str) -> None:
    page.goto(_CONSENT.format(back=f"{sandbox}/"))
    page.get_by_role("button", name="Ella Novak").click()
    expect(page.get_by_role("heading", name="You don't have access to connect")).to_be_visible()
    judge(page)
    page.get_by_role("button", name="Cancel").click()
    expect(page).to_have_url(re.compile(r"error=access_denied&state=s1$"))


def test_a_wrong_address_is_a_page_of_its_own(page: Page) -> None:
    page.goto(_CONSENT.format(back="http://evil.example/"))
    expect(page.get_by_role("heading", name="Sorry, something went wrong")).to_be_visible()
    judge(page)


def test_doubts_and_faults_are_set_behind_the_scenes(page: Page) -> None:
    page.goto("/")
    page.get_by_role("link", name="Doubts").click()
    judge(page)
    page.get_by_label("list_lag_seconds").fill("a while")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_be_visible()
    judge(page)
    page.get_by_role("link", name="Faults").click()
    page.get_by_label("Kind", exact=True).select_option("unavailable")
    page.get_by_label("Part of the path").fill("client.api")
    page.get_by_role("button", name="Add").click()
    expect(page.get_by_role("cell", name="unavailable", exact=True)).to_be_visible()
    judge(page)
    page.get_by_role("button", name="Remove all").click()
    expect(page.get_by_text("every call is answered as it should be")).to_be_visible()
