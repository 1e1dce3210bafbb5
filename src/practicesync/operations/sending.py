"""Pushes carried on: looked at, promised, settled. Each step is one transaction over a batch and may run twice.

The network calls between them are the flow's. From `sending` on, a crash leaves an intent in the store, so that the
next step is a read: the write is never repeated blindly. A reply counts only for the attempt that it answers: a worker
that was frozen meanwhile, and whose push somebody else took on, changes nothing but the mirror.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.db import transaction

from practicesync.core.actor import worker
from practicesync.core.catalogue import CATALOGUE
from practicesync.core.fields import Subject, Values
from practicesync.core.push import (
    MOST_TRIES,
    OPEN,
    Act,
    Fate,
    Found,
    Outcome,
    Problem,
    PushState,
    Reply,
    Sent,
    Write,
    due_after,
    target_of,
)
from practicesync.core.record import RemoteRecord
from practicesync.operations import creating
from practicesync.operations.activity import Entry, write_all
from practicesync.operations.mirroring import store_contact, store_records
from practicesync.operations.push_acts import doing_of
from practicesync.operations.push_closing import close, end
from practicesync.operations.push_fields import GONE, emptied, values_there
from practicesync.operations.push_records import SUBJECTS, link_of, step
from practicesync.operations.pushing import ARCHIVED_SEEN, hold
from practicesync.store.models import Connection, Mirror, Push, Run
from practicesync.store.models.push import STILL_OPEN

UNANSWERED = f"Tried {MOST_TRIES} times without a clear answer from XPM."
ARCHIVED_SINCE = "This client was archived in XPM after this was decided. Restore it there, or archive it here."

Read = tuple[RemoteRecord, datetime]
"""A record, and when it was asked for (a reading) or came in (the reply to a write)."""


@dataclass(frozen=True, slots=True)
class Readings:
    """What was read just before a batch is looked at.

    `records` were read one by one; what the list of changes told is in the mirror already. `refused` says by push why
    it could not be read. `found` holds, by push, the remote clients that a create, tried before, may have made.
    """

    records: Sequence[Read] = ()
    refused: Mapping[int, str] = field(default_factory=dict)
    found: Mapping[int, Sequence[RemoteRecord]] = field(default_factory=dict)


def look_at(run: Run, push_ids: Sequence[int], readings: Readings, problem: Problem, now: datetime) -> list[Write]:
    """End what arrived, was overtaken or cannot be; return what to write of the rest, with the intents stored."""
    connection = _connection(run)
    with transaction.atomic():
        pushes = [push for push in hold(run.practice_id, push_ids) if PushState(push.state) in OPEN]
        store_records(connection, readings.records, now)
        _read_again(pushes)
        writes: list[Write] = []
        ended: list[Push] = []
        busy = _busy(run, pushes)
        for push in pushes:
            if (push.client_id, push.ref) in busy or push.run_id != run.pk or _is_early(push, readings, now):
                continue
            found = _look(push, readings, problem)
            push.outcomes.update((name, outcome.value) for name, outcome in found.outcomes.items())
            if found.write is None:
                end(push, found.end, *_rest(found), found.detail)
                if creating.is_adopted(push):
                    creating.tie_adopted(push, run, now)
                ended.append(push)
            else:
                writes.append(_promise(push, found.write, now))
        read = [push.link_id for push in pushes if push.link_id is not None] if readings.records else []
        close(run.practice_id, ended, now, links=read)
    return writes


def settle(run: Run, replies: Sequence[Reply], read: Sequence[Read], now: datetime) -> list[int]:
    """What came of the calls of a batch, and what was read after them. Returns the pushes that were confirmed."""
    connection = _connection(run)
    answers = {reply.push_id: reply for reply in replies}
    with transaction.atomic():
        pushes = hold(run.practice_id, answers)
        stood = {push.pk: values_there(push, link_of(push).mirror) for push in pushes if push.act == Act.UPDATE}
        told = [(reply.record, reply.at) for reply in replies if reply.record is not None]
        store_records(connection, told, now)
        beside = _store_contacts(connection, pushes, answers)
        store_records(connection, read, now)
        _read_again(pushes)
        ended: list[Push] = []
        lost: list[Push] = []
        for push in pushes:
            reply = answers[push.pk]
            if push.attempts == reply.attempt and push.state in (PushState.SENDING, PushState.UNSURE):
                _take(push, reply, run, ended, lost, now)
        write_all(worker(run.practice_id), [_unsure_entry(push) for push in lost], now)
        own = [push.link_id for push in pushes if push.link_id is not None]
        close(run.practice_id, ended, now, links=[*own, *beside], emptied=list(_emptied(pushes, answers, stood)))
    return [push.pk for push in ended if push.state == PushState.CONFIRMED]


def missed(run: Run, push_ids: Iterable[int], detail: str, now: datetime) -> None:
    """XPM did not answer about these clients while it did about others: that counts as a try, and ends after some."""
    with transaction.atomic():
        ended: list[Push] = []
        for push in hold(run.practice_id, push_ids):
            if PushState(push.state) not in OPEN:
                continue
            push.attempts += 1
            if push.attempts >= MOST_TRIES:
                end(push, PushState.REFUSED, Outcome.REFUSED, detail or UNANSWERED)
                ended.append(push)
            else:
                push.save(update_fields=["attempts"])
        close(run.practice_id, ended, now)


def _connection(run: Run) -> Connection:
    if run.connection is None:
        raise LookupError(f"run {run.pk} has no connection")
    return run.connection


def _busy(run: Run, pushes: Sequence[Push]) -> set[tuple[int, str]]:
    """The records that another run is writing to just now."""
    clients = {push.client_id for push in pushes}
    others = Push.rows.of(run.practice_id).filter(STILL_OPEN, client_id__in=clients).exclude(run_id=run.pk)
    flying = others.filter(state__in=(PushState.SENDING.value, PushState.UNSURE.value))
    return set(flying.values_list("client_id", "ref"))


def _is_early(push: Push, readings: Readings, now: datetime) -> bool:
    """Whether another worker took it on since this one chose it, so that what was read here tells nothing of that."""
    if push.act == Act.CREATE and push.attempts and push.pk not in readings.found:
        return True
    if push.state == PushState.WAITING or push.sent_at is None:
        return False
    return 0 <= (now - push.sent_at).total_seconds() < due_after(Act(push.act), PushState(push.state))


def _look(push: Push, readings: Readings, problem: Problem) -> Found:
    """What becomes of a push by what was read. The state is moved on where the outcome of an earlier try is unknown."""
    if push.state == PushState.SENDING:
        step(push, PushState.UNSURE)
    if push.connection.state == "ended" or (push.link is not None and push.link.ended_at is not None):
        return Found(end=PushState.WITHDRAWN, detail="This client is no longer linked to XPM.")
    if push.pk in readings.refused:
        return Found(end=PushState.REFUSED, detail=readings.refused[push.pk])
    creates = push.act == Act.CREATE
    found = creating.look_at(push, readings.found.get(push.pk)) if creates else _look_at_link(push)
    if found.write is None:
        return found
    if push.attempts >= MOST_TRIES:
        return Found(found.outcomes, end=PushState.REFUSED, detail=UNANSWERED)
    return _without_problems(push, found, found.write, problem)


def _look_at_link(push: Push) -> Found:
    there = link_of(push).mirror
    if there.deleted or there.gone_at is not None:
        return Found(end=PushState.REFUSED, detail=GONE)
    if _was_archived(push, there):
        return Found(end=PushState.OVERTAKEN, detail=ARCHIVED_SINCE)
    return doing_of(push).look(push, there)


def _was_archived(push: Push, there: Mirror) -> bool:
    """Whether somebody archived the client in XPM since this was decided."""
    return there.archived and push.act != Act.ARCHIVE and ARCHIVED_SEEN not in push.seen


def _without_problems(push: Push, found: Found, write: Write, problem: Problem) -> Found:
    """Leave out what XPM is known to refuse; the rest goes on."""
    subject = Subject.CLIENT if push.act == Act.CREATE else SUBJECTS.get(target_of(push.ref).sort)
    if subject is None or not write.values or subject is Subject.RELATIONSHIP:
        return found
    bad = problem(subject, write.values)
    if not bad:
        return found
    rows = {row.name: row for row in CATALOGUE.of(subject) if row.name in bad}
    outcomes = {**found.outcomes, **{name: Outcome.REFUSED for name in bad if name in push.names}}
    push.detail = " ".join(bad.values())[:500]
    keys = {key for row in rows.values() for key in row.keys}
    left: Values = {key: value for key, value in write.values.items() if key not in keys}
    essential = any(row.required for row in rows.values()) or not any(
        row.name in push.names and row.name not in outcomes for row in CATALOGUE.of(subject)
    )
    if essential:
        return Found(outcomes, end=PushState.REFUSED, detail=push.detail)
    return replace(found, outcomes=outcomes, write=replace(write, values=left))


def _rest(found: Found) -> tuple[Outcome | None]:
    """The outcome of what a look that ends a push did not tell."""
    ends = {
        PushState.CONFIRMED: None,
        PushState.REFUSED: Outcome.REFUSED,
        PushState.OVERTAKEN: Outcome.OVERTAKEN,
        PushState.WITHDRAWN: Outcome.WITHDRAWN,
    }
    return (ends[found.end],)


def _promise(push: Push, write: Write, now: datetime) -> Write:
    """Store the intent: from here on a crash leaves a push whose outcome is unknown."""
    if push.state == PushState.UNSURE:
        step(push, PushState.WAITING)
    step(push, PushState.SENDING)
    push.attempts += 1
    push.sent_at = now
    push.save(update_fields=["state", "attempts", "sent_at", "outcomes", "remote_id", "detail", "reference"])
    return replace(write, attempt=push.attempts)


def _store_contacts(connection: Connection, pushes: Sequence[Push], answers: Mapping[int, Reply]) -> list[int]:
    """What contacts' own replies told; a reading after them is stored later, and tells all.

    Returns the links of other clients that share one of them.
    """
    beside: list[int] = []
    for push in pushes:
        reply = answers[push.pk]
        if reply.contact is not None:
            beside += store_contact(connection, link_of(push).mirror.remote_id, reply.contact, reply.at)
    return beside


def _read_again(pushes: Sequence[Push]) -> None:
    """The mirrors as they are now that the replies are stored."""
    links = {push.link.pk: push.link for push in pushes if push.link is not None}
    if links:
        practice_id = pushes[0].practice_id
        rows = {row.pk: row for row in Mirror.rows.among(practice_id, {link.mirror_id for link in links.values()})}
        for push in pushes:
            if push.link is not None:
                push.link.mirror = rows[push.link.mirror_id]


def _emptied(
    pushes: Iterable[Push], answers: Mapping[int, Reply], stood: Mapping[int, Values | None]
) -> Iterator[tuple[Push, list[Sent]]]:
    """What XPM emptied beside what a push sent."""
    for push in pushes:
        before, link = stood.get(push.pk), push.link
        if before is None or link is None or answers[push.pk].fate is not Fate.ANSWERED:
            continue
        if some := emptied(push, before, values_there(push, link.mirror) or {}):
            yield push, some


def _take(push: Push, reply: Reply, run: Run, ended: list[Push], lost: list[Push], now: datetime) -> None:
    """Move one push by its reply, into `ended` or `lost` or back to waiting."""
    if reply.refused or reply.fate is Fate.REFUSED:
        push.outcomes.update(dict.fromkeys(reply.refused, Outcome.REFUSED.value))
        push.detail = _both(push.detail, reply.detail)
    if reply.fate is Fate.LOST:
        if push.state == PushState.SENDING:
            step(push, PushState.UNSURE)
            push.sent_at = reply.at
            push.save(update_fields=["state", "sent_at", "outcomes", "detail"])
            lost.append(push)
        return
    if reply.fate is Fate.NOT_SENT:
        step(push, PushState.WAITING)
        push.attempts = push.attempts if reply.counts else max(0, push.attempts - 1)
        push.save(update_fields=["state", "attempts", "outcomes", "detail"])
        return
    if reply.fate is Fate.REFUSED:
        end(push, PushState.REFUSED, Outcome.REFUSED)
    elif push.act == Act.CREATE:
        creating.take(push, reply, run, now)
    else:
        _check(push, reply)
    ended.append(push)


def _both(before: str, now: str) -> str:
    """What was said of values that an earlier look or call left out, and what is said of others."""
    return " ".join(dict.fromkeys(filter(None, (before, now))))[:500]


def _check(push: Push, reply: Reply) -> None:
    found = doing_of(push).check(push, link_of(push).mirror, reply)
    push.outcomes.update((name, outcome.value) for name, outcome in found.items())
    whole = push.is_whole and not push.names
    kept = not whole or all(outcome is Outcome.DONE for outcome in found.values())
    end(push, PushState.CONFIRMED if kept else PushState.REFUSED)


def _unsure_entry(push: Push) -> Entry:
    facts: dict[str, str | int] = {"client": push.client.name}
    return Entry("push_unsure", facts, client_id=push.client_id, run_id=push.run_id)
