"""Before a client is added: who is here already, or in XPM, and looks the same. Nobody is added twice unseen."""

from dataclasses import dataclass

from practicesync.core.matching import Pile
from practicesync.queries.lookalikes import Lookalike, Side, lookalikes
from practicesync.web.request import Request
from practicesync.web.screens.edit.form import Sent

ANYWAY = "anyway"
"""The button by which a person says that it is none of those that were shown; its value names them."""


@dataclass(frozen=True, slots=True)
class Alike:
    """Who looks the same; `decided` where there is nobody, or the person has seen all of them."""

    found: tuple[Lookalike, ...]
    decided: bool

    @property
    def names(self) -> str:
        """Those that are shown, for the button that passes over them."""
        return ",".join(sorted(map(_name, self.found)))

    @property
    def to_import(self) -> tuple[Lookalike, ...]:
        """Those that are in XPM alone."""
        return tuple(each for each in self.found if each.side is Side.REMOTE and not each.linked_client_id)


def find_alike(request: Request, sent: Sent) -> Alike:
    """Who looks like the client that a form describes."""
    contacts = [edit.values for _, edit in sent.edits]
    found = lookalikes(request.actor.practice_id, sent.kind, sent.values, contacts=contacts)
    likely = tuple(each for each in found if each.pile is not Pile.NONE)
    seen = set(request.POST.get(ANYWAY, "").split(","))
    return Alike(likely, all(_name(each) in seen for each in likely))


def _name(each: Lookalike) -> str:
    return f"{each.side}-{each.id}"
