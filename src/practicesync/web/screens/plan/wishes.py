"""What somebody wishes to see of the plan, read from an address and written into one."""

from collections.abc import Mapping
from urllib.parse import urlencode

from practicesync.core.compare import State
from practicesync.core.fields import ClientKind
from practicesync.core.verdict import Move, Risk
from practicesync.queries.differences import Selection, row_of

_SUBJECTS = ("client", "contact", "relationship")
_LONGEST = 200
_WORDS: Mapping[str, frozenset[str]] = {
    "move": frozenset(each.value for each in (Move.PUSH, Move.PULL, Move.ASK, Move.LEAVE)),
    "kind": frozenset(each.value for each in ClientKind),
    "state": frozenset(each.value for each in State),
    "risk": frozenset(each.value for each in Risk),
}


def read_selection(told: Mapping[str, str]) -> Selection:
    """The filter that these parameters tell; what makes no sense is left out."""
    plain = {name: told.get(name, "") for name, words in _WORDS.items() if told.get(name, "") in words}
    unasked = {"yes": True, "no": False}.get(told.get("unasked", ""))
    client = told.get("client", "")
    return Selection(
        **plain,
        field=_field(told.get("field", "")),
        why=told.get("why", "")[:_LONGEST],
        text=" ".join(told.get("q", "").replace("\x00", "").split())[:_LONGEST],
        unasked=unasked,
        client_id=int(client) if client.isascii() and client.isdigit() and len(client) < 12 else None,
    )


def _field(key: str) -> str:
    subject, _, name = key.partition(".")
    return key if subject in _SUBJECTS and row_of(subject, name) is not None else ""


def query_of(selection: Selection, **changes: str) -> str:
    """The parameters of an address that shows this, with some of them changed."""
    told = {
        "move": selection.move,
        "field": selection.field,
        "kind": selection.kind,
        "state": selection.state,
        "risk": selection.risk,
        "why": selection.why,
        "unasked": "" if selection.unasked is None else "yes" if selection.unasked else "no",
        "q": selection.text,
        "client": "" if selection.client_id is None else str(selection.client_id),
        **changes,
    }
    return urlencode({name: value for name, value in told.items() if value})
