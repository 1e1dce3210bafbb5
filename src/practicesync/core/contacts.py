"""Which contact of a linked client is which: register contacts and remote contacts, paired."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from practicesync.core.fields import NOTHING_TOLD, Catalogue, Field, Values
from practicesync.core.kinds import Place
from practicesync.core.record import RemoteContact

OF_ONE_CLIENT = ("position", "is_primary")
"""What XPM keeps of a contact for each of its clients; all else is the same at every client that shares the contact
(Xero developer documentation, Practice Manager 3.1, Clients, contacts)."""


class LocalContact(NamedTuple):
    """A register contact; `tied_to` is the remote contact it is known to be, with the `base` both agreed on.

    One that is `removed` matters while it is tied: so that what was taken off is not taken for somebody new.
    """

    id: int
    values: Values
    tied_to: str = ""
    base: Values = NOTHING_TOLD
    removed: bool = False


class ContactPair(NamedTuple):
    """A register contact and the remote one it is; one of the two may be missing."""

    local: LocalContact | None
    remote: RemoteContact | None

    @property
    def ref(self) -> str:
        """Names the pair: stable while neither contact is re-created."""
        here = "" if self.local is None else str(self.local.id)
        there = "" if self.remote is None else self.remote.remote_id
        return f"contact:{here}:{there}"

    @property
    def here(self) -> bool:
        """Whether the register has the contact."""
        return self.local is not None and not self.local.removed

    @property
    def there(self) -> bool:
        """Whether the remote has it."""
        return self.remote is not None

    @property
    def tied(self) -> bool:
        """Whether the register contact was once paired with a remote one."""
        return self.local is not None and bool(self.local.tied_to)

    @property
    def base(self) -> Values:
        """What both sides last agreed on."""
        return NOTHING_TOLD if self.local is None else self.local.base


def pair_contacts(
    catalogue: Catalogue, local: Sequence[LocalContact], remote: Sequence[RemoteContact], place: Place
) -> tuple[ContactPair, ...]:
    """Pair the contacts of one client: known ties first, then one equal name, then one equal e-mail address.

    A name or address that stands twice on a side pairs nobody: a wrong pair would carry one person's data to another.
    Contacts that were removed here come last, since somebody may have entered one of them anew; of those only such as
    the remote still has are told.
    """
    left = [contact for contact in local if not contact.removed]
    right = {contact.remote_id: contact for contact in remote}
    pairs: dict[int, ContactPair] = {}
    for contact in left:
        if contact.tied_to in right:
            pairs[contact.id] = ContactPair(contact, right.pop(contact.tied_to))
    for row in sorted(_telling(catalogue) if right else (), key=lambda row: row.name != "name"):
        for here, there in _alike(row, [c for c in left if c.id not in pairs and not c.tied_to], right, place):
            pairs[here.id] = ContactPair(here, right.pop(there.remote_id))
    known = [pairs.get(contact.id, ContactPair(contact, None)) for contact in left]
    gone = (contact for contact in local if contact.removed and contact.tied_to in right)
    known += [ContactPair(contact, right.pop(contact.tied_to)) for contact in gone]
    return (*known, *(ContactPair(None, contact) for contact in right.values()))


def _telling(catalogue: Catalogue) -> Iterable[Field]:
    """The fields by which people are told apart."""
    return (row for row in catalogue.contact if row.identifies > 1)


def _alike(
    row: Field, left: Sequence[LocalContact], right: dict[str, RemoteContact], place: Place
) -> list[tuple[LocalContact, RemoteContact]]:
    """The pairs whose value of this field is equal by meaning, and stands once on either side."""
    if not left or not right:
        return []
    here: dict[str, list[LocalContact]] = {}
    there: dict[str, list[RemoteContact]] = {}
    for contact in left:
        here.setdefault(row.kind.canonical(row.held(contact.values), place), []).append(contact)
    for remote in right.values():
        there.setdefault(row.kind.canonical(row.held(remote.values), place), []).append(remote)
    return [
        (here[key][0], there[key][0]) for key in here if key and len(here[key]) == 1 and len(there.get(key, [])) == 1
    ]
