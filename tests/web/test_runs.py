"""Asking for a refresh, following a run, cancelling it."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import uuid4

import pytest
from bs4 import BeautifulSoup
from django.test import Client as Browser

from firms import Firm as SandboxFirm
from firms import a_firm
from practicesync.flows.clock import SYSTEM_CLOCK
from practicesync.operations.runs import request_record
from practicesync.queries.run_page import RunLine, load_run
from practicesync.store.models import Activity, Client, Connection, Run


@pytest.fixture
def sandboxed(db: None) -> Iterator[tuple[SandboxFirm, Browser]]:
    """A connected firm and its admin's browser; its first refresh has been carried out."""
    with a_firm(clients=12) as firm:
        firm.connect()
        for run in Run.rows.of(firm.practice.pk).filter(state="queued"):
            firm.run(run)
        browser = Browser()
        browser.force_login(firm.practice.memberships.get().person)
        yield firm, browser


def words(browser: Browser, path: str) -> str:
    return " ".join(BeautifulSoup(browser.get(path).content, "html.parser").get_text(" ").split())


def make_run(connection: Connection, **facts: object) -> Run:
    now = SYSTEM_CLOCK.now()
    plain = {"kind": "refresh", "state": "queued", "asked_by": "Ana Lee", "asked_at": now, "key": uuid4()}
    return Run.rows.create(practice=connection.practice, connection=connection, **{**plain, **facts})


def test_refresh_asks_for_a_run_that_says_how_it_went(sandboxed: tuple[SandboxFirm, Browser]) -> None:
    firm, browser = sandboxed
    assert browser.post("/refresh/").headers["Location"] == "/"
    run = Run.rows.of(firm.practice.pk).get(state="queued")
    assert "Waiting to start" in words(browser, f"/runs/{run.pk}/")
    firm.xpm_add(Name="New There Limited")
    firm.run(run)
    text = words(browser, f"/runs/{run.pk}/")
    assert "Refresh Asked for by Ana Lee" in text
    assert "Done" in text
    assert "Changed 1" in text


def test_a_refresh_under_way_is_joined_not_doubled(sandboxed: tuple[SandboxFirm, Browser]) -> None:
    firm, browser = sandboxed
    for _ in range(3):
        browser.post("/refresh/")
    assert Run.rows.of(firm.practice.pk).filter(state="queued").count() == 1


def test_a_refresh_that_xpm_spoils_says_so_in_words(sandboxed: tuple[SandboxFirm, Browser]) -> None:
    firm, browser = sandboxed
    browser.post("/refresh/")
    firm.fault("html", path="client.api", times=None)
    run = firm.run(Run.rows.of(firm.practice.pk).get(state="queued"))
    assert run.state == "failed"
    text = words(browser, f"/runs/{run.pk}/")
    assert "XPM's answer was broken or incomplete. Nothing of it was used." in text
    assert "<html" not in text


def test_without_a_connection_a_refresh_is_refused_in_words(sandboxed: tuple[SandboxFirm, Browser]) -> None:
    firm, browser = sandboxed
    browser.post("/connect/xpm/end/")
    browser.get("/")
    browser.post("/refresh/")
    assert "Xero Practice Manager is not connected." in words(browser, "/")
    Connection.rows.of(firm.practice.pk).update(state="broken")
    browser.post("/refresh/")
    assert "Xero Practice Manager is not connected." in words(browser, "/")


def test_a_run_is_followed_until_it_has_ended(connection: Connection, admin: Browser) -> None:
    run = make_run(connection, state="running", done=3, total=9, calls=2)
    part = BeautifulSoup(admin.get(f"/runs/{run.pk}/progress/").content, "html.parser")
    assert part.select("#run")[0]["hx-get"] == f"/runs/{run.pk}/progress/"
    assert "3 of 9 · 2 calls" in " ".join(part.get_text(" ").split())
    run.state, run.finished_at = "done", SYSTEM_CLOCK.now()
    run.save()
    assert b"hx-get" not in admin.get(f"/runs/{run.pk}/progress/").content


def test_a_run_about_one_client_leads_to_it(sandboxed: tuple[SandboxFirm, Browser]) -> None:
    firm, browser = sandboxed
    client, _ = firm.pair("Kauri Holdings Limited")
    run = firm.run(request_record(firm.actor, client.pk, firm.clock.now()))
    for path in ("/", f"/runs/{run.pk}/"):
        page = BeautifulSoup(browser.get(path).content, "html.parser")
        assert page.select(f"a[href='/clients/{client.pk}/']")[0].get_text() == "Kauri Holdings Limited"


def test_cancelling_stops_a_run_and_leaves_a_line(connection: Connection, admin: Browser) -> None:
    run = make_run(connection, state="running", done=3, total=9)
    assert admin.post(f"/runs/{run.pk}/cancel/").headers["Location"] == f"/runs/{run.pk}/"
    assert "Cancelled. What was done stands." in words(admin, f"/runs/{run.pk}/")
    run.refresh_from_db()
    assert run.state == "cancelled"
    assert Activity.rows.of(connection.practice_id).filter(verb="run_cancelled", run=run).count() == 1


@pytest.mark.parametrize(("kind", "state"), [("sync", "running"), ("refresh", "done"), ("refresh", "cancelled")])
def test_what_cannot_be_cancelled_is_left_and_said(
    connection: Connection, admin: Browser, kind: str, state: str
) -> None:
    run = make_run(connection, kind=kind, state=state)
    assert b"cancel/" not in admin.get(f"/runs/{run.pk}/").content
    admin.post(f"/runs/{run.pk}/cancel/")
    assert "cannot be cancelled any more" in words(admin, f"/runs/{run.pk}/")
    run.refresh_from_db()
    assert run.state == state


def line(connection: Connection, **facts: object) -> RunLine:
    run = make_run(connection, **facts)
    found = load_run(connection.practice_id, run.pk)
    assert found is not None
    return found


def test_time_left_is_guessed_from_the_pace_once_there_is_one(connection: Connection) -> None:
    now = SYSTEM_CLOCK.now()
    began = now - timedelta(minutes=2)
    half = line(connection, state="running", started_at=began, done=50, total=100)
    assert half.time_left(now) == timedelta(minutes=2)
    for unknown in (
        {"state": "running", "started_at": began, "done": 1, "total": 100},
        {"state": "running", "started_at": began, "done": 50, "total": None},
        {"state": "paused", "started_at": began, "done": 50, "total": 100},
        {"state": "queued", "started_at": None, "done": 0, "total": 100},
    ):
        assert line(connection, **{**unknown, "kind": "record"}).time_left(now) is None


def test_a_run_of_an_import_is_not_taken_for_one_about_a_client(connection: Connection, admin: Browser) -> None:
    client = Client.rows.create(
        practice_id=connection.practice_id,
        kind="company",
        country="AU",
        values={"name": "Totara Limited"},
        name="Totara Limited",
        sort_name="totara limited",
        created_at=SYSTEM_CLOCK.now(),
        changed_at=SYSTEM_CLOCK.now(),
    )
    assert line(connection, kind="record", state="done", subject=client.pk).client_name == "Totara Limited"
    run = make_run(connection, kind="import", state="done", subject=client.pk)
    assert "Totara" not in words(admin, f"/runs/{run.pk}/")
    assert f"/clients/import-from-xpm/many/{client.pk}/".encode() in admin.get(f"/runs/{run.pk}/").content
