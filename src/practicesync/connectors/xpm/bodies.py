"""What is sent to XPM, as XML: the ids of the records concerned, and the changed elements alone.

Xero developer documentation, Practice Manager API 3.1, Clients and Client groups. What is left out of an update stays
as it is.
"""

from collections.abc import Iterable, Iterator

from lxml import etree
from lxml.builder import E

Elements = Iterable[tuple[str, str]]
"""Element names and their texts, in the order in which they are sent."""


def client_body(client_id: str, changes: Elements = ()) -> bytes:
    """A request about a client: to change these elements, or by its key alone to archive it."""
    return _written(E.Client(E.UUID(client_id), *_elements(changes)))


def new_client_body(told: Elements, contacts: Iterable[Elements]) -> bytes:
    """A new client with its contacts."""
    inside = [E.Contact(*_elements(each)) for each in contacts]
    return _written(E.Client(*_elements(told), *([E.Contacts(*inside)] if inside else [])))


def contact_body(client_id: str, changes: Elements) -> bytes:
    """A request about a contact of a client."""
    return _written(E.Contact(E.Client(E.UUID(client_id)), *_elements(changes)))


def new_relationship_body(client_id: str, related_id: str, kind: str, told: Elements) -> bytes:
    """A new relationship of this type between two clients."""
    ends = (("ClientUUID", client_id), ("RelatedClientUUID", related_id), ("Type", kind))
    return _written(E.Relationship(*_elements(ends), *_elements(told)))


def relationship_body(relationship_id: str, changes: Elements = ()) -> bytes:
    """A request about a relationship: to change these elements, or by its key alone to delete it."""
    return _written(E.Relationship(E.UUID(relationship_id), *_elements(changes)))


def new_group_body(name: str, client_id: str) -> bytes:
    """A new group with its first client."""
    return _written(E.Group(E.Name(name), E.ClientUUID(client_id)))


def members_body(group_id: str, add: Iterable[str], remove: Iterable[str]) -> bytes:
    """Clients to put into a group and to take out of it."""
    moves = [etree.Element(move, uuid=each) for move, ids in (("add", add), ("remove", remove)) for each in ids]
    return _written(E.Group(E.UUID(group_id), *moves))


def _elements(changes: Elements) -> Iterator[etree._Element]:
    return (E(tag, text) for tag, text in changes)


def _written(element: etree._Element) -> bytes:
    return etree.tostring(element, encoding="utf-8")
