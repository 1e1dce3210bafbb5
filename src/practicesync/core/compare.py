"""Who moved: the state of one field from base, local and remote (always in this order)."""

from dataclasses import dataclass
from enum import StrEnum

from practicesync.core.fields import Field
from practicesync.core.kinds import Parts, Place


class State(StrEnum):
    """How the two sides of one field stand to each other."""

    SAME = "same"
    LOCAL_CHANGED = "local_changed"
    REMOTE_CHANGED = "remote_changed"
    BOTH_CHANGED = "both_changed"
    DIFFERS = "differs"

    __hash__ = str.__hash__  # Enum's own is written in Python, and a plan looks some hundred thousand of them up.


@dataclass(frozen=True, slots=True)
class Comparison:
    """A state, and what a person should know about it.

    `format_only`: the sides mean the same and are written differently. `untold`: the remote gives no value for a field
    that it may well hold. `hidden`: the remote's value is masked.
    """

    state: State
    format_only: bool = False
    untold: bool = False
    hidden: bool = False


SAME = Comparison(State.SAME)
_HIDDEN = Comparison(State.SAME, hidden=True)
_WRITTEN_DIFFERENTLY = Comparison(State.SAME, format_only=True)
_PLAIN = {state: Comparison(state) for state in State}


def compare(field: Field, base: Parts | None, local: Parts, remote: Parts | None, place: Place) -> Comparison:
    """Compare by meaning.

    `base` is None where the sides have never agreed, `remote` is None where it was not observed. What was not observed
    has not moved and is not cleared: with nothing here it is the same, with something here it differs. A value that the
    remote hides and the register never had is nothing to decide: it can be moved neither way.
    """
    if remote is None:
        return SAME if field.is_empty(local) else Comparison(State.DIFFERS, untold=True)
    if local == remote:
        return SAME
    kind = field.kind
    hidden = kind.is_masked(remote)
    if kind.same(local, remote, place):
        return _HIDDEN if hidden else _WRITTEN_DIFFERENTLY
    if hidden and field.is_empty(local) and field.is_empty(base):
        return _HIDDEN
    state = _mover(field, base, local, remote, place)
    return Comparison(state, hidden=True) if hidden else _PLAIN[state]


def _mover(field: Field, base: Parts | None, local: Parts, remote: Parts, place: Place) -> State:
    """Who moved, of two sides that differ."""
    if base is None:
        return State.DIFFERS
    if base == local:
        return State.REMOTE_CHANGED
    if base == remote:
        return State.LOCAL_CHANGED
    local_moved = not field.kind.same(base, local, place)
    remote_moved = not field.kind.same(base, remote, place)
    if local_moved and remote_moved:
        return State.BOTH_CHANGED
    if local_moved:
        return State.LOCAL_CHANGED
    if remote_moved:
        return State.REMOTE_CHANGED
    return State.DIFFERS
