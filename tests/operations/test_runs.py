"""Runs: one reading at a time, and an end that stays the end."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from operations.offices import NOW, Office, a_record
from practicesync.core.errors import Invalid
from practicesync.operations import connecting, runs
from practicesync.store.models import Run

LATER = NOW + timedelta(minutes=5)


def ask(office: Office, kind: str = "refresh") -> Run:
    return runs.request(office.admin, office.connection.pk, kind, NOW)


def now_of(run: Run) -> Run:
    run.refresh_from_db()
    return run


def test_one_reading_at_a_time(connected: Office) -> None:
    first = ask(connected)
    assert ask(connected) == first
    runs.begin(first.pk, NOW)
    assert ask(connected) == first
    runs.pause(first.pk, LATER, "throttled", "", NOW)
    assert ask(connected) == first
    assert connected.verbs().count("refresh_asked") == 1
    runs.finish(first.pk, NOW)
    assert ask(connected) != first


def test_a_sweep_may_stand_beside_a_refresh(connected: Office) -> None:
    assert ask(connected) != ask(connected, "sweep")


@pytest.mark.parametrize("end", ["broken", "ended"])
def test_nothing_is_read_without_a_connection(connected: Office, end: str) -> None:
    client = connected.pair(a_record())
    if end == "broken":
        connecting.break_connection(connected.connection.pk, "Revoked.", NOW)
    else:
        connecting.disconnect(connected.admin, connected.connection.pk, NOW)
    with pytest.raises(Invalid, match="not connected"):
        ask(connected)
    with pytest.raises(Invalid, match="not linked to a connected"):
        runs.request_record(connected.admin, client.pk, NOW)


def test_one_client_is_read_again_once_at_a_time_and_only_if_it_is_linked(connected: Office) -> None:
    client = connected.pair(a_record())
    first = runs.request_record(connected.admin, client.pk, NOW)
    assert (first.kind, first.subject, first.total) == ("record", client.pk, 1)
    assert runs.request_record(connected.admin, client.pk, NOW) == first
    with pytest.raises(Invalid):
        runs.request_record(connected.admin, connected.add("Lone Ltd").pk, NOW)


def test_a_run_that_is_taken_up_again_began_when_it_first_did(connected: Office) -> None:
    run = ask(connected)
    assert runs.begin(run.pk, NOW)
    runs.pause(run.pk, LATER, "throttled", "", NOW)
    assert runs.begin(run.pk, LATER)
    assert (now_of(run).started_at, run.state, run.resume_at) == (NOW, "running", None)


def test_a_pause_says_until_when_and_why(connected: Office) -> None:
    run = ask(connected)
    runs.pause(run.pk, LATER, "throttled", "The day is used up.", NOW)
    assert (now_of(run).state, run.resume_at, run.problem, run.detail) == (
        "paused", LATER, "throttled", "The day is used up.",
    )  # fmt: skip
    assert connected.verbs()[-1] == "run_paused"


ENDS: dict[str, Callable[[Office, Run], None]] = {
    "done": lambda _, run: runs.finish(run.pk, NOW, "refreshed", {"changed": 1, "total": 2}),
    "failed": lambda _, run: runs.fail(run.pk, "stop", "It is no use.", NOW),
    "cancelled": lambda office, run: runs.cancel(office.admin, run.pk, NOW),
}


@pytest.mark.parametrize("state", ENDS)
def test_what_has_ended_stays_as_it_ended(connected: Office, state: str) -> None:
    run = ask(connected)
    ENDS[state](connected, run)
    assert (now_of(run).state, run.finished_at) == (state, NOW)
    assert not runs.is_live(run.pk)
    lines = connected.verbs()

    assert not runs.begin(run.pk, LATER)
    runs.finish(run.pk, LATER, "refreshed", {"changed": 1, "total": 2})
    runs.fail(run.pk, "stop", "Again.", LATER)
    runs.pause(run.pk, LATER, "throttled", "", LATER)
    with pytest.raises(Invalid):
        runs.cancel(connected.admin, run.pk, LATER)

    assert (now_of(run).state, run.finished_at, run.resume_at) == (state, NOW, None)
    assert connected.verbs() == lines


def test_the_writes_of_a_sync_are_not_cut_off(connected: Office) -> None:
    client = connected.pair(a_record(), phone="09 555 0101")
    run = connected.choose(client, {"phone": "push"})
    with pytest.raises(Invalid):
        runs.cancel(connected.admin, run.pk, NOW)
    assert now_of(run).state == "queued"


def test_only_what_waits_for_the_connection_is_woken(connected: Office) -> None:
    waiting, timed = ask(connected), ask(connected, "sweep")
    runs.pause(waiting.pk, None, "reconnect", "Revoked.", NOW)
    runs.pause(timed.pk, LATER, "throttled", "", NOW)
    for _ in range(2):
        runs.wake(connected.practice.pk, connected.connection.pk, NOW)
    assert (now_of(waiting).resume_at, now_of(timed).resume_at) == (NOW, LATER)


def test_calls_and_progress_are_counted(connected: Office) -> None:
    run = ask(connected)
    for _ in range(3):
        runs.count_call(run.pk)
    runs.progress(run.pk, done=7, total=9, changed=2, set_aside=1)
    runs.progress(run.pk, done=8, changed=2, set_aside=1)
    assert (now_of(run).calls, run.done, run.total, run.changed, run.set_aside) == (3, 8, 9, 2, 1)
    assert runs.connection_of(run.pk) == connected.connection.pk


def test_an_over_long_reason_is_cut_and_not_refused(connected: Office) -> None:
    run = ask(connected)
    runs.fail(run.pk, "c" * 100, "d" * 1000, NOW)
    assert (len(now_of(run).problem), len(run.detail)) == (40, 500)
