"""Link many: every safe suggestion at once, a hundred clients in one transaction; and the links of such a run undone.

Each step goes on after the last one looked at, so that a step that runs twice links nobody twice.
"""

from collections.abc import Callable
from datetime import datetime

from practicesync.flows.steps import Steps
from practicesync.operations import automatic, matching, runs
from practicesync.operations.matching import Step
from practicesync.store.models import Run

Next = Callable[[Run, int, datetime], Step]


def link_many(steps: Steps, run_id: int) -> None:
    """The flow of the run `link_many`."""
    _through(steps, run_id, matching.link_next, "links_made")


def unlink_many(steps: Steps, run_id: int) -> None:
    """The flow of the run `unlink_many`."""
    _through(steps, run_id, matching.unlink_next, "links_unmade")


def _through(steps: Steps, run_id: int, following: Next, verb: str) -> None:
    """Step by step to the end, or until somebody cancels."""
    if not steps.do("begin", lambda: runs.begin(run_id, steps.clock.now())):
        return
    at, more = 0, True
    while more:
        at, more = steps.do(f"after {at}", _go_on, steps, run_id, following, at)
    steps.do("finish", lambda: _finish(steps, run_id, verb))


def _go_on(steps: Steps, run_id: int, following: Next, at: int) -> tuple[int, bool]:
    """One batch: where it ended, and whether there may be more; there is none where the run has ended."""
    run = Run.rows.everywhere().get(pk=run_id)
    if run.state not in runs.LIVE:
        return at, False
    step = following(run, at, steps.clock.now())
    runs.progress(run_id, done=matching.gone_through(run, step.at), total=run.total, changed=matching.done_by(run))
    return step.at, step.looked > 0


def _finish(steps: Steps, run_id: int, verb: str) -> None:
    run = Run.rows.everywhere().get(pk=run_id)
    runs.finish(run_id, steps.clock.now(), verb, {"count": matching.done_by(run)})
    automatic.request_after(run_id, steps.clock.now())
