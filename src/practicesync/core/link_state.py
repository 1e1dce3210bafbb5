"""The state of a linked client as lists show it: derived from its plan, kept only as an index."""

from dataclasses import dataclass
from enum import StrEnum

from practicesync.core.compare import State
from practicesync.core.plan import Plan
from practicesync.core.verdict import Move


class LinkState(StrEnum):
    """Where a register client stands towards the remote system; the first that holds, in this order."""

    FAILING = "failing"
    WAITING = "waiting"
    BOTH_CHANGED = "both_changed"
    DIFFERS = "differs"
    REMOTE_CHANGED = "remote_changed"
    LOCAL_CHANGED = "local_changed"
    DUE = "due"
    IN_SYNC = "in_sync"
    UNREAD = "unread"
    SET_ASIDE = "set_aside"
    UNLINKED = "unlinked"


NEEDS_PERSON = frozenset({LinkState.BOTH_CHANGED, LinkState.DIFFERS, LinkState.REMOTE_CHANGED, LinkState.LOCAL_CHANGED})
"""The states in which somebody has to look."""


@dataclass(frozen=True, slots=True)
class Tally:
    """How many rows of one link are in which state, and the state of the whole."""

    state: LinkState
    local_changed: int = 0
    remote_changed: int = 0
    both_changed: int = 0
    differs: int = 0
    format_only: int = 0


def tally(plan: Plan, *, pending: bool, failing: bool, set_aside: bool = False) -> Tally:
    """Sum a plan up. What is left as it is by a rule counts for nothing; what moves unasked needs nobody."""
    counts = dict.fromkeys(State, 0)
    needs: set[State] = set()
    due = False
    for row in plan.differences():
        if row.move is not Move.LEAVE:
            counts[row.state] += 1
            due = due or row.verdict.unasked
            if row.verdict.needs_person:
                needs.add(row.state)
    found = {
        LinkState.SET_ASIDE: set_aside,
        LinkState.FAILING: failing,
        LinkState.WAITING: pending,
        LinkState.BOTH_CHANGED: State.BOTH_CHANGED in needs,
        LinkState.DIFFERS: State.DIFFERS in needs,
        LinkState.REMOTE_CHANGED: State.REMOTE_CHANGED in needs,
        LinkState.LOCAL_CHANGED: State.LOCAL_CHANGED in needs,
        LinkState.DUE: due,
    }
    return Tally(
        state=next((state for state, holds in found.items() if holds), LinkState.IN_SYNC),
        local_changed=counts[State.LOCAL_CHANGED],
        remote_changed=counts[State.REMOTE_CHANGED],
        both_changed=counts[State.BOTH_CHANGED],
        differs=counts[State.DIFFERS],
        format_only=sum(row.comparison.format_only for row in plan.rows()),
    )
