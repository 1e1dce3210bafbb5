"""Refresh: read what changed since the watermark; the first time, and in a sweep, everything.

    one call → raw slices → (unchanged by digest | decoded) → mirror and links of a batch in one transaction → …
    … → the list was complete → staff → watermark

Killed anywhere, it reads again; what it stored already is known by its digest.
"""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from practicesync.connectors.base import Connector, Reading, Slice
from practicesync.core.actor import CLIENT_SYNC, worker
from practicesync.core.brake import fallen
from practicesync.core.brake_words import say_halt
from practicesync.core.errors import BadAnswer, Braked, Stop
from practicesync.core.record import RemoteRecord
from practicesync.flows.clock import Clock
from practicesync.flows.line import open_line
from practicesync.flows.remote import remote
from practicesync.flows.steps import Steps
from practicesync.flows.trouble import Ended, persistently
from practicesync.operations import automatic, believing, cutting_off, matching, mirroring, runs
from practicesync.operations.unreadable import Unreadable
from practicesync.queries.suggestions import is_due
from practicesync.store.models import Connection, Mirror, Run

log = logging.getLogger(__name__)

BATCH = 500
TELL = timedelta(seconds=0.5)
"""How often people are told how far it is: each time is a commit of its own."""

OVERLAP = timedelta(minutes=10)
"""How far before the server's time the next refresh begins: clocks differ, and a commit may show late."""


@dataclass
class Count:
    """How far a reading has come."""

    done: int = 0
    changed: int = 0
    replanned: int = 0
    set_aside: int = 0
    nameless: int = 0


def refresh(steps: Steps, run_id: int) -> None:
    """The flow of the runs `refresh` and `sweep`."""
    if not steps.do("begin", lambda: runs.begin(run_id, steps.clock.now())):
        return
    try:
        read = persistently(steps, run_id, "read", lambda: _read(steps, run_id))
        persistently(steps, run_id, "staff", lambda: _read_staff(steps, run_id))
    except Ended:
        return
    steps.do("finish", lambda: _finish(steps, run_id, read))


def _read(steps: Steps, run_id: int) -> dict[str, object]:
    """Read the list to its end and store it. Raises what the connector raises, and `Braked`."""
    run = _run(run_id)
    connection = _connection(run)
    full = run.kind == "sweep" or connection.watermark is None
    there = remote(connection.connector)
    line = open_line(connection.pk, there.identity, steps.clock, run_id=run_id)
    asked_at = steps.clock.now()
    if full or connection.watermark is None:
        reading = there.connector.everything(line)
    else:
        reading = there.connector.changed_since(line, connection.watermark)
    count = _store(reading, there.connector, connection, run, full=full, asked_at=asked_at, clock=steps.clock)
    if not runs.is_live(run_id):
        return {"cancelled": True}
    # A record that cannot be read and does not tell its id might be any of those that seem to be missing.
    gone = _find_gone(connection, run, steps.clock.now()) if full and not count.nameless else 0
    if full:
        mirroring.forget_unmet(connection, asked_at, steps.clock.now())
    mirroring.advance(connection, watermark=reading.server_time - OVERLAP, full=full, now=steps.clock.now())
    return {"total": count.done, "changed": count.changed, "gone": gone, "set_aside": count.set_aside, "full": full}


def _store(
    reading: Reading,
    connector: Connector,
    connection: Connection,
    run: Run,
    *,
    full: bool,
    asked_at: datetime,
    clock: Clock,
) -> Count:
    """Store the list batch by batch; a record that cannot be read is set aside, the others go on."""
    count, told_at = Count(), asked_at
    for batch in _batches(reading.slices):
        if not runs.is_live(run.pk):
            break
        known = mirroring.known_digests(connection, [each.digest for each in batch])
        records, unreadable = _decode(connector, [each for each in batch if each.digest not in known], count)
        mirroring.note_what_lists_show(connection, records)
        unchanged = [each.digest for each in batch if each.digest in known]
        sweep = run.pk if full else 0
        stored = mirroring.store_batch(
            connection,
            records,
            unchanged,
            sweep=sweep,
            read_at=asked_at,
            now=clock.now(),
            unreadable=unreadable,
            may_lag=True,
        )
        count.done += len(batch)
        count.changed += stored.written
        count.replanned += stored.replanned
        if clock.now() - told_at >= TELL:
            _tell(run, count)
            told_at = clock.now()
    _tell(run, count)
    return count


def _tell(run: Run, count: Count) -> None:
    runs.progress(run.pk, done=count.done, changed=count.changed, set_aside=count.set_aside)


def _batches(slices: Iterator[Slice]) -> Iterator[list[Slice]]:
    while batch := list(islice(slices, BATCH)):
        yield batch


def _decode(connector: Connector, slices: Sequence[Slice], count: Count) -> tuple[list[RemoteRecord], list[Unreadable]]:
    """The records of these slices, and those that cannot be read: they are there all the same."""
    records: list[RemoteRecord] = []
    unreadable: list[Unreadable] = []
    for each in slices:
        try:
            records.append(connector.decode(each))
        except BadAnswer as problem:
            count.set_aside += 1
            hint = connector.remote_id_hint(each.raw) or ""
            unreadable.append(Unreadable(hint, each.digest, problem.detail))
            count.nameless += not hint
            log.warning("a record was set aside", extra={"reason": problem.detail})
    return records, unreadable


def _find_gone(connection: Connection, run: Run, now: datetime) -> int:
    """After a complete list: what it lacks is gone, unless it lacks so much that the list is not believed."""
    missed = mirroring.missed_count(connection, run.pk, now)
    held = Mirror.rows.of(connection.practice_id).filter(connection=connection, gone_at=None).count()
    halt = fallen(missed, held)
    if halt is not None and missed > int(run.notes.get("believed", 0)):
        believing.note_missed(run, missed, held)
        raise Braked(say_halt(halt), code="empty_list")
    return mirroring.mark_gone(connection, run.pk, now)


def _read_staff(steps: Steps, run_id: int) -> int:
    """The staff list, by which managers' names become ids."""
    connection = _connection(_run(run_id))
    there = remote(connection.connector)
    staff = there.connector.staff(open_line(connection.pk, there.identity, steps.clock, run_id=run_id))
    mirroring.store_staff(connection, staff, steps.clock.now())
    return len(staff)


def _finish(steps: Steps, run_id: int, read: dict[str, object]) -> None:
    set_aside = int(str(read.get("set_aside", 0)))
    if set_aside:
        runs.note_set_aside(run_id, set_aside, steps.clock.now())
    run = _run(run_id)
    if "cancelled" not in read:
        cutting_off.plan_unread(_connection(run), steps.clock.now())
    changed, total = (int(str(read.get(key, 0))) for key in ("changed", "total"))
    # What is read by itself all day long is told where it found something.
    told = bool(changed) or run.kind == "sweep" or run.asked_by_id != CLIENT_SYNC
    runs.finish(run_id, steps.clock.now(), "refreshed" if told else "", {"changed": changed, "total": total})
    connection = _connection(run)
    if is_due(connection.practice_id, connection.pk, run.started_at or steps.clock.now()):
        matching.request_match(worker(connection.practice_id), connection.pk, steps.clock.now())
    automatic.request_after(run_id, steps.clock.now())


def _run(run_id: int) -> Run:
    return Run.rows.everywhere().select_related("connection").get(pk=run_id)


def _connection(run: Run) -> Connection:
    if run.connection is None:
        raise Stop("The run has no connection.")
    return run.connection
