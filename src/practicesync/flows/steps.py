"""What a flow is written against: durable steps, durable waits and a clock.

A flow is a plain function `def refresh(steps: Steps, run_id: int) -> None`. Whatever touches the world happens within
`steps.do`; what stands between the steps only decides, and decides the same when it runs again.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ParamSpec, Protocol, TypeVar

from practicesync.core.errors import SyncError
from practicesync.flows.clock import Clock

P = ParamSpec("P")
T = TypeVar("T")


class Steps(Protocol):
    """The seam between flows and whatever makes them durable."""

    @property
    def clock(self) -> Clock:
        """Tells the time and waits. A moment that a flow decides by is taken within a step."""

    def do(self, name: str, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run one step: at least once, and never again once its result is kept.

        The result is JSON (what was a tuple comes back as a list), small, and holds no secret and no body. Raises what
        the function raises; a `SyncError` is kept like a result, so that the flow decides about it once.
        """

    def sleep(self, seconds: float) -> None:
        """Wait; a wait that was begun is not begun anew after a restart."""

    def beside(self, functions: Sequence[Callable[[], T]]) -> list[T]:
        """Within a step: call these beside each other where that can be, and return their results in this order.

        Each must get by without the others, and raise nothing that it is expected to meet. Not within a transaction.
        """


Flow = Callable[[Steps, int], None]
"""A flow takes its steps and the id of its run."""


class DirectSteps:
    """Steps that just run, in this very thread and without a memory: for the shell, tests and simulations.

    A simulation subclasses it to end the flow between any two steps.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    @property
    def clock(self) -> Clock:
        """The clock that was given."""
        return self._clock

    def do(self, name: str, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run the function. Its result takes the way through JSON that it would take elsewhere."""
        result: T = reopen(keep(lambda: function(*args, **kwargs)))
        return result

    def sleep(self, seconds: float) -> None:
        """Wait by the clock."""
        self._clock.sleep(seconds)

    def beside(self, functions: Sequence[Callable[[], T]]) -> list[T]:
        """One after the other, so that whoever runs this twice sees the same."""
        return [function() for function in functions]


def keep(function: Callable[[], object]) -> str:
    """The outcome of a step as JSON text: its result, or the `SyncError` that it raised. Other errors pass through.

    Raises `TypeError` for a result that is not JSON.
    """
    try:
        outcome: dict[str, object] = {"result": function()}
    except SyncError as error:
        outcome = {"error": type(error).__name__, "facts": vars(error)}
    return json.dumps(outcome, separators=(",", ":"), ensure_ascii=False)


def reopen(kept: str) -> Any:
    """The result that `keep` kept; raises the error that it kept."""
    outcome = json.loads(kept)
    if "error" in outcome:
        raise _error(outcome["error"], outcome["facts"])
    return outcome["result"]


def _error(name: str, facts: Mapping[str, object]) -> SyncError:
    """An error is its class and its attributes, whatever its constructor takes."""
    found = _class_named(SyncError, name) or SyncError
    error = found.__new__(found)
    error.args = (facts.get("detail", ""),)
    vars(error).update(facts)
    return error


def _class_named(base: type[SyncError], name: str) -> type[SyncError] | None:
    if base.__name__ == name:
        return base
    return next((found for each in base.__subclasses__() if (found := _class_named(each, name))), None)
