"""The plan of linked clients, from what is stored. Screens and background work share it, so they cannot disagree."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, TypeVar

from practicesync.core.catalogue import CATALOGUE
from practicesync.core.contacts import LocalContact
from practicesync.core.decision import Decision, Whole, row_key
from practicesync.core.fields import Values
from practicesync.core.kinds import Place
from practicesync.core.plan import LinkSides, Plan, plan_link
from practicesync.core.presence import Sort
from practicesync.core.push import OPEN, Act
from practicesync.core.record import RemoteContact
from practicesync.core.verdict import Judge
from practicesync.queries.linked import load_linked
from practicesync.queries.plan_structure import Structure, load_structures
from practicesync.queries.policy import policy_of
from practicesync.store.models import Contact, ContactTie, Link, Push
from practicesync.store.secrets import mark

RowT = TypeVar("RowT")

OPEN_STATES = sorted(state.value for state in OPEN)


class HeldTie(NamedTuple):
    """A contact's tie as stored. It and the contact are no models here: a whole firm has some ten thousand of each."""

    id: int
    link_id: int
    contact_id: int
    remote_id: str
    base: Values


class _HeldContact(NamedTuple):
    """A contact as stored; one that was taken off the register matters while the remote may still have it."""

    id: int
    client_id: int
    values: Values
    removed_at: datetime | None = None


class LinkedPlan(NamedTuple):
    """A link with its client and mirror as stored, the plan, the ties of its contacts, and the pushes under way."""

    link: Link
    plan: Plan
    place: Place
    ties: tuple[HeldTie, ...]
    open_pushes: tuple[Push, ...]
    structure: Structure


def load_plan(practice_id: int, client_id: int) -> LinkedPlan | None:
    """The plan of one client's live link, or None where it is not linked."""
    found = Link.rows.of(practice_id).filter(client_id=client_id, ended_at=None).values_list("pk", flat=True)
    plans = plans_of(practice_id, list(found[:1]))
    return next(iter(plans.values()), None)


def plans_of(practice_id: int, link_ids: Sequence[int], *, sparse: bool = False) -> dict[int, LinkedPlan]:
    """The plans of these links by id, in a dozen queries whatever their number.

    `sparse`: see `plan_link` and `load_linked`.
    """
    if not link_ids:
        return {}
    links = load_linked(practice_id, link_ids, sparse=sparse)
    ties = _ties(practice_id, link_ids)
    contacts = _contacts(practice_id, links, ties)
    structures = load_structures(practice_id, links)
    pushes = _by(
        "link_id", Push.rows.among(practice_id, link_ids, by="link_id").filter(state__in=OPEN_STATES).order_by("pk")
    )
    judges = {
        connector: Judge(policy_of(practice_id, connector))
        for connector in {link.connection.connector for link in links}
    }
    return {
        link.pk: _plan(
            link,
            contacts.get(link.client_id, []),
            ties.get(link.pk, []),
            pushes.get(link.pk, []),
            structures[link.pk],
            judges[link.connection.connector],
            sparse=sparse,
        )
        for link in links
    }


def _ties(practice_id: int, link_ids: Sequence[int]) -> Mapping[int, list[HeldTie]]:
    rows = ContactTie.rows.among(practice_id, link_ids, by="link_id").order_by("pk")
    return _by("link_id", map(HeldTie._make, rows.values_list(*HeldTie._fields)))


def _contacts(
    practice_id: int, links: Sequence[Link], ties: Mapping[int, Sequence[HeldTie]]
) -> Mapping[int, list[_HeldContact]]:
    """The contacts by client: those of the register, then those that were taken off and are tied."""
    names = _HeldContact._fields
    rows = Contact.rows.among(practice_id, [link.client_id for link in links], by="client_id").filter(removed_at=None)
    found = [_HeldContact(*row) for row in rows.order_by("pk").values_list(*names[:-1])]
    known = {contact.id for contact in found}
    missing = [tie.contact_id for some in ties.values() for tie in some if tie.contact_id not in known]
    if missing:
        gone = Contact.rows.among(practice_id, missing).exclude(removed_at=None).order_by("pk")
        found += map(_HeldContact._make, gone.values_list(*names))
    return _by("client_id", found)


def _by(column: str, rows: Iterable[RowT]) -> Mapping[int, list[RowT]]:
    grouped: defaultdict[int, list[RowT]] = defaultdict(list)
    for row in rows:
        grouped[getattr(row, column)].append(row)
    return grouped


def _plan(
    link: Link,
    contacts: list[_HeldContact],
    ties: list[HeldTie],
    pushes: list[Push],
    structure: Structure,
    judge: Judge,
    *,
    sparse: bool,
) -> LinkedPlan:
    client, mirror = link.client, link.mirror
    connector, place = link.connection.connector, Place(client.country)
    tied = {tie.contact_id: tie for tie in _standing(ties, pushes, mirror.contacts)}
    sides = LinkSides(
        base=link.base,
        local=client.values,
        remote=mirror.values,
        local_contacts=[_local(contact, tied.get(contact.id)) for contact in contacts],
        remote_contacts=remote_contacts(mirror.contacts),
        pending=frozenset(key for push in pushes for key in pending_keys(push)),
        together=frozenset(link.together),
        archived_here=client.archived_at is not None,
        archived_there=mirror.archived,
        gone=mirror.deleted or mirror.gone_at is not None,
        ties=structure.ties,
        groups=structure.groups,
    )
    plan = plan_link(CATALOGUE, sides, place, connector=connector, judge=judge, sparse=sparse)
    if link.held:
        held = frozenset(row.key for row in plan.differences() if link.held.get(row.key) == stamp_of(row))
        sides = sides._replace(held=held)
        plan = plan_link(CATALOGUE, sides, place, connector=connector, judge=judge, sparse=sparse)
    return LinkedPlan(link, plan, place, tuple(ties), tuple(pushes), structure)


def together_now(loaded: LinkedPlan) -> set[str]:
    """The refs of the presences that both sides have now, and of those that stay as they were while one waits.

    Contacts and relationships are not among them: their ties tell that.
    """
    link = loaded.link
    open_refs = {row.ref for row in loaded.plan.presences}
    both = {group.ref for group in loaded.plan.groups if group.here and group.there}
    if link.client.archived_at is not None and link.mirror.archived:
        both.add(Sort.ARCHIVED.value)
    return both | {ref for ref in link.together if ref in open_refs}


def stamp_of(row: Decision | Whole) -> str:
    """A mark of the values of a row, by which it is known whether they are still what somebody saw.

    Made with the installation's keys: a bare digest of a short number can be guessed back.
    """
    if isinstance(row, Whole):
        return mark(repr((row.key, row.base, row.here, row.there)))
    return mark(repr((row.key, row.base, row.local, row.remote)))


def _local(contact: _HeldContact, tie: HeldTie | None) -> LocalContact:
    if tie is None:
        return LocalContact(contact.id, contact.values)
    return LocalContact(contact.id, contact.values, tie.remote_id, tie.base, removed=contact.removed_at is not None)


def _standing(
    ties: Iterable[HeldTie], pushes: Iterable[Push], there: Sequence[Mapping[str, object]] | None
) -> list[HeldTie]:
    """The ties, but for those of contacts that are just being added anew: a remote one of that name is theirs.

    With the tie to what the remote lost, what an add made whose answer was lost would look like somebody else.
    """
    adding = {push.contact_id for push in pushes if push.act == Act.ADD and push.contact_id is not None}
    known = {each["id"] for each in there or ()} if adding else set()
    return [tie for tie in ties if tie.contact_id not in adding or tie.remote_id in known]


def remote_contacts(stored: Iterable[Mapping[str, object]] | None) -> tuple[RemoteContact, ...]:
    """A mirror's contacts as the core takes them."""
    return tuple(RemoteContact(str(each["id"]), dict(each["values"])) for each in stored or ())  # type: ignore[call-overload]


def pending_keys(push: Push) -> Iterable[str]:
    """The rows of the plan that this push keeps waiting: those of its fields, or the contact that it adds."""
    if push.is_whole:
        return [push.ref]
    return [row_key(push.ref, name) for name in push.names]
