"""Imports from files: rows checked, carried out and taken back, a batch a step.

Nothing here goes on the network. What a killed flow left undone is known by its rows, so that a step that runs twice
takes up the next ones.
"""

from practicesync.flows.steps import Steps
from practicesync.operations import automatic, import_apply, runs
from practicesync.operations import import_check as checking
from practicesync.operations import import_undo as undoing


def import_check(steps: Steps, run_id: int) -> None:
    """The flow of the run `import_check`: every row gets a verdict."""
    if steps.do("begin", lambda: runs.begin(run_id, steps.clock.now())):
        steps.do("check", lambda: dict(checking.check(run_id)))
        steps.do("finish", lambda: runs.finish(run_id, steps.clock.now()))


def import_file(steps: Steps, run_id: int) -> None:
    """The flow of the run `import_file`: the rows become clients, or move values of clients."""
    if steps.do("begin", lambda: runs.begin(run_id, steps.clock.now())):
        while steps.do("batch", lambda: import_apply.apply_batch(run_id, steps.clock.now())):
            pass
        steps.do("finish", lambda: import_apply.finish(run_id, steps.clock.now()))
        steps.do("move", lambda: automatic.request_after(run_id, steps.clock.now()))


def import_undo(steps: Steps, run_id: int) -> None:
    """The flow of the run `import_undo`: what the import did is taken back, where that can be."""
    if steps.do("begin", lambda: runs.begin(run_id, steps.clock.now())):
        while steps.do("batch", lambda: undoing.undo_batch(run_id, steps.clock.now())):
            pass
        steps.do("finish", lambda: undoing.finish(run_id, steps.clock.now()))
        steps.do("move", lambda: automatic.request_after(run_id, steps.clock.now()))
