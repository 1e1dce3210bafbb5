"""Read one remote client again that is about to be imported, for somebody who looks at it."""

from practicesync.flows.line import open_line
from practicesync.flows.remote import remote
from practicesync.flows.steps import Steps
from practicesync.flows.trouble import Ended, persistently
from practicesync.operations import mirroring, runs
from practicesync.store.models import Mirror, Run


def look(steps: Steps, run_id: int) -> None:
    """The flow of the run `look`; its subject is the mirror."""
    if not steps.do("begin", lambda: runs.begin(run_id, steps.clock.now())):
        return
    try:
        persistently(steps, run_id, "read", lambda: _read(steps, run_id))
    except Ended:
        return
    steps.do("finish", lambda: runs.finish(run_id, steps.clock.now()))


def _read(steps: Steps, run_id: int) -> None:
    run = Run.rows.everywhere().get(pk=run_id)
    mirror = Mirror.rows.of(run.practice_id).select_related("connection").get(pk=run.subject or 0)
    there = remote(mirror.connection.connector)
    line = open_line(mirror.connection_id, there.identity, steps.clock, interactive=True, run_id=run_id)
    asked_at = steps.clock.now()
    found = there.connector.read(line, mirror.remote_id)
    mirroring.store_batch(mirror.connection, [found], [], sweep=0, read_at=asked_at)
    runs.progress(run_id, done=1, total=1)
