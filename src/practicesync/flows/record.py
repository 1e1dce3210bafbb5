"""Read one remote client again, for somebody who looks at it: a linked one, one that is about to be imported, or one
that could not be read before."""

from collections.abc import Callable

from practicesync.flows.line import open_line
from practicesync.flows.remote import remote
from practicesync.flows.steps import Steps
from practicesync.flows.trouble import Ended, persistently
from practicesync.operations import automatic, mirroring, runs
from practicesync.store.models import Connection, Link, Mirror, Run, SetAsideRecord


def record(steps: Steps, run_id: int) -> None:
    """The flow of the run `record`; its subject is a linked client."""
    _again(steps, run_id, _linked)


def look(steps: Steps, run_id: int) -> None:
    """The flow of the run `look`; its subject is the mirror."""
    _again(steps, run_id, _subject)


def reread(steps: Steps, run_id: int) -> None:
    """The flow of the run `reread`; its subject is a record that was set aside, linked or not."""
    if not steps.do("begin", lambda: runs.begin(run_id, steps.clock.now())):
        return
    try:
        persistently(steps, run_id, "read", lambda: _read_set_aside(steps, run_id))
    except Ended:
        return
    steps.do("finish", lambda: runs.finish(run_id, steps.clock.now()))


def _again(steps: Steps, run_id: int, find: Callable[[Run], Mirror | None]) -> None:
    if not steps.do("begin", lambda: runs.begin(run_id, steps.clock.now())):
        return
    try:
        persistently(steps, run_id, "read", lambda: _read(steps, run_id, find))
    except Ended:
        return
    steps.do("finish", lambda: _finish(steps, run_id))


def _finish(steps: Steps, run_id: int) -> None:
    runs.finish(run_id, steps.clock.now())
    automatic.request_after(run_id, steps.clock.now())


def _read(steps: Steps, run_id: int, find: Callable[[Run], Mirror | None]) -> None:
    mirror = find(Run.rows.everywhere().get(pk=run_id))
    if mirror is None:
        return
    _store(steps, run_id, mirror.connection, mirror.remote_id)


def _read_set_aside(steps: Steps, run_id: int) -> None:
    run = Run.rows.everywhere().get(pk=run_id)
    rows = SetAsideRecord.rows.of(run.practice_id).select_related("connection")
    record = rows.filter(pk=run.subject or 0).first()
    if record is not None:
        _store(steps, run_id, record.connection, record.remote_id)


def _store(steps: Steps, run_id: int, connection: Connection, remote_id: str) -> None:
    there = remote(connection.connector)
    line = open_line(connection.pk, there.identity, steps.clock, interactive=True, run_id=run_id)
    asked_at = steps.clock.now()
    found = there.connector.read(line, remote_id)
    mirroring.store_batch(connection, [found], [], sweep=0, read_at=asked_at, now=steps.clock.now())
    runs.progress(run_id, done=1, total=1)


def _linked(run: Run) -> Mirror | None:
    """The mirror of a client's live link; None where somebody has ended it."""
    live = Link.rows.of(run.practice_id).filter(client_id=run.subject or 0, ended_at=None)
    link = live.select_related("mirror__connection").first()
    return None if link is None else link.mirror


def _subject(run: Run) -> Mirror:
    return Mirror.rows.of(run.practice_id).select_related("connection").get(pk=run.subject or 0)
