"""What a flow does with an error: wait and try again, pause the run, or end it with its reason."""

from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

from practicesync.core.errors import Reconnect, Retry, SyncError, Throttled
from practicesync.flows.steps import Steps
from practicesync.operations import connecting, runs

T = TypeVar("T")

TRIES = 4
SHORT = 60.0
FACTOR = 3.0
LATER = 300.0


class Ended(Exception):
    """The run was paused or has ended; the flow returns."""


def persistently(steps: Steps, run_id: int, name: str, function: Callable[[], T], *, keep: bool = False) -> T:
    """Run a step; try again after short waits, pause the run before a long one, end it where trying does not help.

    `keep`: what the run holds must not be lost, so it is paused where others end: for a while where the remote does not
    answer, until somebody connects again where the connection no longer holds. Raises `Ended` where the run does not
    go on now.
    """
    for attempt in range(1, TRIES + 1):
        try:
            return steps.do(f"{name} {attempt}", function)
        except Retry as problem:
            last = attempt == TRIES
            if problem.after > SHORT or (last and (keep or isinstance(problem, Throttled))):
                pause(steps, run_id, problem, problem.after if problem.after > SHORT else LATER)
                raise Ended from problem
            if last:
                fail(steps, run_id, problem)
                raise Ended from problem
            steps.sleep(problem.after if isinstance(problem, Throttled) else problem.after * FACTOR ** (attempt - 1))
        except Reconnect as problem:
            _break(steps, run_id, problem)
            if keep:
                pause(steps, run_id, problem, None)
            else:
                fail(steps, run_id, problem)
            raise Ended from problem
        except SyncError as problem:
            fail(steps, run_id, problem)
            raise Ended from problem
    raise AssertionError("the last try ends the run or returns")


def pause(steps: Steps, run_id: int, problem: SyncError, seconds: float | None) -> None:
    """Let the run go on by itself after so long, or (None) once somebody has connected again."""

    def step() -> None:
        now = steps.clock.now()
        until = None if seconds is None else now + timedelta(seconds=seconds)
        runs.pause(run_id, until, problem.code, problem.detail, now)

    steps.do("pause", step)


def fail(steps: Steps, run_id: int, problem: SyncError) -> None:
    """End the run with its reason."""
    steps.do("fail", lambda: runs.fail(run_id, problem.code, problem.detail, steps.clock.now()))


def _break(steps: Steps, run_id: int, problem: Reconnect) -> None:
    """Say on the connection that somebody has to connect again."""
    steps.do(
        "break", lambda: connecting.break_connection(runs.connection_of(run_id), problem.detail, steps.clock.now())
    )
