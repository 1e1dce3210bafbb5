"""Adding a client by hand in Chromium: its kind's fields, and who looks the same before it is made.

Pictures at both widths go to `var/screenshots`; each screen is checked by axe.
"""

import re

import pytest
from playwright.sync_api import Page, expect

from browsers import look
from practicesync.store.models import Client
from web.desk import Desk

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.visit(clients=5, refused=(422,)),
]


@pytest.fixture
def desk(desk: Desk) -> Desk:
    desk.firm.add("Kauri Joinery Limited", email="office@kauri.example", phone="09 555 0101")
    return desk


def test_a_client_is_added_by_hand_once(page: Page, desk: Desk) -> None:
    page.goto("/clients/add/?kind=company")
    expect(page.get_by_role("heading", name="What a company needs first")).to_be_visible()
    look(page, "add-client-company")
    page.get_by_label("Name", exact=False).first.fill("Kauri Joinery Ltd")
    page.locator("#f-email").fill("office@kauri.example")
    page.locator("#f-phone").fill("09 555 0101")
    page.get_by_role("button", name="Add the client").click()
    expect(page.get_by_text("May be here already.")).to_be_visible()
    expect(page.locator("#lookalikes")).to_contain_text("Kauri Joinery Limited")
    look(page, "add-client-lookalikes")
    page.get_by_role("button", name="Create anyway").click()
    expect(page).to_have_url(re.compile(r"/profile/$"))
    assert Client.rows.of(desk.firm.practice.pk).filter(name="Kauri Joinery Ltd").count() == 1
