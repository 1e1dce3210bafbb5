"""The decisions that can be made of one suggestion, and what was decided last, so that it can be taken back."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from practicesync.core.actor import Actor
from practicesync.operations import linking, matching
from practicesync.queries.links import load_card
from practicesync.web.request import Request

Decision = Callable[[Actor, int, int, datetime], object]

DECISIONS: Mapping[str, Decision] = {
    "link": linking.link,
    "reject": matching.reject,
    "unlink": matching.undo_link,
    "unreject": matching.undo_reject,
}
"""By the word that a form sends."""

UNDO = {"link": "unlink", "reject": "unreject"}
WORDS = {
    "link": "are linked",
    "reject": "are two clients",
    "unlink": "are no longer linked",
    "unreject": "may be one client after all",
}


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision as it is told: of which suggestion, which word of `DECISIONS`, and in whose place on the page.

    The place is that of the proposal, also where another of its candidates was chosen.
    """

    id: int
    client_id: int
    client_name: str
    remote_name: str
    decision: str
    place: int

    @property
    def sentence(self) -> str:
        """What became of the two."""
        return WORDS[self.decision]

    @property
    def undo(self) -> str:
        """The decision that takes this one back; "" where it was one itself."""
        return UNDO.get(self.decision, "")

    @property
    def undone(self) -> bool:
        """Whether a decision was taken back."""
        return not self.undo


def told(decided: Decided) -> str:
    """A decision as it goes through an address, to where it can be taken back without a script."""
    return f"{decided.decision}-{decided.id}"


def read_decided(request: Request) -> Decided | None:
    """The decision that an address tells; None where it tells none that can be."""
    decision, _, key = request.GET.get("did", "").partition("-")
    if decision not in DECISIONS or not (key.isascii() and key.isdigit() and len(key) < 19):
        return None
    card = load_card(request.actor.practice_id, int(key))
    if card is None:
        return None
    return Decided(card.id, card.client_id, card.client_name, card.remote_name, decision, card.id)
