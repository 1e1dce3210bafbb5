"""What the edit form of a client starts from: its values as stored, its contacts, and what may be suggested."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from practicesync.core.catalogue import CATALOGUE
from practicesync.core.fields import ClientKind, Values
from practicesync.core.kinds import Place
from practicesync.queries.remote import load_remote
from practicesync.queries.staff import references
from practicesync.store.models import Client, Contact


@dataclass(frozen=True, slots=True)
class StoredContact:
    """A contact as stored."""

    id: int
    values: Values


@dataclass(frozen=True, slots=True)
class StoredClient:
    """A client as stored. `revision` is what a save names, so that two people cannot overwrite each other."""

    id: int
    name: str
    revision: int
    kind: ClientKind
    place: Place
    values: Values
    contacts: tuple[StoredContact, ...] = ()


@dataclass(frozen=True, slots=True)
class Suggestions:
    """What may be typed into a field, by field name: the names of the lists of remote records it goes through."""

    by_field: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def load_client(practice_id: int, client_id: int) -> StoredClient | None:
    """The client to edit; None where the practice has no such client."""
    client = Client.rows.of(practice_id).filter(pk=client_id).first()
    if client is None:
        return None
    contacts = Contact.rows.of(practice_id).filter(client=client, removed_at=None).order_by("pk")
    return StoredClient(
        id=client.pk,
        name=client.name,
        revision=client.revision,
        kind=ClientKind(client.kind),
        place=Place(client.country),
        values=client.values,
        contacts=tuple(StoredContact(contact.pk, contact.values) for contact in contacts),
    )


def load_suggestions(practice_id: int) -> Suggestions:
    """The names that the remote's own lists hold, for the fields that go through them."""
    remote = load_remote(practice_id)
    lists = references(practice_id, remote.connection_id) if remote.connection_id else {}
    found = {
        row.name: tuple(dict.fromkeys(each.name for each in lists[at.through]))
        for row in CATALOGUE.client
        for at in row.at.values()
        if at.through in lists
    }
    return Suggestions(found)
