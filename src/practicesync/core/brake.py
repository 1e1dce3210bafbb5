"""The brake: a run that would do too much, or a reading that is hard to believe, stops and asks a person.

All numbers of that sort stand here or in a practice's policy (`policy.Brake`). A bound is a count of clients, or a part
of those there are, whichever is more: a small firm is not stopped by a handful, a large one not by its daily work.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from practicesync.core.fields import Values
from practicesync.core.policy import Brake
from practicesync.core.push import Act
from practicesync.core.verdict import BLANK_THERE, CAN_PUSH, HELD, UNTOLD

FALL = Brake(lost=25, percent=2)
"""How many records a complete list may lack of those that were there before, and still be believed."""

LEFT_OUT = Brake(lost=5, percent=1)
"""Of how many clients the remote may leave out what it told before, and still be believed."""


class Cause(StrEnum):
    """Why the brake holds, the gravest first."""

    LEFT_OUT = "left_out"
    LOST = "lost"
    CHANGED = "changed"
    FALL = "fall"


class Halt(NamedTuple):
    """One reason to stop: `clients` of `of`, where `allowed` are. `what` is the label of what was left out."""

    cause: Cause
    clients: int
    of: int
    allowed: int
    what: str = ""


@dataclass(frozen=True, slots=True)
class Load:
    """What a run would do unasked, in clients: how many are linked, how many it changes, how many lose something by it.

    `left_out` tells of how many the remote left out something that both sides had, by the label of that.
    """

    linked: int
    changed: int
    lost: int
    left_out: Mapping[str, int] = field(default_factory=dict)


def allowed(least: int, percent: int, of: int) -> int:
    """The bound: a count, or the part of `of`, whichever is more."""
    return max(least, of * percent // 100)


def halts(load: Load, brake: Brake) -> tuple[Halt, ...]:
    """Why a run must not begin, the gravest reason first; nothing where it may."""
    return tuple(sorted(_reasons(load, brake), key=lambda halt: (list(Cause).index(halt.cause), -halt.clients)))


def _reasons(load: Load, brake: Brake) -> Iterable[Halt]:
    told = allowed(LEFT_OUT.lost, LEFT_OUT.percent, load.linked)
    for what, count in load.left_out.items():
        if count > told:
            yield Halt(Cause.LEFT_OUT, count, load.linked, told, what)
    for cause, count, least in (
        (Cause.LOST, load.lost, brake.lost),
        (Cause.CHANGED, load.changed, brake.changed),
    ):
        bound = allowed(least, brake.percent, load.linked)
        if count > bound:
            yield Halt(cause, count, load.linked, bound)


def fallen(missed: int, held: int) -> Halt | None:
    """Whether a complete list lacks too much of the `held` records that were there; an empty one always does."""
    bound = max(min(FALL.lost, held // 2), held * FALL.percent // 100)
    return Halt(Cause.FALL, missed, held, bound) if missed > bound else None


def takes_away(act: Act, before: Values, after: Values) -> bool:
    """Whether a move blanks what stood on the side that it writes, or takes something whole away from it."""
    if act in (Act.REMOVE, Act.ARCHIVE):
        return True
    return act is Act.UPDATE and any(before.values()) and not any(after.values())


def is_left_out(facts: int) -> bool:
    """Whether the remote no longer tells a value that both sides once had, and nobody has looked at that."""
    return facts & (UNTOLD | CAN_PUSH | BLANK_THERE | HELD) == UNTOLD | CAN_PUSH
