"""A client new in XPM, in Chromium: not in the register by itself, found by its mark, made once by a saved proposal."""

import re

import pytest
from playwright.sync_api import Page, expect

from browsers import look
from practicesync.store.models import Client, Link, Mirror, Proposal
from web.desk import Desk

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.visit(clients=30, refused=(409, 422)),
]

TRUST = {
    "Name": "Rimu Family Trust",
    "BusinessStructure": "Trust",
    "Email": "office@rimu.example",
    "Phone": "09 555 0142",
    "City": "Nelson",
    "Contacts": [{"Name": "Mere Parata", "Email": "mere@rimu.example", "Position": "Trustee"}],
}


def test_a_client_new_in_xpm_comes_into_the_register_only_by_a_saved_proposal(page: Page, desk: Desk) -> None:
    practice_id = desk.firm.practice.pk
    desk.firm.add("Rimu Bakery Limited", email="bread@rimu-bakery.example")
    desk.firm.xpm_add(**TRUST)
    desk.firm.refresh()
    assert Client.rows.of(practice_id).count() == 1
    page.goto("/proposals/")
    look(page, "proposals-empty")
    page.get_by_role("link", name="New proposal").first.click()
    box = page.get_by_role("combobox", name="Client")
    box.press_sequentially("rimu")
    listed = page.get_by_role("listbox", name="Clients")
    expect(listed.get_by_role("group", name="In the register", exact=True).get_by_role("option")).to_have_count(1)
    xpm = listed.get_by_role("group", name=re.compile("^XPM clients"))
    expect(xpm.get_by_role("option")).to_contain_text(["in XPM, not in the register yet"])
    look(page, "proposal-picker")
    xpm.get_by_role("option").click()
    expect(box).to_have_value("Rimu Family Trust")
    expect(page.get_by_label("To", exact=True)).to_contain_text("Mere Parata, Trustee · mere@rimu.example")
    page.get_by_label("Title").fill("Tax and accounts 2026")
    page.locator("#f-service-0-name").fill("Annual accounts")
    page.locator("#f-service-0-price").fill("1,200.50")
    page.locator("#f-service-0-quantity").fill("2")
    page.get_by_role("button", name="Add a service").click()
    expect(page.locator("#f-service-1-name")).to_be_focused()
    page.keyboard.type("Discount")
    page.locator("#f-service-1-price").fill("-100")
    page.locator("#f-notes").fill("As agreed on the phone.")
    expect(page.locator("#sum")).to_have_text("$2,301.00")
    look(page, "proposal-form")
    assert Client.rows.of(practice_id).count() == 1, "looking and typing make nobody"
    page.get_by_role("button", name="Save the proposal").click()
    expect(page.get_by_role("heading", name="Tax and accounts 2026")).to_be_visible()
    client = Client.rows.of(practice_id).get(name="Rimu Family Trust")
    assert Link.rows.of(practice_id).get(client=client).mirror == Mirror.rows.of(practice_id).get(name=client.name)
    assert desk.firm.states(client) == {}, "both sides agree, and that is known"
    expect(page.get_by_text("mere@rimu.example")).to_be_visible()
    look(page, "proposal")
    page.goto("/proposals/")
    look(page, "proposals")
    page.goto("/proposals/new/")
    page.get_by_role("combobox", name="Client").press_sequentially("rimu family")
    expect(page.get_by_role("group", name="In the register", exact=True).get_by_role("option")).to_have_count(1)
    expect(page.get_by_role("group", name=re.compile("^XPM clients"))).to_have_count(0)


def test_the_picker_works_from_the_keyboard_alone(page: Page, desk: Desk) -> None:
    for name in ("Kauri Holdings Limited", "Kauri Trading Limited"):
        desk.firm.add(name)
    page.goto("/proposals/new/")
    box = page.get_by_role("combobox", name="Client")
    box.focus()
    page.keyboard.type("kauri")
    expect(box).to_have_attribute("aria-expanded", "true")
    expect(page.locator("[data-picks] [data-picker-said]")).to_have_text("2 clients of the register.")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/proposals/new/$"))
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    option = page.get_by_role("option", name="Kauri Trading Limited")
    expect(option).to_have_attribute("aria-selected", "true")
    assert box.get_attribute("aria-activedescendant") == option.get_attribute("id")
    page.keyboard.press("Escape")
    expect(box).to_have_attribute("aria-expanded", "false")
    page.keyboard.press("ArrowDown")
    expect(option).to_be_visible()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(box).to_have_value("Kauri Trading Limited")
    expect(box).to_be_focused()
    page.keyboard.type("x")
    assert page.locator("[data-picker-ref]").input_value() == "", "other words are another search"


def test_an_xpm_client_that_looks_like_one_of_the_register_is_asked_about_before_it_is_made(
    page: Page, desk: Desk
) -> None:
    known = desk.firm.add("Rimu Holdings Limited", email="office@rimu.example", phone="+64 9 555 0142")
    desk.firm.xpm_add(Name="Rimu Holdings Ltd", Email="office@rimu.example", Phone="09 555 0142")
    desk.firm.refresh()
    page.goto("/proposals/new/")
    page.get_by_role("combobox", name="Client").press_sequentially("rimu h")
    page.get_by_role("option", name=re.compile("Rimu Holdings Ltd")).click()
    page.get_by_label("Title").fill("Tax 2026")
    page.get_by_role("button", name="Save the proposal").click()
    expect(page.get_by_role("heading", name="Is it one of these?")).to_be_visible()
    look(page, "proposal-lookalikes")
    page.get_by_role("radio", name="Rimu Holdings Limited").check()
    page.get_by_role("button", name="Save the proposal").click()
    expect(page.get_by_role("heading", name="Tax 2026")).to_be_visible()
    assert Proposal.rows.of(desk.firm.practice.pk).get().client == known
    assert Client.rows.of(desk.firm.practice.pk).count() == 1


def test_two_people_save_for_the_same_xpm_client_and_both_are_on_one(page: Page, desk: Desk) -> None:
    desk.firm.xpm_add(**TRUST)
    desk.firm.refresh()
    other = page.context.new_page()
    for window in (page, other):
        window.goto("/proposals/new/")
        window.get_by_role("combobox", name="Client").press_sequentially("rimu fam")
        window.get_by_role("option", name=re.compile("Rimu Family Trust")).click()
        expect(window.get_by_label("To", exact=True)).to_contain_text("Mere Parata")
    for number, window in enumerate((page, other)):
        window.get_by_label("Title").fill(f"Proposal {number}")
        window.get_by_role("button", name="Save the proposal").click()
        expect(window.get_by_role("heading", name=f"Proposal {number}")).to_be_visible()
    client = Client.rows.of(desk.firm.practice.pk).get()
    made = Proposal.rows.of(desk.firm.practice.pk)
    assert set(made.values_list("client", flat=True)) == {client.pk}
    assert len(set(made.values_list("contact", flat=True))) == 1


def test_an_edit_after_somebody_elses_is_told_and_kept(page: Page, desk: Desk) -> None:
    client = desk.firm.add("Kauri Holdings Limited")
    page.goto(f"/proposals/new/?client=client:{client.pk}")
    page.get_by_label("Title").fill("Tax 2026")
    page.get_by_role("button", name="Save the proposal").click()
    page.get_by_role("link", name="Edit").click()
    address = page.url
    other = page.context.new_page()
    other.goto(address)
    other.get_by_label("Title").fill("First")
    other.get_by_role("button", name="Save", exact=True).click()
    other.wait_for_url(re.compile(r"/proposals/\d+/$"))
    page.get_by_label("Title").fill("Mine")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved meanwhile: First")).to_be_visible()
    expect(page.get_by_label("Title")).to_have_value("Mine")
    look(page, "proposal-stale")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("heading", name="Mine")).to_be_visible()
