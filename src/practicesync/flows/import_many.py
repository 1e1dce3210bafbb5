"""Import many clients of the remote: read what changed there since, then row by row what a person confirmed.

What changed is asked for in one call, so that a client archived, deleted or edited meanwhile is not brought in as it
was. Where the remote does not answer, the import goes by what was read last: it writes nothing there.
"""

import logging

from practicesync.core.errors import BadAnswer, SyncError
from practicesync.flows.line import open_line
from practicesync.flows.remote import remote
from practicesync.flows.steps import Steps
from practicesync.operations import automatic, mirroring, runs
from practicesync.operations import import_many as importing
from practicesync.store.models import Import, Run

log = logging.getLogger(__name__)

BATCH = 500


def import_many(steps: Steps, run_id: int) -> None:
    """The flow of the run `import`."""
    if not steps.do("begin", lambda: runs.begin(run_id, steps.clock.now())):
        return
    steps.do("read", lambda: _read_changes(steps, run_id))
    while steps.do("batch", lambda: importing.import_next(run_id, steps.clock.now())):
        pass
    steps.do("finish", lambda: importing.finish(run_id, steps.clock.now()))
    steps.do("move", lambda: automatic.request_after(run_id, steps.clock.now()))


def _read_changes(steps: Steps, run_id: int) -> int:
    """Store what changed since the last refresh; how many records that were."""
    run = Run.rows.everywhere().get(pk=run_id)
    found = Import.rows.of(run.practice_id).select_related("connection").get(pk=run.subject or 0)
    connection = found.connection
    if connection is None or connection.state != "connected" or connection.watermark is None:
        return 0
    there = remote(connection.connector)
    line = open_line(connection.pk, there.identity, steps.clock, interactive=True, run_id=run_id)
    asked_at = steps.clock.now()
    records = []
    try:
        for each in there.connector.changed_since(line, connection.watermark).slices:
            try:
                records.append(there.connector.decode(each))
            except BadAnswer as problem:
                log.warning("a record was set aside", extra={"reason": problem.detail})
    except SyncError as problem:
        log.warning("an import goes by what was read last", extra={"reason": problem.code})
    for start in range(0, len(records), BATCH):
        part = records[start : start + BATCH]
        mirroring.store_batch(connection, part, [], sweep=0, read_at=asked_at, now=steps.clock.now())
    return len(records)
