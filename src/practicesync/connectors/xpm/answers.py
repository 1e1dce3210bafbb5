"""What a single reply says: the envelope around it, and the records in it."""

from dataclasses import dataclass

from lxml import etree

from practicesync.connectors.xpm.codec import Codec, group, is_id, staff
from practicesync.connectors.xpm.stream import LONGEST_RECORD, RefusedAnswer, digest
from practicesync.connectors.xpm.strict import parse, parse_element
from practicesync.core.errors import BadAnswer
from practicesync.core.record import RemoteGroup, RemoteRecord, StaffMember


@dataclass(frozen=True, slots=True)
class Envelope:
    """A `<Response>` that was not refused."""

    root: etree._Element
    raw: bytes

    def only(self, tag: str) -> etree._Element:
        """The one element of this name in it."""
        found = self.root.findall(tag)
        if len(found) != 1:
            raise BadAnswer(f"The reply holds {len(found)} {tag} where one belongs.")
        return found[0]


def envelope(body: bytes) -> Envelope:
    """Open a whole reply. Raises `RefusedAnswer` on an ERROR answer, `BadAnswer` on what is no reply of XPM."""
    root = parse(body)
    if root.tag != "Response":
        raise BadAnswer("The reply is not one of Practice Manager's.")
    status = (root.findtext("Status") or "").strip().upper()
    if status == "ERROR":
        raise RefusedAnswer(root.findtext("ErrorDescription") or "")
    if status != "OK":
        raise BadAnswer("The reply has no status that is known.")
    return Envelope(root, body)


def decode_slice(codec: Codec, raw: bytes, known: bytes = b"") -> RemoteRecord:
    """One raw slice of a list; `known` is its digest where it was made already.

    Raises `BadAnswer`, which is about this record alone.
    """
    if len(raw) > LONGEST_RECORD:
        raise BadAnswer(f"The record is longer than {LONGEST_RECORD:,} bytes.")
    return codec.client(parse_element(raw), known or digest(raw))


def one_client(codec: Codec, answer: Envelope) -> RemoteRecord:
    """The client of a get, add or update reply, with the digest that the same record has in a list."""
    element = answer.only("Client")
    start, end = answer.raw.find(b"<Client>"), answer.raw.rfind(b"</Client>")
    if start >= 0 and end > start:
        return codec.client(element, digest(answer.raw[start : end + len(b"</Client>")]))
    return codec.client(element, digest(etree.tostring(element, encoding="utf-8", with_tail=False)))


def staff_list(answer: Envelope) -> list[StaffMember]:
    """The staff of a list reply."""
    return [staff(element) for element in _children(answer, "StaffList", "Staff")]


def group_list(answer: Envelope) -> list[RemoteGroup]:
    """The groups of a list reply."""
    return [group(element) for element in _children(answer, "Groups", "Group")]


@dataclass(frozen=True, slots=True)
class Members:
    """The group of a reply about one, and the ids of its clients; None where the reply does not tell them."""

    group: RemoteGroup
    clients: frozenset[str] | None


def one_group(answer: Envelope) -> Members:
    """The group of an add or members reply."""
    element = answer.only("Group")
    clients = element.find("Clients")
    inside = None if clients is None else frozenset(filter(None, map(_id, clients.iterchildren("Client"))))
    return Members(group(element), inside)


@dataclass(frozen=True, slots=True)
class Tie:
    """What a reply about a relationship tells: its id, "" where it does not, and those of the clients at its ends."""

    remote_id: str
    ends: frozenset[str]


def tie(answer: Envelope) -> Tie:
    """The relationship of a reply. Xero names the element around it for JSON alone, so any that holds an id is taken;
    where several do, none is."""
    told = {_id(element): element for element in (answer.root, *answer.root) if _id(element)}
    if len(told) != 1:
        return Tie("", frozenset())
    ((remote_id, element),) = told.items()
    ends = [_id(child) for child in element if str(child.tag).casefold() in {"client", "relatedclient"}]
    return Tie(remote_id, frozenset(filter(None, ends)))


def _id(element: etree._Element) -> str:
    """The id that stands right inside an element; "" where none does."""
    found = (element.findtext("UUID") or element.findtext("ID") or "").strip()
    return found.lower() if is_id(found) else ""


def _children(answer: Envelope, container: str, record: str) -> list[etree._Element]:
    children = list(answer.only(container))
    if any(child.tag != record for child in children):
        raise BadAnswer(f"The list of {record} holds something else.")
    return children
