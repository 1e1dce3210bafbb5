"""Pushes, step by step: looked at, sent, settled. Each step is one transaction and may run twice.

The network calls between them are the flow's. From `sending` on, a crash leaves an intent in the store, so that the
next step is a read: the write is never repeated blindly.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from practicesync.core.actor import worker
from practicesync.core.catalogue import CATALOGUE
from practicesync.core.fields import Field, Subject, Values
from practicesync.core.kinds import Place
from practicesync.core.push import NEXT, OPEN, Act, Outcome, PushState, Sent, look, verify
from practicesync.core.record import RemoteContact, RemoteRecord
from practicesync.operations.activity import Changed, Entry, write
from practicesync.operations.mirroring import store_contact, store_record
from practicesync.operations.reconciling import reconcile
from practicesync.store.models import Client, ContactTie, Link, Push, Run

MOST_TRIES = 5
GONE = "XPM no longer has this record."


@dataclass(frozen=True, slots=True)
class ToSend:
    """What to write now: to which remote client, to which of its contacts ("" for the client), with which values."""

    push_id: int
    client_id: str
    contact_id: str
    creates: bool
    values: Values

    @property
    def is_contact(self) -> bool:
        """Whether a contact is written, not the client itself."""
        return self.creates or bool(self.contact_id)


@dataclass(frozen=True, slots=True)
class Target:
    """The remote client that a push is about, to be read before anything else."""

    connection_id: int
    client_id: str
    creates: bool
    state: PushState


def target(push_id: int) -> Target | None:
    """Whom to read for this push, or None where it has ended."""
    push = Push.rows.everywhere().select_related("link__mirror").filter(pk=push_id).first()
    if push is None or PushState(push.state) not in OPEN:
        return None
    return Target(
        link_of(push).connection_id, link_of(push).mirror.remote_id, push.act == Act.ADD, PushState(push.state)
    )


def open_pushes(run_id: int) -> list[int]:
    """The pushes of a run that have not ended, the client's own first."""
    rows = Push.rows.everywhere().filter(run_id=run_id, state__in=[state.value for state in OPEN])
    return list(rows.order_by("ref", "pk").values_list("pk", flat=True))


def look_at(push_id: int, record: RemoteRecord, read_at: datetime, now: datetime) -> ToSend | None:
    """The record was read just now: hold what was overtaken, confirm what arrived, and promise to send the rest.

    `read_at` is when it was asked for. Returns what to write, with the intent stored; None where nothing is left.
    """
    with transaction.atomic():
        push = _locked(push_id)
        if PushState(push.state) not in OPEN:
            return None
        store_record(link_of(push).connection, record, read_at)
        if push.state == PushState.SENDING:
            _step(push, PushState.UNSURE)
        if record.deleted:
            _refuse(push, GONE, now)
            return None
        sending = _look_for_contact(push, record, now) if push.act == Act.ADD else _look(push, record, now)
        if sending is None or not _may_try(push, now):
            return None
        if push.state == PushState.UNSURE:
            _step(push, PushState.WAITING)
        _step(push, PushState.SENDING)
        push.attempts += 1
        push.save()
        reconcile(push.practice_id, [link_of(push).pk], now)
        return ToSend(push.pk, record.remote_id, push.remote_id if push.ref else "", push.act == Act.ADD, sending)


def settle(push_id: int, record: RemoteRecord | None, contact: RemoteContact | None, now: datetime) -> None:
    """The remote answered the write: compare what it holds now with what was sent, field by field."""
    with transaction.atomic():
        push = _locked(push_id)
        if PushState(push.state) not in OPEN:
            return
        if record is not None:
            store_record(link_of(push).connection, record, now)
        if contact is not None:
            store_contact(link_of(push).connection, link_of(push).mirror.remote_id, contact, now)
            push.remote_id = contact.remote_id
        told = _told(push, record, contact)
        for sent in _sent(push, waiting_only=True):
            push.outcomes[sent.field.name] = verify(sent, told, _place(push)).value
        if push.act == Act.ADD and push.remote_id:
            _tie(push)
        _step(push, PushState.CONFIRMED)
        _close(push, now)


def refuse(push_id: int, detail: str, now: datetime) -> None:
    """The remote said no, or nobody can go on: nothing of what was waiting was written, and a person has to look."""
    with transaction.atomic():
        push = _locked(push_id)
        if PushState(push.state) in OPEN:
            _refuse(push, detail, now)


def unsure(push_id: int, now: datetime) -> None:
    """The write was sent and its answer was lost."""
    with transaction.atomic():
        push = _locked(push_id)
        if push.state != PushState.SENDING:
            return
        _step(push, PushState.UNSURE)
        push.save()
        write(worker(push.practice_id), _entry(push, "push_unsure"), now)


def not_sent(push_id: int) -> None:
    """Nothing left this machine: the push waits again as if it had not been tried."""
    with transaction.atomic():
        push = _locked(push_id)
        if push.state == PushState.SENDING:
            _step(push, PushState.WAITING)
            push.attempts = max(0, push.attempts - 1)
            push.save()


def link_of(push: Push) -> Link:
    """The link of a push to a record that exists already."""
    if push.link is None:
        raise AssertionError("only a client that is being made has no link")
    return push.link


def _locked(push_id: int) -> Push:
    push = Push.rows.everywhere().select_for_update(no_key=True).get(pk=push_id)
    Link.rows.of(push.practice_id).select_for_update(no_key=True).get(pk=link_of(push).pk)
    return push


def _step(push: Push, state: PushState) -> None:
    if state not in NEXT[PushState(push.state)]:
        raise AssertionError(f"a push does not go from {push.state} to {state.value}")
    push.state = state.value


def _place(push: Push) -> Place:
    return Place(link_of(push).client.country)


def _rows(push: Push) -> Iterable[Field]:
    subject = Subject.CONTACT if push.ref else Subject.CLIENT
    return (row for row in CATALOGUE.of(subject) if row.name in push.names)


def _sent(push: Push, *, waiting_only: bool = False) -> list[Sent]:
    """The push's fields; `waiting_only` leaves out those whose outcome is known."""
    rows = [row for row in _rows(push) if not (waiting_only and row.name in push.outcomes)]
    return [Sent(row, row.held(push.fields), row.told(push.seen)) for row in rows]


def _look(push: Push, record: RemoteRecord, now: datetime) -> dict[str, str] | None:
    """Look at the client or contact that this push writes to; the values to send, or None."""
    values = record.values if not push.ref else _contact_values(record, push.remote_id)
    if values is None:
        _refuse(push, GONE, now)
        return None
    found = look(_sent(push, waiting_only=True), values, _place(push))
    for sent in found.arrived:
        push.outcomes[sent.field.name] = Outcome.DONE.value
    for sent in found.overtaken:
        push.outcomes[sent.field.name] = Outcome.OVERTAKEN.value
    if found.send:
        sending = {key: value for sent in found.send for key, value in sent.field.spread(sent.value).items()}
        return _company(push, values) | sending
    done = any(outcome == Outcome.DONE for outcome in push.outcomes.values())
    _step(push, PushState.CONFIRMED if done else PushState.OVERTAKEN)
    _close(push, now)
    return None


def _company(push: Push, values: Values) -> dict[str, str]:
    """The values that the remote wants with every update, as just read."""
    connector = link_of(push).connection.connector
    rows = CATALOGUE.of(Subject.CONTACT if push.ref else Subject.CLIENT)
    always = [row for row in rows if connector in row.at and row.at[connector].always]
    return {key: values[key] for row in always for key in row.keys if key in values}


def _look_for_contact(push: Push, record: RemoteRecord, now: datetime) -> dict[str, str] | None:
    """Before a contact is added: is it there already, from an earlier try or by another hand?"""
    name = CATALOGUE.get(Subject.CONTACT, "name")
    if name is None:
        raise LookupError("contacts have no name")
    tied = set(ContactTie.rows.of(push.practice_id).filter(link=link_of(push)).values_list("remote_id", flat=True))
    alike = [
        each
        for each in record.contacts or ()
        if each.remote_id not in tied and name.kind.same(name.held(each.values), name.held(push.fields), _place(push))
    ]
    if not alike:
        return dict(push.fields)
    if len(alike) > 1:
        _refuse(push, "XPM has more than one contact of this name; pair them by hand.", now)
        return None
    push.remote_id = alike[0].remote_id
    for sent in _sent(push):
        push.outcomes[sent.field.name] = verify(sent, alike[0].values, _place(push)).value
    _tie(push)
    _step(push, PushState.CONFIRMED)
    _close(push, now)
    return None


def _may_try(push: Push, now: datetime) -> bool:
    if push.attempts < MOST_TRIES:
        return True
    _refuse(push, f"Tried {MOST_TRIES} times without a clear answer from XPM.", now)
    return False


def _refuse(push: Push, detail: str, now: datetime) -> None:
    for sent in _sent(push, waiting_only=True):
        push.outcomes[sent.field.name] = Outcome.REFUSED.value
    push.detail = detail[:500]
    _step(push, PushState.REFUSED)
    _close(push, now)


def _contact_values(record: RemoteRecord, remote_id: str) -> Values | None:
    return next((each.values for each in record.contacts or () if each.remote_id == remote_id), None)


def _told(push: Push, record: RemoteRecord | None, contact: RemoteContact | None) -> Values:
    """What the remote holds now of the record that was written, from its reply or the reading after it."""
    if not push.ref:
        return record.values if record is not None else {}
    read = _contact_values(record, push.remote_id) if record is not None else None
    return {**(contact.values if contact is not None else {}), **(read or {})}


def _tie(push: Push) -> None:
    """The contact that was added is the register's contact from now on."""
    ContactTie.rows.of(push.practice_id).update_or_create(
        link=link_of(push),
        contact=push.contact,
        defaults={"remote_id": push.remote_id},
        create_defaults={"practice_id": push.practice_id, "remote_id": push.remote_id},
    )


def _close(push: Push, now: datetime) -> None:
    """The push has ended: base takes what arrived, the log tells it, the link is planned afresh."""
    push.ended_at = now
    push.save()
    done = _with(push, Outcome.DONE)
    _agree(push, done)
    trouble = _with(push, Outcome.REFUSED) + _with(push, Outcome.IGNORED) + _with(push, Outcome.STORED_DIFFERENTLY)
    if trouble:
        labels = ", ".join(sent.field.label for sent in trouble)
        failing = push.detail or f"XPM did not keep: {labels}."
        Link.rows.of(push.practice_id).filter(pk=link_of(push).pk).update(failing=failing[:300])
    Run.rows.of(push.practice_id).filter(pk=push.run_id).update(**_progress(push))
    for verb, some in (("pushed", done), ("push_held", _with(push, Outcome.OVERTAKEN)), ("push_refused", trouble)):
        if some:
            write(worker(push.practice_id), _entry(push, verb, [_changed(push, sent) for sent in some]), now)
    reconcile(push.practice_id, [link_of(push).pk], now)


def _agree(push: Push, done: Sequence[Sent]) -> None:
    """What was sent and is there now is what both sides agreed on, even if the register was edited meanwhile."""
    agreed = {key: value for sent in done for key, value in sent.field.spread(sent.value).items()}
    if not agreed:
        return
    if not push.ref:
        link = Link.rows.of(push.practice_id).get(pk=link_of(push).pk)
        Link.rows.of(push.practice_id).filter(pk=link.pk).update(base={**link.base, **agreed})
        return
    tie = ContactTie.rows.of(push.practice_id).filter(link=link_of(push), contact=push.contact).first()
    if tie is not None:
        tie.base = {**tie.base, **agreed}
        tie.save(update_fields=["base"])


def _with(push: Push, outcome: Outcome) -> list[Sent]:
    return [sent for sent in _sent(push) if push.outcomes.get(sent.field.name) == outcome.value]


def _progress(push: Push) -> Mapping[str, int]:
    """The run's counts over all its pushes and pulls."""
    run = Run.rows.of(push.practice_id).get(pk=push.run_id)
    pushes = list(Push.rows.of(push.practice_id).filter(run_id=push.run_id))
    pulled = len(run.notes.get("pulled", {}))
    ended = sum(1 if each.is_whole else len(each.names) for each in pushes if PushState(each.state) not in OPEN)
    good = sum(
        1 if each.is_whole else sum(outcome == Outcome.DONE for outcome in each.outcomes.values())
        for each in pushes
        if each.state == PushState.CONFIRMED
    )
    return {"done": pulled + ended, "changed": pulled + good}


def _changed(push: Push, sent: Sent) -> Changed:
    before = {} if sent.seen is None else sent.field.spread(sent.seen)
    return Changed(sent.field.name, before, sent.field.spread(sent.value), side="remote", ref=push.ref, why="pushed")


def _entry(push: Push, verb: str, changes: Sequence[Changed] = ()) -> Entry:
    client = Client.rows.of(push.practice_id).get(pk=link_of(push).client_id)
    facts: dict[str, str | int] = {"client": client.name, "detail": push.detail}
    return Entry(verb, facts, client_id=client.pk, run_id=push.run_id, changes=changes)
