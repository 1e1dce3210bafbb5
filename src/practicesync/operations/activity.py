"""Writing the append-only log, and finding where it was tampered with.

A line is written inside the transaction of the change that it tells. Each carries a mark over itself and the line
before it, made with the installation's keys: who can write to the database but has no keys cannot mend the chain, nor
guess a sealed value from a mark.
"""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from django.db import transaction

from practicesync.core.actor import Actor
from practicesync.core.fields import Values
from practicesync.core.words import VERB_WORDS
from practicesync.store.models import Activity, ActivityHead, Change
from practicesync.store.secrets import is_marked, mark

BATCH = 500


@dataclass(frozen=True, slots=True)
class Changed:
    """One field's values that changed: on which side (`local`, `remote` or `base`), from, to, and why."""

    field: str
    before: Values
    after: Values
    side: str = "local"
    ref: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line to write. `facts` fill the verb's sentence and hold no sensitive value."""

    verb: str
    facts: Mapping[str, str | int] = field(default_factory=dict)
    client_id: int | None = None
    run_id: int | None = None
    changes: Sequence[Changed] = ()


def write(actor: Actor, entry: Entry, now: datetime) -> Activity:
    """Append one line, chained to the one before it. Needs the caller's transaction."""
    return write_all(actor, [entry], now)[0]


def write_all(actor: Actor, entries: Sequence[Entry], now: datetime) -> list[Activity]:
    """Append lines in this order, each chained to the one before it. Needs the caller's transaction."""
    unknown = next((entry.verb for entry in entries if entry.verb not in VERB_WORDS), None)
    if unknown is not None:
        raise LookupError(f"no wording for the verb {unknown}")
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("activity is written in the transaction of the change it tells")
    if not entries:
        return []
    head, _ = (
        ActivityHead.rows.of(actor.practice_id)
        .select_for_update(no_key=True)
        .get_or_create(practice_id=actor.practice_id)
    )
    lines: list[Activity] = []
    for entry in entries:
        line = _line(actor, entry, head.seq + 1, now)
        line.digest = mark(_told(head.digest, line, entry.changes))
        head.seq, head.digest = line.seq, line.digest
        lines.append(line)
    Activity.rows.bulk_create(lines, batch_size=BATCH)
    Change.rows.bulk_create(
        (_change(line, change) for line, entry in zip(lines, entries, strict=True) for change in entry.changes),
        batch_size=BATCH,
    )
    head.save(update_fields=["seq", "digest"])
    return lines


def _line(actor: Actor, entry: Entry, seq: int, now: datetime) -> Activity:
    return Activity(
        practice_id=actor.practice_id,
        seq=seq,
        at=now,
        verb=entry.verb,
        actor_kind=actor.kind.value,
        actor_id=actor.id,
        actor_name=actor.name,
        client_id=entry.client_id,
        run_id=entry.run_id,
        facts=dict(entry.facts),
    )


def _change(line: Activity, change: Changed) -> Change:
    return Change(
        practice_id=line.practice_id,
        activity=line,
        side=change.side,
        ref=change.ref,
        field=change.field,
        before=dict(change.before),
        after=dict(change.after),
        why=change.why,
    )


def verify(practice_id: int) -> int | None:
    """The number of the first line that is not as it was written, or None where the whole log is.

    An edited line breaks at its own number, a removed or inserted one where the numbers no longer follow; lines cut
    off the end are missed at the head. Raises `SealBroken` where a sealed value in it does not open.
    """
    expected, before = 1, ""
    for line, changes in _lines(practice_id):
        if line.seq != expected or not is_marked(_told(before, line, changes), line.digest):
            return expected
        expected, before = expected + 1, line.digest
    head = ActivityHead.rows.of(practice_id).first()
    ended = (head.seq + 1, head.digest) if head is not None else (1, "")
    return None if ended == (expected, before) else expected


def _lines(practice_id: int) -> Iterator[tuple[Activity, Sequence[Changed]]]:
    """Every line in its order with its changes, some hundred at a time."""
    rows = Activity.rows.of(practice_id).order_by("seq")
    last = None
    while batch := list((rows if last is None else rows.filter(seq__gt=last))[:BATCH]):
        changes: defaultdict[int, list[Changed]] = defaultdict(list)
        for row in Change.rows.of(practice_id).filter(activity__in=batch).order_by("pk"):
            changes[row.activity_id].append(Changed(row.field, row.before, row.after, row.side, row.ref, row.why))
        yield from ((line, changes[line.pk]) for line in batch)
        last = batch[-1].seq


def _told(before: str, line: Activity, changes: Sequence[Changed]) -> str:
    """All that a line tells, and the mark before it, as one text."""
    told = [
        before,
        line.practice_id,
        line.seq,
        line.at.astimezone(UTC).isoformat(),
        line.verb,
        line.actor_kind,
        line.actor_id,
        line.actor_name,
        line.client_id,
        line.run_id,
        line.facts,
        [[c.side, c.ref, c.field, dict(c.before), dict(c.after), c.why] for c in changes],
    ]
    return json.dumps(told, sort_keys=True, ensure_ascii=False)
