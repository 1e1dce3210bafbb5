"""The first page: what needs somebody, how the connection stands, what ran."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from uuid import uuid4

import pytest
from bs4 import BeautifulSoup
from django.db import connection as database
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from firms import Firm as ConnectedFirm
from firms import a_firm
from practicesync.core.link_state import LinkState
from practicesync.flows.clock import SYSTEM_CLOCK
from practicesync.operations.listing import rebuild
from practicesync.operations.workers import beat
from practicesync.queries.clients import ClientFilter, load_clients
from practicesync.queries.dashboard import load_dashboard
from practicesync.store.models import Budget, Client, Connection, Link, Mirror, Run
from web.conftest import Firm

QUERIES = 22
"""For the whole page: session, person, practice, frame and dashboard together."""


@pytest.fixture
def synced(db: None) -> Iterator[ConnectedFirm]:
    """A firm with clients of several states, made by real refreshes of a sandbox."""
    with a_firm() as firm:
        firm.connect()
        firm.pair("Kauri Holdings Limited", Phone="09 555 0100")
        here, _ = firm.pair("Rata Farms Limited", Phone="09 555 0101")
        _, there = firm.pair("Totara Trust", Phone="09 555 0102")
        firm.add("Nobody There Limited")
        for run in Run.rows.of(firm.practice.pk).filter(state="queued"):
            firm.run(run)
        firm.edit(here, phone="09 555 0999")
        firm.xpm_edit(there, Phone="09 555 0888")
        firm.clock.advance(120)
        firm.refresh()
        yield firm


def words(browser: Browser, path: str = "/") -> str:
    return " ".join(BeautifulSoup(browser.get(path).content, "html.parser").get_text(" ").split())


def test_the_counters_say_what_the_clients_list_shows(synced: ConnectedFirm) -> None:
    found = load_dashboard(synced.practice.pk, synced.clock.now())
    listed = load_clients(synced.practice.pk, ClientFilter()).states
    assert found.clients == listed[""]
    assert found.in_sync == listed["in_sync"]
    assert found.needs_you == listed["needs_you"] == 3
    assert found.failing == listed["failing"] == 0
    assert {state.value: count for state, count in found.states.items()} == {
        state: count for state, count in listed.items() if count and state in set(LinkState)
    }


def test_each_counter_leads_to_the_list_of_its_clients(connection: Connection, admin: Browser, firm: Firm) -> None:
    make_clients(firm, connection, {"in_sync": 3, "differs": 2, "local_changed": 1, "failing": 1})
    page = BeautifulSoup(admin.get("/").content, "html.parser")
    told = {str(link["href"]): str(link.select(".counter-number")[0].get_text()) for link in page.select(".counter")}
    assert told == {
        "/clients/?state=in_sync": "3",
        "/clients/?state=needs_you": "3",
        "/clients/?state=failing": "1",
    }
    assert [str(link["href"]) for link in page.select(".legend a")] == [
        "/clients/?state=failing",
        "/clients/?state=differs",
        "/clients/?state=local_changed",
        "/clients/?state=in_sync",
    ]


def test_archived_clients_are_not_counted(connection: Connection, firm: Firm) -> None:
    make_clients(firm, connection, {"in_sync": 2, "differs": 1})
    Client.rows.of(firm.practice.pk).filter(links__state="differs").update(archived_at=SYSTEM_CLOCK.now())
    rebuild(firm.practice.pk)
    found = load_dashboard(firm.practice.pk, SYSTEM_CLOCK.now())
    assert (found.clients, found.in_sync, found.needs_you) == (2, 2, 0)


def test_another_firm_counts_its_own(connection: Connection, firm: Firm, other_firm: Firm) -> None:
    make_clients(firm, connection, {"in_sync": 2})
    assert load_dashboard(other_firm.practice.pk, SYSTEM_CLOCK.now()).clients == 0


def test_the_connection_card_says_to_whom_since_when_and_by_whom(connection: Connection, read_only: Browser) -> None:
    text = words(read_only)
    assert "Kauri & Partners XPM" in text
    assert "by admin person" in text
    assert "Last refresh" in text


def test_the_budget_shows_what_is_used_and_left(connection: Connection, admin: Browser) -> None:
    now = SYSTEM_CLOCK.now().timestamp()
    ledger = {"minute": [now], "day": {str(int(now // 900 * 900)): 1234}, "day_left": None, "told_at": 0.0}
    Budget.rows.create(practice=connection.practice, connection=connection, ledger=ledger)
    assert "1,234 used · 3,766 left" in words(admin)


def test_the_servers_own_count_is_believed_over_ours(connection: Connection, admin: Browser) -> None:
    ledger = {"minute": [], "day": {}, "day_left": 40, "told_at": SYSTEM_CLOCK.now().timestamp()}
    Budget.rows.create(practice=connection.practice, connection=connection, ledger=ledger)
    assert "4,960 used · 40 left" in words(admin)


def test_a_running_refresh_shows_how_far_it_is_and_is_followed(connection: Connection, admin: Browser) -> None:
    beat("worker 1", SYSTEM_CLOCK.now())
    start_run(connection, done=300, total=1200)
    page = BeautifulSoup(admin.get("/").content, "html.parser")
    live = page.select("#live")[0]
    assert live["hx-get"] == "/dashboard/live/"
    assert live["hx-trigger"] == "every 2s"
    bar = page.select(".dash-main progress")[0]
    assert (bar["value"], bar["max"]) == ("300", "1200")
    text = words(admin)
    assert "300 of 1,200" in text
    assert "about 3 min left" in text
    assert "Syncing 300 of 1,200" in text
    assert page.select("button[disabled]")[0].get_text(strip=True) == "Refreshing"


def test_nothing_is_asked_for_again_once_the_run_has_ended(connection: Connection, admin: Browser) -> None:
    run = start_run(connection, done=10, total=20)
    assert b"hx-trigger" in admin.get("/dashboard/live/").content
    run.state, run.finished_at = "done", SYSTEM_CLOCK.now()
    run.save()
    for path in ("/", "/dashboard/live/", "/sync-state/"):
        assert b"hx-trigger" not in admin.get(path).content


def test_a_run_that_no_worker_carries_on_says_so(connection: Connection, admin: Browser) -> None:
    start_run(connection, done=10, total=20)
    assert "Nothing works on this at the moment" in words(admin)
    beat("worker 1", SYSTEM_CLOCK.now() - timedelta(minutes=5))
    assert "Nothing works on this at the moment" in words(admin)
    beat("worker 2", SYSTEM_CLOCK.now())
    assert "Nothing works on this at the moment" not in words(admin)


def test_a_pause_says_until_when(connection: Connection, admin: Browser) -> None:
    run = start_run(connection, done=10, total=20)
    run.state, run.problem = "paused", "throttled"
    run.resume_at = SYSTEM_CLOCK.now() + timedelta(days=1)
    run.save()
    text = words(admin)
    assert "Sync paused until" in text
    assert "goes on by itself" in text


def test_the_last_runs_say_how_they_ended(connection: Connection, admin: Browser) -> None:
    run = start_run(connection, done=10, total=20)
    run.state, run.problem, run.finished_at = "failed", "bad_answer", SYSTEM_CLOCK.now()
    run.save()
    assert "Stopped XPM's answer was broken or incomplete. Nothing of it was used." in words(admin)


def test_those_who_may_not_sync_see_no_button_for_it(connection: Connection, read_only: Browser) -> None:
    start_run(connection, done=1, total=2)
    page = BeautifulSoup(read_only.get("/").content, "html.parser")
    assert [form["action"] for form in page.select("form[method=post]")] == ["/sign-out/"]


def test_without_an_add_on_the_next_step_is_to_enable_one(firm: Firm, admin: Browser, standard: Browser) -> None:
    assert "Start with an add-on" in words(admin)
    assert "Ask an admin of your firm" in words(standard)


def test_enabled_the_next_step_is_to_connect(enabled: Firm, admin: Browser, standard: Browser) -> None:
    assert "Connect to Xero Practice Manager" in words(admin)
    assert "Ask an admin of your firm to connect" in words(standard)


def test_connected_the_next_step_is_to_link(connection: Connection, admin: Browser, firm: Firm) -> None:
    assert "Your register is empty" in words(admin)
    Client.rows.create(practice=firm.practice, **told("Kauri"))
    rebuild(firm.practice.pk)
    assert "Link your first client" in words(admin)
    connection.refreshed_at = None
    connection.save()
    assert "Xero Practice Manager is being read" in words(admin)


def test_a_broken_connection_is_said_first(connection: Connection, admin: Browser, standard: Browser) -> None:
    connection.state, connection.reason = "broken", "Access was taken away at Xero."
    connection.save()
    assert "Access was taken away at Xero. Connect again" in words(admin)
    assert "Ask an admin of your firm to connect again" in words(standard)
    assert "/refresh/" not in admin.get("/").content.decode()


def test_the_page_costs_the_same_for_a_large_register(
    connection: Connection, firm: Firm, admin: Browser, count_queries: Callable[[str], int]
) -> None:
    make_clients(firm, connection, {"in_sync": 20, "differs": 5})
    start_run(connection, done=1, total=2)
    small = count_queries("/")
    make_clients(firm, connection, {"in_sync": 400, "differs": 80})
    assert count_queries("/") == small <= QUERIES


@pytest.fixture
def count_queries(admin: Browser) -> Callable[[str], int]:
    def count(path: str) -> int:
        admin.get(path)
        with CaptureQueriesContext(database) as found:
            assert admin.get(path).status_code == 200
        return len(found)

    return count


def told(name: str) -> dict[str, object]:
    now = SYSTEM_CLOCK.now()
    plain = {"kind": "company", "country": "AU", "values": {"name": name}, "name": name, "sort_name": name.lower()}
    return {**plain, "created_at": now, "changed_at": now}


def make_clients(firm: Firm, connection: Connection, states: dict[str, int]) -> None:
    """Register clients linked in these states, written straight to the store since only their count matters here."""
    now, practice = SYSTEM_CLOCK.now(), firm.practice
    for state, count in states.items():
        clients = Client.rows.bulk_create(Client(practice=practice, **told(f"{state} {n}")) for n in range(count))
        mirrors = Mirror.rows.bulk_create(
            Mirror(
                practice=practice,
                connection=connection,
                remote_id=uuid4().hex,
                name=client.name,
                sort_name=client.sort_name,
                digest=b"",
                read_at=now,
                changed_at=now,
            )
            for client in clients
        )
        Link.rows.bulk_create(
            Link(
                practice=practice,
                connection=connection,
                client=client,
                mirror=mirror,
                state=state,
                linked_at=now,
                linked_by="somebody",
            )
            for client, mirror in zip(clients, mirrors, strict=True)
        )
    rebuild(practice.pk)


def start_run(connection: Connection, *, done: int, total: int) -> Run:
    """A refresh that began a minute ago."""
    now = SYSTEM_CLOCK.now()
    return Run.rows.create(
        practice=connection.practice,
        connection=connection,
        key=uuid4(),
        kind="refresh",
        state="running",
        asked_by="admin person",
        asked_at=now - timedelta(minutes=1),
        started_at=now - timedelta(minutes=1),
        done=done,
        total=total,
    )
