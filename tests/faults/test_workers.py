"""S20-S22: two workers at one record, a worker that was frozen, and work that is handed over twice."""

import threading

import pytest
from django.db import connections

from faults.scenes import (
    NEW,
    OLD,
    OTHER,
    UPDATE,
    agreed,
    conflicts,
    here,
    link_of,
    on_the_road,
    pushes,
    reread,
    save,
    sent,
    there,
)
from firms import Firm
from flows.unasked import ask, let
from practicesync.flows.push_batch import Round, one_round
from practicesync.flows.push_reading import Trust
from practicesync.flows.registry import FLOWS
from practicesync.operations.activity import verify
from practicesync.store.models import Activity, Run


def test_s20_of_two_workers_that_take_one_client_one_writes_and_the_other_passes_it_by(each_firm: Firm) -> None:
    firm = each_firm
    client, remote_id = agreed(firm, phone=OLD)
    firm.edit(client, phone=NEW)
    run = firm.choose(client, phone="push")
    assert run.state == "queued"
    Run.rows.of(firm.practice.pk).filter(pk=run.pk).update(state="running")
    together, rounds = threading.Barrier(2), list[Round]()

    def work() -> None:
        try:
            together.wait()
            # Where each read the record while the other did, both may have to look again.
            for _ in range(5):
                rounds.append(one_round(firm.steps, run.pk, Trust()))
                if rounds[-1].state != "more":
                    break
        finally:
            connections.close_all()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(timeout=60)
    assert len(rounds) >= 2
    assert len(sent(firm, UPDATE)) == 1
    assert (there(firm, remote_id, "phone"), [push.state for push in pushes(firm, run)]) == (NEW, ["confirmed"])


def test_s20_while_one_is_writing_another_finds_nothing_to_do(each_firm: Firm) -> None:
    firm = each_firm
    client, _ = agreed(firm, phone=OLD)
    firm.edit(client, phone=NEW)
    run = firm.choose(client, phone="push")
    seen: list[Round] = []
    on_the_road(firm, UPDATE, before=lambda: seen.append(one_round(firm.steps, run.pk, Trust())))
    firm.run(run)
    assert [each.state for each in seen] == ["behind"]
    assert (len(sent(firm, UPDATE)), firm.outcomes(run)) == (1, {"phone": "done"})


FROZEN = 600


def test_s21_a_worker_frozen_before_its_call_does_not_make_it_once_another_took_over(each_firm: Firm) -> None:
    firm = each_firm
    client, remote_id = agreed(firm, phone=OLD)
    firm.edit(client, phone=NEW)
    run = firm.choose(client, phone="push")

    def frozen() -> None:
        firm.clock.advance(FROZEN)
        FLOWS["sync"](firm.steps, run.pk)
        firm.xpm_edit(remote_id, Phone=OTHER)
        reread(firm)

    on_the_road(firm, {"method": "GET", "path": "client.api/get"}, after=frozen)
    FLOWS["sync"](firm.steps, run.pk)
    assert len(sent(firm, UPDATE)) == 1, "the other's"
    assert (there(firm, remote_id, "phone"), link_of(firm, client).mirror.values["phone"]) == (OTHER, OTHER)
    assert here(firm, client, "phone") == NEW
    assert firm.states(client) == {"phone": "remote_changed"}


def test_s21_the_answer_of_a_worker_that_was_frozen_in_its_call_is_not_laid_over_what_came_after(
    each_firm: Firm,
) -> None:
    firm = each_firm
    client, remote_id = agreed(firm, phone=OLD)
    firm.edit(client, phone=NEW)
    run = firm.choose(client, phone="push")

    def frozen() -> None:
        firm.clock.advance(FROZEN)
        FLOWS["sync"](firm.steps, run.pk)
        firm.clock.advance(60)
        firm.xpm_edit(remote_id, Phone=OTHER)
        reread(firm)

    on_the_road(firm, UPDATE, after=frozen)
    FLOWS["sync"](firm.steps, run.pk)
    assert len(sent(firm, UPDATE)) == 1
    assert [push.state for push in pushes(firm, run)] == ["confirmed"]
    assert (there(firm, remote_id, "phone"), here(firm, client, "phone")) == (OTHER, NEW)
    reread(firm)
    assert firm.states(client) == {"phone": "remote_changed"}
    assert conflicts(firm) == ()
    assert link_of(firm, client).mirror.values["phone"] == OTHER
    assert verify(firm.practice.pk) is None


def test_s21_a_worker_frozen_in_its_call_whose_push_nobody_took_on_tells_nothing_older_than_what_was_read_since(
    each_firm: Firm,
) -> None:
    firm = each_firm
    client, remote_id = agreed(firm, phone=OLD)
    firm.edit(client, phone=NEW)
    run = firm.choose(client, phone="push")

    def frozen() -> None:
        firm.xpm_edit(remote_id, Phone=OTHER)
        reread(firm)

    on_the_road(firm, UPDATE, after=frozen)
    FLOWS["sync"](firm.steps, run.pk)
    assert len(sent(firm, UPDATE)) == 1
    assert (there(firm, remote_id, "phone"), here(firm, client, "phone")) == (OTHER, NEW)
    assert link_of(firm, client).mirror.values["phone"] == OTHER
    assert link_of(firm, client).state != "in_sync"


@pytest.mark.parametrize("kind", ["sync", "automatic", "refresh", "sweep"])
def test_s22_work_that_is_handed_over_again_after_it_was_done_changes_nothing(each_firm: Firm, kind: str) -> None:
    firm = each_firm
    client, remote_id = agreed(firm, phone=OLD, fax=OLD)
    let(firm)
    if kind == "sync":
        (run,) = save(firm, client, phone=NEW)
        firm.run(run)
    else:
        firm.xpm_edit(remote_id, Fax=OTHER)
        run = reread(firm, kind if kind == "sweep" else "refresh")
    if kind == "automatic":
        asked = ask(firm)
        assert asked is not None
        run = firm.run(asked)
    assert run.state == "done"
    before = state_of(firm, run)
    firm.clock.advance(60)
    for _ in range(3):
        FLOWS[run.kind](firm.steps, run.pk)
    assert state_of(firm, run) == before


def state_of(firm: Firm, run: Run) -> tuple[object, ...]:
    """All that a second delivery might change: the log, the run, what XPM received."""
    run.refresh_from_db()
    calls = len(firm.control("GET", "audit")["calls"])
    return (
        Activity.rows.of(firm.practice.pk).count(),
        run.state,
        run.finished_at,
        run.done,
        run.calls,
        firm.writes(),
        calls,
        Run.rows.of(firm.practice.pk).count(),
    )
