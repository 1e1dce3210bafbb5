"""The register's structure in Chromium: profile, relationships, diagram, groups, lists, addresses, checklist."""

import re

import pytest
from playwright.sync_api import Page, expect

from browsers import PHONE, WIDE, look
from practicesync.core.actor import Role
from practicesync.core.fields import ClientKind
from practicesync.operations import relationships
from practicesync.store.models import Client, Relationship
from web.desk import Desk

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.visit(clients=5, role=Role.ADMIN, refused=(422,)),
]


def tie(desk: Desk, client: Client, party: Client, type: str, **values: str) -> None:
    firm = desk.firm
    relationships.add_relationship(firm.actor, client.pk, party.pk, type, values, firm.clock.now())


def person(desk: Desk, name: str) -> Client:
    return desk.firm.add(name, ClientKind.INDIVIDUAL)


def test_a_relationship_is_added_and_every_role_stands_on_the_persons_page(page: Page, desk: Desk) -> None:
    company, mere = desk.firm.add("Kauri Holdings Limited"), person(desk, "Mere Tahu")
    page.goto(f"/clients/?client={company.pk}")
    page.get_by_role("link", name="Open", exact=True).click()
    expect(page.get_by_role("heading", name="Kauri Holdings Limited")).to_be_visible()
    look(page, "profile-summary")
    page.get_by_role("link", name="Relationships").click()
    expect(page.get_by_role("heading", name="Tied to nobody yet")).to_be_visible()
    page.get_by_role("link", name="Add a relationship").first.click()
    page.get_by_label("Relationship", exact=True).select_option("director")
    expect(page.get_by_label("Shares", exact=True)).to_be_hidden()
    page.get_by_label("Relationship", exact=True).select_option("shareholder")
    page.get_by_role("combobox", name="Who").press_sequentially("mere")
    page.get_by_role("option", name=re.compile("Mere Tahu")).click()
    page.get_by_label("Shares", exact=True).fill("1,200")
    page.get_by_label("Share class").fill("Ordinary")
    page.get_by_label("Since").fill("3 May 2001")
    look(page, "relationship-add")
    page.get_by_role("button", name="Add the relationship").click()
    expect(page.get_by_text("The relationship was added.")).to_be_visible()
    tie(desk, company, mere, "director")
    tie(desk, desk.firm.add("Tahu Family Trust", ClientKind.TRUST), mere, "unit_holder", shares="10")
    page.locator("svg.drawing-wide").get_by_role("link", name=re.compile("^Mere Tahu")).click()
    expect(page.get_by_role("heading", name="Mere Tahu").first).to_be_visible()
    table = page.get_by_role("table")
    for role in ("Director of", "Shareholder of", "Unit holder of"):
        expect(table.get_by_role("rowheader", name=re.compile(role))).to_be_visible()
    expect(table).to_contain_text("1,200 Ordinary (100\N{NO-BREAK SPACE}%)")
    expect(table).to_contain_text("XPM has no such type")
    look(page, "profile-roles")
    held = Relationship.rows.of(desk.firm.practice.pk).get(type="shareholder")
    assert (held.client_id, held.party_id) == (company.pk, mere.pk)


def test_thirty_parties_stay_readable_and_the_next_level_is_drawn_on_request(page: Page, desk: Desk) -> None:
    company = desk.firm.add("Kauri Holdings Limited")
    people = [person(desk, f"{name} Tahu {number}") for number, name in enumerate(["Mere", "Tama", "Aroha"] * 10)]
    for each in people:
        tie(desk, company, each, "shareholder", shares="10", share_class="Ordinary")
    tie(desk, desk.firm.add("Rata Trading Limited"), company, "shareholder", shares="100")
    page.goto(f"/clients/{company.pk}/profile/relationships/")
    drawing = page.locator("svg.drawing-wide")
    expect(drawing.get_by_role("link")).to_have_count(31)
    scale = drawing.evaluate("svg => svg.getBoundingClientRect().width / svg.viewBox.baseVal.width")
    assert scale > 0.85, "the text is as large as it was drawn"
    look(page, "diagram-thirty")
    page.set_viewport_size(PHONE)
    expect(drawing).to_be_hidden()
    tall = page.locator("svg.drawing-tall")
    expect(tall).to_be_visible()
    scale = tall.evaluate("svg => svg.getBoundingClientRect().width / svg.viewBox.baseVal.width")
    assert scale > 0.85, "the text is as large as it was drawn"
    page.set_viewport_size(WIDE)
    trust = desk.firm.add("Tahu Family Trust", ClientKind.TRUST)
    trustee, mere = desk.firm.add("Tahu Trustees Limited"), person(desk, "Mere Tahu")
    tie(desk, trust, trustee, "trustee")
    tie(desk, trust, mere, "beneficiary")
    tie(desk, trustee, mere, "director")
    page.goto(f"/clients/{trust.pk}/profile/relationships/")
    links = page.locator("svg.drawing-wide").get_by_role("link")
    expect(links).to_have_count(2)
    page.get_by_role("link", name="One more level").click()
    expect(links).to_have_count(3)
    expect(page.get_by_role("link", name="One more level")).to_have_count(0)


def test_the_checklist_groups_and_addresses_of_a_profile(page: Page, desk: Desk) -> None:
    company = desk.firm.add("Kauri Holdings Limited")
    desk.firm.edit(company, **{"registered_office.street": "2 Kauri Street"})
    page.goto(f"/clients/{company.pk}/profile/checklist/")
    before = page.locator("progress").get_attribute("value")
    page.get_by_role("button", name=re.compile("Tick off.*Identity checked")).click()
    expect(page.locator("#item-identity")).to_contain_text("Ticked off by Somebody admin")
    assert page.locator("progress").get_attribute("value") == str(int(before or 0) + 1)
    look(page, "profile-checklist")
    page.get_by_role("link", name=re.compile("See to it.*Companies office link")).click()
    page.get_by_label("Companies register page").fill("https://companies.example/123")
    page.get_by_role("button", name="Save").click()
    page.goto(f"/clients/{company.pk}/profile/groups/")
    page.get_by_label("Put into a group").fill("Tahu Family")
    page.get_by_role("button", name="Put in").click()
    expect(page.get_by_role("link", name="Tahu Family")).to_be_visible()
    page.get_by_role("link", name="Tahu Family").click()
    page.goto(f"/clients/{company.pk}/profile/addresses/")
    expect(page.get_by_role("region", name="Registered office")).to_contain_text("2 Kauri Street")
    look(page, "profile-addresses")
    page.goto(f"/clients/{company.pk}/profile/history/")
    expect(page.get_by_role("main")).to_contain_text("https://companies.example/123")
    page.goto(f"/clients/{company.pk}/standing/")
    page.get_by_label("Subscription plan", exact=True).select_option("Advisory")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Client: Advisory")).to_be_visible()


def test_lists_are_kept_and_addresses_placed(page: Page, desk: Desk) -> None:
    company = desk.firm.add("Kauri Holdings Limited", subscription_plan="Advisory")
    desk.firm.edit(company, **{"postal_address.city": "Nelson", "registered_office.city": "Picton"})
    page.goto("/settings/lists/")
    look(page, "lists")
    page.get_by_role("link", name=re.compile("Rename.*Advisory")).click()
    page.get_by_label("New word").fill("Advice")
    page.get_by_role("button", name="Rename on 1 client").click()
    expect(page.get_by_text("Renamed; 1 client follows.")).to_be_visible()
    page.get_by_label("Add a trust type").fill("Whānau trust")
    page.get_by_role("region", name="Trust types").get_by_role("button", name="Add").click()
    expect(page.get_by_role("region", name="Trust types")).to_contain_text("Whānau trust")
    page.get_by_role("link", name="Addresses").click()
    of_companies = page.get_by_role("region", name="Company", exact=True)
    of_companies.get_by_label("Postal address in XPM").select_option("Registered office")
    of_companies.get_by_role("button", name="See what would change").click()
    expect(page.get_by_text("1 client's addresses move")).to_be_visible()
    look(page, "address-places-change")
    page.get_by_role("button", name="Change, and move 1 client").click()
    company.refresh_from_db()
    assert company.values["postal_address.city"] == "Picton"
    assert company.values["subscription_plan"] == "Advice"
