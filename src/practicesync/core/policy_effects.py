"""What a change of policy does to a difference: what the new policy makes of it beside what the one that holds does."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import NamedTuple

from practicesync.core.policy_words import Choice
from practicesync.core.verdict import BLANK_HERE, BLANK_THERE, Move, Verdict


class Effect(StrEnum):
    """Something that a new policy does and the one before it does not."""

    BLANKS = "blanks"
    OVERWRITES_HERE = "overwrites_here"
    OVERWRITES_THERE = "overwrites_there"
    COMES_IN = "comes_in"
    GOES_OUT = "goes_out"
    STOPS = "stops"
    ASKS = "asks"
    LEAVES = "leaves"
    WITHDRAWS = "withdraws"
    OFFERS = "offers"


class Fate(NamedTuple):
    """One sort of difference under two policies. `facts` are those by which it is judged."""

    before: Verdict
    after: Verdict
    facts: int


def comes_in(verdict: Verdict) -> bool:
    """Whether the register takes it by itself."""
    return verdict.unasked and verdict.move is Move.PULL


def goes_out(verdict: Verdict) -> bool:
    """Whether it is sent by itself."""
    return verdict.unasked and verdict.move is Move.PUSH


def waits(verdict: Verdict) -> bool:
    """Whether somebody has to choose."""
    return verdict.needs_person


def leaves(verdict: Verdict) -> bool:
    """Whether it is nobody's business."""
    return verdict.move is Move.LEAVE


def effects(fate: Fate) -> frozenset[Effect]:
    """Everything that becomes different for differences of this sort."""
    return frozenset(effect for effect, holds in _HOLDS.items() if holds(fate))


def _newly(holds: Callable[[Verdict], bool]) -> Callable[[Fate], bool]:
    return lambda fate: holds(fate.after) and not holds(fate.before)


_in, _out = _newly(comes_in), _newly(goes_out)


def _blanks(fate: Fate) -> bool:
    return bool((_in(fate) and fate.facts & BLANK_THERE) or (_out(fate) and fate.facts & BLANK_HERE))


def _both_told(fate: Fate) -> bool:
    return not fate.facts & (BLANK_HERE | BLANK_THERE)


_HOLDS: Mapping[Effect, Callable[[Fate], bool]] = {
    Effect.BLANKS: _blanks,
    Effect.OVERWRITES_HERE: lambda fate: _in(fate) and _both_told(fate),
    Effect.OVERWRITES_THERE: lambda fate: _out(fate) and _both_told(fate),
    Effect.COMES_IN: _in,
    Effect.GOES_OUT: _out,
    Effect.STOPS: lambda fate: fate.before.unasked and not fate.after.unasked,
    Effect.ASKS: _newly(waits),
    Effect.LEAVES: _newly(leaves),
    Effect.WITHDRAWS: lambda fate: fate.before.can_pull and not fate.after.can_pull,
    Effect.OFFERS: lambda fate: fate.after.can_pull and not fate.before.can_pull,
}

EFFECT_WORDS: Mapping[Effect, Choice] = {
    Effect.BLANKS: Choice("Will be blanked", "A value is emptied, because the other side emptied it."),
    Effect.OVERWRITES_HERE: Choice(
        "Will be overwritten in the register", "The register's value gives way to XPM's with the next automatic run."
    ),
    Effect.OVERWRITES_THERE: Choice(
        "Will be overwritten in XPM", "XPM's value gives way to the register's with the next automatic run."
    ),
    Effect.COMES_IN: Choice(
        "Will come into the register by themselves", "Taken from XPM with the next automatic run, without being asked."
    ),
    Effect.GOES_OUT: Choice(
        "Will go to XPM by themselves", "Sent to XPM with the next automatic run, without being asked."
    ),
    Effect.STOPS: Choice("Will no longer move by themselves", "They move by themselves today."),
    Effect.ASKS: Choice("Will wait for a person", "Nobody has to look at them today."),
    Effect.LEAVES: Choice(
        "Will be left as they are", "The sides go on differing; nothing moves, and nobody is asked about it."
    ),
    Effect.WITHDRAWS: Choice(
        "Can no longer be taken from XPM", "The screens no longer offer it, because it would overwrite the register."
    ),
    Effect.OFFERS: Choice("Can be taken from XPM again", "The screens offer it again to whoever may sync."),
}
"""In the order of screens: what deserves the most attention first."""
