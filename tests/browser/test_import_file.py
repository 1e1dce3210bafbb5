"""Importing a file in Chromium: from the menu to clients, an error mended, a twin decided, and the whole taken back.

Pictures of every screen, at both widths, go to `var/screenshots`; each screen is checked by axe.
"""

import re
from datetime import date

import pytest
from playwright.sync_api import Page, expect

from browsers import look
from practicesync.store.models import Client
from spreadsheets import Value, workbook
from web.desk import Desk

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.visit(clients=5, refused=(422,)),
]

ROWS: list[list[Value]] = [
    ["Clients of Kauri & Partners, November 2026"],
    ["Client Name", "Entity", "Ref", "E-mail", "Telephone", "IRD No", "Born", "Contact", "Contact email", "Colour"],
    ["Kauri Joinery Limited", "Company", "K1", "office@kauri.example", "09 555 0101", "49-091-850", None, "Ana Parata"],
    [
        "Totara Farms Limited",
        "Company",
        "T1",
        "new@totara.example",
        "09 555 0199",
        None,
        None,
        "Rewi Tane",
        "r@t.example",
    ],
    ["Rimu Family Trust", "Trust", "R1", "trustees@rimu.example", None, None, None, "Mere Rimu", None, "green"],
    ["Hemi Walker", "Individual", "H1", "hemi@walker.example", "021 555 103", None, "31/02/1970"],
    ["Ana Parata", "Individual", "A1", "ana@parata.example", "021 555 104", None, date(1981, 5, 3)],
    ["Rata Dental Ltd", "Company", None, "front@rata.example", "09 555 0142"],
]


@pytest.fixture
def desk(desk: Desk) -> Desk:
    desk.firm.add("Totara Farms Limited", client_code="T1", email="old@totara.example", phone="+64 9 555 0199")
    desk.firm.add("Rata Dental Limited", email="front@rata.example", phone="09 555 0142", client_code="RD")
    return desk


def test_a_workbook_becomes_clients_and_is_taken_back(page: Page, desk: Desk) -> None:
    before = names(desk)
    page.goto("/clients/")
    page.locator("#wishes summary").click()
    page.get_by_role("link", name="Import from a file").click()
    look(page, "import-file-begin")
    file = {"name": "clients.xlsx", "mimeType": "application/octet-stream", "buffer": workbook(ROWS)}
    page.set_input_files("#file", file)  # type: ignore[arg-type]
    page.get_by_role("button", name="Send it").click()
    tell_the_columns(page)
    desk.run_all()
    look_through(page)
    page.get_by_role("button", name="Import 4 rows").click()
    look(page, "import-file-working")
    desk.run_all()
    expect(page.get_by_text("3 clients were added and 1 updated")).to_be_visible()
    look(page, "import-file-result")
    assert "Kauri Joinery Limited" in names(desk)
    assert client(desk, "Totara Farms Limited").values["email"] == "new@totara.example"
    assert client(desk, "Totara Farms Limited").values["phone"] == "+64 9 555 0199"
    page.get_by_role("link", name="Take it back").click()
    look(page, "import-file-undo")
    page.get_by_role("button", name="Take it back").click()
    desk.run_all()
    expect(page.get_by_text("Taken back:")).to_be_visible()
    assert names(desk) == before
    assert client(desk, "Totara Farms Limited").values["email"] == "old@totara.example"


def tell_the_columns(page: Page) -> None:
    expect(page.get_by_role("heading", name="What do the columns mean?")).to_be_visible()
    expect(page.get_by_label("Colour means")).to_have_value("")
    expect(page.get_by_label("IRD No means")).to_have_value("tax_number")
    expect(page.get_by_label("Ref means")).to_have_value("")
    page.get_by_label("Ref means").select_option(label="Email")
    page.get_by_role("button", name="Check the rows").click()
    expect(page.get_by_text("“Ref” and “E-mail” cannot both be Email.").first).to_be_visible()
    page.get_by_label("Ref means").select_option(label="Client code")
    look(page, "import-file-columns")
    page.get_by_role("button", name="Check the rows").click()
    expect(page.get_by_text("Looking at every row")).to_be_visible()


def look_through(page: Page) -> None:
    expect(page.get_by_text("Nothing is written yet")).to_be_visible()
    expect(page.locator("#row-6")).to_contain_text("Row 6, Born “31/02/1970”")
    expect(page.locator("#row-4")).to_contain_text("old@totara.example")
    expect(page.locator("#row-8")).to_contain_text("Like Rata Dental Limited")
    expect(page.locator("#row-3")).to_contain_text("••• ••• 850")
    expect(page.locator("#foot")).to_contain_text("3 clients to add, 1 to update.")
    expect(page.locator("#foot")).to_contain_text("1 row waits for you to decide")
    look(page, "import-file-rows")
    page.get_by_label("Row 8", exact=True).select_option(label="Leave it out")
    expect(page.locator("#foot")).not_to_contain_text("waits for you")
    page.locator(".state-filter", has_text="Error").click()
    expect(page).to_have_url(re.compile(r"show=error"))
    expect(page.locator(".import-rows tbody tr")).to_have_count(1)


def names(desk: Desk) -> list[str]:
    rows = Client.rows.of(desk.firm.practice.pk).filter(archived_at=None)
    return sorted(rows.values_list("name", flat=True))


def client(desk: Desk, name: str) -> Client:
    found: Client = Client.rows.of(desk.firm.practice.pk).get(name=name)
    return found
