"""Sync: carry out the pushes of one person's choices, each looked at, sent and verified."""

from practicesync.flows.push import send_all
from practicesync.flows.steps import Steps
from practicesync.flows.trouble import Ended
from practicesync.operations import runs


def sync(steps: Steps, run_id: int) -> None:
    """The flow of the run `sync`."""
    if not steps.do("begin", lambda: runs.begin(run_id, steps.clock.now())):
        return
    try:
        send_all(steps, run_id)
    except Ended:
        return
    steps.do("finish", lambda: runs.finish(run_id, steps.clock.now()))
