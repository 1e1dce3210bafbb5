"""Several workers and threads that write at the same moment, on each database: each value goes out once."""

import threading
import time
from collections.abc import Iterator, Sequence

import pytest
from django.db import connections

from firms import Firm, a_firm
from flows.pushes import NEW, OTHER, calls, create, pairs, push_all, states, with_old_clients
from practicesync.flows.engine import DurableSteps
from practicesync.flows.registry import FLOWS
from practicesync.flows.steps import DirectSteps
from practicesync.operations import pushing, sending
from practicesync.operations.activity import verify
from practicesync.operations.sending import Readings
from practicesync.store.models import Link, Push, Run


class Threads(DirectSteps):
    """Steps without a memory whose calls go out in threads, as the engine's do."""

    def sleep(self, seconds: float) -> None:
        """A long wait takes a moment, in which the calls of others come to their end."""
        time.sleep(4.0 if seconds > 60 else 0.05)
        super().sleep(seconds)

    def beside(self, functions):  # type: ignore[no-untyped-def]
        return DurableSteps(self.clock, threading.Event()).beside(functions)


@pytest.fixture
def firm(on_database: str) -> Iterator[Firm]:
    with a_firm(steps=Threads) as found:
        with_old_clients(found)
        found.connect()
        found.refresh()
        yield found


def at_once(firm: Firm, runs: Sequence[Run]) -> None:
    """Carry these runs out, each by a worker of its own."""
    broken: list[BaseException] = []

    def work(run: Run) -> None:
        try:
            FLOWS[run.kind](firm.steps, run.pk)
        except Exception as problem:  # noqa: BLE001 - handed to the test's own thread
            broken.append(problem)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=(run,)) for run in runs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    if broken:
        raise broken[0]
    for run in runs:
        run.refresh_from_db()


def test_a_batch_goes_out_in_threads_and_each_client_once(firm: Firm) -> None:
    found = pairs(firm, 12)
    for client, _ in found:
        firm.edit(client, phone=NEW)
    run = firm.run(push_all(firm, [client for client, _ in found]))
    assert (run.state, run.done, run.changed) == ("done", 12, 12)
    assert [firm.xpm(remote_id)["Phone"] for _, remote_id in found] == [NEW] * 12
    assert len(calls(firm, "client.api/update")) == 12
    assert run.calls == 12 + 2
    assert verify(firm.practice.pk) is None
    assert set(Link.rows.of(firm.practice.pk).values_list("state", flat=True)) == {"in_sync"}


def test_two_workers_with_the_same_clients_write_each_value_once(firm: Firm) -> None:
    found = pairs(firm, 6)
    for client, _ in found:
        firm.edit(client, phone=NEW)
    first = push_all(firm, [client for client, _ in found])
    # Being tried already, they take nothing more in.
    Push.rows.of(firm.practice.pk).update(attempts=1)
    for client, _ in found:
        firm.edit(client, fax=OTHER)
    second = push_all(firm, [client for client, _ in found])
    assert Push.rows.of(firm.practice.pk).filter(run=second).count() == 6
    at_once(firm, [first, second])
    # On this clock a wait takes no time, so that one of them may have given the other up for a while.
    at_once(firm, [run for run in (first, second) if run.state == "paused"])
    assert set(states(firm, first) + states(firm, second)) == {"confirmed"}
    told = [firm.xpm(remote_id) for _, remote_id in found]
    assert {(each["Phone"], each["Fax"]) for each in told} == {(NEW, OTHER)}
    assert len(calls(firm, "client.api/update")) == 12
    assert verify(firm.practice.pk) is None


def test_one_run_in_the_hands_of_two_workers_writes_each_value_once_or_again_the_same(firm: Firm) -> None:
    """A worker that was thought dead: the other takes its run over while it still goes on."""
    found = pairs(firm, 6)
    for client, _ in found:
        firm.edit(client, phone=NEW)
    run = push_all(firm, [client for client, _ in found])
    at_once(firm, [run, Run.rows.of(firm.practice.pk).get(pk=run.pk)])
    assert states(firm, run) == ["confirmed"] * 6
    assert [firm.xpm(remote_id)["Phone"] for _, remote_id in found] == [NEW] * 6
    run.refresh_from_db()
    assert (run.state, run.done, run.changed) == ("done", 6, 6)


def test_a_create_in_the_hands_of_two_workers_makes_one_client(firm: Firm) -> None:
    clients = [firm.add(f"Rata {number} Ltd", export_code=f"R-{number}") for number in range(4)]
    run = create(firm, clients)
    at_once(firm, [run, Run.rows.of(firm.practice.pk).get(pk=run.pk)])
    assert states(firm, run) == ["confirmed"] * 4
    there = [each["Name"] for each in firm.control("GET", "clients?limit=1000")["clients"]]
    assert sorted(name for name in there if not name.startswith("Old")) == [f"Rata {number} Ltd" for number in range(4)]


def test_a_worker_frozen_before_its_call_does_not_make_it_when_it_wakes(firm: Firm) -> None:
    """S21: what it had looked at is too old by then."""
    ((client, remote_id),) = pairs(firm, 1)
    firm.edit(client, phone=NEW)
    run = push_all(firm, [client])
    look_at = sending.look_at

    def frozen(*args: object) -> object:
        writes = look_at(*args)  # type: ignore[arg-type]
        firm.clock.advance(120)
        firm.xpm_edit(remote_id, Phone=OTHER)
        sending.look_at = look_at
        return writes

    sending.look_at = frozen  # type: ignore[assignment]
    try:
        firm.run(run)
    finally:
        sending.look_at = look_at
    assert calls(firm, "client.api/update") == []
    assert (firm.xpm(remote_id)["Phone"], states(firm, run)) == (OTHER, ["overtaken"])


def test_of_two_who_look_at_one_record_one_writes(firm: Firm) -> None:
    ((client, _),) = pairs(firm, 1)
    firm.edit(client, phone=NEW)
    first = push_all(firm, [client])
    Push.rows.of(firm.practice.pk).update(attempts=1)
    firm.edit(client, fax=OTHER)
    second = push_all(firm, [client])
    writes: list[int] = []

    def look(run: Run) -> None:
        try:
            found = Run.rows.everywhere().select_related("connection").get(pk=run.pk)
            batch = pushing.next_batch(run.pk, firm.clock.now())
            ids = [push.push_id for push in batch.pushes]
            made = sending.look_at(found, ids, Readings(), lambda _subject, _values: {}, firm.clock.now())
            writes.extend(write.push_id for write in made)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=look, args=(run,)) for run in (first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert len(writes) == 1
