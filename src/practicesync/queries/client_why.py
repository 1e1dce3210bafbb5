"""Why a client stands as it does towards the remote system, for its own screens."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from practicesync.core.client_reasons import OF_A_WRITE, REASONS, Mend, mend_of
from practicesync.core.link_state import GROUPS, LinkState, StateGroup
from practicesync.store.models import KeptOut, Link


@dataclass(frozen=True, slots=True)
class Why:
    """The state with its reason. `detail` is what XPM or a person said of it, `by` and `at` who and when."""

    state: LinkState
    reason: str
    detail: str = ""
    by: str = ""
    at: datetime | None = None

    @property
    def group(self) -> StateGroup:
        """What the firm counts it under; a link to nowhere is failing whatever its sides say."""
        return StateGroup.FAILING if self.reason == "disconnected" else group_of(self.state)

    @property
    def mend(self) -> Mend | None:
        """What is done about it; None where nothing has to be."""
        return mend_of(self.group, self.reason)

    @property
    def is_excluded(self) -> bool:
        """Whether a person took it out of the way."""
        return self.reason in ("set_aside", "kept_out")


def group_of(state: LinkState) -> StateGroup:
    """The group that a state belongs to."""
    return next(group for group, states in GROUPS.items() if state in states)


def load_why(practice_id: int, client_id: int) -> Why:
    """Why this client of the practice stands as it does, in at most two queries."""
    links: Any = Link.rows.of(practice_id).filter(client_id=client_id, ended_at=None)
    link = links.select_related("connection").order_by("-pk").first()
    if link is None:
        out = KeptOut.rows.of(practice_id).filter(client_id=client_id).first()
        if out is None:
            return Why(LinkState.UNLINKED, LinkState.UNLINKED.value)
        return Why(LinkState.KEPT_OUT, LinkState.KEPT_OUT.value, out.why, out.said_by, out.said_at)
    state = LinkState(link.state)
    if state is LinkState.SET_ASIDE:
        return Why(state, link.reason, link.set_aside_why, link.set_aside_by, link.set_aside_at)
    if link.connection.state == "ended":
        return Why(state, "disconnected", link.connection.organisation_name)
    known = link.reason if link.reason in REASONS[group_of(state)] else ""
    return Why(state, known, link.failing if known in OF_A_WRITE else "")
