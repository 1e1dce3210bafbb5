"""Applying a sheet: the register's share first, then the writes to the remote.

Killed anywhere, it goes on: a line that is done says so, and a push that was queued is never queued again.
"""

from collections.abc import Mapping

from practicesync.flows.push import send_all
from practicesync.flows.steps import Steps
from practicesync.flows.trouble import Ended
from practicesync.operations import runs, sheets
from practicesync.store.models import Run


def apply(steps: Steps, run_id: int) -> None:
    """The flow of the run `apply`."""
    if not steps.do("begin", lambda: runs.begin(run_id, steps.clock.now())):
        return
    sheet_id = steps.do("sheet", lambda: _sheet_of(run_id))
    try:
        counts = carry_out(steps, run_id, sheet_id)
    except Ended:
        return
    facts = {"done": counts.get("done", 0), "total": sum(counts.values())}
    steps.do("finish", lambda: runs.finish(run_id, steps.clock.now(), "applied", facts))


def carry_out(steps: Steps, run_id: int, sheet_id: int) -> Mapping[str, int]:
    """Carry out every line of a sheet; how many ended how. Raises `Ended` where the run was paused or has ended."""
    while steps.do("pull", lambda: sheets.pull_batch(sheet_id, run_id, steps.clock.now())):
        pass
    while steps.do("queue", lambda: sheets.queue_batch(sheet_id, run_id, steps.clock.now())):
        pass
    try:
        send_all(steps, run_id)
    except Ended:
        steps.do("close", lambda: _close(sheet_id, run_id, steps))
        raise
    counts: Mapping[str, int] = steps.do("conclude", lambda: sheets.finish(sheet_id, run_id, steps.clock.now()))
    return counts


def _close(sheet_id: int, run_id: int, steps: Steps) -> None:
    """A run that failed or was cancelled goes no further, so its lines tell what became of them; a paused one does."""
    if not runs.is_live(run_id):
        sheets.finish(sheet_id, run_id, steps.clock.now())


def _sheet_of(run_id: int) -> int:
    return Run.rows.everywhere().values_list("subject", flat=True).get(pk=run_id) or 0
