"""What a row of the board is: a bug, and what is asked to find it."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Named:
    """Tests of `./run test` by their names, run in this order to the first failure."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Schedules:
    """Schedules of the simulation from the first seed on, run to the first broken promise."""

    count: int


Detector = Named | Schedules


@dataclass(frozen=True, slots=True)
class Bug:
    """A bug. `file` is below src/practicesync and holds `text` exactly once; `asked` are its detectors in order."""

    name: str
    breaks: str
    file: str
    text: str
    replacement: str
    asked: Sequence[Detector]


def named(*names: str) -> Named:
    """Tests told as `core/test_plan::test_who_moved`, with or without one of its cases in brackets."""
    return Named(tuple(f"tests/{name.replace('::', '.py::', 1)}" for name in names))


SCHEDULES = Schedules(4)
