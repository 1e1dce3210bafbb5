"""Which of a kind of client's addresses are the two that the remote keeps, as the firm has it."""

from collections.abc import Mapping

from practicesync.core.addresses import Places, usual
from practicesync.core.fields import ClientKind
from practicesync.store.models import AddressPlace


def places_of(practice_id: int, kind: ClientKind) -> Places:
    """The places of one kind of client."""
    rows = AddressPlace.rows.of(practice_id).filter(kind=kind.value).values_list("field", "address")
    return {**usual(kind), **dict(rows)}


def load_places(practice_id: int) -> Mapping[ClientKind, Places]:
    """The places of every kind, in one query."""
    found = {kind: usual(kind) for kind in ClientKind}
    for kind, field, address in AddressPlace.rows.of(practice_id).values_list("kind", "field", "address"):
        found[ClientKind(kind)][field] = address
    return found
