"""The Clients list and a client's screens in Chromium: keys, history, the live count, widths, and axe."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from browsers import SIZES, judge, picture
from practicesync.store.models import Client, Mirror
from web.desk import Desk
from web.register import Known, in_every_state

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.visit(clients=70, refused=(409, 422)),
]


@pytest.fixture
def known(desk: Desk) -> Known:
    return in_every_state(desk)


def opener(page: Page, client: Client) -> Locator:
    return page.locator(f"tr[data-client='{client.pk}'] .opener")


def test_the_list_narrows_while_one_types_and_the_address_follows(page: Page, known: Known) -> None:
    page.goto("/clients/")
    page.locator("#q").press_sequentially("office@kauri")
    expect(page.locator("#list tbody tr")).to_have_count(2)
    expect(page).to_have_url(re.compile(r"/clients/\?q=office%40kauri$"))
    page.locator(".state-filter", has_text="Not linked").click()
    expect(page.locator("#list tbody tr")).to_have_count(1)
    page.go_back()
    expect(page.locator("#list tbody tr")).to_have_count(2)


def test_the_hands_stay_on_the_keyboard(page: Page, known: Known) -> None:
    page.goto("/clients/?q=office@kauri")
    page.keyboard.press("j")
    expect(opener(page, known.unlinked)).to_be_focused()
    page.keyboard.press("j")
    expect(opener(page, known.differs)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#panel #client-name")).to_be_focused()
    expect(page).to_have_url(re.compile(rf"client={known.differs.pk}"))
    page.keyboard.press("Escape")
    expect(page.locator("#panel")).to_be_hidden()
    expect(opener(page, known.differs)).to_be_focused()
    expect(page).not_to_have_url(re.compile("client="))
    page.go_back()
    expect(page.locator("#panel #client-name")).to_have_text("Kauri Trading Limited")


def test_ticking_a_client_opens_its_panel_and_unticking_closes_it(page: Page, known: Known) -> None:
    page.goto("/clients/?q=office@kauri")
    tick = page.locator(f"tr[data-client='{known.differs.pk}'] .tick")
    tick.check()
    expect(page.locator("#panel h3")).to_have_text("Connections to add-ons")
    expect(page.locator("#panel tr.differs th")).to_have_text(["Email", "Website"], use_inner_text=True)
    tick.uncheck()
    expect(page.locator("#panel")).to_be_hidden()


def test_refresh_shows_what_moved_by_itself(page: Page, desk: Desk, known: Known) -> None:
    page.goto(f"/clients/?client={known.agreed.pk}")
    remote_id = Mirror.rows.of(desk.firm.practice.pk).get(links__client=known.agreed).remote_id
    desk.firm.xpm_edit(remote_id, Phone="09 555 0171")
    page.get_by_role("button", name="Refresh").click()
    expect(page.locator("#panel .refreshed")).to_contain_text("Reading from Xero Practice Manager")
    desk.run_all()
    expect(page.locator("#panel tr.differs", has_text="Phone")).to_contain_text("09 555 0171")
    expect(page.locator(f"tr[data-client='{known.agreed.pk}'] .col-state")).to_contain_text("Changed in XPM")


def test_the_sync_screen_counts_as_arrows_turn(page: Page, desk: Desk, known: Known) -> None:
    page.goto(f"/clients/{known.both.pk}/sync/")
    send = page.locator("#send")
    expect(send).to_have_text("Sync: 1 to XPM, 1 to register · 2 calls")
    row = page.locator("tr.choice", has_text="Website")
    row.locator(".tick").focus()
    page.keyboard.press("ArrowRight")
    expect(send).to_have_text("Sync: 2 to XPM, 1 to register · 2 calls")
    page.keyboard.press("ArrowLeft")
    expect(send).to_have_text("Sync: 1 to XPM, 2 to register · 2 calls")
    page.keyboard.press("Space")
    expect(send).to_have_text("Sync: 1 to XPM, 1 to register · 2 calls")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    send.click()
    expect(page.locator("#result")).to_contain_text("Writing to Xero Practice Manager")
    desk.run_all()
    expect(page.locator("#result")).to_contain_text("3 values done, each read back and verified.")


def test_a_tick_that_needs_a_choice_hands_over_to_the_arrows(page: Page, known: Known) -> None:
    page.goto(f"/clients/{known.both.pk}/sync/")
    row = page.locator("tr.choice", has_text="Website")
    row.locator(".tick").click()
    expect(row.locator(".tick")).not_to_be_checked()
    expect(row.locator("input[value=push]")).to_be_focused()


@pytest.mark.visit(script=False)
def test_without_a_script_every_action_is_a_plain_form(page: Page, desk: Desk, known: Known) -> None:
    page.goto("/clients/")
    page.locator("#q").fill("kauri trading")
    page.get_by_role("button", name="Show").click()
    opener(page, known.differs).click()
    page.locator("#panel").get_by_role("link", name="Sync", exact=True).click()
    page.locator("input[name='choice:email'][value=pull]").check()
    page.locator("#send").click()
    desk.run_all()
    page.get_by_role("link", name="Look again").click()
    assert "2 values done" in page.locator("#result").inner_text()


@pytest.mark.parametrize("size", SIZES)
def test_every_screen_fits_and_is_for_everybody(page: Page, known: Known, size: str) -> None:
    page.set_viewport_size(SIZES[size])
    for number, address in enumerate(addresses(known)):
        page.goto(address)
        picture(page, f"clients-{number:02}-{size}")
        judge(page)


def addresses(known: Known) -> list[str]:
    return [
        "/clients/",
        "/clients/?q=nobody-at-all",
        f"/clients/?client={known.differs.pk}",
        f"/clients/?client={known.unlinked.pk}",
        f"/clients/{known.failing.pk}/",
        f"/clients/{known.waiting.pk}/sync/",
        f"/clients/{known.both.pk}/sync/",
        f"/clients/{known.differs.pk}/sync/",
        f"/clients/{known.both.pk}/edit/",
        "/clients/add/?kind=individual",
        f"/clients/{known.unlinked.pk}/connect/",
        f"/clients/{known.unlinked.pk}/connect/?q=",
        f"/clients/{known.both.pk}/disconnect/",
    ]
