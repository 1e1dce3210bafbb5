"""How the dashboard tells what needs somebody: a sentence for each kind, and where it is seen to."""

from collections.abc import Mapping
from typing import NamedTuple

from practicesync.core.link_state import StateGroup
from practicesync.core.state_words import REASON_WORDS
from practicesync.queries.needs import Need, NeedKind
from practicesync.web.frame import address_of
from practicesync.web.tags import plural


class Line(NamedTuple):
    """One line: what there is, why, and the next step."""

    icon: str
    tone: str
    text: str
    sentence: str
    address: str
    label: str


class _Told(NamedTuple):
    icon: str
    tone: str
    words: str
    sentence: str
    place: str
    label: str


_KINDS: Mapping[NeedKind, _Told] = {
    NeedKind.RECONNECT: _Told(
        "plug-connected-x",
        "bad",
        "",
        "Nothing is read or sent until an admin has connected again.",
        "practice-management",
        "Connect again",
    ),
    NeedKind.FORMER: _Told(
        "unlink",
        "bad",
        "client is linked,clients are linked",
        "To an organisation that is no longer connected. Link them to this one, or connect that one again.",
        "links",
        "Review links",
    ),
    NeedKind.FAILING: _Told("alert-triangle", "bad", "client fails,clients fail", "", "clients", "See them"),
    NeedKind.UNREADABLE: _Told(
        "file-text",
        "bad",
        "record could not be read,records could not be read",
        "Xero Practice Manager sent them in a form that cannot be taken in; the others were read.",
        "unreadable",
        "See them",
    ),
    NeedKind.CONFLICTS: _Told(
        "arrows-left-right",
        "bad",
        "client changed on both sides,clients changed on both sides",
        "The same field, differently. Somebody has to choose.",
        "conflicts",
        "Choose",
    ),
    NeedKind.PLAN: _Told(
        "git-compare",
        "bad",
        "client differs,clients differ",
        "And may be moved once somebody has looked.",
        "plan",
        "Look at the plan",
    ),
    NeedKind.LINKS: _Told(
        "link",
        "wait",
        "link to review,links to review",
        "Clients on both sides that look like one.",
        "links",
        "Review",
    ),
    NeedKind.TWINS: _Told(
        "users",
        "wait",
        "pair of possible duplicates,pairs of possible duplicates",
        "Two clients that look like one.",
        "twins",
        "Look at them",
    ),
}


def line_of(need: Need) -> Line:
    """What the dashboard says of one need."""
    told = _KINDS[need.kind]
    text = plural(need.count, told.words) if told.words else "The connection no longer holds"
    address = address_of(told.place)
    if need.kind is NeedKind.FAILING:
        address = f"{address_of('clients')}?state={StateGroup.FAILING.value}&reason={need.reason}"
    sentence = told.sentence or REASON_WORDS.get(need.reason, "")
    return Line(told.icon, told.tone, text, sentence, address, told.label)
