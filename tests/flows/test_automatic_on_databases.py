"""Automatic runs on each database, beside people and workers that do something at the same moment."""

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import pytest
from django.db import connections

from firms import Firm, a_firm
from practicesync.core.actor import client_sync
from practicesync.core.fields import ClientKind
from practicesync.core.policy import Brake
from practicesync.operations import automatic, editing, leaving, policies, sheets
from practicesync.operations.activity import verify
from practicesync.queries.automatic import stopped
from practicesync.queries.policy import policy_of
from practicesync.store.models import Client, Link, Push, Run, Sheet, SheetLine

CLIENTS = 12


@pytest.fixture
def firm(on_database: str) -> Iterator[Firm]:
    """Clients that are the same on both sides, and client sync on."""
    with a_firm() as found:
        found.connect()
        remote_ids = [found.xpm_add(Name=f"Client {number} Limited", Phone="09 555 0100") for number in range(CLIENTS)]
        found.refresh()
        for number, remote_id in enumerate(remote_ids):
            found.link(found.add(f"Client {number} Limited", ClientKind.COMPANY, phone="09 555 0100"), remote_id)
        before = policy_of(found.practice.pk, "xpm")
        policies.change(found.actor, "xpm", replace(before, on=True), found.clock.now(), seen=before.version)
        yield found


def clients(firm: Firm) -> list[Client]:
    return list(Client.rows.of(firm.practice.pk).order_by("pk"))


def change_there(firm: Firm) -> None:
    """Every other client's phone changes in XPM, and the change is read."""
    for link in Link.rows.of(firm.practice.pk).select_related("mirror").order_by("pk")[::2]:
        firm.xpm_edit(link.mirror.remote_id, Phone="09 555 0222")
    firm.clock.advance(3600)
    firm.refresh()


def at_once(calls: Sequence[Callable[[], object]]) -> list[BaseException | None]:
    """Begin these together, each in a thread of its own; what each raised."""
    barrier = threading.Barrier(len(calls))
    raised: list[BaseException | None] = [None] * len(calls)

    def run(number: int, call: Callable[[], object]) -> None:
        barrier.wait()
        try:
            call()
        except BaseException as problem:  # noqa: BLE001 - handed to the test's own thread
            raised[number] = problem
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=90)
    return raised


def ask(firm: Firm) -> Run | None:
    return automatic.request(client_sync(firm.practice.pk), firm.connection.pk, firm.clock.now())


def save(firm: Firm, client: Client, phone: str) -> None:
    editing.edit_client(
        firm.actor,
        client.pk,
        revision=client.revision,
        kind=ClientKind.COMPANY,
        values={"phone": phone},
        now=firm.clock.now(),
    )


def test_many_that_ask_at_once_get_one_run(firm: Firm) -> None:
    change_there(firm)
    Run.rows.of(firm.practice.pk).filter(kind="automatic").delete()
    assert at_once([lambda: ask(firm)] * 6) == [None] * 6
    assert Run.rows.of(firm.practice.pk).filter(kind="automatic").count() == 1


def test_people_who_save_while_it_runs_lose_nothing(firm: Firm) -> None:
    change_there(firm)
    run = ask(firm)
    assert run is not None
    others = clients(firm)[1::2]
    calls: list[Callable[[], object]] = [lambda: firm.run(run)]
    calls += [lambda client=client: save(firm, client, "09 555 0333") for client in others]  # type: ignore[misc]
    assert at_once(calls) == [None] * len(calls)
    for queued in Run.rows.of(firm.practice.pk).filter(state="queued").order_by("pk"):
        firm.run(queued)
    phones = [client.values["phone"] for client in clients(firm)]
    assert phones == ["09 555 0222", "09 555 0333"] * (CLIENTS // 2)
    there = [firm.xpm(link.mirror.remote_id)["Phone"] for link in Link.rows.of(firm.practice.pk).order_by("pk")]
    assert there == phones
    assert not Push.rows.of(firm.practice.pk).exclude(state="confirmed").exists()
    assert verify(firm.practice.pk) is None


def test_one_client_is_saved_while_its_value_comes_in(firm: Firm) -> None:
    change_there(firm)
    run = ask(firm)
    assert run is not None
    first = clients(firm)[0]
    raised = at_once([lambda: firm.run(run), lambda: save(firm, first, "09 555 0333")])
    assert raised[0] is None
    # The save was first, before or after the run was drawn up, and both values are kept for somebody; or it was too
    # late, and was told so.
    line = SheetLine.rows.of(firm.practice.pk).filter(client=first).first()
    first.refresh_from_db()
    if raised[1] is None:
        assert line is None or line.outcome == "stale"
        assert (first.values["phone"], firm.states(first)) == ("09 555 0333", {"phone": "both_changed"})
    else:
        assert line is not None
        assert (line.outcome, first.values["phone"]) == ("done", "09 555 0222")


def test_of_two_who_decide_about_a_stopped_run_one_wins(firm: Firm) -> None:
    before = policy_of(firm.practice.pk, "xpm")
    tight = replace(before, brake=Brake(changed=1, lost=1, percent=1))
    policies.change(firm.actor, "xpm", tight, firm.clock.now(), seen=before.version)
    change_there(firm)
    run = ask(firm)
    assert run is not None
    assert firm.run(run).problem == "braked"
    sheet = stopped(firm.practice.pk, firm.connection.pk)
    assert sheet is not None
    now = firm.clock.now()
    raised = at_once(
        [
            lambda: sheets.request_apply(firm.actor, sheet.pk, now),
            lambda: leaving.request_leave(firm.actor, sheet.pk, now),
        ]
    )
    assert sorted(type(each).__name__ for each in raised) == ["NoneType", "Stale"]
    assert Sheet.rows.of(firm.practice.pk).get(pk=sheet.pk).state in ("applying", "left")
    assert Run.rows.of(firm.practice.pk).filter(kind__in=("apply", "leave")).count() == 1
