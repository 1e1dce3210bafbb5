"""Searching everything from the top bar in Chromium, by keyboard and by touch."""

import re

import pytest
from playwright.sync_api import Page, expect

from browsers import SIZES, judge, picture
from practicesync.store.models import Client
from web.desk import Desk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.visit(touch=True)]


@pytest.fixture
def desk(desk: Desk) -> Desk:
    desk.firm.add("Prospect Hill Limited", email="office@prospect.example")
    desk.firm.xpm_add(Name="Prosper Family Trust", City="Nelson")
    desk.firm.refresh()
    return desk


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
    picture(page, f"search-list-{size}")
    judge(page)
    page.goto("/search/?q=pro")
    picture(page, f"search-page-{size}")
    judge(page)
