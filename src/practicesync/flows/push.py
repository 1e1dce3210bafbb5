"""Pushes of a run, carried to their end: batch by batch, within the budget, over every interruption.

next batch → read (one list for all, or each client) → look, intents stored → write, 4 at once → verify → settle
     └────────────────────── until nothing is left, with waits for limits and lost answers ──────────────────┘
"""

from collections.abc import Mapping
from dataclasses import asdict
from functools import partial
from typing import Any

from practicesync.core.errors import Unavailable
from practicesync.flows.push_batch import Round, one_round
from practicesync.flows.push_reading import Trust
from practicesync.flows.steps import Steps
from practicesync.flows.trouble import Ended, pause, persistently
from practicesync.operations import pushing

LONGEST = 240.0
"""Seconds that are slept through; a run that has to wait longer is paused."""

BLOCKED = 20
"""So many rounds with nothing to do but wait for another run's pushes, and the run is paused for a while."""


def send_all(steps: Steps, run_id: int) -> None:
    """Carry every open push of the run to its end. Raises `Ended` where the run was paused or has ended."""
    steps.do("adopt", lambda: pushing.adopt(run_id))
    trust, number, idle = Trust(), 0, 0
    while True:
        number += 1
        step = partial(_round, steps, run_id, trust)
        told = persistently(steps, run_id, f"push {number}", step, keep=True)
        if told["state"] == "ended":
            raise Ended
        if told["state"] == "done":
            return
        trust = Trust(**told["trust"])
        idle = idle + 1 if told["state"] == "behind" else 0
        if told["wait"]:
            _wait(steps, run_id, float(told["wait"]), idle)


def _round(steps: Steps, run_id: int, trust: Trust) -> Mapping[str, Any]:
    """One round, as its step keeps it."""
    found: Round = one_round(steps, run_id, trust)
    return {"state": found.state, "wait": found.wait, "trust": asdict(found.trust)}


def _wait(steps: Steps, run_id: int, seconds: float, idle: int) -> None:
    if seconds > LONGEST or idle > BLOCKED:
        problem = Unavailable("Another run is writing to the same clients.", after=max(seconds, 60.0))
        pause(steps, run_id, problem, problem.after)
        raise Ended
    steps.sleep(seconds)
