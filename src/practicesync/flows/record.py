"""Read one linked client again, for somebody who looks at it."""

from practicesync.flows.line import open_line
from practicesync.flows.remote import remote
from practicesync.flows.steps import Steps
from practicesync.flows.trouble import Ended, persistently
from practicesync.operations import mirroring, runs
from practicesync.store.models import Link, Run


def record(steps: Steps, run_id: int) -> None:
    """The flow of the run `record`."""
    if not steps.do("begin", lambda: runs.begin(run_id, steps.clock.now())):
        return
    try:
        persistently(steps, run_id, "read", lambda: _read(steps, run_id))
    except Ended:
        return
    steps.do("finish", lambda: runs.finish(run_id, steps.clock.now()))


def _read(steps: Steps, run_id: int) -> None:
    run = Run.rows.everywhere().get(pk=run_id)
    link = (
        Link.rows.of(run.practice_id)
        .select_related("connection", "mirror")
        .filter(client_id=run.subject or 0, ended_at=None)
        .first()
    )
    if link is None:
        return
    there = remote(link.connection.connector)
    line = open_line(link.connection_id, there.identity, steps.clock, interactive=True, run_id=run_id)
    asked_at = steps.clock.now()
    found = there.connector.read(line, link.mirror.remote_id)
    mirroring.store_batch(link.connection, [found], [], sweep=0, read_at=asked_at)
    runs.progress(run_id, done=1, total=1)
