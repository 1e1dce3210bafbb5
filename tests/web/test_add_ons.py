"""Admin > Add-ons: nothing about XPM is offered until an admin enables it."""

import pytest
from bs4 import BeautifulSoup
from django.test import Client as Browser

from practicesync.core.actor import Role
from practicesync.store.models import Activity, AddOn, Connection
from web.addresses import addresses, make_ids
from web.conftest import Firm

PAGE = "/admin/add-ons/"
OFFERS = ("Xero", "XPM", "Practice management", "Refresh", "Sync")
# The page that enables it, and the way back from a sign-in that was begun before it was disabled.
SPEAKS_OF_IT = {"add-ons", "connect-return"}


def words(browser: Browser, path: str = PAGE) -> str:
    return " ".join(BeautifulSoup(browser.get(path).content, "html.parser").get_text(" ").split())


@pytest.mark.parametrize("role", list(Role))
def test_until_it_is_enabled_no_screen_offers_anything_of_xpm(
    firm: Firm, role: Role, admin: Browser, standard: Browser, read_only: Browser
) -> None:
    browser = {Role.ADMIN: admin, Role.STANDARD: standard, Role.READ_ONLY: read_only}[role]
    admin.post("/clients/add/", {"kind": "company", "name": "Totara"})
    seen = 0
    for address in addresses():
        if not address.answers("GET") or address.ids or address.is_public or address.name in SPEAKS_OF_IT:
            continue
        reply = browser.get(address.path({}))
        if reply.status_code != 200:
            continue
        seen += 1
        page = BeautifulSoup(reply.content, "html.parser")
        # The demo says what it is, and a field's hint explains the field: neither offers anything.
        for told in [*page.select(".demo-banner"), *page.select(".form-hint, [id$='-hint']")]:
            told.decompose()
        text = page.get_text(" ")
        title = "Practice management" if address.name == "practice-management" else None
        for word in OFFERS:
            assert word == title or word not in text, f"{address.name} speaks of {word}"
    assert seen >= 4


def test_an_admin_enables_it_and_is_led_on_to_connect(firm: Firm, admin: Browser) -> None:
    assert "Not enabled" in words(admin)
    reply = admin.post(f"{PAGE}xpm/enable/")
    assert reply.headers["Location"] == "/settings/practice-management/"
    assert "Xero Practice Manager is enabled. Connect it next." in words(admin, "/settings/practice-management/")
    row = AddOn.rows.of(firm.practice.pk).get()
    assert (row.connector, row.enabled_by) == ("xpm", "admin person")
    assert "Enabled just now , by admin person" in words(admin)


def test_it_leaves_a_line_in_the_activity_once(firm: Firm, admin: Browser) -> None:
    for _ in range(3):
        admin.post(f"{PAGE}xpm/enable/")
    assert Activity.rows.of(firm.practice.pk).filter(verb="add_on_enabled").count() == 1


def test_others_are_told_to_ask_an_admin(firm: Firm, standard: Browser, read_only: Browser) -> None:
    for browser in (standard, read_only):
        assert "Ask an admin of your firm to enable it here." in words(browser)
        assert b"xpm/enable" not in browser.get(PAGE).content
        assert browser.post(f"{PAGE}xpm/enable/").status_code == 403
    assert not AddOn.rows.of(firm.practice.pk).exists()


def test_disabled_again_it_is_offered_no_more(enabled: Firm, admin: Browser) -> None:
    admin.post(f"{PAGE}xpm/disable/")
    assert "Links and history are kept" in words(admin)
    assert b"/settings/practice-management/" not in admin.get("/").content


def test_while_connected_it_cannot_be_disabled(connection: Connection, admin: Browser) -> None:
    page = BeautifulSoup(admin.get(PAGE).content, "html.parser")
    assert not page.select("form[action$='disable/']")
    assert "disconnect it first" in words(admin)
    admin.post(f"{PAGE}xpm/disable/")
    assert "Disconnect it first, under Settings > Practice management." in words(admin)
    assert AddOn.rows.of(connection.practice_id).exists()


def test_one_firms_add_on_is_not_anothers(enabled: Firm, other_firm: Firm) -> None:
    browser = Browser()
    browser.force_login(other_firm.people[Role.ADMIN])
    assert "Not enabled" in words(browser)
    make_ids(enabled.practice, enabled.people[Role.ADMIN].pk)
    assert "Not enabled" in words(browser)
