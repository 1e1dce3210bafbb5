"""Proposals: saved, edited, archived. One for a client that only XPM has makes that client, once, linked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from practicesync.core.actor import Ability, Actor
from practicesync.core.catalogue import kind_of_structure
from practicesync.core.errors import Invalid, Stale, Taken
from practicesync.core.fields import ClientKind, Values
from practicesync.core.kinds.spelling import unaccented
from practicesync.core.money import Currency, currency_of
from practicesync.core.proposal import Service, Terms, TypedService, check, describe
from practicesync.operations.activity import Changed, Entry, write
from practicesync.operations.editing import edit_client
from practicesync.operations.importing import bring
from practicesync.operations.register import ContactEdit
from practicesync.store.models import Client, Contact, ContactTie, Mirror, Practice, Proposal, ProposalService


@dataclass(frozen=True, slots=True)
class ContactChoice:
    """To whom a proposal goes: a contact of the client, one that XPM's client has, a new one, or nobody."""

    id: int | None = None
    remote_id: str = ""
    new: Values = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Draft:
    """A proposal as typed. Of `client_id` and `mirror_id` (an XPM client that the register lacks) one is told."""

    client_id: int | None
    mirror_id: int | None
    title: str
    notes: str = ""
    services: Sequence[TypedService] = ()
    contact: ContactChoice = field(default_factory=ContactChoice)


def add_proposal(actor: Actor, key: UUID, draft: Draft, now: datetime) -> Proposal:
    """Save a new proposal, and make its client where only XPM has it, in one transaction.

    A second call with the same `key` returns what the first one made. Raises `Invalid` by key: `client`, `contact`,
    `contact/<field>`, and what `core.proposal.check` raises.
    """
    actor.require(Ability.EDIT)
    try:
        with transaction.atomic():
            return _made(actor, key) or _add(actor, key, draft, now)
    except IntegrityError:
        # The same form at the same moment: the other's proposal stands now.
        made = _made(actor, key)
        if made is None:
            raise
        return made


def _made(actor: Actor, key: UUID) -> Proposal | None:
    found: Proposal | None = Proposal.rows.of(actor.practice_id).filter(key=key).first()
    return found


def _add(actor: Actor, key: UUID, draft: Draft, now: datetime) -> Proposal:
    currency = _currency(actor)
    terms = check(draft.title, draft.notes, draft.services, currency)
    client = _client(actor, draft, now)
    contact = _contact(actor, client, draft.contact, now)
    proposal = Proposal(
        practice_id=actor.practice_id, key=key, client=client, made_by=actor.name, created_at=now, changed_at=now
    )
    _set(proposal, client, contact, terms)
    proposal.save(force_insert=True)
    _keep_services(proposal, terms.services)
    facts = {"client": client.name, "title": terms.title}
    changes = _changes(proposal, {}, _told(proposal, terms.services, currency), "added")
    write(actor, Entry("proposal_added", facts, client_id=client.pk, changes=changes), now)
    return proposal


def edit_proposal(actor: Actor, proposal_id: int, *, revision: int, draft: Draft, now: datetime) -> Proposal:
    """Save a proposal's form. Raises `Stale` where somebody saved since `revision`, `Invalid` as `add_proposal`."""
    actor.require(Ability.EDIT)
    with transaction.atomic():
        proposal = _locked(actor, proposal_id)
        if proposal.revision != revision:
            raise Stale("Somebody else saved this proposal meanwhile.")
        if proposal.archived_at is not None:
            raise Invalid({"": "This proposal is archived. Restore it, then edit it."})
        currency = _currency(actor)
        terms = check(draft.title, draft.notes, draft.services, currency)
        before = _told(proposal, _services(proposal), currency)
        client = _client(actor, draft, now)
        _set(proposal, client, _contact(actor, client, draft.contact, now), terms)
        changes = _changes(proposal, before, _told(proposal, terms.services, currency), "edited")
        if changes:
            _keep_services(proposal, terms.services)
            _save(proposal, now)
            facts = {"client": client.name, "title": proposal.title}
            write(actor, Entry("proposal_edited", facts, client_id=client.pk, changes=changes), now)
    return proposal


def archive_proposal(actor: Actor, proposal_id: int, now: datetime) -> Proposal:
    """Take a proposal off the list; it is kept. One that is archived already stays as it is."""
    return _shelve(actor, proposal_id, "proposal_archived", now, archived=True)


def restore_proposal(actor: Actor, proposal_id: int, now: datetime) -> Proposal:
    """Put an archived proposal back on the list."""
    return _shelve(actor, proposal_id, "proposal_restored", now, archived=False)


def _shelve(actor: Actor, proposal_id: int, verb: str, now: datetime, *, archived: bool) -> Proposal:
    actor.require(Ability.EDIT)
    with transaction.atomic():
        proposal = _locked(actor, proposal_id)
        if (proposal.archived_at is not None) is not archived:
            proposal.archived_at = now if archived else None
            _save(proposal, now)
            facts = {"client": proposal.client.name, "title": proposal.title}
            write(actor, Entry(verb, facts, client_id=proposal.client_id), now)
    return proposal


def _locked(actor: Actor, proposal_id: int) -> Proposal:
    rows = (
        Proposal.rows.of(actor.practice_id)
        .select_for_update(of=("self",), no_key=True)
        .select_related("client", "contact")
    )
    found: Proposal = rows.get(pk=proposal_id)
    return found


def _client(actor: Actor, draft: Draft, now: datetime) -> Client:
    """The client of a draft, locked. One that only XPM has is made now; where somebody was first, theirs is taken."""
    client_id = draft.client_id or 0
    if not client_id and draft.mirror_id is not None:
        client_id = _bring(actor, draft.mirror_id, now)
    client = Client.rows.of(actor.practice_id).select_for_update(no_key=True).filter(pk=client_id).first()
    if client is None:
        raise Invalid({"client": "Choose a client."})
    if client.archived_at is not None:
        raise Invalid({"client": f"{client.name} is archived. Choose another client, or restore it first."})
    return client


def _bring(actor: Actor, mirror_id: int, now: datetime) -> int:
    mirror = Mirror.rows.of(actor.practice_id).filter(pk=mirror_id).first()
    if mirror is None:
        raise Invalid({"client": "Choose a client."})
    try:
        return bring(actor, mirror_id, _kind(mirror.values), {}, now).client.pk
    except Taken as taken:
        return taken.client_id
    except Invalid as problem:
        raise Invalid({"client": " ".join(problem.problems.values())}) from None


def _kind(values: Values) -> ClientKind:
    return kind_of_structure(values.get("business_structure", ""))


def _contact(actor: Actor, client: Client, choice: ContactChoice, now: datetime) -> Contact | None:
    """The contact that was chosen, if any; a new one is put to the client as its own form would."""
    if any(value.strip() for value in choice.new.values()):
        return _new_contact(actor, client, choice.new, now)
    contacts = Contact.rows.of(client.practice_id).filter(client=client, removed_at=None)
    if choice.id is not None:
        contact = contacts.filter(pk=choice.id).first()
    elif choice.remote_id:
        ties = ContactTie.rows.of(client.practice_id).filter(link__client=client, link__ended_at=None)
        contact = contacts.filter(ties__in=ties.filter(remote_id=choice.remote_id)).first()
    else:
        return None
    if contact is None:
        raise Invalid({"contact": "That contact is not at this client (any more). Choose another."})
    return contact


def _new_contact(actor: Actor, client: Client, values: Values, now: datetime) -> Contact:
    kind, edits = ClientKind(client.kind), [ContactEdit(None, values)]
    try:
        edit_client(actor, client.pk, revision=client.revision, kind=kind, values={}, contacts=edits, now=now)
    except Invalid as problem:
        raise Invalid(
            {key.replace("contact:new0/", "contact/"): text for key, text in problem.problems.items()}
        ) from None
    client.refresh_from_db()
    # The client is locked, so that the newest contact is the one just put.
    made: Contact = Contact.rows.of(client.practice_id).filter(client=client).latest("pk")
    return made


def _set(proposal: Proposal, client: Client, contact: Contact | None, terms: Terms) -> None:
    proposal.client, proposal.contact = client, contact
    proposal.title, proposal.notes = terms.title, terms.notes
    folded = terms.title.casefold()
    bare = unaccented(folded)
    proposal.search = folded if bare == folded else f"{folded} {bare}"


def _save(proposal: Proposal, now: datetime) -> None:
    proposal.revision += 1
    proposal.changed_at = now
    proposal.save()


def _services(proposal: Proposal) -> list[Service]:
    rows = ProposalService.rows.of(proposal.practice_id).filter(proposal=proposal).order_by("position")
    return [Service(row.name, row.price, row.quantity) for row in rows]


def _keep_services(proposal: Proposal, services: Sequence[Service]) -> None:
    ProposalService.rows.of(proposal.practice_id).filter(proposal=proposal).delete()
    ProposalService.rows.bulk_create(
        ProposalService(
            practice_id=proposal.practice_id,
            proposal=proposal,
            position=position,
            name=each.name,
            price=each.price,
            quantity=each.quantity,
        )
        for position, each in enumerate(services)
    )


def _told(proposal: Proposal, services: Sequence[Service], currency: Currency) -> dict[str, dict[str, str]]:
    """What the proposal says by field, as its activity tells it; ids tell namesakes apart."""
    contact = proposal.contact
    return {
        "client": {"name": proposal.client.name, "id": str(proposal.client_id)},
        "contact": {"name": str(contact), "id": str(contact.pk)} if contact else {},
        "title": {"title": proposal.title},
        "services": {"services": describe(services, currency)} if services else {},
        "notes": {"notes": proposal.notes} if proposal.notes else {},
    }


def _changes(
    proposal: Proposal, before: Mapping[str, dict[str, str]], after: Mapping[str, dict[str, str]], why: str
) -> list[Changed]:
    return [
        Changed(key, before.get(key, {}), value, ref=f"proposal:{proposal.pk}", why=why)
        for key, value in after.items()
        if value != before.get(key, {})
    ]


def _currency(actor: Actor) -> Currency:
    return currency_of(Practice.objects.values_list("country", flat=True).get(pk=actor.practice_id))
