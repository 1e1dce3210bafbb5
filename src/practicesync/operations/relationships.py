"""Relationships between clients of the register: added, edited and removed."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from practicesync.core.actor import Ability, Actor
from practicesync.core.catalogue import CATALOGUE
from practicesync.core.errors import Invalid, Stale
from practicesync.core.fields import ClientKind, Field, Subject, Values
from practicesync.core.kinds import Place
from practicesync.core.kinds.dates import read_date
from practicesync.core.relationships import BY_KEY, RelationshipType
from practicesync.core.structure_plan import TELLING_APART
from practicesync.operations.activity import Changed, Entry, write
from practicesync.operations.reconciling import reconcile_clients
from practicesync.store.models import Client, Relationship


def add_relationship(
    actor: Actor, client_id: int, party_id: int, type_key: str, values: Values, now: datetime
) -> Relationship:
    """Add one in a transaction of its own; see `insert_relationship`."""
    with transaction.atomic():
        made = insert_relationship(actor, client_id, party_id, type_key, values, now)
        reconcile_clients(actor.practice_id, [client_id, party_id], now)
    return made


def insert_relationship(
    actor: Actor, client_id: int, party_id: int, type_key: str, values: Values, now: datetime
) -> Relationship:
    """Make `party` the `type_key` of `client`, inside the caller's transaction; the caller reconciles the two.

    Raises `Invalid` where there is no such type or client, the two are one, their kinds do not fit the type, a value
    cannot be right, or the party is just that already.
    """
    actor.require(Ability.EDIT)
    kind = BY_KEY.get(type_key)
    if kind is None:
        raise Invalid({"type": "There is no such relationship."})
    client, party = _both(actor.practice_id, client_id, party_id)
    values = _checked(kind, {}, values, Place(client.country))
    problem = kind.misfit(ClientKind(client.kind), ClientKind(party.kind))
    if problem:
        raise Invalid({"type": problem})
    _refuse_double(Relationship(practice_id=actor.practice_id, client=client, party=party, type=type_key), values)
    made = Relationship(
        practice_id=actor.practice_id,
        client=client,
        party=party,
        type=type_key,
        values=values,
        created_at=now,
        changed_at=now,
    )
    made.save(force_insert=True)
    write(actor, _entry("relationship_added", made, _changes(made, {}, values, "added")), now)
    return made


def edit_relationship(
    actor: Actor, relationship_id: int, *, revision: int, values: Values, now: datetime
) -> Relationship:
    """Change what it holds: a key that `values` lacks is left alone, "" clears it. Type and parties stay what they are.

    Raises `Stale` where somebody saved since `revision` or removed it, `Invalid` by field.
    """
    actor.require(Ability.EDIT)
    with transaction.atomic():
        held = _locked(actor.practice_id, relationship_id, revision)
        after = _checked(BY_KEY[held.type], held.values, values, Place(held.client.country))
        _refuse_double(held, after)
        changes = _changes(held, held.values, after, "edited")
        if changes:
            held.values = after
            held.revision += 1
            held.changed_at = now
            held.save()
            write(actor, _entry("relationship_edited", held, changes), now)
            reconcile_clients(actor.practice_id, [held.client_id, held.party_id], now)
    return held


def remove_relationship(actor: Actor, relationship_id: int, *, revision: int, now: datetime) -> Relationship:
    """Take it out of the register, for one that was entered wrongly; one that is over gets an end date instead.

    Raises `Stale` where somebody saved since `revision` or removed it.
    """
    actor.require(Ability.EDIT)
    with transaction.atomic():
        held = _locked(actor.practice_id, relationship_id, revision)
        held.removed_at = now
        held.revision += 1
        held.save(update_fields=["removed_at", "revision"])
        write(actor, _entry("relationship_removed", held, _changes(held, held.values, {}, "removed")), now)
        reconcile_clients(actor.practice_id, [held.client_id, held.party_id], now)
    return held


def _both(practice_id: int, client_id: int, party_id: int) -> tuple[Client, Client]:
    """The two clients, locked in one order, so that two writers of one pair wait for each other."""
    if client_id == party_id:
        raise Invalid({"party": "A client cannot be tied to itself."})
    rows = Client.rows.among(practice_id, [client_id, party_id]).order_by("pk").select_for_update(no_key=True)
    found = {client.pk: client for client in rows}
    if len(found) != 2:
        raise Invalid({"party": "There is no such client in the register."})
    return found[client_id], found[party_id]


def _locked(practice_id: int, relationship_id: int, revision: int) -> Relationship:
    rows = Relationship.rows.of(practice_id).select_related("client", "party")
    held = rows.get(pk=relationship_id)
    _both(practice_id, held.client_id, held.party_id)
    held.refresh_from_db(fields=["revision", "values", "removed_at"])
    if held.revision != revision or held.removed_at is not None:
        raise Stale("Somebody else changed this relationship meanwhile.")
    found: Relationship = held
    return found


def _checked(kind: RelationshipType, before: Values, values: Values, place: Place) -> dict[str, str]:
    """The values with these put in, without what says nothing. Raises `Invalid` by field for what cannot be right."""
    rows = CATALOGUE.of(Subject.RELATIONSHIP)
    fresh = {row.name: row.kind.tidy(values[row.name]) for row in rows if row.name in values}
    problems = {
        row.name: problem
        for row in rows
        if row.name in fresh and (problem := row.problem((fresh[row.name],), place)) is not None
    }
    whole = {**before, **fresh}
    start, end = (read_date(whole.get(name, ""), place) for name in ("start_date", "end_date"))
    if start is not None and end is not None and end < start:
        problems["end_date"] = f"{kind.label} until before since: the end is before the start."
    if problems:
        raise Invalid(problems)
    return {row.name: whole[row.name] for row in rows if row.name in whole and _says(row, whole[row.name], place)}


def _says(row: Field, value: str, place: Place) -> bool:
    """Whether the value means more than blank: the remote writes 0 for what it does not know."""
    return not row.kind.same((value,), ("",), place)


def _refuse_double(held: Relationship, values: Values) -> None:
    """Raise `Invalid` where the party is the same to the client already, of the same class and at the same time."""
    pair = Q(client_id=held.client_id, party_id=held.party_id)
    if BY_KEY[held.type].symmetric:
        pair |= Q(client_id=held.party_id, party_id=held.client_id)
    rows = Relationship.rows.of(held.practice_id).filter(pair, type=held.type, removed_at=None).exclude(pk=held.pk)
    place = Place(held.client.country)
    if any(_alike(each, values, place) for each in rows.values_list("values", flat=True)):
        words = BY_KEY[held.type]
        told = "class or dates" if "share_class" in words.fields else "dates"
        what = f"{held.party.name} is {words.label.lower()} of {held.client.name} already"
        raise Invalid({"party": f"{what}, with the same {told}. Edit that one instead."})


def _alike(a: Values, b: Values, place: Place) -> bool:
    rows: Iterable[Field] = (row for row in CATALOGUE.of(Subject.RELATIONSHIP) if row.name in TELLING_APART)
    return all(row.kind.same(row.held(a), row.held(b), place) for row in rows)


def _entry(verb: str, held: Relationship, changes: list[Changed]) -> Entry:
    facts = {"client": held.client.name, "party": held.party.name, "type": BY_KEY[held.type].label.lower()}
    return Entry(verb, facts, client_id=held.client_id, changes=changes)


def _changes(held: Relationship, before: Values, after: Values, why: str) -> list[Changed]:
    ref = f"relationship:{held.pk}"
    return [
        Changed(row.name, row.spread(was), row.spread(now), ref=ref, why=why)
        for row in CATALOGUE.of(Subject.RELATIONSHIP)
        if (was := row.held(before)) != (now := row.held(after))
    ]
