"""Import from other system in Chromium: the panel, the details, the parties, and many at once.

Pictures of every screen, at both widths, go to `var/screenshots`; each screen is checked by axe.
"""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from browsers import look, settle
from practicesync.store.models import Client, Link, Relationship
from web.desk import Desk
from web.families import a_company, a_trust

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.visit(refused=(409, 422))]


def open_panel(page: Page) -> Locator:
    """Clients, "I would like to…", Import from other system."""
    page.goto("/clients/")
    page.get_by_text("I would like to…").click()
    page.get_by_role("link", name="Import from other system").click()
    panel = page.locator("#panel")
    expect(panel.get_by_role("heading", name="Import from other system")).to_be_visible()
    return panel


def choose(page: Page, name: str) -> None:
    """Search for one in the panel and import it."""
    panel = open_panel(page)
    expect(panel.locator("#remote-q")).to_be_focused()
    settle(page)
    page.keyboard.type(name)
    line = panel.locator(".remote-line", has_text=name).first
    expect(panel.locator(".remote-line")).to_have_count(1)
    line.hover()
    line.get_by_role("button", name=f"Import {name}").click()
    expect(page.get_by_role("heading", name=f"Import {name}")).to_be_visible()


@pytest.mark.visit(clients=60)
def test_import_appears_on_hover_and_focus_and_scrolling_brings_the_rest(desk: Desk, page: Page) -> None:
    panel = open_panel(page)
    expect(panel.locator(".remote-line")).to_have_count(40)
    look(page, "import-panel")
    line = panel.locator(".remote-line").nth(2)
    button = line.get_by_role("button", name="Import")
    expect(button).to_have_css("opacity", "0")
    line.hover()
    expect(button).to_have_css("opacity", "1")
    page.mouse.move(0, 0)
    expect(button).to_have_css("opacity", "0")
    button.focus()
    expect(button).to_have_css("opacity", "1")
    panel.locator(".remote-lines").evaluate("list => list.scrollTo(0, list.scrollHeight)")
    expect(panel.locator(".remote-line")).not_to_have_count(40)
    page.keyboard.press("Escape")
    expect(panel).to_be_empty()
    expect(page).to_have_url(re.compile(r"/clients/$"))


def test_a_company_with_everyone_tied_to_it(desk: Desk, page: Page) -> None:
    a_company(desk)
    choose(page, "Kauri Trading Ltd")
    desk.run_all()
    expect(page.locator("#reading")).to_contain_text("As read")
    create = page.get_by_role("button", name="Create")
    expect(create).to_be_disabled()
    look(page, "import-company")
    page.get_by_label("Company type").select_option("Trustee company")
    expect(create).to_be_disabled()
    page.get_by_label("Subscription plan").select_option("Advisory")
    expect(create).to_be_enabled()
    expect(create).to_have_css("background-color", "rgb(8, 96, 184)")
    page.get_by_role("button", name="Also who is behind Rata Holdings Ltd").click()
    expect(page.get_by_text("through Rata Holdings Ltd")).to_be_visible()
    expect(page.get_by_label("Subscription plan")).to_have_value("Advisory")
    look(page, "import-company-filled")
    create.click()
    expect(page.locator("#messages")).to_contain_text("Kauri Trading Ltd was imported and linked, with 3 associates")
    look(page, "import-company-done")
    made = Client.rows.of(desk.firm.practice.pk)
    assert set(made.values_list("name", "standing")) == {
        ("Kauri Trading Ltd", "client"),
        ("Ann Lee", "associate"),
        ("Rata Holdings Ltd", "associate"),
        ("Bob Totara", "associate"),
    }
    assert set(Link.rows.of(desk.firm.practice.pk).values_list("state", flat=True)) == {"in_sync"}
    assert Relationship.rows.of(desk.firm.practice.pk).count() == 5


def test_a_trust_with_a_corporate_trustee(desk: Desk, page: Page) -> None:
    a_trust(desk)
    choose(page, "Lee Family Trust")
    page.get_by_label("Trust type").select_option("Family")
    page.get_by_label("Subscription plan").select_option("Advisory")
    page.get_by_role("button", name="Leave out", exact=True).click()
    expect(page.get_by_label("Leave out").first).to_be_checked()
    page.get_by_role("group", name="Lee Trustees Ltd").get_by_label("New associate").check()
    page.get_by_role("button", name="Create").click()
    expect(page.locator("#messages")).to_contain_text("with 1 associate and 1 relationship")


def test_an_individual_needs_a_plan_alone(desk: Desk, page: Page) -> None:
    a_trust(desk)
    choose(page, "Dora Lee")
    create = page.get_by_role("button", name="Create")
    expect(page.get_by_label("Company type")).to_be_hidden()
    expect(create).to_be_disabled()
    page.get_by_label("Subscription plan").select_option("Advisory")
    expect(create).to_be_enabled()
    create.click()
    expect(page.locator("#messages")).to_contain_text("Dora Lee was imported and linked.")


def test_who_looks_like_a_party_has_to_be_decided_about(desk: Desk, page: Page) -> None:
    a_company(desk)
    ann = desk.firm.add("Ann Lee", email="ann@kauri.example")
    Client.rows.of(desk.firm.practice.pk).filter(pk=ann.pk).update(kind="individual")
    choose(page, "Kauri Trading Ltd")
    page.get_by_label("Company type").select_option("Trustee company")
    page.get_by_label("Subscription plan").select_option("Advisory")
    create = page.get_by_role("button", name="Create")
    expect(create).to_be_disabled()
    expect(page.locator("#left")).to_have_text("Still 1 party to decide about.")
    look(page, "import-lookalike")
    page.get_by_label("Already in the register: Ann Lee").check()
    expect(create).to_be_enabled()
    create.click()
    expect(page.locator("#messages")).to_contain_text("was imported")
    assert Client.rows.of(desk.firm.practice.pk).filter(name="Ann Lee").count() == 1


def test_the_keyboard_alone_is_enough(desk: Desk, page: Page) -> None:
    a_trust(desk)
    page.goto("/clients/")
    page.get_by_text("I would like to…").focus()
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Import from other system").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#remote-q")).to_be_focused()
    settle(page)
    page.keyboard.type("Dora Lee")
    expect(page.locator("#panel .remote-line")).to_have_count(1)
    page.get_by_role("button", name="Import Dora Lee").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Import Dora Lee")).to_be_visible()


def test_many_at_once(desk: Desk, page: Page) -> None:
    a_company(desk)
    desk.firm.add("Rata Holdings Limited")
    panel = open_panel(page)
    create = panel.get_by_role("button", name="Import the chosen")
    expect(create).to_be_disabled()
    for name in ("Kauri Trading", "Rata Holdings", "Ann Lee"):
        panel.locator("#remote-q").fill(name)
        expect(panel.locator(".remote-line strong")).to_have_text([re.compile(name)])
        panel.get_by_role("checkbox").check()
    expect(panel.locator("#remote-chosen")).to_have_text("3 chosen")
    look(page, "import-ticked")
    create.click()
    expect(page.get_by_role("heading", name="Import 3 clients")).to_be_visible()
    look(page, "import-many")
    page.get_by_label("Subscription plan").first.select_option("Advisory")
    page.get_by_label("Company type").first.select_option("Trustee company")
    page.get_by_role("button", name="Put in").click()
    expect(page.locator("select[name='detail:1:subscription_plan']")).to_have_value("Advisory")
    page.get_by_role("button", name="Import 3 clients").click()
    expect(page.get_by_text("1 client needs something first")).to_be_visible()
    look(page, "import-many-needs")
    page.locator("select[name='choice:3']").select_option("link")
    page.get_by_role("button", name="Import 3 clients").click()
    expect(page.get_by_role("heading", name="Importing 3 clients")).to_be_visible()
    desk.run_all()
    expect(page.get_by_text("Imported: 2")).to_be_visible()
    expect(page.get_by_text("Linked: 1")).to_be_visible()
    look(page, "import-many-done")
    page.get_by_role("link", name="Take it back").click()
    look(page, "import-many-undo")
    assert Relationship.rows.of(desk.firm.practice.pk).count() == 4
