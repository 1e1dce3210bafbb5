"""A person's choices on the sync screen: pulls are applied at once, pushes are queued, in one transaction."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import uuid4

from django.db import transaction

from practicesync.core.actor import Ability, Actor
from practicesync.core.errors import Invalid, Stale
from practicesync.core.motion import Motion
from practicesync.core.presence import Sort, sort_of
from practicesync.core.push import Outcome
from practicesync.core.verdict import Move
from practicesync.operations.activity import Entry, write
from practicesync.operations.link_trouble import NO_TROUBLE
from practicesync.operations.listing import enlist
from practicesync.operations.moving import bring, hold, queue
from practicesync.operations.reconciling import reconcile
from practicesync.queries.motions import motion_of
from practicesync.queries.plan_structure import beside
from practicesync.queries.plans import LinkedPlan, load_plan
from practicesync.store.models import Client, Link, Run


def decide(actor: Actor, client_id: int, *, choices: Mapping[str, str], seen: str, now: datetime) -> Run:
    """Carry out what a person chose for one client: `choices` maps a row's key, or a presence's ref, to push or pull.

    `seen` is the digest that the screen was made of. Raises `Stale` where it is no longer so (nothing is written), and
    `Invalid` where a choice is impossible. The run returned is done already where nothing has to be pushed.
    """
    actor.require(Ability.SYNC)
    with transaction.atomic():
        client = Client.rows.of(actor.practice_id).select_for_update(no_key=True).get(pk=client_id)
        loaded = load_plan(actor.practice_id, client_id)
        if loaded is None:
            raise Stale("This client is no longer linked.")
        if loaded.plan.seen != seen:
            raise Stale("This client changed while you looked.")
        chosen = _sort(loaded, choices)
        pulls = [motion for motion in chosen if motion.move is Move.PULL]
        pushes = [motion for motion in chosen if motion.move is Move.PUSH]
        hold(actor.practice_id, [motion.ref for motion in pulls])
        run = _open_run(actor, loaded, pulls, pushes, now)
        changes = bring(client, loaded, pulls, now)
        if changes:
            facts = {"client": client.name}
            write(actor, Entry("pulled", facts, client_id=client.pk, run_id=run.pk, changes=changes), now)
        queue(loaded, pushes, run, now)
        Link.rows.of(actor.practice_id).filter(pk=loaded.link.pk).update(**NO_TROUBLE)
        named = [loaded.link.pk] if any(sort_of(motion.ref) is Sort.RELATIONSHIP for motion in pulls) else []
        reconcile(actor.practice_id, sorted({loaded.link.pk, *beside(actor.practice_id, named)}), now)
        enlist(actor.practice_id, [client_id])
    return run


def _sort(loaded: LinkedPlan, choices: Mapping[str, str]) -> list[Motion]:
    """The choices as moves. Raises `Invalid` by row for what cannot be done."""
    rows = {row.key: row for row in loaded.plan.differences()}
    chosen: list[Motion] = []
    problems: dict[str, str] = {}
    for key, choice in choices.items():
        row = rows.get(key)
        if row is not None and ((choice == Move.PULL and row.can_pull) or (choice == Move.PUSH and row.can_push)):
            chosen.append(motion_of(loaded, row, Move(choice)))
        else:
            problems[key] = "This cannot be synced that way."
    if problems:
        raise Invalid(problems)
    if not chosen:
        raise Invalid({"": "Nothing is chosen. Tick at least one row."})
    return chosen


def _open_run(
    actor: Actor, loaded: LinkedPlan, pulls: Sequence[Motion], pushes: Sequence[Motion], now: datetime
) -> Run:
    run = Run(
        practice_id=actor.practice_id,
        connection_id=loaded.link.connection_id,
        key=uuid4(),
        kind="sync",
        state="queued" if pushes else "done",
        subject=loaded.link.client_id,
        asked_by=actor.name,
        asked_by_id=actor.id,
        asked_at=now,
        finished_at=None if pushes else now,
        total=len(pushes) + len(pulls),
        done=len(pulls),
        changed=len(pulls),
        notes={"pulled": {motion.key: Outcome.DONE.value for motion in pulls}},
    )
    run.save(force_insert=True)
    facts: dict[str, str | int] = {
        "client": loaded.link.client.name,
        "pushes": len(pushes),
        "pulls": len(pulls),
    }
    write(actor, Entry("sync_asked", facts, client_id=loaded.link.client_id, run_id=run.pk), now)
    return run
