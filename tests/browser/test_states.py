"""States in Chromium: what needs somebody, clients that fail or are set aside, records that could not be read."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from browsers import look
from practicesync.operations.setting_aside import set_aside
from practicesync.store.models import Client, Link, StateCount
from web.desk import Desk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.visit(refused=(409, 422))]

WHY = "The partner speaks with them first"


def refused(desk: Desk, name: str, number: str = "09 555 0134") -> Client:
    """A client whose phone XPM refused."""
    client, _ = desk.firm.pair(name)
    desk.firm.edit(client, phone=number)
    desk.firm.fault("error", method="PUT", path="client.api/update", text="Phone: not a number of this country")
    desk.firm.sync(client, phone="push")
    return client


def unreadable(desk: Desk, name: str) -> str:
    """A client of XPM that the last reading could not take in."""
    desk.firm.clock.advance(3600)
    desk.firm.refresh()  # so that the next reading meets it alone
    remote_id = desk.firm.xpm_add(Name=name)
    desk.firm.fault("malformed", path="client.api/list")
    desk.firm.refresh()
    return remote_id


@pytest.fixture
def busy(desk: Desk) -> Desk:
    """A firm in which something of every sort waits for somebody."""
    desk.firm.refresh()
    refused(desk, "Kauri Joinery Limited")
    refused(desk, "Rata Dental Limited", "09 555 0135")
    _, gone = desk.firm.pair("Totara Farms Limited")
    aside, _ = desk.firm.pair("Miro Trust", Phone="09 555 0101")
    both, there = desk.firm.pair("Rimu Builders Limited", Phone="09 555 0102")
    desk.firm.pair("Matai Holdings Limited")
    desk.firm.pair("Nikau Limited", Phone="09 555 0103")
    kept_out = desk.firm.add("Friend of the Firm Limited")
    desk.firm.sync(both, phone="pull")
    desk.firm.edit(both, phone="09 555 0199")
    desk.firm.clock.advance(60)
    desk.firm.xpm_edit(there, Phone="09 555 0188")
    desk.firm.control("POST", f"clients/{gone}/delete")
    desk.firm.refresh()
    set_aside(desk.firm.actor, [aside.pk, kept_out.pk], WHY, desk.firm.clock.now())
    unreadable(desk, "Odd Record Limited")
    today = desk.firm.clock.now().date()
    for ago in range(21):
        counts = {"in_sync": 400 - 3 * ago, "differs": 5 + 2 * ago, "failing": ago % 4, "both_changed": ago // 3}
        StateCount.rows.create(practice=desk.firm.practice, day=today - timedelta(days=ago), counts=counts)
    return desk


def test_the_dashboard_says_what_needs_somebody_first_and_each_line_leads_to_it(page: Page, busy: Desk) -> None:
    page.goto("/")
    look(page, "states-dashboard")
    for words in ("fail", "could not be read", "changed on both sides"):
        expect(page.locator(".needs")).to_contain_text(words)
    page.locator(".needs li", has_text="does not take a value").get_by_role("link").click()
    expect(page).to_have_url(re.compile(r"state=failing&reason=refused"))
    expect(page.locator("#list tbody tr")).to_have_count(2)


def test_a_failing_client_is_tried_again_where_it_stands(page: Page, busy: Desk) -> None:
    page.goto("/clients/?state=failing")
    look(page, "states-failing")
    row = page.locator("#list tbody tr", has_text="Kauri Joinery")
    expect(row).to_contain_text("not a number of this country")
    row.get_by_role("button", name="Try again").click()
    expect(page.locator(".alert, .messages, [role=status]").first).to_be_visible()
    busy.run_all()
    page.goto("/clients/?q=Kauri")
    expect(page.locator("#list tbody tr", has_text="Kauri Joinery")).to_contain_text("In sync")


def test_a_failing_client_says_why_on_its_panel_and_profile(page: Page, busy: Desk) -> None:
    client = Client.rows.of(busy.firm.practice.pk).get(name="Kauri Joinery Limited")
    page.goto(f"/clients/?client={client.pk}")
    expect(page.locator("#panel .why-state")).to_contain_text("XPM does not take a value")
    look(page, "states-panel")
    page.goto(f"/clients/{client.pk}/profile/")
    look(page, "states-profile")


def test_clients_are_set_aside_by_name_and_taken_back(page: Page, busy: Desk) -> None:
    page.goto("/clients/?state=needs_you")
    page.locator("summary", has_text="With").click()
    page.get_by_role("link", name="Set them aside").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Set aside")
    look(page, "states-set-aside")
    page.get_by_label("Why").fill(WHY)
    page.get_by_role("button", name="Set aside").click()
    expect(page).to_have_url(re.compile(r"/clients/\?state=needs_you"))
    page.goto("/clients/?state=excluded")
    look(page, "states-excluded")
    expect(page.locator("#list")).to_contain_text(WHY)
    page.locator("#list tbody tr", has_text="Miro Trust").get_by_role("button", name="Take it back").click()
    expect(page.locator("#list tbody tr", has_text="Miro Trust")).to_have_count(0)
    assert Link.rows.of(busy.firm.practice.pk).get(client__name="Miro Trust", ended_at=None).set_aside_at is None


def test_a_record_that_could_not_be_read_is_read_again(page: Page, busy: Desk) -> None:
    page.goto("/sync/unreadable/")
    look(page, "states-unreadable")
    page.get_by_role("button", name="Read again").click()
    busy.run_all()
    page.goto("/sync/unreadable/")
    expect(page.locator(".empty-state")).to_contain_text("Every record could be read")
    look(page, "states-unreadable-none")


@pytest.mark.visit(script=False)
def test_it_all_works_without_a_script(page: Page, busy: Desk) -> None:
    page.goto("/clients/set-aside/?state=failing")
    page.get_by_label("Why").fill(WHY)
    page.get_by_role("button", name="Set aside").click()
    page.goto("/clients/?state=failing")
    expect(page.locator("#list")).to_contain_text("No client fits")
