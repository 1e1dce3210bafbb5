"""The state of a linked client as lists show it: derived from its plan, kept only as an index."""

from dataclasses import dataclass
from enum import StrEnum

from practicesync.core.compare import State
from practicesync.core.plan import Plan


class LinkState(StrEnum):
    """Where a register client stands towards the remote system; the first that holds, in this order."""

    FAILING = "failing"
    WAITING = "waiting"
    BOTH_CHANGED = "both_changed"
    DIFFERS = "differs"
    REMOTE_CHANGED = "remote_changed"
    LOCAL_CHANGED = "local_changed"
    IN_SYNC = "in_sync"
    UNREAD = "unread"
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


def tally(plan: Plan, *, pending: bool, failing: bool) -> Tally:
    """Sum a plan up. A contact that one side lacks counts as a difference."""
    counts = dict.fromkeys(State, 0)
    formats = 0
    for row in plan.rows():
        counts[row.state] += 1
        formats += row.comparison.format_only
    counts[State.DIFFERS] += len(plan.unpaired)
    found = {
        LinkState.FAILING: failing,
        LinkState.WAITING: pending,
        LinkState.BOTH_CHANGED: counts[State.BOTH_CHANGED],
        LinkState.DIFFERS: counts[State.DIFFERS],
        LinkState.REMOTE_CHANGED: counts[State.REMOTE_CHANGED],
        LinkState.LOCAL_CHANGED: counts[State.LOCAL_CHANGED],
    }
    return Tally(
        state=next((state for state, count in found.items() if count), LinkState.IN_SYNC),
        local_changed=counts[State.LOCAL_CHANGED],
        remote_changed=counts[State.REMOTE_CHANGED],
        both_changed=counts[State.BOTH_CHANGED],
        differs=counts[State.DIFFERS],
        format_only=formats,
    )
