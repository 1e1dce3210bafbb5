"""Writing the append-only log. Called inside the transaction of the change that it tells."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from practicesync.core.actor import Actor
from practicesync.core.fields import Values
from practicesync.core.words import VERB_WORDS
from practicesync.store.models import Activity, ActivityHead, Change


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
    if entry.verb not in VERB_WORDS:
        raise LookupError(f"no wording for the verb {entry.verb}")
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("activity is written in the transaction of the change it tells")
    head, _ = ActivityHead.rows.of(actor.practice_id).select_for_update().get_or_create(practice_id=actor.practice_id)
    line = Activity(
        practice_id=actor.practice_id,
        seq=head.seq + 1,
        at=now,
        verb=entry.verb,
        actor_kind=actor.kind.value,
        actor_id=actor.id,
        actor_name=actor.name,
        client_id=entry.client_id,
        run_id=entry.run_id,
        facts=dict(entry.facts),
    )
    line.digest = chain(head.digest, line, entry.changes)
    line.save(force_insert=True)
    Change.rows.bulk_create(
        Change(
            practice_id=actor.practice_id,
            activity=line,
            side=change.side,
            ref=change.ref,
            field=change.field,
            before=dict(change.before),
            after=dict(change.after),
            why=change.why,
        )
        for change in entry.changes
    )
    head.seq, head.digest = line.seq, line.digest
    head.save(update_fields=["seq", "digest"])
    return line


def chain(before: str, line: Activity, changes: Sequence[Changed]) -> str:
    """The digest of a line: over the practice, the line, its changes and the digest before it."""
    told = [
        before,
        line.practice_id,
        line.seq,
        line.at.isoformat(),
        line.verb,
        line.actor_kind,
        line.actor_id,
        line.actor_name,
        line.client_id,
        line.run_id,
        line.facts,
        [[c.side, c.ref, c.field, dict(c.before), dict(c.after), c.why] for c in changes],
    ]
    return hashlib.sha256(json.dumps(told, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
