"""A person's edits of the register, with what the practice's policy makes of them: what it sends by itself is queued.

Edit and pushes are one transaction, so that a saved value is either on its way or waits for somebody, and nothing that
comes in between is laid over it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from django.db import transaction

from practicesync.core.actor import Actor, client_sync
from practicesync.core.decision import Whole
from practicesync.core.fields import ClientKind, Field, Values
from practicesync.core.link_state import LinkState
from practicesync.core.motion import Motion
from practicesync.core.verdict import PENDING, Judge, Move
from practicesync.operations import register, relationships
from practicesync.operations.link_trouble import REFUSED
from practicesync.operations.moving import hold, queue
from practicesync.operations.push_closing import park
from practicesync.operations.push_problems import problems
from practicesync.operations.reconciling import reconcile
from practicesync.operations.register import ContactEdit
from practicesync.queries.motions import motion_of
from practicesync.queries.plans import LinkedPlan, plans_of
from practicesync.queries.policy import policy_of
from practicesync.queries.references import references
from practicesync.store.models import Client, Link, Push, Relationship, Run


@dataclass(frozen=True, slots=True)
class Saved:
    """A client as saved, the names of the fields that changed, the runs that send what is queued, to be started, and
    why some of it is not sent, as sentences."""

    client: Client
    changed: tuple[str, ...]
    runs: tuple[Run, ...] = ()
    unsent: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Queued:
    """The runs that send what was queued, for the caller to start, and why some of it is not sent."""

    runs: tuple[Run, ...] = ()
    unsent: tuple[str, ...] = ()


def edit_client(
    actor: Actor,
    client_id: int,
    *,
    revision: int,
    kind: ClientKind,
    values: Values,
    contacts: Sequence[ContactEdit] = (),
    now: datetime,
) -> Saved:
    """Save a form (`register.edit_client`), and queue what the policy sends of it. Raises what that raises."""
    with transaction.atomic():
        edited = register.edit_client(
            actor, client_id, revision=revision, kind=kind, values=values, contacts=contacts, now=now
        )
        queued = queue_for(actor.practice_id, [client_id], now) if edited.changed else Queued()
    return Saved(edited.client, edited.changed, queued.runs, queued.unsent)


def add_relationship(
    actor: Actor, client_id: int, party_id: int, type_key: str, values: Values, now: datetime
) -> Queued:
    """Tie two clients (`relationships.add_relationship`), and queue what the policy sends of it."""
    with transaction.atomic():
        made = relationships.add_relationship(actor, client_id, party_id, type_key, values, now)
        return queue_for(actor.practice_id, _both(made), now)


def edit_relationship(actor: Actor, relationship_id: int, *, revision: int, values: Values, now: datetime) -> Queued:
    """Change a relationship (`relationships.edit_relationship`), and queue what the policy sends of it."""
    with transaction.atomic():
        held = relationships.edit_relationship(actor, relationship_id, revision=revision, values=values, now=now)
        return queue_for(actor.practice_id, _both(held), now)


def _both(held: Relationship) -> tuple[int, int]:
    return held.client_id, held.party_id


def queue_for(practice_id: int, client_ids: Iterable[int], now: datetime) -> Queued:
    """Queue what the policy sends unasked of these clients, as a sync of each, but for what XPM is known to refuse:
    that is parked with its reason.

    The caller holds the transaction and the clients, and has planned their links afresh. What a person sent moments
    ago is no reason for the brake. Clients that fail or are set aside send nothing by themselves.
    """
    live = Link.rows.among(practice_id, list(client_ids), by="client_id").filter(ended_at=None, set_aside_at=None)
    sound = live.filter(failing="", connection__state="connected").exclude(state=LinkState.FAILING.value)
    ready = sound.order_by("pk").values_list("pk", flat=True)
    found: list[Run] = []
    unsent: list[str] = []
    asked = False
    for loaded in plans_of(practice_id, list(ready)).values():
        wished = list(_sent_unasked(loaded))
        parked = _unsendable(loaded, wished)
        motions = [motion for motion in wished if motion.key not in parked]
        asked = asked or bool(wished)
        if motions:
            run = _waiting_run(loaded) or _new_run(loaded, now)
            hold(practice_id, [motion.ref for motion in motions])
            queue(loaded, motions, run, now)
            found += _kept(run)
        if parked:
            park(loaded.link, " ".join(dict.fromkeys(parked.values())), REFUSED, parked)
            unsent += parked.values()
    if asked:
        reconcile(practice_id, list(ready), now)
    return Queued(tuple(found), tuple(dict.fromkeys(unsent)))


def _unsendable(loaded: LinkedPlan, motions: Sequence[Motion]) -> dict[str, str]:
    """Why some of these cannot be sent, by the key of their row."""
    connection = loaded.link.connection
    fields = {motion.key: motion for motion in motions if isinstance(motion.row, Field)}
    lists = references(loaded.link.practice_id, connection.pk, {motion.row.name for motion in fields.values()})
    return {
        key: why
        for key, motion in fields.items()
        for why in problems(connection.connector, motion.row.subject, motion.after, lists).values()
    }


def _sent_unasked(loaded: LinkedPlan) -> Iterator[Motion]:
    """What the policy sends of this link by itself, but for what is on its way as it is.

    A value that was edited again while one of its field waits is judged as if none did: it goes after that one, or in
    its place.
    """
    judge = Judge(policy_of(loaded.link.practice_id, loaded.link.connection.connector))
    for row in loaded.plan.differences():
        verdict = judge.judge(row.row, row.state, row.facts & ~PENDING, whole=isinstance(row, Whole))
        if verdict.unasked and verdict.move is Move.PUSH:
            motion = motion_of(loaded, row, Move.PUSH)
            if not (row.pending and any(_carries(push, motion) for push in loaded.open_pushes)):
                yield motion


def _carries(push: Push, motion: Motion) -> bool:
    """Whether a push brings about just that."""
    if motion.sort is not None:
        return bool(push.is_whole and push.ref == motion.ref)
    told = {**dict.fromkeys(motion.after, ""), **push.fields}
    return bool(push.ref == motion.ref and motion.row.name in push.names and motion.after.items() <= told.items())


def _waiting_run(loaded: LinkedPlan) -> Run | None:
    """The run of an edit just before, which has not begun yet."""
    mine = Run.rows.of(loaded.link.practice_id).filter(kind="sync", subject=loaded.link.client_id, state="queued")
    found: Run | None = (
        mine.filter(asked_by_id=client_sync(loaded.link.practice_id).id).select_for_update(no_key=True).first()
    )
    return found


def _new_run(loaded: LinkedPlan, now: datetime) -> Run:
    actor = client_sync(loaded.link.practice_id)
    run = Run(
        practice_id=actor.practice_id,
        connection_id=loaded.link.connection_id,
        key=uuid4(),
        kind="sync",
        subject=loaded.link.client_id,
        asked_by=actor.name,
        asked_by_id=actor.id,
        asked_at=now,
        notes={"pulled": {}},
    )
    run.save(force_insert=True)
    return run


def _kept(run: Run) -> list[Run]:
    """The run with the count of what it is to write; none where a push of another run has taken all of it up."""
    pushes = list(Push.rows.of(run.practice_id).filter(run=run))
    if not pushes:
        run.delete()
        return []
    run.total = sum(1 if push.is_whole else len(push.names) for push in pushes)
    run.save(update_fields=["total"])
    return [run]
