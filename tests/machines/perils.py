"""What a process of the machine goes through: a network to lose, a clock that is wrong, points at which it may die."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ParamSpec, TypeVar

import httpx2

from in_process import InProcess
from practicesync.flows.steps import DirectSteps
from xpm_sandbox.clock import ControlledClock

P = ParamSpec("P")
T = TypeVar("T")


class Killed(BaseException):
    """The process died here."""


class Peril:
    """When the next process dies: after so many points at which it could."""

    def __init__(self) -> None:
        self.left: int | None = None
        self.between: list[Callable[[], None]] = []

    def point(self) -> None:
        """A point at which a kill may come."""
        if self.left is not None:
            if self.left == 0:
                self.left = None
                raise Killed
            self.left -= 1

    def before_write(self) -> None:
        """What somebody else does between our look and our write."""
        while self.between:
            self.between.pop()()


class Network(InProcess):
    """The way to the sandbox, with a point to die at on either side of each call."""

    peril: Peril

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        self.peril.point()
        if request.method in ("PUT", "POST") and "practicemanager" in request.url.path:
            self.peril.before_write()
        response = super().handle_request(request)
        self.peril.point()
        return response


@dataclass
class OurClock:
    """Our machine's clock, which may be wrong and may be put right."""

    theirs: ControlledClock
    offset: timedelta = timedelta()

    def now(self) -> datetime:
        return self.theirs.now() + self.offset

    def sleep(self, seconds: float) -> None:
        self.theirs.advance(seconds)


class MortalSteps(DirectSteps):
    """Steps that may be the last."""

    peril: Peril

    def do(self, name: str, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        self.peril.point()
        result = super().do(name, function, *args, **kwargs)
        self.peril.point()
        return result
