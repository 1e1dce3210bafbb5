"""How the groups of states, the reasons why a client is not in sync, and what is done about them are told."""

from collections.abc import Mapping

from practicesync.core.client_reasons import Mend
from practicesync.core.link_state import LinkState, StateGroup
from practicesync.core.words import LINK_WORDS, WHY_WORDS, Wording

GROUP_WORDS: Mapping[StateGroup, Wording] = {
    StateGroup.NEEDS_YOU: Wording("Needs you", "Something differs, and somebody has to choose.", "bad", "user-check"),
    StateGroup.FAILING: Wording("Failing", "Something keeps it from syncing, and says what.", "bad", "alert-triangle"),
    StateGroup.MOVING: Wording("Waiting", "It moves by itself.", "wait", "clock"),
    StateGroup.IN_SYNC: LINK_WORDS[LinkState.IN_SYNC],
    StateGroup.EXCLUDED: Wording("Excluded", "Left out on purpose, and says by whom or what.", "quiet", "ban"),
    StateGroup.UNLINKED: LINK_WORDS[LinkState.UNLINKED],
}

REASON_WORDS: Mapping[str, str] = {
    **WHY_WORDS,
    "gone": "XPM no longer has this client. Link the record that took its place, or disconnect it.",
    "unreadable": "XPM sent this client's record in a form that cannot be read; what is shown is older.",
    "refused": "XPM does not take a value. Mend it, then try again.",
    "stored_differently": "XPM stored another value than the one sent. Choose which one holds.",
    "ignored": "XPM said yes and kept its own value. Change it there by hand, or take its value.",
    "unanswered": "XPM gave no clear answer, however often it was asked. Try again.",
    "disconnected": "It is linked to an XPM organisation that is no longer connected.",
    "waiting": "A value is on its way to XPM.",
    "due": "What differs moves by itself with the next automatic run.",
    "unread": "XPM has not been read since this client was linked, or connected again.",
    "set_aside": "Somebody took it out of the way; nothing moves until it is taken back.",
    "left_out": "Your firm's level leaves this out.",
    "kept_out": "Somebody said that it is not to be in XPM.",
    "unlinked": "It is not tied to a client in XPM.",
}
"""Why a client is not in sync (`client_reasons`)."""

MEND_WORDS: Mapping[Mend, str] = {
    Mend.COMPARE: "Compare the two",
    Mend.EDIT: "Mend it in the register",
    Mend.RETRY: "Try again",
    Mend.RELINK: "Link another record",
    Mend.READ_AGAIN: "Read it again",
    Mend.CONNECT: "See the connection",
    Mend.LINK: "Link it",
    Mend.LOOK_AT_PLAN: "See the plan",
    Mend.FOLLOW: "Follow it",
    Mend.RULES: "See the rules",
    Mend.TAKE_BACK: "Take it back",
}
