"""Undo and history in Chromium: a run taken back and told, one value set back, files, widths and axe."""

import csv
from io import StringIO
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from browsers import look
from practicesync.core.sheets import read_sheet
from practicesync.core.verdict import Move
from practicesync.operations import sheets
from practicesync.store.models import Client, Difference, Run
from web.desk import Desk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def client(desk: Desk) -> Client:
    """A company whose phone and e-mail changed on both sides, with a tax number on one."""
    client, remote_id = desk.firm.pair("Kauri Holdings Limited", Phone="09 555 0100", Email="=old@kauri.example")
    desk.firm.sync(client, phone="pull", email="pull")
    desk.firm.edit(client, phone="09 555 0200", email="here@kauri.example", tax_number="136410132")
    desk.firm.xpm_edit(remote_id, Phone="09 555 0300", Email="there@kauri.example")
    desk.firm.clock.advance(3600)
    desk.firm.refresh()
    return client


def moved(desk: Desk) -> Run:
    """A run that took XPM's e-mail, and sent the register's phone."""
    known = {row.field: row.pk for row in Difference.rows.of(desk.firm.practice.pk)}
    chosen: dict[int, Move | None] = {known["email"]: Move.PULL, known["phone"]: Move.PUSH}
    now = desk.firm.clock.now()
    lines = sheets.lines_of(desk.firm.practice.pk, desk.firm.connection.pk, chosen)
    sheet = sheets.draw_up(desk.firm.actor, desk.firm.connection.pk, "chosen", lines, now)
    return desk.firm.run(sheets.request_apply(desk.firm.actor, sheet.pk, now))


def test_a_run_is_looked_at_taken_back_and_told(page: Page, desk: Desk, client: Client) -> None:
    run = moved(desk)
    page.goto(f"/runs/{run.pk}/")
    page.get_by_role("link", name="Undo").click()
    expect(page.get_by_text("It wrote 1 value in the register and 1 value in Xero Practice Manager.")).to_be_visible()
    look(page, "undo")
    page.get_by_role("button", name="Show what that does").click()
    page.wait_for_url("**/sync/plan/sheets/*/")
    expect(page.get_by_text("Takes a run back")).to_be_visible()
    look(page, "undo-sheet")
    page.get_by_role("button", name="Apply").click()
    desk.run_all()
    client.refresh_from_db()
    assert client.values["email"] == "here@kauri.example"
    assert desk.firm.states(client)["phone"] == "both_changed"


def test_what_cannot_be_taken_back_is_named_with_its_reason(page: Page, desk: Desk, client: Client) -> None:
    run = moved(desk)
    desk.firm.edit(client, email="new@kauri.example")
    page.goto(f"/runs/{run.pk}/undo/")
    page.get_by_role("button", name="Show what that does").click()
    expect(page.get_by_text("Changed since, by Ana Lee")).to_be_visible()


def test_the_loser_of_a_conflict_is_one_press_away(page: Page, desk: Desk, client: Client) -> None:
    moved(desk)
    page.goto(f"/clients/{client.pk}/history/?field=client.email")
    row = page.locator("tbody tr").first
    expect(row).to_contain_text("here@kauri.example")
    expect(row).to_contain_text("there@kauri.example")
    expect(row).to_contain_text("Agreed before: =old@kauri.example")
    expect(row).to_contain_text("Both sides changed, differently.")
    row.get_by_role("button", name="Set back").click()
    page.wait_for_url("**/sync/plan/sheets/*/")
    page.get_by_role("button", name="Apply").click()
    desk.run_all()
    client.refresh_from_db()
    assert client.values["email"] == "here@kauri.example"


def test_the_history_is_filtered_and_tells_no_tax_number(page: Page, desk: Desk, client: Client) -> None:
    run = moved(desk)
    page.goto(f"/clients/{client.pk}/profile/history/")
    page.get_by_role("link", name="History of values").click()
    expect(page.locator("tbody")).to_contain_text("••• ••• 132")
    assert "136410132" not in page.content()
    look(page, "history")
    page.get_by_label("Side").select_option("remote")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.locator("tbody tr")).to_have_count(1)
    page.get_by_label("Who").fill("nobody at all")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.get_by_role("heading", name="Nothing fits")).to_be_visible()
    page.goto(f"/runs/{run.pk}/changes/")
    expect(page.locator("tbody tr")).to_have_count(2)
    look(page, "history-run")


def test_a_history_is_exported_as_it_is_shown(page: Page, desk: Desk, client: Client, tmp_path: Path) -> None:
    moved(desk)
    page.goto(f"/clients/{client.pk}/history/")
    told = {}
    for name in ("CSV", "Excel"):
        page.locator("summary", has_text="Export").click()
        with page.expect_download() as download:
            page.get_by_role("link", name=name).click()
        path = tmp_path / name
        download.value.save_as(path)
        told[name] = path.read_bytes()
        page.reload()
    lines = list(csv.reader(StringIO(told["CSV"].decode())))
    table = read_sheet(told["Excel"]).table
    assert len(table.rows) == len(lines) - 1 > 4
    assert b"136410132" not in told["CSV"]
    assert any("'=old@kauri.example" in cell for line in lines for cell in line), "a formula is no formula in a file"
