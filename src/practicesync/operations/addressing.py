"""Which two of a kind of client's addresses the remote keeps: changing the firm's table moves its clients' values."""

from collections.abc import Iterator
from datetime import datetime

from django.db import transaction

from practicesync.core.actor import Ability, Actor
from practicesync.core.addresses import BY_ROW, SYNCED, SYNCED_WORDS, Places, moves, problem
from practicesync.core.errors import Invalid, Stale
from practicesync.core.fields import ClientKind
from practicesync.core.words import KIND_WORDS
from practicesync.operations.activity import Changed, Entry, write
from practicesync.operations.listing import enlist
from practicesync.operations.reconciling import reconcile
from practicesync.queries.address_places import places_of
from practicesync.store.models import AddressPlace, Client, Link, Practice

BATCH = 500


def place_addresses(actor: Actor, kind: ClientKind, places: Places, now: datetime, *, expected: int) -> int:
    """Let the remote's two addresses of such clients be these; every client's values follow. Returns how many moved.

    No address is lost: one that leaves a synced field goes to its own, and the other way round, so that changing the
    table back restores every client. What is linked then differs from the remote, and a sync sends it. Raises
    `Invalid` where the table cannot be so, `Stale` where other than `expected` clients would move.
    """
    actor.require(Ability.MANAGE)
    wrong = problem(kind, places)
    if wrong:
        raise Invalid({"": wrong})
    with transaction.atomic():
        Practice.objects.select_for_update(no_key=True).get(pk=actor.practice_id)
        before = places_of(actor.practice_id, kind)
        moved = [key for batch in _moved(actor.practice_id, kind, before, places, now) for key in batch]
        if len(moved) != expected:
            raise Stale("Other clients would be changed by now than the page said.")
        for field in SYNCED:
            AddressPlace.rows.of(actor.practice_id).update_or_create(
                practice_id=actor.practice_id, kind=kind.value, field=field, defaults={"address": places[field]}
            )
        if dict(before) != dict(places):
            write(actor, _entry(kind, before, places, len(moved)), now)
            links = Link.rows.of(actor.practice_id).filter(client__in=moved, ended_at=None)
            reconcile(actor.practice_id, list(links.order_by("pk").values_list("pk", flat=True)), now)
            enlist(actor.practice_id, moved)
    return len(moved)


def _moved(practice_id: int, kind: ClientKind, before: Places, after: Places, now: datetime) -> Iterator[list[int]]:
    """Move the values of every such client, archived ones too; the ids of those that changed."""
    keys = list(Client.rows.of(practice_id).filter(kind=kind.value).order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(keys), BATCH):
        changed = []
        for client in (
            Client.rows.among(practice_id, keys[start : start + BATCH]).order_by("pk").select_for_update(no_key=True)
        ):
            values = moves(client.values, before, after)
            if values:
                client.values = {**client.values, **values}
                client.revision += 1
                client.changed_at = now
                changed.append(client)
        Client.rows.bulk_update(changed, ["values", "revision", "changed_at"])
        yield [client.pk for client in changed]


def _entry(kind: ClientKind, before: Places, after: Places, count: int) -> Entry:
    told = "; ".join(f"{SYNCED_WORDS[field]}: {BY_ROW[after[field]].label}" for field in SYNCED)
    facts: dict[str, str | int] = {"kind": KIND_WORDS[kind].lower(), "places": told, "count": count}
    changes = [
        Changed(field, {field: before[field]}, {field: after[field]}, ref=f"addresses:{kind.value}", why="placed")
        for field in SYNCED
        if before[field] != after[field]
    ]
    return Entry("addresses_placed", facts, changes=changes)
