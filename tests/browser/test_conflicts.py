"""The conflicts inbox in Chromium: keys, each answer at once and back, many by a sheet; widths and axe."""

import pytest
from playwright.sync_api import Page, expect

from browsers import look
from practicesync.core.actor import Role
from practicesync.store.models import Client, Link, Push, Run, SheetLine
from web.desk import Desk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.visit(refused=(409,))]

NAMES = ("Aotea Joinery Limited", "Kauri Holdings Limited", "Totara Trust")


def fall_out(desk: Desk) -> list[Client]:
    """Clients whose phone and e-mail changed on both sides since they agreed; their website never did."""
    found = []
    for number, name in enumerate(NAMES):
        client, remote_id = desk.firm.pair(
            name, Phone=f"09 555 010{number}", Email=f"office@old{number}.example", Website=f"old{number}.example"
        )
        desk.firm.sync(client, phone="pull", email="pull")
        desk.firm.edit(
            client, phone=f"09 555 020{number}", email=f"here@new{number}.example", website=f"new{number}.example"
        )
        desk.firm.xpm_edit(remote_id, Phone=f"09 555 030{number}", Email=f"there@new{number}.example")
        found.append(client)
    desk.firm.clock.advance(3600)
    desk.firm.refresh()
    return found


@pytest.fixture
def clients(desk: Desk) -> list[Client]:
    return fall_out(desk)


def values(client: Client) -> tuple[str, str]:
    client.refresh_from_db()
    return str(client.values["email"]), str(client.values["phone"])


def under_hands(page: Page) -> str:
    """The conflict that keys answer."""
    return str(page.evaluate("document.activeElement.closest('#conflicts > li')?.getAttribute('aria-label')"))


def test_conflicts_are_answered_at_the_pace_of_reading(page: Page, desk: Desk, clients: list[Client]) -> None:
    page.goto("/sync/conflicts/")
    expect(page.locator("#count-both")).to_have_text("6")
    assert under_hands(page) == f"{NAMES[0]}: Email"
    page.keyboard.press("ArrowLeft")
    expect(page.locator(".decided")).to_contain_text("XPM's value is in the register")
    assert values(clients[0])[0] == "there@new0.example"
    assert under_hands(page) == f"{NAMES[0]}: Phone"
    page.keyboard.press("ArrowRight")
    expect(page.locator(".decided")).to_have_count(2)
    assert [push.names for push in Push.rows.of(desk.firm.practice.pk).filter(state="waiting")] == [["phone"]]
    page.keyboard.press("x")
    expect(page.locator(".decided")).to_have_count(3)
    expect(page.locator("#count-held")).to_have_text("1")
    expect(page.locator("#count-both")).to_have_text("3")
    assert under_hands(page) == f"{NAMES[1]}: Phone"


def test_every_answer_is_taken_back_by_one_key(page: Page, desk: Desk, clients: list[Client]) -> None:
    page.goto("/sync/conflicts/")
    for key in ("ArrowRight", "x"):
        page.keyboard.press(key)
    expect(page.locator(".decided")).to_have_count(2)
    page.keyboard.press("u")
    expect(page.locator("#count-held")).to_have_text("0")
    page.keyboard.press("u")
    expect(page.locator("#conflicts")).to_contain_text("Taken back.")
    assert not Push.rows.of(desk.firm.practice.pk).filter(state="waiting").exists()
    expect(page.locator("#count-both")).to_have_text("6")


def test_a_value_that_was_taken_comes_back_with_the_conflict(page: Page, desk: Desk, clients: list[Client]) -> None:
    page.goto("/sync/conflicts/")
    page.keyboard.press("ArrowLeft")
    expect(page.locator(".decided")).to_have_count(1)
    page.keyboard.press("u")
    expect(page.get_by_text("It is being written back.")).to_be_visible()
    desk.run_all()
    assert values(clients[0])[0] == "here@new0.example"
    assert desk.firm.states(clients[0])["email"] == "both_changed"


def test_whoever_comes_second_is_told_who_was_first(page: Page, desk: Desk, clients: list[Client]) -> None:
    page.goto("/sync/conflicts/")
    first = page.locator("#conflicts > li").first
    number = str(first.get_attribute("id")).removeprefix("conflict-")
    about = f"{clients[0].pk} email"
    desk.admin.post("/sync/conflicts/answer/", {"answer": f"{number}:push", f"about:{number}": about})
    page.keyboard.press("ArrowLeft")
    expect(page.locator(".refused")).to_contain_text("Somebody admin chose the register's value")
    assert Push.rows.of(desk.firm.practice.pk).filter(state="waiting").count() == 1
    assert values(clients[0])[0] == "here@new0.example"


def test_many_are_answered_by_a_sheet_that_is_looked_at_first(page: Page, desk: Desk, clients: list[Client]) -> None:
    page.goto("/sync/conflicts/?field=client.email")
    expect(page.locator("#conflicts > li")).to_have_count(3)
    page.get_by_role("button", name="XPM's for all 3").click()
    page.wait_for_url("**/sync/plan/sheets/*/")
    assert SheetLine.rows.of(desk.firm.practice.pk).filter(move="pull", field="email").count() == 3
    assert values(clients[0])[0] == "here@new0.example"


@pytest.mark.visit(role=Role.ADMIN)
def test_a_field_gets_a_rule_of_its_own_and_what_waits_a_sheet(page: Page, desk: Desk, clients: list[Client]) -> None:
    page.goto("/sync/conflicts/?field=client.email")
    page.get_by_role("link", name="Always XPM for Email").click()
    expect(page.get_by_text("3 differences of this field wait for an answer.")).to_be_visible()
    look(page, "conflict-always")
    page.get_by_role("button", name="Set the rule").click()
    page.wait_for_url("**/sync/plan/sheets/*/")
    assert SheetLine.rows.of(desk.firm.practice.pk).filter(move="pull", field="email").count() == 3


@pytest.mark.visit(script=False)
def test_without_a_script_each_answer_is_a_button_and_so_is_its_undo(
    page: Page, desk: Desk, clients: list[Client]
) -> None:
    page.goto("/sync/conflicts/")
    page.get_by_role("button", name="Register's").first.click()
    expect(page.get_by_text(f"{NAMES[0]}, Email: the register's value goes to XPM")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Taken back.", exact=True)).to_be_visible()
    assert Run.rows.of(desk.firm.practice.pk).filter(kind="sync").exists()


def test_every_pile_reads_well_and_fits_a_phone(page: Page, desk: Desk, clients: list[Client]) -> None:
    page.goto("/sync/conflicts/")
    look(page, "conflicts")
    page.goto("/sync/conflicts/?pile=never")
    expect(page.locator("#conflicts > li")).to_have_count(3)
    look(page, "conflicts-never")
    page.goto("/sync/conflicts/?pile=held")
    look(page, "conflicts-held")


def test_what_was_left_is_told_and_taken_up_again(page: Page, desk: Desk, clients: list[Client]) -> None:
    page.goto("/sync/conflicts/")
    page.keyboard.press("x")
    expect(page.locator(".decided")).to_have_count(1)
    assert Link.rows.of(desk.firm.practice.pk).get(client=clients[0]).held
    page.goto("/sync/conflicts/?pile=held")
    expect(page.locator("#conflicts > li")).to_have_count(1)
    page.get_by_role("button", name="Take up again").click()
    expect(page.locator(".decided")).to_have_count(1)
    assert not Link.rows.of(desk.firm.practice.pk).get(client=clients[0]).held
