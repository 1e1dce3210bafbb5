"""Leave: the lines of a run that the brake stopped, left as they are, some hundred clients a step. No network."""

from practicesync.flows.steps import Steps
from practicesync.operations import leaving, runs


def leave(steps: Steps, run_id: int) -> None:
    """The flow of the run `leave`; its subject is the sheet."""
    if not steps.do("begin", lambda: runs.begin(run_id, steps.clock.now())):
        return
    while steps.do("leave", lambda: leaving.leave_next(run_id, steps.clock.now())):
        pass
    steps.do("finish", lambda: runs.finish(run_id, steps.clock.now()))
