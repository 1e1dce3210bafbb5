"""Set aside: many clients at once, some hundred a transaction. No network.

Each step goes on after the last client that was done, so that a step that runs twice does no harm.
"""

from practicesync.flows.steps import Steps
from practicesync.operations import runs, setting_aside
from practicesync.store.models import Run


def set_aside(steps: Steps, run_id: int) -> None:
    """The flow of the runs `set_aside` and `take_back`."""
    if not steps.do("begin", lambda: runs.begin(run_id, steps.clock.now())):
        return
    at, before = 0, -1
    while at > before:
        before = at
        at = steps.do(f"after {at}", _go_on, steps, run_id, at)
    steps.do("finish", lambda: runs.finish(run_id, steps.clock.now()))


def _go_on(steps: Steps, run_id: int, at: int) -> int:
    run = Run.rows.everywhere().get(pk=run_id)
    if run.state not in runs.LIVE:
        return at
    reached = setting_aside.go_on(run, at, steps.clock.now())
    runs.progress(run_id, done=reached, total=run.total, changed=reached)
    return reached
