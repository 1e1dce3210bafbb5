"""Labs, Apps and field rules in Chromium: a firm chooses who owns what, and sees first what that does."""

import pytest
from playwright.sync_api import Page, expect

from browsers import look
from practicesync.core.actor import Role
from practicesync.core.policy import Direction
from practicesync.queries.policy import policy_of
from web.desk import Desk

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.visit(role=Role.ADMIN, refused=(422, 409)),
]

TREES = ("Kauri", "Rata", "Totara", "Rimu", "Matai", "Tawa")


def test_a_firm_begins_client_sync_from_xpm(page: Page, desk: Desk) -> None:
    differ(desk)
    page.goto("/settings/labs/")
    look(page, "labs")
    page.get_by_role("link", name="What it does, and never does").click()
    look(page, "labs-client-sync")
    page.get_by_role("link", name="Apps > Xero Practice Manager").click()
    look(page, "apps-xpm")
    page.get_by_label("From Xero Practice Manager").check()
    page.get_by_role("button", name="See what would change").click()
    expect(page.get_by_role("heading", name="What this changes")).to_be_visible()
    page.get_by_role("button", name="Confirm the change").click()
    page.goto("/settings/labs/")
    page.get_by_role("button", name="Switch on…").click()
    expect(page.get_by_text("Will be overwritten in the register")).to_be_visible()
    look(page, "policy-change")
    page.get_by_role("button", name="Confirm the change").click()
    expect(page.get_by_text("Sync by hand now")).to_be_visible()
    look(page, "apps-xpm-just")
    policy = policy_of(desk.firm.practice.pk, "xpm")
    assert (policy.on, policy.direction) == (True, Direction.FROM_REMOTE)


def test_fields_get_rules_of_their_own(page: Page, desk: Desk) -> None:
    differ(desk)
    page.goto("/apps/xpm/rules/")
    look(page, "policy-rules")
    page.get_by_label("Choose Phone", exact=True).check()
    page.get_by_label("Choose Fax", exact=True).check()
    page.get_by_role("button", name="Give the ticked fields a rule").click()
    expect(page.get_by_label("What comes in")).to_be_hidden()
    page.get_by_label("Another one, point by point").check()
    page.get_by_label("What comes in").select_option("Fill blanks only")
    look(page, "policy-edit")
    page.get_by_role("button", name="See what would change").click()
    look(page, "policy-change-rules")
    page.get_by_role("button", name="Confirm the change").click()
    expect(page.get_by_role("row", name="Phone").first).to_contain_text("fill blanks only")
    assert set(policy_of(desk.firm.practice.pk, "xpm").rules) == {"client.phone", "client.fax"}


def test_contradictions_say_what_to_do(page: Page, desk: Desk) -> None:
    page.goto("/apps/xpm/")
    page.get_by_label("From Xero Practice Manager").check()
    page.get_by_label("The register is primary").check()
    page.get_by_role("button", name="See what would change").click()
    expect(page.get_by_text("The register cannot be primary while XPM overrides it")).to_be_visible()
    look(page, "policy-refused")


@pytest.mark.visit(script=False)
def test_without_a_script_all_of_it_works(page: Page, desk: Desk) -> None:
    page.goto("/apps/xpm/rules/edit/?field=client.phone")
    page.get_by_label("Fill blanks only", exact=False).first.check()
    page.get_by_role("button", name="See what would change").click()
    page.get_by_role("button", name="Confirm the change").click()
    expect(page.get_by_role("row", name="Phone").first).to_contain_text("fill blanks only")


def differ(desk: Desk, count: int = 24) -> None:
    """Linked clients whose phone differs, and whose fax only XPM knows."""
    firm = desk.firm
    names = [f"{tree} {what} Limited" for what in ("Holdings", "Joinery", "Farms", "Trustees") for tree in TREES]
    remote = {name: firm.xpm_add(Name=name, Phone="09 555 0199", Fax="09 555 0188") for name in names[:count]}
    firm.refresh()
    for name, remote_id in remote.items():
        firm.link(firm.add(name, phone="09 555 0100"), remote_id)
