"""Which of a kind of client's addresses are the two that the remote keeps, as the firm has it."""

from collections.abc import Mapping
from dataclasses import dataclass

from practicesync.core.addresses import Places, moves, usual
from practicesync.core.fields import ClientKind
from practicesync.store.models import AddressPlace, Client, Link

FIRST = 10
"""So many of the clients that a change would move are named before it."""


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


@dataclass(frozen=True, slots=True)
class Moving:
    """What a change of the table would do: how many clients' values move, how many of them are linked, the first."""

    clients: int
    linked: int
    first: tuple[str, ...]


def load_moving(practice_id: int, kind: ClientKind, places: Places) -> Moving:
    """What changing the places of one kind of client to these would do. Looks at each of them."""
    before = places_of(practice_id, kind)
    keys, names = [], []
    rows = Client.rows.of(practice_id).filter(kind=kind.value).order_by("sort_name", "pk")
    for key, name, values in rows.values_list("pk", "name", "values").iterator(chunk_size=500):
        if moves(values, before, places):
            keys.append(key)
            names.append(name)
    linked = (
        Link.rows.of(practice_id).filter(client__kind=kind.value, ended_at=None).values_list("client_id", flat=True)
    )
    return Moving(len(keys), len(set(keys).intersection(linked)), tuple(names[:FIRST]))
