"""Carrying out the moves of one link: pulls into the register at once, pushes as intents that are sent later.

The caller holds the transaction and the lock on the client, has checked that the moves are possible, and afterwards
reconciles the link and lists the client.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from practicesync.core.catalogue import CATALOGUE
from practicesync.core.fields import Field, Subject
from practicesync.core.motion import Motion
from practicesync.core.presence import Sort
from practicesync.core.push import Act
from practicesync.operations.activity import Changed
from practicesync.operations.register import keep, keep_contact, remove_contact
from practicesync.queries.plans import LinkedPlan
from practicesync.store.models import Client, Contact, ContactTie, Link, Push, Run

Bring = Callable[[Client, LinkedPlan, Motion, datetime], Sequence[Changed]]
"""Brings one presence about in the register, or takes it away there."""


def bring(client: Client, loaded: LinkedPlan, motions: Sequence[Motion], now: datetime) -> list[Changed]:
    """Write these pulls into the register; what changed, for the log."""
    if not motions:
        return []
    own = [motion for motion in motions if not motion.ref]
    # Even where only contacts move: whoever has the client's form open would else save over what came.
    keep(client, {key: value for motion in own for key, value in motion.after.items()}, now)
    changes = [_changed(motion) for motion in motions if isinstance(motion.row, Field)]
    for ref, some in _by_record(motions).items():
        contact = _contact_of(loaded, ref)
        keep_contact(contact, {key: value for motion in some for key, value in motion.after.items()}, now)
    for motion in motions:
        if motion.sort is not None:
            changes += BRINGS[motion.sort](client, loaded, motion, now)
    return changes


def queue(loaded: LinkedPlan, motions: Sequence[Motion], run: Run, now: datetime) -> list[tuple[Motion, Push]]:
    """Queue these pushes, one a remote record with all its fields; which push carries which move."""
    queued: list[tuple[Motion, Push]] = []
    own = [motion for motion in motions if isinstance(motion.row, Field) and not motion.ref]
    for ref, some in ([("", own)] if own else []) + list(_by_record(motions).items()):
        push = _update(loaded, ref, some, run, now)
        queued += [(motion, push) for motion in some]
    for motion in motions:
        if motion.sort is not None:
            queued.append((motion, _whole(loaded, motion, run, now)))
    return queued


def _by_record(motions: Iterable[Motion]) -> Mapping[str, list[Motion]]:
    """The moves of fields of contacts, by contact."""
    grouped: dict[str, list[Motion]] = {}
    for motion in motions:
        if motion.ref and isinstance(motion.row, Field):
            grouped.setdefault(motion.ref, []).append(motion)
    return grouped


def _changed(motion: Motion) -> Changed:
    return Changed(motion.row.name, motion.before, motion.after, ref=motion.ref, why=motion.why)


def _contact_of(loaded: LinkedPlan, ref: str) -> Contact:
    """The register contact of a pair."""
    local_id = next(plan.pair.local.id for plan in loaded.plan.contacts if plan.ref == ref and plan.pair.local)
    return next(contact for contact in loaded.contacts if contact.pk == local_id)


def _bring_contact(client: Client, loaded: LinkedPlan, motion: Motion, now: datetime) -> Sequence[Changed]:
    """A contact that only the remote has comes to the register, tied from the start; one that it lost is taken off."""
    if motion.act is Act.REMOVE:
        contact = _contact_of(loaded, motion.ref)
        return remove_contact(contact, f"contact:{contact.pk}", now)
    contact = Contact(practice_id=client.practice_id, client=client)
    keep_contact(contact, motion.after, now)
    ContactTie(
        practice_id=client.practice_id,
        link=loaded.link,
        contact=contact,
        remote_id=motion.ref.split(":", 2)[2],
        base=dict(motion.after),
    ).save(force_insert=True)
    return [Changed("name", {}, contact.values, ref=f"contact:{contact.pk}", why="added")]


BRINGS: Mapping[Sort, Bring] = {Sort.CONTACT: _bring_contact}
"""How each sort of presence comes into the register."""


def _update(loaded: LinkedPlan, ref: str, motions: Sequence[Motion], run: Run, now: datetime) -> Push:
    push = _new_push(loaded.link, run, ref, now)
    pair = next((contact.pair for contact in loaded.plan.contacts if contact.ref == ref), None)
    if pair is not None and pair.local is not None and pair.remote is not None:
        push.contact_id, push.remote_id = pair.local.id, pair.remote.remote_id
    push.names = [motion.row.name for motion in motions]
    push.fields = {key: value for motion in motions for key, value in motion.after.items()}
    push.seen = {key: value for motion in motions for key, value in motion.before.items()}
    push.save(force_insert=True)
    return push


def _whole(loaded: LinkedPlan, motion: Motion, run: Run, now: datetime) -> Push:
    """A presence goes to the remote with all that it holds."""
    push = _new_push(loaded.link, run, motion.ref, now)
    push.act = motion.act.value
    if motion.sort is Sort.CONTACT and motion.act is Act.ADD:
        _fill_contact(push, motion)
    push.save(force_insert=True)
    return push


def _fill_contact(push: Push, motion: Motion) -> None:
    rows = [row for row in CATALOGUE.of(Subject.CONTACT) if not row.is_empty(row.held(motion.after))]
    push.contact_id, push.remote_id = int(motion.ref.split(":", 2)[1]), ""
    push.names = [row.name for row in rows]
    push.fields = {key: motion.after[key] for row in rows for key in row.keys if key in motion.after}


def _new_push(link: Link, run: Run, ref: str, now: datetime) -> Push:
    return Push(
        practice_id=link.practice_id,
        client_id=link.client_id,
        connection_id=link.connection_id,
        link=link,
        run=run,
        ref=ref,
        remote_id=link.mirror.remote_id,
        asked_at=now,
    )
