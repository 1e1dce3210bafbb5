"""Importing: the register client of a remote record, made once, with its contacts, groups and the parties tied to it.

What is made is linked, and base holds what both sides then agree on. A value that the remote hides is kept nowhere: a
masked tax number stays untold in the register until somebody types it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import IntegrityError, transaction

from practicesync.core.actor import Ability, Actor
from practicesync.core.catalogue import CATALOGUE
from practicesync.core.errors import Invalid, Stale, Taken
from practicesync.core.fields import ClientKind, Subject, Values
from practicesync.core.kinds import Place
from practicesync.core.kinds.spelling import plain
from practicesync.core.wizard import Tie, between
from practicesync.operations.activity import Entry, write
from practicesync.operations.groups import put_in_group
from practicesync.operations.linking import insert_link
from practicesync.operations.listing import enlist
from practicesync.operations.reconciling import reconcile
from practicesync.operations.register import NewClient, find_problems, insert_client, tidy
from practicesync.operations.relationships import insert_relationship
from practicesync.queries.import_form import is_missed
from practicesync.queries.plan_structure import with_beside
from practicesync.queries.remote_parties import ties_of
from practicesync.store.models import Client, Contact, ContactTie, Group, Link, Mirror, Practice, Relationship


@dataclass(frozen=True, slots=True)
class PartyChoice:
    """What becomes of one party: the register client that it is, or (without `client_id`) a new associate."""

    mirror_id: int
    kind: ClientKind
    client_id: int | None = None


@dataclass(frozen=True, slots=True)
class Brought:
    """What an import made: the client, the ids of all that is new (its own first) and of the relationships.

    `left_out` has a sentence for each thing that the register could not keep.
    """

    client: Client
    created: tuple[int, ...]
    relationships: tuple[int, ...] = ()
    left_out: tuple[str, ...] = ()


@dataclass
class _Import:
    """An import under way, within its transaction. `clients` are register clients by remote id."""

    actor: Actor
    place: Place
    now: datetime
    run_id: int | None
    clients: dict[str, Client] = field(default_factory=dict)
    created: list[int] = field(default_factory=list)
    relationships: list[int] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)


def bring(
    actor: Actor,
    mirror_id: int,
    kind: ClientKind,
    details: Values,
    now: datetime,
    *,
    parties: Sequence[PartyChoice] = (),
    run_id: int | None = None,
) -> Brought:
    """Make the register client of a remote record, and of its `parties`, in one transaction, linked and related.

    `details` are values that the remote does not hold, or that a person put in place of the remote's. Raises `Taken`
    where somebody made or linked the record's client meanwhile, `Stale` where a party is no longer what the person
    saw, `Invalid` by key where a detail cannot be right or the record is gone.
    """
    actor.require(Ability.EDIT)
    actor.require(Ability.SYNC)
    try:
        with transaction.atomic():
            return _bring(actor, mirror_id, kind, details, now, parties, run_id)
    except IntegrityError:
        # Two at the same moment: the other's link stands now, and is told.
        _refuse_taken(actor.practice_id, mirror_id)
        raise


def _bring(
    actor: Actor,
    mirror_id: int,
    kind: ClientKind,
    details: Values,
    now: datetime,
    parties: Sequence[PartyChoice],
    run_id: int | None,
) -> Brought:
    known = _locked_clients(actor.practice_id, parties)
    mirrors = _locked_mirrors(actor.practice_id, [mirror_id, *(each.mirror_id for each in parties)])
    root = mirrors[mirror_id]
    _refuse_taken(actor.practice_id, mirror_id)
    _refuse_gone(root)
    practice = _hold_groups(actor.practice_id, mirrors.values())
    work = _Import(actor, Place(practice.country), now, run_id)
    made = _make(work, root, kind, details, "client")
    for choice in parties:
        if choice.mirror_id != mirror_id:
            _take_party(work, mirrors[choice.mirror_id], choice, known, root)
    _relate(work, mirrors.values())
    _agree(work)
    enlist(actor.practice_id, sorted(client.pk for client in work.clients.values()))
    return Brought(made, tuple(work.created), tuple(work.relationships), tuple(work.left_out))


def _locked_clients(practice_id: int, parties: Sequence[PartyChoice]) -> Mapping[int, Client]:
    """The register clients that parties are said to be. Locked before the mirrors, as everywhere."""
    wanted = {each.client_id for each in parties if each.client_id is not None}
    found = {
        each.pk: each for each in Client.rows.among(practice_id, wanted).order_by("pk").select_for_update(no_key=True)
    }
    if len(found) != len(wanted):
        raise Client.DoesNotExist
    return found


def _locked_mirrors(practice_id: int, mirror_ids: Sequence[int]) -> Mapping[int, Mirror]:
    rows = Mirror.rows.among(practice_id, set(mirror_ids)).order_by("pk").select_for_update(of=("self",), no_key=True)
    found = {each.pk: each for each in rows.select_related("connection")}
    if len(found) != len(set(mirror_ids)):
        raise Mirror.DoesNotExist
    if len({each.connection_id for each in found.values()}) != 1:
        raise Invalid({"": "These records belong to different organisations."})
    return found


def _hold_groups(practice_id: int, mirrors: Iterable[Mirror]) -> Practice:
    """The practice, with its groups' names and the groups that these records are in held before the log is: whoever
    changes a group holds them in that order. Other rows that belong to the practice go in all the same."""
    practice = Practice.objects.select_for_update(no_key=True).get(pk=practice_id)
    names = {plain(str(group["name"])) for mirror in mirrors for group in mirror.groups or ()}
    held = Group.rows.of(practice_id).filter(meaning__in=names, removed_at=None)
    list(held.order_by("pk").select_for_update(no_key=True))
    return practice


def _refuse_taken(practice_id: int, mirror_id: int) -> None:
    taken = Link.rows.of(practice_id).filter(mirror_id=mirror_id, ended_at=None).select_related("client").first()
    if taken is not None:
        raise Taken(taken.client_id, f"{taken.client.name} is in the register already.")


def _refuse_gone(mirror: Mirror) -> None:
    if mirror.deleted or mirror.gone_at is not None:
        raise Invalid({"": f"{mirror.name} was deleted in XPM meanwhile, so nothing was imported."})
    if is_missed(mirror):
        raise Invalid({"": f"XPM has no record of {mirror.name} any more, so nothing was imported."})
    if mirror.connection.state == "ended":
        raise Invalid({"": "That XPM organisation is no longer connected. Connect it again, then import."})


def _make(work: _Import, mirror: Mirror, kind: ClientKind, details: Values, standing: str) -> Client:
    """One client of one mirror: its values, contacts and groups, linked with base set."""
    told = tidy(Subject.CLIENT, details)
    problems = find_problems(Subject.CLIENT, told, work.place)
    if problems:
        raise Invalid(problems)
    contacts = [(str(each["id"]), _told(Subject.CONTACT, each["values"])) for each in mirror.contacts or ()]
    values = {**_told(Subject.CLIENT, mirror.values), **told}
    new = NewClient(kind, values, work.place.country, standing, [each for _, each in contacts])
    client = insert_client(work.actor.practice_id, new, work.now, strict=False)
    enlist(work.actor.practice_id, [client.pk])
    work.clients[mirror.remote_id] = client
    work.created.append(client.pk)
    facts = {"client": client.name}
    verb = "client_brought" if standing == "client" else "associate_brought"
    write(work.actor, Entry(verb, facts, client_id=client.pk, run_id=work.run_id), work.now)
    _tie(work, client, mirror, [remote_id for remote_id, _ in contacts])
    for group in mirror.groups or ():
        put_in_group(work.actor, [client.pk], str(group["name"]), work.now)
    return client


def _told(subject: Subject, values: Values) -> dict[str, str]:
    """What was observed of these values and is not hidden."""
    found: dict[str, str] = {}
    for row in CATALOGUE.of(subject):
        parts = row.told(values)
        if parts is not None and not row.kind.is_masked(parts):
            found |= {key: values[key] for key in row.keys if key in values}
    return found


def _tie(work: _Import, client: Client, mirror: Mirror, remote_ids: Sequence[str]) -> None:
    """Link the client, and tie each contact to the one that it was made of, also where names do not tell them apart."""
    made = insert_link(work.actor, client.pk, mirror.pk, work.now)
    contacts = Contact.rows.of(client.practice_id).filter(client=client).order_by("pk").values_list("pk", flat=True)
    ContactTie.rows.bulk_create(
        ContactTie(practice_id=client.practice_id, link=made, contact_id=contact_id, remote_id=remote_id)
        for contact_id, remote_id in zip(contacts, remote_ids, strict=True)
    )


def _agree(work: _Import) -> None:
    """Once all is made, both sides agree on what was brought; who was there already is planned with it."""
    clients = sorted(client.pk for client in work.clients.values())
    links = Link.rows.among(work.actor.practice_id, clients, by="client_id").filter(ended_at=None)
    wanted = with_beside(work.actor.practice_id, list(links.values_list("pk", flat=True)))
    reconcile(work.actor.practice_id, wanted, work.now)


def _take_party(work: _Import, mirror: Mirror, choice: PartyChoice, known: Mapping[int, Client], root: Mirror) -> None:
    """A party becomes a new associate, or is the register client that the person said; that one is linked if free."""
    linked = Link.rows.of(work.actor.practice_id).filter(mirror=mirror, ended_at=None).first()
    if choice.client_id is None:
        if linked is not None:
            raise Stale(f"{mirror.name} was brought into the register meanwhile.")
        if mirror.deleted or mirror.gone_at is not None:
            raise Stale(f"{mirror.name} was deleted in XPM meanwhile.")
        _make(work, mirror, choice.kind, {}, "associate")
        return
    client = known[choice.client_id]
    if linked is not None and linked.client_id != client.pk:
        raise Stale(f"{mirror.name} was linked to another client meanwhile.")
    work.clients[mirror.remote_id] = client
    has_link = Link.rows.of(client.practice_id).filter(client=client, connection=root.connection, ended_at=None)
    gone = mirror.deleted or mirror.gone_at is not None
    if linked is None and not gone and not has_link.exists():
        insert_link(work.actor, client.pk, mirror.pk, work.now)


def _relate(work: _Import, mirrors: Iterable[Mirror]) -> None:
    """The relationships between all that was included, each once; what the register does not keep is told."""
    for tie in between(ties_of(mirrors, work.now.date()), work.clients):
        client, party = work.clients[tie.client], work.clients[tie.party]
        if client.pk != party.pk:
            _add(work, client, party, tie, tidy(Subject.RELATIONSHIP, tie.values))


def _add(work: _Import, client: Client, party: Client, tie: Tie, values: Values) -> None:
    """Make one relationship; values that cannot be right stay in the remote, and are told."""
    try:
        with transaction.atomic():
            row = insert_relationship(work.actor, client.pk, party.pk, tie.type.key, values, work.now)
    except Invalid as problem:
        wrong = {key: sentence for key, sentence in problem.problems.items() if key in values}
        told = f"{party.name}, {tie.type.label.lower()} of {client.name}: "
        if wrong:
            work.left_out.extend(told + sentence for sentence in wrong.values())
            _add(work, client, party, tie, {key: value for key, value in values.items() if key not in wrong})
        elif not _stands(work, client, party, tie):
            work.left_out.append(told + str(problem))
        return
    work.relationships.append(row.pk)


def _stands(work: _Import, client: Client, party: Client, tie: Tie) -> bool:
    """Whether the register has had this relationship since before the import."""
    rows = Relationship.rows.of(client.practice_id).filter(type=tie.type.key, removed_at=None)
    either = rows.filter(client=client, party=party)
    if tie.type.symmetric:
        either = either | rows.filter(client=party, party=client)
    return either.exclude(pk__in=work.relationships).exists()
