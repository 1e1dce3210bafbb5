"""Client sync in Chromium: a save that is Pending Sync until XPM has it, and a run that the brake stopped."""

from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect

from browsers import look
from practicesync.core.fields import ClientKind
from practicesync.core.policy import Brake
from practicesync.operations import automatic, policies
from practicesync.queries.policy import policy_of
from practicesync.store.models import Client
from web.desk import Desk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NAMES = ("Kauri Joinery Limited", "Rātā Holdings Limited", "Totara Farms Limited", "Rimu Trustees Limited")
OLD, NEW = "09 555 0100", "09 555 0199"
AS_USUAL = Brake()


def a_pair(desk: Desk, name: str) -> tuple[Client, str]:
    """A client that is the same on both sides."""
    firm = desk.firm
    remote_id = firm.xpm_add(Name=name, Phone=OLD, Fax="09 555 0300")
    firm.refresh()
    client = firm.add(name, ClientKind.COMPANY, phone=OLD, fax="09 555 0300")
    firm.link(client, remote_id)
    return client, remote_id


def switch_on(desk: Desk, brake: Brake = AS_USUAL) -> None:
    before = policy_of(desk.firm.practice.pk, "xpm")
    policy = replace(before, on=True, brake=brake)
    policies.change(desk.firm.actor, "xpm", policy, desk.firm.clock.now(), seen=before.version)


def save_phone(page: Page, client: Client) -> None:
    page.goto(f"/clients/{client.pk}/edit/?from=profile")
    page.get_by_label("Phone", exact=True).first.fill(NEW)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("is on its way to XPM")).to_be_visible()


def test_a_save_is_pending_everywhere_until_xpm_has_it_and_the_tag_goes_by_itself(page: Page, desk: Desk) -> None:
    client, remote_id = a_pair(desk, NAMES[0])
    switch_on(desk)
    save_phone(page, client)
    expect(page.locator("#profile-facts")).to_contain_text("Pending Sync")
    look(page, "pending-profile")
    page.goto("/search/?q=kauri")
    expect(page.get_by_role("main")).to_contain_text("Pending Sync")
    page.goto(f"/clients/?client={client.pk}")
    expect(page.locator("#list")).to_contain_text("Pending Sync")
    expect(page.locator("#panel")).to_contain_text("Pending Sync")
    look(page, "pending-list")

    desk.run_all()

    expect(page.locator("#list .col-name")).not_to_contain_text("Pending Sync")
    expect(page.locator("#panel")).not_to_contain_text("Pending Sync")
    assert desk.firm.xpm(remote_id)["Phone"] == NEW


def test_the_tag_on_a_profile_goes_by_itself(page: Page, desk: Desk) -> None:
    client, _ = a_pair(desk, NAMES[0])
    switch_on(desk)
    save_phone(page, client)
    expect(page.locator("#profile-facts")).to_contain_text("Pending Sync")
    desk.run_all()
    expect(page.locator("#profile-facts")).not_to_contain_text("Pending Sync")
    expect(page.locator("#profile-facts")).to_contain_text("In sync")


def a_stopped_run(desk: Desk) -> list[Client]:
    """More clients changed in XPM than the firm lets change unasked."""
    found = [a_pair(desk, name) for name in NAMES]
    switch_on(desk, Brake(changed=3, lost=1, percent=1))
    for number, (_, remote_id) in enumerate(found):
        desk.firm.xpm_edit(remote_id, Phone=f"09 555 020{number}", Fax=f"09 555 040{number}")
    desk.firm.clock.advance(3600)
    desk.firm.refresh()
    desk.run_all()
    return [client for client, _ in found]


def test_a_stopped_run_is_told_looked_at_and_gone_on_with(page: Page, desk: Desk) -> None:
    clients = a_stopped_run(desk)
    page.goto("/")
    expect(page.get_by_role("alert")).to_contain_text("Stopped: would change 4 clients")
    look(page, "stopped-dashboard")
    page.get_by_role("link", name="Look at it").click()
    expect(page.get_by_role("heading", name="Stopped before anything was written")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("It would change 4 clients; your firm allows 3 unasked.")
    look(page, "brake")
    page.get_by_role("button", name="Go on with 8 values").click()
    desk.run_all()
    expect(page.get_by_text("All 8 lines are done")).to_be_visible()
    assert [Client.rows.of(desk.firm.practice.pk).get(pk=each.pk).values["phone"] for each in clients] == [
        f"09 555 020{number}" for number in range(4)
    ]
    page.goto("/")
    expect(page.get_by_text("Stopped: would change")).to_have_count(0)


def test_a_stopped_run_is_left(page: Page, desk: Desk) -> None:
    clients = a_stopped_run(desk)
    page.goto("/")
    page.get_by_role("link", name="Look at it").click()
    page.get_by_role("button", name="Leave it").click()
    expect(page.get_by_text("Left as it is. Nothing was written")).to_be_visible()
    desk.run_all()
    page.goto("/")
    expect(page.get_by_text("Stopped: would change")).to_have_count(0)
    clients[0].refresh_from_db()
    assert clients[0].values["phone"] == OLD
    assert automatic.request(desk.firm.actor, desk.firm.connection.pk, desk.firm.clock.now()) is None


@pytest.mark.visit(script=False)
def test_a_stopped_run_is_left_without_a_script(page: Page, desk: Desk) -> None:
    a_stopped_run(desk)
    page.goto("/")
    page.get_by_role("link", name="Look at it").click()
    page.get_by_role("button", name="Leave it").click()
    expect(page.get_by_text("Left as it is. Nothing was written")).to_be_visible()
