"""Why a client is not in sync, and where that is mended: a table with a row for every reason that can be given.

A reason is a code: for a client that needs somebody the `why` of its gravest row (`core.verdict`), else what stands in
the way as a whole. `state_words` words them; a test makes every reason and looks it up here.
"""

from collections.abc import Mapping
from enum import StrEnum

from practicesync.core.link_state import StateGroup


class Mend(StrEnum):
    """What a person does about it. The screens know where."""

    COMPARE = "compare"
    EDIT = "edit"
    RETRY = "retry"
    RELINK = "relink"
    READ_AGAIN = "read_again"
    CONNECT = "connect"
    LINK = "link"
    LOOK_AT_PLAN = "look_at_plan"
    FOLLOW = "follow"
    RULES = "rules"
    TAKE_BACK = "take_back"


REASONS: Mapping[StateGroup, Mapping[str, Mend]] = {
    StateGroup.FAILING: {
        "gone": Mend.RELINK,
        "unreadable": Mend.READ_AGAIN,
        "refused": Mend.EDIT,
        "stored_differently": Mend.COMPARE,
        "ignored": Mend.COMPARE,
        "unanswered": Mend.RETRY,
        "disconnected": Mend.CONNECT,
    },
    StateGroup.NEEDS_YOU: {
        "both_changed": Mend.COMPARE,
        "differs": Mend.COMPARE,
        "remote_changed": Mend.COMPARE,
        "local_changed": Mend.COMPARE,
        "blank_here": Mend.COMPARE,
        "blank_there": Mend.COMPARE,
        "local_wins": Mend.COMPARE,
        "remote_wins": Mend.COMPARE,
        "overridden": Mend.COMPARE,
        "would_blank": Mend.COMPARE,
        "would_remove": Mend.COMPARE,
        "would_return": Mend.COMPARE,
        "held": Mend.COMPARE,
        "archived": Mend.COMPARE,
        "untold": Mend.EDIT,
        "hidden": Mend.EDIT,
        "cannot": Mend.EDIT,
        "primary": Mend.COMPARE,
        "gone": Mend.RELINK,
    },
    StateGroup.MOVING: {
        "waiting": Mend.FOLLOW,
        "due": Mend.LOOK_AT_PLAN,
        "unread": Mend.READ_AGAIN,
    },
    StateGroup.EXCLUDED: {
        "set_aside": Mend.TAKE_BACK,
        "left_out": Mend.RULES,
        "kept_out": Mend.TAKE_BACK,
    },
    StateGroup.UNLINKED: {"unlinked": Mend.LINK},
    StateGroup.IN_SYNC: {},
}
"""What is done about each reason, by the group of states in which it is given."""

KNOWN = frozenset(code for reasons in REASONS.values() for code in reasons)
"""Every reason there is."""

RETRIED = frozenset({"refused", "stored_differently", "ignored", "unanswered", "unreadable"})
"""The troubles that trying once more may end."""


OF_A_WRITE = frozenset({"refused", "stored_differently", "ignored", "unanswered"})
"""The troubles of which XPM's own text tells more."""


def mend_of(group: StateGroup, reason: str) -> Mend | None:
    """What is done about it; None where nothing has to be."""
    return REASONS[group].get(reason)
