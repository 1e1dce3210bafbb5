"""The firm's plan in Chromium: looked at, ticked by hand, reviewed, applied, at both widths and without a script."""

import re

import pytest
from playwright.sync_api import Page, expect

from browsers import judge, look, settle
from practicesync.store.models import Client
from web.desk import Desk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.visit(refused=(404,))]

NAMES = ("Kauri Joinery Limited", "Rātā Holdings Limited", "Totara Farms Partnership")


def a_firm_at_odds(desk: Desk) -> list[Client]:
    """Three clients that differ in each way: only here, only in XPM, on both, taken away there."""
    found = []
    for number, name in enumerate(NAMES):
        client, _remote = desk.firm.pair(name, Email=f"office{number}@kauri.example", Phone=f"09 555 010{number}")
        client = desk.firm.edit(client, website=f"www.kauri{number}.example", phone=f"09 555 019{number}")
        found.append(client)
    return found


def test_the_plan_is_looked_at_ticked_reviewed_and_applied(page: Page, desk: Desk) -> None:
    clients = a_firm_at_odds(desk)
    page.goto("/sync/plan/")
    expect(page.get_by_role("heading", name="Plan")).to_be_visible()
    look(page, "plan")
    page.get_by_label("Tick all on this page").check()
    expect(page.locator("#ticked")).to_contain_text("Ticked: 3 to XPM, 3 to the register")
    page.locator("tr.choice").filter(has_text="Kauri Joinery").filter(has_text="Phone").locator(
        ".arrow", has_text=">>"
    ).click()
    expect(page.locator("#ticked")).to_contain_text("Ticked: 4 to XPM, 3 to the register")
    page.get_by_role("button", name="Review 7 ticked").click()
    expect(page.get_by_role("heading", name="7 lines to apply")).to_be_visible()
    look(page, "sheet-to-apply")
    page.get_by_role("button", name="Apply 7 lines").click()
    expect(page.get_by_text("Being applied…")).to_be_visible()
    look(page, "sheet-under-way")
    desk.run_all()
    expect(page.get_by_text("All 7 lines are done")).to_be_visible()
    look(page, "sheet-applied")
    clients[0].refresh_from_db()
    assert clients[0].values["email"] == "office0@kauri.example"


def test_it_is_walked_by_keys(page: Page, desk: Desk) -> None:
    a_firm_at_odds(desk)
    page.goto("/sync/plan/")
    page.keyboard.press("j")
    page.keyboard.press("Space")
    expect(page.locator("#ticked")).to_contain_text("Ticked:")
    page.keyboard.press("j")
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    expect(page.locator("#panel")).to_contain_text(re.compile("|".join(NAMES)))
    settle(page)
    judge(page)


def test_it_is_summed_up_by_field_and_filtered(page: Page, desk: Desk) -> None:
    a_firm_at_odds(desk)
    page.goto("/sync/plan/")
    page.get_by_role("link", name="By field").click()
    look(page, "plan-by-field")
    page.get_by_role("link", name="Website").click()
    expect(page.get_by_text("3 lines of 3 clients")).to_be_visible()
    page.get_by_role("link", name="By kind of move").click()
    look(page, "plan-by-kind")
    page.goto("/sync/plan/?move=ask")
    expect(page.get_by_role("button", name=re.compile("XPM's to the register"))).to_be_visible()
    look(page, "plan-to-choose")


def test_where_nothing_differs_it_says_so(page: Page, desk: Desk) -> None:
    page.goto("/sync/plan/")
    expect(page.get_by_text("Nothing differs")).to_be_visible()
    look(page, "plan-empty")


@pytest.mark.visit(script=False)
def test_it_works_without_a_script(page: Page, desk: Desk) -> None:
    a_firm_at_odds(desk)
    page.goto("/sync/plan/")
    page.locator("tr.choice").filter(has_text="Website").first.locator(".arrow", has_text=">>").click()
    page.get_by_role("button", name="Review what is ticked").click()
    expect(page.get_by_role("heading", name="1 line to apply")).to_be_visible()
    page.get_by_role("button", name="Apply 1 line").click()
    desk.run_all()
    page.get_by_role("link", name="Look again").click()
    expect(page.get_by_text("All 1 line is done")).to_be_visible()


def test_who_is_not_in_xpm_is_chosen_and_made_there(page: Page, desk: Desk) -> None:
    desk.firm.add("Rimu Farms Limited", email="office@rimu.example")
    page.goto("/sync/plan/")
    page.get_by_role("link", name="Choose which go there").click()
    look(page, "plan-absent")
    page.get_by_role("checkbox", name="Rimu Farms Limited").check()
    page.get_by_role("button", name="Review what is ticked").click()
    expect(page.get_by_text("office@rimu.example")).to_be_visible()
    look(page, "sheet-create")
