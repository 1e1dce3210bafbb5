"""Pushes of fields: some values of a client, of one of its contacts or of one of its relationships."""

from collections.abc import Mapping
from dataclasses import replace

from practicesync.core.catalogue import CATALOGUE
from practicesync.core.fields import Field, Values
from practicesync.core.presence import Sort
from practicesync.core.push import Act, Found, Outcome, PushState, Reply, Sent, Write, look, target_of, verify
from practicesync.operations.push_records import link_of, place_of, sent_of, subject_of
from practicesync.operations.push_relationships import part_of
from practicesync.store.models import ContactTie, Mirror, Push, RelationshipTie

GONE = "XPM no longer has this record."


def look_at(push: Push, there: Mirror) -> Found:
    """Compare each field with the record as just read: send it, or know that it arrived or was overtaken."""
    values = values_there(push, there)
    if values is None:
        return Found(end=PushState.REFUSED, detail=GONE)
    found = look(sent_of(push, undecided=True), values, place_of(push))
    outcomes = {sent.field.name: Outcome.DONE for sent in found.arrived}
    outcomes |= {sent.field.name: Outcome.OVERTAKEN for sent in found.overtaken}
    if found.send:
        sending = {key: value for sent in found.send for key, value in sent.field.spread(sent.value).items()}
        return Found(outcomes, _write(push, there, sending, _company(push, values)))
    done = Outcome.DONE in outcomes.values() or Outcome.DONE in push.outcomes.values()
    return Found(outcomes, end=PushState.CONFIRMED if done else PushState.OVERTAKEN)


def check(push: Push, there: Mirror, reply: Reply) -> Mapping[str, Outcome]:
    """What the remote holds now, field by field; the reading after the write counts before a contact's own reply."""
    told = {**(reply.contact.values if reply.contact is not None else {}), **(values_there(push, there) or {})}
    place = place_of(push)
    return {sent.field.name: verify(sent, told, place) for sent in sent_of(push, undecided=True)}


def emptied(push: Push, before: Values, after: Values) -> list[Sent]:
    """What the remote emptied of the record beside what was sent, as if a blank had been: it may take what an update
    leaves out for empty."""
    others = [row for row in CATALOGUE.of(subject_of(push)) if row.name not in push.names]
    gone = [row for row in others if not row.is_empty(row.told(before)) and _is_told_empty(row, after)]
    return [Sent(row, ("",) * len(row.keys), row.told(before)) for row in gone]


def agree(push: Push, agreed: Values) -> None:
    """What was sent and is there now is what both agreed on. A client's own base is kept by who holds its link."""
    target = target_of(push.ref)
    link = link_of(push)
    tie: ContactTie | RelationshipTie | None = None
    if target.sort is Sort.CONTACT:
        tie = ContactTie.rows.of(push.practice_id).filter(link=link, contact=push.contact).first()
    elif target.sort is Sort.RELATIONSHIP and target.local:
        ties = RelationshipTie.rows.of(push.practice_id)
        tie = ties.filter(link=link, relationship_id=int(target.local)).first()
    if tie is not None:
        tie.base = {**tie.base, **agreed}
        tie.save(update_fields=["base"])


def _is_told_empty(row: Field, values: Values) -> bool:
    told = row.told(values)
    return told is not None and row.is_empty(told)


def values_there(push: Push, there: Mirror) -> Values | None:
    """What the remote holds of the record that is written; None where it has no such part of the client."""
    target = target_of(push.ref)
    if target.sort is None:
        return dict(there.values)
    if target.sort is Sort.RELATIONSHIP:
        part = part_of(push, there)
        return None if part is None else part["values"]
    return next((each["values"] for each in there.contacts or () if each["id"] == push.remote_id), None)


def _write(push: Push, there: Mirror, values: Values, company: Values) -> Write:
    target = target_of(push.ref)
    told = {**company, **values}
    write = Write(push.pk, push.attempts, Act.UPDATE, target.sort, there.remote_id, values=told, beside=company)
    if target.sort is Sort.CONTACT:
        return replace(write, remote_id=push.remote_id)
    if target.sort is Sort.RELATIONSHIP:
        part = part_of(push, there)
        if part is None:
            return write
        return replace(write, remote_id=str(part["id"]), other_id=str(part["other_id"]), label=str(part["label"]))
    return write


def _company(push: Push, values: Values) -> dict[str, str]:
    """The values that the remote wants with every update, as just read."""
    connector = push.connection.connector
    rows = CATALOGUE.of(subject_of(push))
    always = [row for row in rows if connector in row.at and row.at[connector].always]
    return {key: values[key] for row in always for key in row.keys if key in values}
