"""Relationships, groups and the archive on the client's panel and the sync screen, in Chromium."""

import pytest
from playwright.sync_api import Page, expect

from browsers import look
from practicesync.core.fields import ClientKind
from practicesync.operations import groups, relationships
from practicesync.store.models import Client, GroupMember, Relationship
from web.desk import Desk
from web.families import tie

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def kauri(desk: Desk) -> Client:
    """A company that hangs on others differently on either side.

    A director whom XPM alone has, a shareholder of other numbers, a secretary whom the register alone has, a director
    who is not linked, a trustee who was removed here, a group on either side alone.
    """
    firm = desk.firm
    ids = {
        "Kauri Ltd": firm.xpm_add(Name="Kauri Ltd", BusinessStructure="Company", Phone="09 555 0134"),
        "Ann Lee": firm.xpm_add(Name="Ann Lee", FirstName="Ann", LastName="Lee"),
        "Bob Totara": firm.xpm_add(Name="Bob Totara", FirstName="Bob", LastName="Totara"),
        "Carl Old": firm.xpm_add(Name="Carl Old", FirstName="Carl", LastName="Old"),
    }
    tie(desk, ids["Kauri Ltd"], ids["Ann Lee"], "Director", StartDate="2010-05-03T00:00:00")
    tie(desk, ids["Kauri Ltd"], ids["Ann Lee"], "Shareholder", NumberOfShares=60)
    tie(desk, ids["Kauri Ltd"], ids["Bob Totara"], "Auditor")
    tie(desk, ids["Kauri Ltd"], ids["Carl Old"], "Director")
    firm.control("POST", "groups", json={"Name": "Totara Family", "Clients": [{"UUID": ids["Kauri Ltd"]}]})
    firm.refresh("sweep")
    people = {name: firm.add(name, ClientKind.INDIVIDUAL) for name in ("Ann Lee", "Bob Totara")}
    company = firm.add("Kauri Ltd", phone="09 555 0199")
    for client in (*people.values(), company):
        firm.link(client, ids[client.name])
    now = firm.clock.now()
    ann, bob = people["Ann Lee"].pk, people["Bob Totara"].pk
    shares = {"shares": "75", "share_class": "Ordinary"}
    relationships.add_relationship(firm.actor, company.pk, ann, "shareholder", shares, now)
    relationships.add_relationship(firm.actor, company.pk, ann, "secretary", {}, now)
    made = relationships.add_relationship(firm.actor, company.pk, bob, "auditor", {}, now)
    relationships.remove_relationship(firm.actor, made.pk, revision=made.revision, now=now)
    groups.group_clients(firm.actor, [company.pk], "Kauri Friends", now)
    return company


def test_who_hangs_on_whom_stands_on_the_panel_and_differs_there(page: Page, kauri: Client) -> None:
    page.goto(f"/clients/{kauri.pk}/")
    panel = page.get_by_role("article")
    expect(panel.get_by_role("rowheader", name="Relationships")).to_be_visible()
    expect(panel.get_by_role("row").filter(has_text="Ann Lee, shares 75")).to_contain_text("Ann Lee, shares 60")
    expect(panel.get_by_role("row").filter(has_text="Carl Old")).to_contain_text("Link or import Carl Old first")
    expect(panel.get_by_role("row").filter(has_text="Bob Totara")).to_contain_text("removed here")
    expect(panel.get_by_role("row").filter(has_text="Totara Family")).to_contain_text("only in XPM")
    look(page, "panel-structure")


def test_relationships_and_groups_are_synced_row_by_row(page: Page, kauri: Client, desk: Desk) -> None:
    page.goto(f"/clients/{kauri.pk}/sync/")
    rows = page.locator("tr.choice")
    expect(rows.filter(has_text="Carl Old")).to_have_count(0)
    director = rows.filter(has_text="since 3 May 2010")
    expect(director).to_contain_text("only in XPM")
    auditor = rows.filter(has_text="Bob Totara")
    expect(auditor).to_contain_text("removed here")
    look(page, "sync-structure")
    director.locator("label.arrow").first.click()
    rows.filter(has_text="Totara Family").locator("label.arrow").first.click()
    auditor.locator("label.arrow").last.click()
    expect(auditor.get_by_text("This removes it from XPM.")).to_be_visible()
    rows.filter(has_text="shareholder Ann Lee", has=page.get_by_text("75")).locator("label.arrow").last.click()
    look(page, "sync-structure-chosen")
    page.get_by_role("button", name="Sync:").click()
    expect(page.get_by_role("heading", name="Sync of Kauri Ltd")).to_be_visible()
    desk.run_all()
    page.reload()
    expect(page.get_by_text("done, each read back and verified")).to_be_visible()
    expect(page.get_by_role("row").filter(has_text="Auditor Bob Totara")).to_contain_text("to XPM")
    look(page, "sync-structure-result")
    assert Relationship.rows.of(desk.firm.practice.pk).filter(type="director", removed_at=None).count() == 1
    assert GroupMember.rows.of(desk.firm.practice.pk).filter(client=kauri).count() == 2


def test_who_is_archived_in_xpm_is_archived_here_when_somebody_says_so(page: Page, desk: Desk) -> None:
    client, remote_id = desk.firm.pair("Rata Ltd")
    desk.firm.xpm_edit(remote_id, IsArchived="Yes")
    desk.firm.refresh()
    page.goto(f"/clients/{client.pk}/sync/")
    row = page.locator("tr.choice").filter(has_text="Archive")
    expect(row).to_contain_text("Not archived")
    row.locator("label.arrow").first.click()
    expect(page.get_by_text("This takes the client off the list, and keeps all of it.")).to_be_visible()
    look(page, "sync-archive")
    page.get_by_role("button", name="Sync:").click()
    expect(page.get_by_role("heading", name="Sync of Rata Ltd")).to_be_visible()
    client.refresh_from_db()
    assert client.archived_at is not None
