"""A client's profile: its head, and what each of its tabs shows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from practicesync.core.addresses import ADDRESS_KINDS, BY_ROW, SYNCED_WORDS, Places, arranged
from practicesync.core.catalogue import CATALOGUE
from practicesync.core.fields import ClientKind, Field, Section, Subject, Values
from practicesync.core.kinds import Parts, Place
from practicesync.core.link_state import NEEDS_PERSON, LinkState
from practicesync.core.words import say
from practicesync.queries.address_places import places_of
from practicesync.queries.checklist import Completeness, completeness
from practicesync.queries.pending import pending_clients
from practicesync.queries.remote import is_offered
from practicesync.queries.showing import show
from practicesync.store.models import Activity, Change, Client, Contact, GroupMember, Link

MOST_LINES = 50
MOST_CHANGES = 12
"""So many lines of a client's history are shown, with so many changes each."""


@dataclass(frozen=True, slots=True)
class Profile:
    """The head of the profile, on every tab. `state` is None where the practice offers no add-on."""

    id: int
    revision: int
    name: str
    kind: ClientKind
    standing: str
    plan: str
    code: str
    place: Place
    archived: bool
    state: LinkState | None
    values: Values
    completeness: Completeness
    pending: bool = False

    @property
    def only_waits(self) -> bool:
        """Whether that it waits is all there is to say of its state."""
        return self.pending and self.state is LinkState.WAITING

    @property
    def has_to_sync(self) -> bool:
        """Whether something differs, or did not get through."""
        return self.state in NEEDS_PERSON or self.state is LinkState.FAILING


@dataclass(frozen=True, slots=True)
class ShownField:
    """One field of the register on a profile, by its own name."""

    name: str
    label: str
    text: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class ShownSection:
    """The fields of one section: those that hold something, and the names of the blank ones."""

    title: str
    fields: tuple[ShownField, ...]
    blank: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ShownContact:
    """A contact with what it holds."""

    id: int
    name: str
    position: str
    primary: bool
    fields: tuple[ShownField, ...]


@dataclass(frozen=True, slots=True)
class ShownAddress:
    """One kind of address of this client. `remote` names the remote's address that it is, "" where it stays here."""

    label: str
    lines: tuple[str, ...]
    remote: str


@dataclass(frozen=True, slots=True)
class InGroup:
    """A group that the client is in, with how many are."""

    id: int
    name: str
    joined_at: datetime


@dataclass(frozen=True, slots=True)
class ShownChange:
    """One value that changed, as it is shown."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the client's activity."""

    at: datetime
    by: str
    sentence: str
    changes: tuple[ShownChange, ...]
    more: int


def load_profile(practice_id: int, client_id: int) -> Profile | None:
    """The head of a client's profile, in at most ten queries; None where the practice has no such client."""
    client = Client.rows.of(practice_id).filter(pk=client_id).first()
    if client is None:
        return None
    link = Link.rows.of(practice_id).filter(client_id=client_id, ended_at=None).values_list("state", flat=True).first()
    offered = is_offered(practice_id)
    return Profile(
        id=client.pk,
        revision=client.revision,
        name=client.name,
        kind=ClientKind(client.kind),
        standing=client.standing,
        plan=client.values.get("subscription_plan", ""),
        code=client.code,
        place=Place(client.country),
        archived=client.archived_at is not None,
        state=LinkState(link or LinkState.UNLINKED) if offered else None,
        values=client.values,
        completeness=completeness(practice_id, client_id),
        pending=bool(pending_clients(practice_id, [client_id])),
    )


def load_sections(practice_id: int, profile: Profile) -> tuple[ShownSection, ...]:
    """What the register holds of the client, by section; addresses have a tab of their own."""
    sections: dict[Section, tuple[list[ShownField], list[str]]] = {}
    for row in arranged(places_of(practice_id, profile.kind)):
        text = show(row, row.held(profile.values), profile.place)
        if row.section is Section.ADDRESSES or (profile.kind not in row.applies and not text):
            continue
        told, blank = sections.setdefault(row.section, ([], []))
        if text:
            told.append(ShownField(row.name, row.label, text))
        else:
            blank.append(row.label)
    return tuple(ShownSection(section.value, tuple(told), tuple(blank)) for section, (told, blank) in sections.items())


def load_contacts(practice_id: int, profile: Profile) -> tuple[ShownContact, ...]:
    """The client's contacts, the primary one first."""
    rows = Contact.rows.of(practice_id).filter(client_id=profile.id, removed_at=None).order_by("pk")
    found = [_contact(row.pk, row.values, profile.place) for row in rows]
    return tuple(sorted(found, key=lambda contact: not contact.primary))


def load_addresses(practice_id: int, profile: Profile) -> tuple[ShownAddress, ...]:
    """Every kind of address that such a client has, and any other that holds something."""
    places = places_of(practice_id, profile.kind)
    found = []
    for kind in ADDRESS_KINDS:
        home = next((field for field, row in places.items() if row == kind.row), kind.row)
        lines = _lines(home, profile)
        if profile.kind in kind.of or lines:
            found.append(ShownAddress(kind.label, lines, SYNCED_WORDS.get(home, "")))
    return tuple(found)


def load_groups(practice_id: int, client_id: int) -> tuple[InGroup, ...]:
    """The groups that the client is in, by name."""
    rows = GroupMember.rows.of(practice_id).filter(client_id=client_id, group__removed_at=None)
    told = rows.order_by("group__meaning").values_list("group_id", "group__name", "joined_at")
    return tuple(InGroup(*each) for each in told)


def load_history(practice_id: int, profile: Profile) -> tuple[Line, ...]:
    """The last lines of the client's activity, newest first, in two queries."""
    rows = Activity.rows.of(practice_id).filter(client_id=profile.id).order_by("-seq")[:MOST_LINES]
    lines = list(rows)
    changes: dict[int, list[Change]] = {}
    for change in Change.rows.of(practice_id).filter(activity__in=[row.pk for row in lines]).order_by("pk"):
        changes.setdefault(change.activity_id, []).append(change)
    places = places_of(practice_id, profile.kind)
    return tuple(_line(row, changes.get(row.pk, []), profile.place, places) for row in lines)


def _contact(id: int, values: Values, place: Place) -> ShownContact:
    shown = tuple(
        ShownField(row.name, row.label, show(row, row.held(values), place))
        for row in CATALOGUE.contact
        if row.name not in ("name", "position", "is_primary") and not row.is_empty(row.held(values))
    )
    primary = values.get("is_primary", "").strip().lower() in ("yes", "true")
    return ShownContact(id, values.get("name") or "Contact without a name", values.get("position", ""), primary, shown)


def _lines(home: str, profile: Profile) -> tuple[str, ...]:
    """An address as it stands on an envelope."""
    row = CATALOGUE.get(Subject.CLIENT, home)
    parts: Parts = row.held(profile.values) if row is not None else ()
    told = dict(zip(row.kind.parts if row is not None else (), parts, strict=True))
    town = " ".join(filter(None, (told.pop("city", ""), told.pop("region", ""), told.pop("postcode", ""))))
    street, country = told.pop("street", ""), told.pop("country", "")
    return tuple(line.strip() for line in (*street.split("\n"), town, country) if line.strip())


def _line(row: Activity, changes: list[Change], place: Place, places: Places) -> Line:
    shown = [found for change in changes if (found := _change(change, place, places)) is not None]
    return Line(
        at=row.at,
        by=row.actor_name,
        sentence=say(row.verb, row.facts),
        changes=tuple(shown[:MOST_CHANGES]),
        more=max(0, len(shown) - MOST_CHANGES),
    )


def _change(change: Change, place: Place, places: Places) -> ShownChange | None:
    """A change of the register as it is shown; None for what happened on the other side, or is no field any more."""
    subject = _SUBJECTS.get(change.ref.partition(":")[0], Subject.CLIENT)
    row = CATALOGUE.get(subject, change.field)
    if change.side != "local" or row is None or change.ref.startswith(("client:", "group:")):
        return None
    label = BY_ROW[places[row.name]].label if row.name in places else row.label
    return ShownChange(label, _held(row, change.before, place), _held(row, change.after, place))


_SUBJECTS: Mapping[str, Subject] = {"contact": Subject.CONTACT, "relationship": Subject.RELATIONSHIP}


def _held(row: Field, values: Values, place: Place) -> str:
    return show(row, row.held(values), place)
