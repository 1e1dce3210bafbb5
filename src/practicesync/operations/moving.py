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
from practicesync.operations.agreed import agreed_before
from practicesync.operations.bringing import BRINGS, contact_of, keep_relationship
from practicesync.operations.groups import hold_groups
from practicesync.operations.pushing import coalesce, queue_whole
from practicesync.operations.register import keep, keep_contact
from practicesync.queries.plans import LinkedPlan
from practicesync.store.models import Client, Push, Run


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
    return [*changes, *agreed_before(loaded, motions)]


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
    names = [motion.row.name for motion in motions]
    fields = {key: value for motion in motions for key, value in motion.after.items()}
    seen = {key: value for motion in motions for key, value in motion.before.items()}
    return coalesce(loaded.link, ref, names, fields, seen, run, now)


def _whole(loaded: LinkedPlan, motion: Motion, run: Run, now: datetime) -> Push:
    """A presence goes to the remote with all that it holds."""
    names: list[str] = []
    if motion.sort is Sort.CONTACT and motion.act is Act.ADD:
        rows = CATALOGUE.of(Subject.CONTACT)
        names = [row.name for row in rows if not row.is_empty(row.held(motion.after))]
    return queue_whole(
        loaded.link, motion.ref, motion.act, run, now, names=names, fields=motion.after, seen=motion.before
    )
