"""Drawing up a long sheet, beside whoever asked for it. No network, and nothing is moved."""

from practicesync.core.errors import Invalid
from practicesync.flows.steps import Steps
from practicesync.flows.trouble import fail
from practicesync.operations import drawing, runs


def draw(steps: Steps, run_id: int) -> None:
    """The flow of the run `draw`."""
    if not steps.do("begin", lambda: runs.begin(run_id, steps.clock.now())):
        return
    try:
        steps.do("draw up", lambda: drawing.draw_for(run_id, steps.clock.now()))
    except Invalid as problem:
        fail(steps, run_id, problem)
        return
    steps.do("finish", lambda: runs.finish(run_id, steps.clock.now()))
