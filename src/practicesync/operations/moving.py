"""Carrying out the moves of one link: pulls into the register at once, pushes as intents that are sent later.

The caller holds the transaction, the client and the groups that its moves name (`hold`), has checked that the moves are
possible, and afterwards reconciles the link with those beside it and lists the client.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from practicesync.core.catalogue import CATALOGUE
from practicesync.core.fields import Field, Subject
from practicesync.core.motion import Motion
from practicesync.core.presence import Sort, sort_of
from practicesync.core.push import Act, target_of
from practicesync.operations.activity import Changed
from practicesync.operations.bringing import BRINGS, contact_of, keep_relationship
from practicesync.operations.groups import hold_groups
from practicesync.operations.register import keep, keep_contact
from practicesync.queries.plans import LinkedPlan
from practicesync.store.models import Client, Link, Push, Run


def hold(practice_id: int, refs: Iterable[str]) -> None:
    """Hold the groups that these moves name, after the clients and before the log, as whoever changes them does."""
    targets = map(target_of, refs)
    hold_groups(practice_id, {target.local for target in targets if target.sort is Sort.GROUP})


def bring(client: Client, loaded: LinkedPlan, motions: Sequence[Motion], now: datetime) -> list[Changed]:
    """Write these pulls into the register; what changed, for the log."""
    if not motions:
        return []
    own = [motion for motion in motions if not motion.ref]
    # Even where only contacts move: whoever has the client's form open would else save over what came.
    keep(client, {key: value for motion in own for key, value in motion.after.items()}, now)
    changes = [_changed(motion) for motion in motions if isinstance(motion.row, Field)]
    for ref, some in _by_record(motions).items():
        values = {key: value for motion in some for key, value in motion.after.items()}
        if sort_of(ref) is Sort.RELATIONSHIP:
            keep_relationship(loaded, ref, values, now)
        else:
            keep_contact(contact_of(loaded, ref), values, now)
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
    """The moves of fields of contacts and relationships, by what they belong to."""
    grouped: dict[str, list[Motion]] = {}
    for motion in motions:
        if motion.ref and isinstance(motion.row, Field):
            grouped.setdefault(motion.ref, []).append(motion)
    return grouped


def _changed(motion: Motion) -> Changed:
    return Changed(motion.row.name, motion.before, motion.after, ref=motion.ref, why=motion.why)


def _update(loaded: LinkedPlan, ref: str, motions: Sequence[Motion], run: Run, now: datetime) -> Push:
    push = _new_push(loaded.link, run, ref, now)
    target = target_of(ref)
    if target.sort is Sort.CONTACT:
        push.contact_id, push.remote_id = int(target.local), target.remote
    elif target.sort is Sort.RELATIONSHIP:
        push.relationship_id, push.remote_id = int(target.local), target.remote
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
    elif motion.sort is Sort.RELATIONSHIP:
        push.relationship_id, push.remote_id = int(target_of(motion.ref).local), target_of(motion.ref).remote
        push.fields, push.seen = dict(motion.after), dict(motion.before)
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
