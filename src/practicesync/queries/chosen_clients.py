"""Clients that somebody is about to do something with, by name or by a filter of the list."""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from practicesync.core.link_state import LinkState
from practicesync.queries.clients import ClientFilter, load_ids
from practicesync.store.models import Client, ListedClient

NAMED = 12


@dataclass(frozen=True, slots=True)
class Chosen:
    """The clients by id, the first of them by name, and the mark of them all by which a later look is compared."""

    ids: Sequence[int]
    names: Sequence[str]

    @property
    def total(self) -> int:
        """How many they are."""
        return len(self.ids)

    @property
    def more(self) -> int:
        """How many are not named."""
        return len(self.ids) - len(self.names)

    @property
    def seen(self) -> str:
        """The mark."""
        return hashlib.blake2b(repr(list(self.ids)).encode(), digest_size=12).hexdigest()


def load_chosen(
    practice_id: int, clients: Collection[int], asked: ClientFilter, states: Collection[LinkState]
) -> Chosen:
    """Those of these clients, or without any all that the list asks for, that are in one of these states."""
    wanted = list(clients) or load_ids(practice_id, asked)
    rows = ListedClient.rows.among(practice_id, wanted).filter(state__in=[state.value for state in states])
    found = list(rows.order_by("sort_name", "pk").values_list("pk", "client__name"))
    return Chosen(sorted(key for key, _ in found), [name for _, name in found[:NAMED]])


def load_one(practice_id: int, client_id: int) -> Chosen | None:
    """One client, whatever its state; None where the practice has no such client."""
    found = Client.rows.of(practice_id).filter(pk=client_id).values_list("pk", "name").first()
    return None if found is None else Chosen([found[0]], [found[1]])
