"""What the edit form of a client starts from: its values as stored, its contacts, and what may be suggested."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from practicesync.core.addresses import Places, arranged, usual
from practicesync.core.catalogue import CATALOGUE
from practicesync.core.fields import ClientKind, Field, Values
from practicesync.core.kinds import Place
from practicesync.queries.address_places import load_places
from practicesync.queries.lists import labels_of
from practicesync.queries.references import staff
from practicesync.queries.remote import load_remote
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
    """What may be typed into a field, by field name: the words of its list, or the names of the remote records it goes
    through. `places` says which addresses the remote keeps, by kind of client.
    """

    by_field: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    places: Mapping[ClientKind, Places] = field(default_factory=dict)

    def fields(self, kind: ClientKind) -> tuple[Field, ...]:
        """A client's fields as this kind of client shows them."""
        return arranged(self.places.get(kind) or usual(kind))


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
    """The words of the firm's lists, the names that the remote's own hold, and the places of addresses."""
    remote = load_remote(practice_id)
    lists = {"staff": staff(practice_id, remote.connection_id)} if remote.connection_id else {}
    found = {
        row.name: tuple(dict.fromkeys(each.name for each in lists[at.through]))
        for row in CATALOGUE.client
        for at in row.at.values()
        if at.through in lists
    }
    firm_lists = labels_of(practice_id, {row.firm_list for row in CATALOGUE.client if row.firm_list})
    for row in CATALOGUE.client:
        if row.choices or row.firm_list:
            found[row.name] = row.choices or firm_lists[row.firm_list]
    return Suggestions(found, load_places(practice_id))
