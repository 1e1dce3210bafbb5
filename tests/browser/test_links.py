"""Links to review and duplicates in Chromium: keys, the pile at once, merging and back; widths and axe."""

import re

import pytest
from playwright.sync_api import Page, expect

from browsers import look
from practicesync.store.models import Client, Link, Merge, Rejection
from web.desk import Desk
from web.matched import NAMES, Matched, business_number, match, matched

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.visit(refused=(409,))]


@pytest.fixture
def pile(desk: Desk) -> Matched:
    return matched(desk)


def links(desk: Desk) -> int:
    return int(Link.rows.of(desk.firm.practice.pk).filter(ended_at=None).count())


def focused(page: Page) -> str:
    """The client of the suggestion under the hands."""
    return str(page.evaluate("document.activeElement.closest('#suggestions > li')?.innerText.trim().split('\\n')[0]"))


def test_decisions_are_made_at_the_pace_of_reading(page: Page, desk: Desk, pile: Matched) -> None:
    page.goto("/sync/links/")
    first, second, third, fourth = sorted(NAMES)[:4]
    assert focused(page) == f"{first} Joinery Limited"
    page.keyboard.press("a")
    expect(page.locator(".decided")).to_contain_text(
        f"{first} Joinery Limited and {first} Joinery Ltd in XPM are linked"
    )
    assert focused(page) == f"{second} Joinery Limited"
    page.keyboard.press("r")
    expect(page.locator(".decided")).to_have_count(2)
    assert focused(page) == f"{third} Joinery Limited"
    expect(page.locator("#count-safe")).to_have_text(str(len(NAMES) - 2))
    page.keyboard.press("s")
    assert focused(page) == f"{fourth} Joinery Limited"
    page.keyboard.press("k")
    assert focused(page) == f"{third} Joinery Limited"
    assert (links(desk), Rejection.rows.of(desk.firm.practice.pk).count()) == (1, 1)
    page.keyboard.press("u")
    expect(page.locator(".decided")).to_have_count(1)
    assert focused(page) == f"{second} Joinery Limited"
    page.keyboard.press("u")
    expect(page.locator(".decided")).to_have_count(0)
    assert (links(desk), Rejection.rows.of(desk.firm.practice.pk).count()) == (0, 0)
    expect(page.locator("#count-safe")).to_have_text(str(len(NAMES)))


def test_ticks_by_hand_are_linked_together_and_nothing_is_ticked_before(page: Page, desk: Desk, pile: Matched) -> None:
    page.goto("/sync/links/")
    expect(page.locator(".suggestion-tick:checked")).to_have_count(0)
    page.keyboard.press("Space")
    page.keyboard.press("j")
    page.keyboard.press("Space")
    expect(page.locator("#link-ticked")).to_contain_text("(2)")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("2 clients are linked.")).to_be_visible()
    assert links(desk) == 2


def test_other_candidates_open_by_key_and_one_is_linked_instead(page: Page, desk: Desk, pile: Matched) -> None:
    page.goto("/sync/links/?pile=look")
    page.keyboard.press("o")
    page.get_by_role("button", name=re.compile("^Link Pohutukawa Nurseries Ltd with Pohutukawa Nursery Ltd")).click()
    expect(page.locator(".decided")).to_contain_text("Pohutukawa Nursery Ltd in XPM are linked")
    page.keyboard.press("u")
    expect(page.locator(".suggestion")).to_have_count(1)


def test_every_part_of_the_page_reads_well_and_fits_a_phone(page: Page, desk: Desk, pile: Matched) -> None:
    page.goto("/sync/links/")
    look(page, "links-safe")
    page.goto("/sync/links/?pile=look")
    page.keyboard.press("o")
    look(page, "links-look")
    for tab in ("here", "there"):
        page.goto(f"/sync/links/?pile={tab}")
        look(page, f"links-{tab}")
    page.goto("/sync/links/all/")
    look(page, "links-all")
    page.goto(f"/clients/{pile.look.pk}/connect/")
    look(page, "connect-suggestions")


def test_the_whole_pile_is_linked_and_the_page_follows_it(page: Page, desk: Desk, pile: Matched) -> None:
    page.goto("/sync/links/")
    page.get_by_role("link", name=f"Link all {len(NAMES)}…").click()
    page.get_by_role("button", name=f"Link {len(NAMES)} clients").click()
    expect(page.locator("#running")).to_contain_text("Linking")
    desk.run_all()
    expect(page.get_by_text(f"{len(NAMES)} clients were linked at once")).to_be_visible(timeout=10_000)
    assert links(desk) == len(NAMES)


def twins(desk: Desk) -> tuple[Client, Client]:
    """Two of the register that are one, and two of XPM."""
    firm = desk.firm
    known = business_number(77)
    one = firm.add("Kauri Holdings Limited", business_number=known, phone="09 555 0101", client_code="KAU1")
    other = firm.add("Kauri Holdings Ltd", business_number=known, email="office@kauri.example")
    for name in ("Rata Trust", "The Rata Trust"):
        firm.xpm_add(Name=name, BusinessNumber=business_number(88), Phone="09 555 0188")
    firm.refresh()
    match(desk)
    return one, other


def test_duplicates_are_merged_field_by_field_and_made_two_again(page: Page, desk: Desk) -> None:
    one, other = twins(desk)
    page.goto("/clients/")
    page.get_by_text("I would like to…").click()
    page.get_by_role("link", name="Find duplicates").click()
    expect(page.locator(".suggestion")).to_contain_text("Kauri Holdings Ltd")
    look(page, "twins-register")
    page.get_by_role("link", name="Merge…").click()
    expect(page.get_by_role("radio", name="Email office@kauri.example")).to_be_checked()
    look(page, "merge")
    page.get_by_role("button", name="Merge into Kauri Holdings Limited").click()
    expect(page.get_by_text("Kauri Holdings Ltd was merged into Kauri Holdings Limited.")).to_be_visible()
    one.refresh_from_db()
    assert (one.values["email"], one.values["phone"]) == ("office@kauri.example", "09 555 0101")
    page.goto("/sync/twins/?side=merged")
    look(page, "twins-merged")
    page.get_by_role("link", name="Undo…").click()
    page.get_by_role("button", name="Make two clients of it again").click()
    expect(page.get_by_text("are two clients again")).to_be_visible()
    assert not Merge.rows.of(desk.firm.practice.pk).filter(undone_at=None).exists()
    other.refresh_from_db()
    assert other.archived_at is None


def test_duplicates_of_xpm_are_dealt_with_there_and_not_the_same_is_remembered(page: Page, desk: Desk) -> None:
    twins(desk)
    page.goto("/sync/twins/?side=remote")
    expect(page.get_by_text("XPM lets no other program merge its clients")).to_be_visible()
    look(page, "twins-remote")
    page.get_by_role("button", name="Dealt with in XPM").click()
    page.goto("/sync/twins/")
    page.get_by_role("button", name=re.compile("are not the same$")).click()
    match(desk)
    page.goto("/sync/twins/")
    expect(page.get_by_text("No duplicates found")).to_be_visible()
    page.goto("/sync/twins/?side=settled")
    expect(page.locator(".suggestion")).to_have_count(2)
    look(page, "twins-settled")
