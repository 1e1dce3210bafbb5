"""Automatic: what the practice's policy lets move unasked, drawn up as a sheet and carried out like any other.

due → a sheet → too much? then it waits for a person, and nothing is written → register first, then XPM
"""

from practicesync.flows.apply import carry_out
from practicesync.flows.steps import Steps
from practicesync.flows.trouble import Ended
from practicesync.operations import automatic as drawing
from practicesync.operations import runs


def automatic(steps: Steps, run_id: int) -> None:
    """The flow of the run `automatic`."""
    if not steps.do("begin", lambda: runs.begin(run_id, steps.clock.now())):
        return
    sheet_id, halt = steps.do("draw up", _draw_up, steps, run_id)
    if halt:
        steps.do("brake", lambda: runs.fail(run_id, "braked", halt, steps.clock.now()))
        return
    done = total = 0
    if sheet_id is not None:
        try:
            counts = carry_out(steps, run_id, sheet_id)
        except Ended:
            return
        done, total = counts.get("done", 0), sum(counts.values())
    steps.do("finish", lambda: drawing.finish(run_id, sheet_id, done, total, steps.clock.now()))


def _draw_up(steps: Steps, run_id: int) -> tuple[int | None, str]:
    drawn = drawing.draw_up(run_id, steps.clock.now())
    return drawn.sheet_id, drawn.halt
