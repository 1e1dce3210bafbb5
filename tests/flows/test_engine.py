"""The engine with real workers in processes of their own: what a run survives, and in which order runs go."""

import json
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from practicesync.flows import engine, start
from practicesync.operations.practices import create_practice
from practicesync.store.models import Connection, Heartbeat, Run
from processes.workers import Workers, end, kill, wait_until, workers

NOW = datetime(2026, 2, 1, 9, 0, tzinfo=UTC)

pytestmark = pytest.mark.serial


@pytest.fixture
def site(on_sqlite: str, tmp_path: Path) -> Iterator[Workers]:
    """A database with nobody at work on it yet; runs have ten steps of a fifth of a second."""
    plan(tmp_path, steps=10, seconds=0.2)
    with workers(tmp_path, on_sqlite) as ours:
        yield ours


@pytest.fixture
def either_site(on_database: str, tmp_path: Path) -> Iterator[Workers]:
    """The same, on each of the two databases."""
    plan(tmp_path, steps=10, seconds=0.2)
    with workers(tmp_path, on_database) as ours:
        yield ours


def plan(folder: Path, *, steps: int, seconds: float) -> None:
    (folder / "plan.json").write_text(json.dumps({"steps": steps, "seconds": seconds}))


def connect(name: str = "Firm") -> Connection:
    practice = create_practice(name=name, country="AU", time_zone="Australia/Sydney", now=NOW)
    connection: Connection = Connection.rows.of(practice.pk).create(
        practice=practice,
        connector="xpm",
        organisation_id=name,
        organisation_name=name,
        connected_at=NOW,
        connected_by="Test",
    )
    return connection


def ask(connection: Connection, kind: str = "record") -> Run:
    run: Run = Run.rows.of(connection.practice_id).create(
        practice_id=connection.practice_id,
        connection=connection,
        key=uuid.uuid4(),
        kind=kind,
        asked_by="Test",
        asked_at=datetime.now(UTC),
    )
    return run


def state(run: Run) -> str:
    run.refresh_from_db(from_queryset=Run.rows.of(run.practice_id))
    return run.state


def wait_for(run: Run, *states: str, site: Workers) -> None:
    try:
        wait_until(lambda: state(run) in states, f"run {run.pk} is one of {states}")
    except AssertionError as problem:
        raise AssertionError(f"{problem}; it is {state(run)}\n{site.log()}") from None


def test_a_run_that_is_handed_over_twice_runs_once(site: Workers) -> None:
    plan(site.folder, steps=3, seconds=0.0)
    run = ask(connect())
    start.enqueue(run)
    site.start()
    start.enqueue(run)
    wait_for(run, "done", site=site)
    start.enqueue(run)
    later = ask(Connection.rows.of(run.practice_id).get())
    start.enqueue(later)
    wait_for(later, "done", site=site)
    assert site.steps(run.pk) == [0, 1, 2]


def test_a_run_whose_handing_over_was_lost_is_picked_up(site: Workers) -> None:
    plan(site.folder, steps=1, seconds=0.0)
    run = ask(connect())
    site.start()
    wait_for(run, "done", site=site)
    assert Heartbeat.objects.get().worker == "w1"


def test_after_a_kill_a_run_goes_on_where_it_was(either_site: Workers) -> None:
    site = either_site
    run = ask(connect())
    first = site.start()
    wait_until(lambda: 4 in site.steps(run.pk), "it is at work")
    kill(first)
    before = len(site.steps(run.pk))
    site.start()
    wait_for(run, "done", site=site)
    # The step under way may have run without its result being kept; no other step runs twice.
    assert sorted(set(site.steps(run.pk))) == list(range(10))
    assert len(site.steps(run.pk)) <= 11
    assert len({pid for _, _, pid in site.trace()[before:]}) == 1


def test_a_worker_that_is_asked_to_end_does_so_between_two_steps(site: Workers) -> None:
    plan(site.folder, steps=4, seconds=1.0)
    run = ask(connect())
    first = site.start()
    wait_until(lambda: site.steps(run.pk) == [0, 1], "it waits between two steps")
    assert end(first, seconds=8.0) == 0, site.log()
    assert state(run) == "running"
    site.start()
    wait_for(run, "done", site=site)
    assert site.steps(run.pk) == [0, 1, 2, 3]
    assert "Traceback" not in site.log()


def test_people_do_not_wait_for_lists_and_like_runs_go_one_by_one(either_site: Workers) -> None:
    site = either_site
    plan(site.folder, steps=3, seconds=0.3)
    ours, theirs = connect("One"), connect("Two")
    listing = ask(ours, "refresh")
    site.start()
    wait_until(lambda: site.steps(listing.pk), "the list is being read")
    first, second, elsewhere = ask(ours), ask(ours), ask(theirs, "refresh")
    for run in (first, second, elsewhere):
        start.enqueue(run)
    for run in (listing, first, second, elsewhere):
        wait_for(run, "done", site=site)
    order = [run for run, _, _ in site.trace()]
    last_of_listing = len(order) - 1 - order[::-1].index(listing.pk)
    screen = [run for run in order if run in (first.pk, second.pk)]
    assert order.index(screen[0]) < last_of_listing, "a person waited for a list"
    assert order.index(elsewhere.pk) < last_of_listing, "a firm waited for another"
    assert screen == sorted(screen, key=screen.index), "two runs of one lane overlapped"


def test_a_paused_run_is_resumed_by_itself(site: Workers) -> None:
    run = ask(connect(), "sweep")
    site.start()
    wait_for(run, "paused", site=site)
    assert run.resume_at is not None
    wait_for(run, "done", site=site)
    assert site.steps(run.pk) == [0, 1]


def test_a_run_fails_with_a_reason_where_its_flow_dies(site: Workers) -> None:
    connection = connect()
    crashed, forgotten = ask(connection, "failing"), ask(connection, "forgetting")
    site.start()
    wait_for(crashed, "failed", site=site)
    assert crashed.problem == "crashed"
    assert "ZeroDivisionError" in crashed.detail
    assert "782" not in crashed.detail, "the text of an unforeseen error may hold a value"
    wait_for(forgotten, "failed", site=site)
    assert forgotten.detail == start.DIED


def test_a_door_goes_on_where_the_engine_is_not_to_be_had(site: Workers) -> None:
    plan(site.folder, steps=1, seconds=0.0)
    run = ask(connect())
    start.enqueue(run)
    with pytest.raises(engine.EngineUnavailable):
        engine.executions([f"run-{run.key}"])
    site.start()
    wait_for(run, "done", site=site)


def test_on_sqlite_a_second_worker_waits_for_the_first_to_go(on_sqlite: str, tmp_path: Path) -> None:
    plan(tmp_path, steps=10, seconds=0.2)
    with workers(tmp_path, on_sqlite) as site:
        first = site.start()
        site.start(ready=False)
        run = ask(connect())
        wait_until(lambda: len(site.steps(run.pk)) > 3, "it is at work")
        assert {pid for _, _, pid in site.trace()} == {first.pid}
        kill(first)
        wait_for(run, "done", site=site)
        assert len(site.steps(run.pk)) <= 11


@pytest.mark.pg
def test_on_postgresql_another_worker_takes_over_from_a_dead_one(on_postgresql: str, tmp_path: Path) -> None:
    plan(tmp_path, steps=10, seconds=0.3)
    with workers(tmp_path, on_postgresql) as site:
        site.start()
        site.start()
        all_runs = [ask(connect(f"Firm {number}")) for number in range(4)]
        for run in all_runs:
            start.enqueue(run)
        wait_until(lambda: all(len(site.steps(run.pk)) > 2 for run in all_runs), "all are at work")
        assert {pid for _, _, pid in site.trace()} <= {process.pid for process in site.started}
        busy = next(process for process in site.started if process.pid == site.trace()[0][2])
        kill(busy)
        for run in all_runs:
            wait_for(run, "done", site=site)
            assert sorted(set(site.steps(run.pk))) == list(range(10))
            assert len(site.steps(run.pk)) <= 11
