"""Replan: the links on which the sides differ, planned again by a policy that was changed. No network.

Each step goes on after the last link planned, so that a step that runs twice does no harm.
"""

from practicesync.flows.steps import Steps
from practicesync.operations import policies, runs
from practicesync.store.models import Run


def replan(steps: Steps, run_id: int) -> None:
    """The flow of the run `replan`."""
    if not steps.do("begin", lambda: runs.begin(run_id, steps.clock.now())):
        return
    at = looked = 0
    while True:
        at, more = steps.do(f"after {at}", _go_on, steps, run_id, at, looked)
        looked += more
        if not more:
            break
    steps.do("finish", lambda: runs.finish(run_id, steps.clock.now(), "policy_replanned", {"count": looked}))


def _go_on(steps: Steps, run_id: int, at: int, looked: int) -> tuple[int, int]:
    """One batch: where it ended, and how many links were in it; none where the run has ended."""
    run = Run.rows.everywhere().get(pk=run_id)
    if run.state not in runs.LIVE:
        return at, 0
    step = policies.replan_next(run, at, steps.clock.now())
    runs.progress(run_id, done=looked + step.looked, total=run.total)
    return step.at, step.looked
