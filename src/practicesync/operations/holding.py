"""Leaving a difference as it is: it waits for nobody and stays, until a side changes or it is taken up again."""

from datetime import datetime

from django.db import transaction

from practicesync.core.actor import Ability, Actor
from practicesync.core.decision import Decision, Whole
from practicesync.core.errors import Stale
from practicesync.operations.activity import Changed, Entry, write
from practicesync.operations.reconciling import reconcile
from practicesync.queries.motions import label_of
from practicesync.queries.plans import LinkedPlan, plans_of, stamp_of
from practicesync.store.models import Client, Difference, Link

GONE = "It is no longer as it was shown."


def hold(actor: Actor, difference_id: int, now: datetime) -> int:
    """Leave this difference as it is; the id of what it is from then on. Raises `Stale` where it changed meanwhile."""
    with transaction.atomic():
        loaded, row = take(actor, difference_id)
        _keep(actor, loaded, row, "left_as_is", {**loaded.link.held, row.key: stamp_of(row)}, now)
        return _again(loaded, row)


def release(actor: Actor, difference_id: int, now: datetime) -> int:
    """Take up again what was left as it is; the id of what it is from then on. Raises `Stale` as `hold` does."""
    with transaction.atomic():
        loaded, row = take(actor, difference_id)
        held = {key: stamp for key, stamp in loaded.link.held.items() if key != row.key}
        _keep(actor, loaded, row, "taken_up", held, now)
        return _again(loaded, row)


def take(actor: Actor, difference_id: int) -> tuple[LinkedPlan, Decision | Whole]:
    """A difference that somebody saw, with its link planned now and its client locked. Needs a transaction.

    Raises `Stale` where it is no longer just what was seen.
    """
    actor.require(Ability.SYNC)
    rows = Difference.rows.of(actor.practice_id).filter(pk=difference_id, link__ended_at=None)
    clients = Client.rows.of(actor.practice_id).filter(pk__in=rows.values("link__client_id"))
    list(clients.select_for_update(no_key=True).values_list("pk"))
    # Read only now: whoever held the client until this moment may have settled it.
    stored = rows.first()
    if stored is None:
        raise Stale(GONE)
    loaded = plans_of(actor.practice_id, [stored.link_id]).get(stored.link_id)
    differences = () if loaded is None else loaded.plan.differences()
    told = (stored.ref, stored.subject, stored.field, stored.stamp)
    row = next((row for row in differences if (row.ref, row.row.subject, row.row.name, stamp_of(row)) == told), None)
    if loaded is None or row is None:
        raise Stale(GONE)
    return loaded, row


def _keep(
    actor: Actor, loaded: LinkedPlan, row: Decision | Whole, verb: str, held: dict[str, str], now: datetime
) -> None:
    link = loaded.link
    facts = {"client": link.client.name, "field": label_of(loaded, row)}
    changes = [Changed(row.row.name, {}, {}, side="hold", ref=row.ref, why=verb)]
    write(actor, Entry(verb, facts, client_id=link.client_id, changes=changes), now)
    Link.rows.of(actor.practice_id).select_for_update(no_key=True).get(pk=link.pk)
    Link.rows.of(actor.practice_id).filter(pk=link.pk).update(held=held)
    reconcile(actor.practice_id, [link.pk], now)


def _again(loaded: LinkedPlan, row: Decision | Whole) -> int:
    rows = Difference.rows.of(loaded.link.practice_id).filter(
        link_id=loaded.link.pk, ref=row.ref, subject=row.row.subject.value, field=row.row.name
    )
    return rows.values_list("pk", flat=True).get()
