"""The state of a linked client as lists show it: derived from its plan, kept only as an index."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from practicesync.core.compare import State
from practicesync.core.plan import Plan
from practicesync.core.verdict import Move


class LinkState(StrEnum):
    """Where a register client stands towards the remote system; the first that holds, in this order.

    The order is stored (`ListedClient.rank`), so that a new state goes to the end.
    """

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
    LEFT_OUT = "left_out"
    KEPT_OUT = "kept_out"


class StateGroup(StrEnum):
    """What a firm counts: each client is in one of these."""

    NEEDS_YOU = "needs_you"
    FAILING = "failing"
    MOVING = "moving"
    IN_SYNC = "in_sync"
    EXCLUDED = "excluded"
    UNLINKED = "unlinked"


GROUPS: Mapping[StateGroup, frozenset[LinkState]] = {
    StateGroup.NEEDS_YOU: frozenset(
        {LinkState.BOTH_CHANGED, LinkState.DIFFERS, LinkState.REMOTE_CHANGED, LinkState.LOCAL_CHANGED}
    ),
    StateGroup.FAILING: frozenset({LinkState.FAILING}),
    StateGroup.MOVING: frozenset({LinkState.WAITING, LinkState.DUE, LinkState.UNREAD}),
    StateGroup.IN_SYNC: frozenset({LinkState.IN_SYNC}),
    StateGroup.EXCLUDED: frozenset({LinkState.SET_ASIDE, LinkState.LEFT_OUT, LinkState.KEPT_OUT}),
    StateGroup.UNLINKED: frozenset({LinkState.UNLINKED}),
}
"""The states of each group."""

NEEDS_PERSON = GROUPS[StateGroup.NEEDS_YOU]
"""The states in which somebody has to look."""


@dataclass(frozen=True, slots=True)
class Tally:
    """How many rows of one link are in which state, the state of the whole, and why it is that (`client_reasons`)."""

    state: LinkState
    local_changed: int = 0
    remote_changed: int = 0
    both_changed: int = 0
    differs: int = 0
    format_only: int = 0
    reason: str = ""


_BY_ROW: Mapping[LinkState, State] = {
    LinkState.BOTH_CHANGED: State.BOTH_CHANGED,
    LinkState.DIFFERS: State.DIFFERS,
    LinkState.REMOTE_CHANGED: State.REMOTE_CHANGED,
    LinkState.LOCAL_CHANGED: State.LOCAL_CHANGED,
}
"""The states that a link has by one of its rows, the gravest first."""


def tally(
    plan: Plan, *, pending: bool, failing: str = "", set_aside: bool = False, nothing_synced: bool = False
) -> Tally:
    """Sum a plan up. What is left as it is by a rule counts for nothing; what moves unasked needs nobody.

    `failing` is the code of a trouble, "" without one; `nothing_synced` says that the practice's level leaves
    everything out, so that sides that differ are not in sync only because nobody asks.
    """
    counts = dict.fromkeys(State, 0)
    needs: dict[State, str] = {}
    due = differing = False
    for row in plan.differences():
        differing = True
        if row.move is not Move.LEAVE:
            counts[row.state] += 1
            due = due or row.verdict.unasked
            if row.verdict.needs_person:
                needs.setdefault(row.state, row.why)
    if set_aside:
        state, reason = LinkState.SET_ASIDE, LinkState.SET_ASIDE.value
    elif failing:
        state, reason = LinkState.FAILING, failing
    elif pending:
        state, reason = LinkState.WAITING, LinkState.WAITING.value
    elif needs:
        state = next(state for state, by in _BY_ROW.items() if by in needs)
        reason = needs[_BY_ROW[state]]
    elif due:
        state, reason = LinkState.DUE, LinkState.DUE.value
    elif nothing_synced and differing:
        state, reason = LinkState.LEFT_OUT, LinkState.LEFT_OUT.value
    else:
        state, reason = LinkState.IN_SYNC, ""
    return Tally(
        state=state,
        local_changed=counts[State.LOCAL_CHANGED],
        remote_changed=counts[State.REMOTE_CHANGED],
        both_changed=counts[State.BOTH_CHANGED],
        differs=counts[State.DIFFERS],
        format_only=sum(row.comparison.format_only for row in plan.rows()),
        reason=reason,
    )
